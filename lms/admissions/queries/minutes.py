"""What the minutes of a ranking are written from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, or_, select

from lms import db
from lms.accounts.models import User
from lms.admissions.models import (
    Application,
    CallCriterion,
    CallExaminer,
    RankedApplication,
    RankingMinutes,
    RankingRun,
    Score,
)
from lms.db import Record
from lms.errors import Missing


def run_of(call_id: int, run_id: int) -> RankingRun:
    run = db.session().get(RankingRun, run_id)
    if run is None or run.call_id != call_id:
        raise Missing
    return run


def lines(run_id: int, track_id: int, start: int, many: int) -> Sequence[Record]:
    """Some of a run's list for one track, in the order of rank, with names and the draw."""
    return db.session().execute(
        select(RankedApplication.application_id, RankedApplication.rank, RankedApplication.total, RankedApplication.facts,
               RankedApplication.draw, RankedApplication.outcome, RankedApplication.reason, RankedApplication.tie_break,
               Application.given_name, Application.family_name)
        .join(Application, Application.id == RankedApplication.application_id)
        .where(RankedApplication.run_id == run_id, RankedApplication.track_id == track_id)
        .order_by(RankedApplication.rank).offset(start).limit(many)
    ).all()  # fmt: skip


def scores_then(run: RankingRun, track_id: int) -> Mapping[tuple[int, str], Sequence[Record]]:
    """What each examiner had given when the run was made, by file and criterion: points."""
    found: dict[tuple[int, str], list[Record]] = defaultdict(list)
    rows = db.session().execute(
        select(Score.application_id, CallCriterion.kind, Score.points)
        .join(CallCriterion, CallCriterion.id == Score.criterion_id)
        .join(RankedApplication, RankedApplication.application_id == Score.application_id)
        .where(RankedApplication.run_id == run.id, RankedApplication.track_id == track_id, Score.at <= run.made_at,
               or_(Score.superseded_at.is_(None), Score.superseded_at > run.made_at))
        .order_by(Score.id)
    )  # fmt: skip
    for row in rows:
        found[row.application_id, row.kind].append(row)
    return found


def outcomes(run_id: int, track_id: int) -> dict[str, int]:
    """How many of a track have each outcome."""
    rows = db.session().execute(
        select(RankedApplication.outcome, func.count())
        .where(RankedApplication.run_id == run_id, RankedApplication.track_id == track_id).group_by(RankedApplication.outcome)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def sizes(run_id: int) -> dict[int, int]:
    """How many are ranked in each track."""
    rows = db.session().execute(
        select(RankedApplication.track_id, func.count()).where(RankedApplication.run_id == run_id)
        .group_by(RankedApplication.track_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def examiners_named(call_id: int) -> Sequence[str]:
    """Everybody who was ever named, in the order of names."""
    rows = db.session().execute(
        select(User.given_name, User.family_name).join(CallExaminer, CallExaminer.user_id == User.id)
        .where(CallExaminer.call_id == call_id).order_by(User.family_name, User.id)
    )  # fmt: skip
    return [f"{row.given_name} {row.family_name}" for row in rows]


def minutes_of(run_id: int) -> Sequence[RankingMinutes]:
    return db.session().scalars(
        select(RankingMinutes).where(RankingMinutes.run_id == run_id)
        .order_by(RankingMinutes.language.desc(), RankingMinutes.track_id, RankingMinutes.part)
    ).all()  # fmt: skip


def minutes_in(call_id: int, minutes_id: int) -> RankingMinutes:
    """One of this call's."""
    minutes = db.session().get(RankingMinutes, minutes_id)
    if minutes is None or db.session().get_one(RankingRun, minutes.run_id).call_id != call_id:
        raise Missing
    return minutes
