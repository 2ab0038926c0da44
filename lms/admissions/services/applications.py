"""What applicants do: a file begun, written in, sent, completed, withdrawn (docs/rules.md §21).

Whoever is not signed in acts as ``APPLICANT``: the link they hold is what lets them in.
"""

from dataclasses import dataclass, fields

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms import audit, db, storage
from lms.accounts.models import Organisation, OrganisationKind, Sex
from lms.accounts.names import search_key
from lms.accounts.tokens import hashed, new_token
from lms.admissions import queries
from lms.admissions.events import ApplicationStarted, ApplicationSubmitted
from lms.admissions.lifecycle import EDITABLE, ApplicationState, takes_applications
from lms.admissions.models import (
    Application,
    ApplicationDocument,
    ApplicationEvent,
    ApplicationLink,
    Call,
    CallDocument,
    CallTrack,
)
from lms.admissions.services.steps import StepRefused, locked, step
from lms.clock import now, today
from lms.errors import Missing, Refused, Stale
from lms.events import emit
from lms.i18n import _, _n
from lms.permissions import Actor
from lms.uploads import Upload

APPLICANT = Actor(user_id=None, name="")
"""Somebody without an account, let in by the link to their file."""


class CallNotOpen(Refused):
    """Nobody may apply on this day."""


class AppliedAlready(Refused):
    """There is a file from this address in this call."""


class FileIncomplete(Refused):
    """A required field or document is missing."""


class FileClosed(Refused):
    """The file is being examined, or its time is over: nothing in it changes."""


@dataclass(frozen=True)
class Applicant:
    """What somebody writes in a file. ``organisation_id`` follows from the name when the institute knows it."""

    track_id: int
    email: str
    given_name: str
    family_name: str
    given_name_ar: str = ""
    family_name_ar: str = ""
    sex: Sex | None = None
    phone: str = ""
    region: str = ""
    city: str = ""
    organisation_name: str = ""
    organisation_kind: OrganisationKind | None = None
    diploma: str = ""
    years_teaching: int = 0
    motivation: str = ""
    locale: str = "fr"


_REQUIRED = (
    "email",
    "given_name",
    "family_name",
    "phone",
    "region",
    "city",
    "organisation_name",
    "diploma",
    "motivation",
)


def start_application(call_id: int, applicant: Applicant, *, by: Actor) -> Application:
    """Begin a file as a draft. Raises CallNotOpen, StepRefused for a track of another call."""
    call = queries.call(call_id)
    _refuse_unless_open(call)
    application = Application(
        call_id=call_id, state=ApplicationState.DRAFT, user_id=by.user_id, created_at=now(), search_name="",
    )  # fmt: skip
    _write(application, applicant)
    db.session().add(application)
    db.session().flush()  # the first event and the link name the id
    db.session().add(ApplicationEvent(
        application_id=application.id, state=ApplicationState.DRAFT, at=now(), by=by.user_id, by_applicant=True
    ))  # fmt: skip
    audit.record("application.started", f"application:{application.id}", by=by, call_id=call_id)
    emit(ApplicationStarted(application.id))
    return application


def new_link(application_id: int) -> str:
    """A token that opens the file. Every mail carries one of its own; only its hash is kept."""
    token = new_token()
    db.session().add(ApplicationLink(application_id=application_id, token_hash=hashed(token), made_at=now()))
    return token


def save_draft(application_id: int, applicant: Applicant, *, version: int) -> Application:
    """Write in a file that may still be written in. Raises FileClosed, Stale."""
    application = _editable(application_id)
    if application.version != version:
        raise Stale(_("This file was changed elsewhere while you were editing. Check the values below and save again."))
    if application.state != ApplicationState.DRAFT and (
        applicant.email.strip().lower() != application.email or applicant.track_id != application.track_id
    ):
        raise FileClosed(_("The address and the track cannot be changed once the file was sent."), field="email")
    _write(application, applicant)
    db.session().flush()  # a stale version must show now
    return application


