"""What the selection reads: scores, examiners, and the latest ranking."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from lms import db
from lms.accounts.models import User
from lms.admissions.assigning import Reader
from lms.admissions.lifecycle import ApplicationState
from lms.admissions.models import (
    Application,
    Assignment,
    CallCriterion,
    CallExaminer,
    CallTrack,
    RankedApplication,
    RankingRun,
    RankSkip,
    Score,
)
from lms.admissions.ranking import Outcome
from lms.cohorts.models import Cohort
from lms.db import Record
from lms.errors import Missing


def funnel(call_id: int) -> dict[ApplicationState, int]:
    """How many files of a call are in each state."""
    rows = db.session().execute(
        select(Application.state, func.count()).where(Application.call_id == call_id).group_by(Application.state)
    )
    return {ApplicationState(state): count for state, count in rows}


def examiners(call_id: int) -> Sequence[Record]:
    """Who may be given files: id, names, organisation_id, files (how many they have)."""
    files = (
        select(func.count()).select_from(Assignment).join(Application, Application.id == Assignment.application_id)
        .where(Assignment.user_id == User.id, Application.call_id == call_id).correlate(User).scalar_subquery()
    )  # fmt: skip
    return db.session().execute(
        select(User.id, User.given_name, User.family_name, User.organisation_id, files.label("files"))
        .join(CallExaminer, CallExaminer.user_id == User.id)
        .where(CallExaminer.call_id == call_id, CallExaminer.ended_at.is_(None)).order_by(User.family_name, User.id)
    ).all()  # fmt: skip


def readers(call_id: int) -> tuple[list[Reader], dict[int, int]]:
    """The same for ``assigning``, and how many files each has."""
    rows = examiners(call_id)
    return [Reader(row.id, row.organisation_id) for row in rows], {row.id: row.files for row in rows}


def assigned(application_ids: Iterable[int]) -> dict[int, list[int]]:
    """Who scores each of these files."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = db.session().execute(
        select(Assignment.application_id, Assignment.user_id).where(Assignment.application_id.in_(list(application_ids)))
        .order_by(Assignment.application_id, Assignment.user_id)
    )  # fmt: skip
    for application_id, user_id in rows:
        found[application_id].append(user_id)
    return found


def scores_of(application_id: int) -> Sequence[Record]:
    """The scores in force of a file, for those who may see them all: criterion_id, kind, most_points, examiner_id, examiner's
    names, points, note, at."""
    return db.session().execute(
        select(Score.criterion_id, CallCriterion.kind, CallCriterion.most_points, Score.examiner_id, User.given_name,
               User.family_name, Score.points, Score.note, Score.at)
        .join(CallCriterion, CallCriterion.id == Score.criterion_id).join(User, User.id == Score.examiner_id)
        .where(Score.application_id == application_id, Score.superseded_at.is_(None)).order_by(Score.criterion_id, Score.id)
    ).all()  # fmt: skip


def scores_seen_by(application_id: int, examiner_id: int) -> Sequence[Record]:
    """What an examiner sees: their own, and the others' for a criterion once all who were asked first have scored it."""
    rows = scores_of(application_id)
    mine = {row.criterion_id for row in rows if row.examiner_id == examiner_id}
    in_all: dict[int, int] = defaultdict(int)
    for row in rows:
        in_all[row.criterion_id] += 1
    return [
        row for row in rows
        if row.examiner_id == examiner_id or (row.criterion_id in mine and in_all[row.criterion_id] > 1)
    ]  # fmt: skip


def live_scores(call_id: int, state: ApplicationState) -> dict[tuple[int, int], list[Decimal]]:
    """The scores in force of a call's files in a state, by file and criterion, in the order they were given."""
    found: dict[tuple[int, int], list[Decimal]] = defaultdict(list)
    rows = db.session().execute(
        select(Score.application_id, Score.criterion_id, Score.points)
        .join(Application, Application.id == Score.application_id)
        .where(Application.call_id == call_id, Application.state == state, Score.superseded_at.is_(None)).order_by(Score.id)
    )  # fmt: skip
    for application_id, criterion_id, points in rows:
        found[application_id, criterion_id].append(points)
    return found


def scores_for(criterion_id: int, application_ids: Sequence[int]) -> dict[int, list[Decimal]]:
    """The scores in force of these files for one criterion, in the order they were given."""
    found: dict[int, list[Decimal]] = defaultdict(list)
    rows = db.session().execute(
        select(Score.application_id, Score.points)
        .where(Score.criterion_id == criterion_id, Score.application_id.in_(application_ids), Score.superseded_at.is_(None))
        .order_by(Score.id)
    )  # fmt: skip
    for application_id, points in rows:
        found[application_id].append(points)
    return found


