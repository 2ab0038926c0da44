"""Files given to examiners, and what these give them: blind, by two, by a third where they are far apart (docs/rules.md §22)."""

from decimal import Decimal

from sqlalchemy import select

from lms import audit, db
from lms.admissions import queries
from lms.admissions.assigning import File, Reader, may_read, shared_out
from lms.admissions.lifecycle import SCORED, ApplicationState, CriterionKind
from lms.admissions.models import Application, Assignment, CallCriterion, Score
from lms.admissions.points import EXAMINERS, consolidated
from lms.admissions.queries import selection
from lms.admissions.services.steps import locked
from lms.clock import now
from lms.errors import Missing, Refused
from lms.i18n import _
from lms.permissions import INSTITUTE, Actor

_S = ApplicationState
_WHEN = {
    CriterionKind.TEST: frozenset({_S.TESTED, _S.INTERVIEWED}), CriterionKind.INTERVIEW: frozenset({_S.INTERVIEWED}),
}  # fmt: skip
TO_EXAMINE = frozenset({_S.ELIGIBLE, _S.TESTED, _S.INTERVIEWED})


def is_time_for(kind: CriterionKind, state: ApplicationState) -> bool:
    """Whether a file in this state is scored for this."""
    return state in _WHEN[kind]


class AssignmentRefused(Refused):
    """This person may not examine this file."""


class ScoreRefused(Refused):
    """The points are out of range, too late, or a correction without its reason."""


def share_out(call_id: int, *, by: Actor) -> tuple[int, int]:
    """Give each file two examiners, evenly; says how many files were given and how many still lack one."""
    files = db.session().execute(
        select(Application.id, Application.organisation_id)
        .where(Application.call_id == call_id, Application.state.in_(TO_EXAMINE)).order_by(Application.id)
    ).all()  # fmt: skip
    readers, loads = selection.readers(call_id)
    have = selection.assigned(file.id for file in files)
    open_files = [
        File(file.id, file.organisation_id, have[file.id], EXAMINERS - len(have[file.id]))
        for file in files if len(have[file.id]) < EXAMINERS
    ]  # fmt: skip
    given = shared_out(open_files, readers, loads)
    for file in open_files:
        for user_id in given[file.id]:
            _assign(file.id, user_id, by)
    audit.record("applications.shared", f"call:{call_id}", by=by, files=len(open_files))
    lacking = sum(len(given[file.id]) < file.wanted for file in open_files)
    return len(open_files) - lacking, lacking


def assign(application_id: int, user_id: int, *, by: Actor, is_third: bool = False) -> None:
    """Give a file to one examiner by hand; twice is once. Raises AssignmentRefused for a colleague."""
    application = queries.application(application_id)
    if db.session().get(Assignment, (application_id, user_id)) is not None:
        return
    readers, _loads = selection.readers(application.call_id)
    reader = next((one for one in readers if one.id == user_id), None)
    if reader is None or not may_read(reader, File(application_id, application.organisation_id, (), 1)):
        raise AssignmentRefused(_("This person may not examine this file: a colleague, or no examiner of this call."))
    _assign(application_id, user_id, by, is_third=is_third)


def _assign(application_id: int, user_id: int, by: Actor, *, is_third: bool = False) -> None:
    db.session().add(Assignment(
        application_id=application_id, user_id=user_id, is_third=is_third, assigned_at=now(), assigned_by=by.user_id
    ))  # fmt: skip


def record_score(
    application_id: int, criterion_id: int, points: Decimal, *, by: Actor, note: str = ""
) -> Score:  # fmt: skip
    """Give points. Giving others than before is a correction, which says why. A gap too wide calls a third person. Raises
    ScoreRefused; Missing for a file that was not given to this examiner."""
    application = locked(application_id)
    criterion = db.session().get(CallCriterion, criterion_id)
    if by.user_id is None or db.session().get(Assignment, (application_id, by.user_id)) is None:
        raise Missing
    if criterion is None or criterion.call_id != application.call_id or criterion.kind not in SCORED:
        raise Missing
    if not is_time_for(CriterionKind(criterion.kind), ApplicationState(application.state)):
        raise ScoreRefused(_("This file is not at the point where it is scored for this."), field="points")
    if not 0 <= points <= criterion.most_points:
        raise ScoreRefused(_("Between 0 and %(most)s points.", most=f"{criterion.most_points:f}"), field="points")
    before = db.session().scalars(
        select(Score).where(Score.application_id == application_id, Score.criterion_id == criterion_id,
                            Score.examiner_id == by.user_id, Score.superseded_at.is_(None))
    ).one_or_none()  # fmt: skip
    if before is not None:
        if before.points == points and before.note == note.strip():
            return before
        if not note.strip():
            raise ScoreRefused(_("Say why you correct these points; the record keeps it."), field="note")
        before.superseded_at = now()
        db.session().flush()  # one is in force at a time
    score = Score(
        application_id=application_id, criterion_id=criterion_id, examiner_id=by.user_id, points=points, note=note.strip(),
        at=now(),
    )  # fmt: skip
    db.session().add(score)
    db.session().flush()  # the scores are compared next
    audit.record("application.scored", f"application:{application_id}", by=by, criterion=criterion.kind)
    _call_third(application, criterion)
    return score


def _call_third(application: Application, criterion: CallCriterion) -> None:
    """Give the file to one more, the one with the fewest, when two are far apart. Nobody free: the call's page says so."""
    given = [row.points for row in selection.scores_of(application.id) if row.criterion_id == criterion.id]
    if not consolidated(given, criterion.most_points).needs_third:
        return
    have = selection.assigned([application.id])[application.id]
    if len(have) > EXAMINERS:
        return
    readers, loads = selection.readers(application.call_id)
    file = File(application.id, application.organisation_id, have, 1)
    for user_id in shared_out([file], readers, loads)[application.id]:
        _assign(application.id, user_id, INSTITUTE, is_third=True)
    db.session().flush()  # whoever counts assignments next must see it


def readers_for(application: Application) -> list[Reader]:
    """Who may still be given this file."""
    readers, _loads = selection.readers(application.call_id)
    have = selection.assigned([application.id])[application.id]
    return [one for one in readers if may_read(one, File(application.id, application.organisation_id, have, 1))]