def add_document(application_id: int, document_id: int, upload: Upload) -> ApplicationDocument:
    """Put a file where the call asks for one; what was there is superseded. Raises FileClosed."""
    application = _editable(application_id)
    asked = db.session().get(CallDocument, document_id)
    if asked is None or asked.call_id != application.call_id:
        raise Missing
    _supersede(application_id, document_id)
    sent = ApplicationDocument(
        application_id=application_id, document_id=document_id, name=upload.name, content_type=upload.content_type,
        size=len(upload.content), key=storage.put(upload.content, "applications"), sent_at=now(),
    )  # fmt: skip
    db.session().add(sent)
    db.session().flush()  # pages link to it by its id
    return sent


def drop_document(application_id: int, document_id: int) -> None:
    """Take back what was sent; it stays on record."""
    _editable(application_id)
    _supersede(application_id, document_id)


def submit(application_id: int, *, by: Actor) -> Application:
    """Send a draft. Sending twice is sending once. Raises CallNotOpen, FileIncomplete, AppliedAlready."""
    application = locked(application_id)
    if application.state != ApplicationState.DRAFT:
        return application
    _refuse_unless_open(queries.call(application.call_id))
    _refuse_gaps(application)
    application.submitted_at = application.completed_at = now()
    try:
        with db.session().begin_nested():
            event = step(application, ApplicationState.SUBMITTED, by=by)
    except IntegrityError:
        raise AppliedAlready(
            _("An application from this e-mail address was already sent for this call."), field="email"
        ) from None
    emit(ApplicationSubmitted(event.application_id))
    return application


def resubmit(application_id: int, *, by: Actor) -> Application:
    """Send a file again after its one round of completion. Raises FileIncomplete, and FileClosed after the last day."""
    application = locked(application_id)
    if application.state != ApplicationState.INCOMPLETE:
        return application
    if application.complete_by is not None and today() > application.complete_by:
        raise FileClosed(_("The days to complete this file are over."))
    _refuse_gaps(application)
    application.completed_at = now()
    step(application, ApplicationState.RESUBMITTED, by=by)
    return application


def _refuse_unless_open(call: Call) -> None:
    if not takes_applications(call.state, call.opens_on, call.closes_on, today()):
        raise CallNotOpen(_("Applications are taken from the first day of the call to its last, not before or after."))


def missing_fields(application: Application) -> list[str]:
    """The names of what must be written before the file can be sent, and is not."""
    return [name for name in _REQUIRED if not str(getattr(application, name)).strip()]


def _refuse_gaps(application: Application) -> None:
    fields_missing = missing_fields(application)
    if fields_missing:
        raise FileIncomplete(_("This is needed before the file can be sent."), field=fields_missing[0])
    missing = queries.missing_documents(application.id)
    if missing:
        raise FileIncomplete(
            _n("One required document is missing.", "%(num)d required documents are missing.", len(missing)),
            field=f"document_{missing[0].document_id}",
        )


def _editable(application_id: int) -> Application:
    application = locked(application_id)
    if ApplicationState(application.state) not in EDITABLE:
        raise FileClosed(_("The file was sent: nothing in it can be changed any more."))
    if application.state == ApplicationState.DRAFT:
        _refuse_unless_open(queries.call(application.call_id))
    return application


def _write(application: Application, applicant: Applicant) -> None:
    track = db.session().get(CallTrack, applicant.track_id)
    if track is None or track.call_id != application.call_id:
        raise StepRefused(_("Choose one of the tracks of this call."), field="track_id")
    for field in fields(applicant):
        value = getattr(applicant, field.name)
        setattr(application, field.name, value.strip() if type(value) is str else value)
    application.email = applicant.email.strip().lower()
    application.organisation_id = _organisation_id(applicant.organisation_name)
    application.search_name = search_key(
        application.given_name, application.family_name, application.given_name_ar, application.family_name_ar,
        application.email,
    )  # fmt: skip


def _organisation_id(name: str) -> int | None:
    """The organisation that the institute knows by this name."""
    return db.session().execute(
        select(Organisation.id).where(func.lower(Organisation.name) == name.strip().lower()).limit(1)
    ).scalar_one_or_none()  # fmt: skip


def _supersede(application_id: int, document_id: int) -> None:
    before = db.session().scalars(
        select(ApplicationDocument).where(
            ApplicationDocument.application_id == application_id, ApplicationDocument.document_id == document_id,
            ApplicationDocument.superseded_at.is_(None),
        )
    ).one_or_none()  # fmt: skip
    if before is not None:
        before.superseded_at = now()
        db.session().flush()  # one is in force at a time