def candidates(call_id: int) -> Sequence[Record]:
    """The files to be ranked: id, track_id, sex, region, years_teaching, completed_at."""
    return db.session().execute(
        select(Application.id, Application.track_id, Application.sex, Application.region, Application.years_teaching,
               Application.completed_at)
        .where(Application.call_id == call_id, Application.state == ApplicationState.INTERVIEWED).order_by(Application.id)
    ).all()  # fmt: skip


def skips_of(call_id: int) -> Sequence[Record]:
    """Who of a call is passed over or to be: id, application_id, names, track, reason, proposed_by (a name), proposed_by_id,
    proposed_at, confirmed_by (a name, None while it waits), confirmed_at."""
    proposer, confirmer = aliased(User), aliased(User)
    return db.session().execute(
        select(RankSkip.id, RankSkip.application_id, Application.given_name, Application.family_name,
               Cohort.code.label("track"), RankSkip.reason, RankSkip.proposed_by.label("proposed_by_id"), RankSkip.proposed_at,
               (proposer.given_name + " " + proposer.family_name).label("proposed_by"), RankSkip.confirmed_at,
               (confirmer.given_name + " " + confirmer.family_name).label("confirmed_by"))
        .join(Application, Application.id == RankSkip.application_id).join(CallTrack, CallTrack.id == Application.track_id)
        .join(Cohort, Cohort.id == CallTrack.cohort_id).join(proposer, proposer.id == RankSkip.proposed_by)
        .outerjoin(confirmer, confirmer.id == RankSkip.confirmed_by)
        .where(Application.call_id == call_id, RankSkip.dropped_at.is_(None)).order_by(RankSkip.id.desc()).limit(100)
    ).all()  # fmt: skip


def skip_in(call_id: int, skip_id: int) -> RankSkip:
    """A proposal about a file of this call."""
    skip = db.session().get(RankSkip, skip_id)
    if skip is None or db.session().get_one(Application, skip.application_id).call_id != call_id:
        raise Missing
    return skip


def latest_run(call_id: int) -> RankingRun | None:
    return db.session().scalars(
        select(RankingRun).where(RankingRun.call_id == call_id).order_by(RankingRun.id.desc()).limit(1)
    ).one_or_none()  # fmt: skip


def count_candidates(call_id: int) -> int:
    return db.session().execute(
        select(func.count()).select_from(Application)
        .where(Application.call_id == call_id, Application.state == ApplicationState.INTERVIEWED)
    ).scalar_one()  # fmt: skip


_RANKED = (RankedApplication.application_id, RankedApplication.track_id, RankedApplication.rank, RankedApplication.total,
           RankedApplication.outcome, RankedApplication.reason)  # fmt: skip


def admitted_rows(run_id: int) -> Sequence[Record]:
    """Those a run admits, in the order of rank: application_id, track_id, rank, total, outcome, reason."""
    return db.session().execute(
        select(*_RANKED).where(RankedApplication.run_id == run_id, RankedApplication.outcome == Outcome.ADMITTED)
        .order_by(RankedApplication.track_id, RankedApplication.rank)
    ).all()  # fmt: skip


def not_admitted_rows(run_id: int, start: int, many: int) -> Sequence[Record]:
    """Some of the others, in the same order; columns as ``admitted_rows``."""
    return db.session().execute(
        select(*_RANKED).where(RankedApplication.run_id == run_id, RankedApplication.outcome != Outcome.ADMITTED)
        .order_by(RankedApplication.track_id, RankedApplication.rank).offset(start).limit(many)
    ).all()  # fmt: skip


def count_not_admitted(run_id: int) -> int:
    return db.session().execute(
        select(func.count()).where(RankedApplication.run_id == run_id, RankedApplication.outcome != Outcome.ADMITTED)
    ).scalar_one()  # fmt: skip


def ranked_rows(run_id: int) -> Sequence[Record]:
    """A run's list, track by track in the order of rank: application_id, track_id, rank, total, facts, outcome, reason,
    tie_break."""
    return db.session().execute(
        select(RankedApplication.application_id, RankedApplication.track_id, RankedApplication.rank, RankedApplication.total,
               RankedApplication.facts, RankedApplication.outcome, RankedApplication.reason, RankedApplication.tie_break)
        .where(RankedApplication.run_id == run_id).order_by(RankedApplication.track_id, RankedApplication.rank)
    ).all()  # fmt: skip
