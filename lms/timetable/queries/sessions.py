"""Training sessions by id, and who leads them."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from lms import db
from lms.accounts.models import User
from lms.catalogue.models import CourseVersion, Module
from lms.db import Record
from lms.errors import Missing
from lms.timetable.models import SessionFacilitator, TrainingSession


def training_session(session_id: int, *, for_update: bool = False) -> TrainingSession:
    """The session itself, for services."""
    row = db.session().get(TrainingSession, session_id, with_for_update=for_update or None)
    if row is None:
        raise Missing
    return row


def staff_of_sessions(session_ids: Collection[int]) -> dict[int, Sequence[Record]]:
    """Who leads or assists each session: user_id, part, names; leads first."""
    rows = db.session().execute(
        select(SessionFacilitator.session_id, SessionFacilitator.user_id, SessionFacilitator.part, User.given_name,
               User.family_name, User.email)
        .join(User, User.id == SessionFacilitator.user_id)
        .where(SessionFacilitator.session_id.in_(session_ids))
        .order_by(SessionFacilitator.part.desc(), User.family_name, User.id)
    ).all()  # fmt: skip
    found: dict[int, list[Record]] = {}
    for row in rows:
        found.setdefault(row.session_id, []).append(row)
    return dict(found)


def module_facts(module_id: int) -> Record:
    """A module's code and titles, and the ``track`` its course belongs to."""
    row = db.session().execute(
        select(Module.id, Module.code, Module.title_fr, Module.title_en, CourseVersion.track)
        .join(CourseVersion, CourseVersion.id == Module.course_version_id).where(Module.id == module_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise Missing
    return row
