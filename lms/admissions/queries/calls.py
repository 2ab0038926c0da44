"""Calls, and what they published beforehand."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from lms import db
from lms.admissions.lifecycle import PUBLIC, ApplicationState, CallState
from lms.admissions.models import Application, Call, CallCriterion, CallDocument, CallQuota, CallTrack
from lms.catalogue.models import ProgrammeVersion
from lms.clock import today
from lms.cohorts.models import Cohort
from lms.db import Record
from lms.errors import Missing


def call(call_id: int) -> Call:
    row = db.session().get(Call, call_id)
    if row is None:
        raise Missing
    return row


def call_by_code(code: str) -> Call:
    """A call the public may read."""
    row = db.session().scalars(select(Call).where(Call.code == code, Call.state.in_(PUBLIC))).one_or_none()
    if row is None:
        raise Missing
    return row


def public_calls() -> Sequence[Call]:
    """What the public may read, the one that closes last first."""
    return db.session().scalars(
        select(Call).where(Call.state.in_(PUBLIC)).order_by(Call.closes_on.desc(), Call.id.desc()).limit(50)
    ).all()  # fmt: skip


def tracks(call_id: int) -> Sequence[Record]:
    """What one may apply for: id, cohort_id, places, waiting_places, cohort_code, name, starts_on, ends_on, title_fr, title_en
    (the programme)."""
    return db.session().execute(
        select(CallTrack.id, CallTrack.cohort_id, CallTrack.places, CallTrack.waiting_places, Cohort.code.label("cohort_code"),
               Cohort.name, Cohort.starts_on, Cohort.ends_on, ProgrammeVersion.title_fr, ProgrammeVersion.title_en)
        .join(Cohort, Cohort.id == CallTrack.cohort_id)
        .join(ProgrammeVersion, ProgrammeVersion.id == Cohort.programme_version_id)
        .where(CallTrack.call_id == call_id).order_by(CallTrack.position, CallTrack.id)
    ).all()  # fmt: skip


def criteria(call_id: int) -> Sequence[CallCriterion]:
    return db.session().scalars(
        select(CallCriterion).where(CallCriterion.call_id == call_id)
        .order_by(CallCriterion.most_points.desc(), CallCriterion.id)
    ).all()  # fmt: skip


def quotas(call_id: int) -> Sequence[CallQuota]:
    return db.session().scalars(select(CallQuota).where(CallQuota.call_id == call_id).order_by(CallQuota.sex)).all()


def documents_asked(call_id: int) -> Sequence[CallDocument]:
    return db.session().scalars(
        select(CallDocument).where(CallDocument.call_id == call_id).order_by(CallDocument.position, CallDocument.id)
    ).all()  # fmt: skip


def is_any_call_due() -> bool:
    """Whether a call is to open or to close, or a file's days to be completed are over."""
    due = select(Call.id).where(or_(
        (Call.state == CallState.PUBLISHED) & (Call.opens_on <= today()),
        (Call.state == CallState.OPEN) & (Call.closes_on < today()),
    ))  # fmt: skip
    late = select(Application.id).where(
        Application.state == ApplicationState.INCOMPLETE, Application.complete_by < today()
    )  # fmt: skip
    return any(db.session().execute(rows.limit(1)).first() is not None for rows in (due, late))
