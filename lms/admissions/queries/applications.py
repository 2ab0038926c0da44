"""Files: by link, by owner, by number; what is in them and what became of them."""

from collections.abc import Sequence

from sqlalchemy import select

from lms import db
from lms.accounts.models import User
from lms.accounts.tokens import hashed
from lms.admissions.models import (
    Application,
    ApplicationDocument,
    ApplicationEvent,
    ApplicationLink,
    Call,
    CallDocument,
)
from lms.db import Record
from lms.errors import Missing


def application(application_id: int) -> Application:
    row = db.session().get(Application, application_id)
    if row is None:
        raise Missing
    return row


def application_of_token(token: str) -> Application:
    """The file that a link opens."""
    row = db.session().scalars(
        select(Application).join(ApplicationLink, ApplicationLink.application_id == Application.id)
        .where(ApplicationLink.token_hash == hashed(token))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise Missing
    return row


def application_of_user(application_id: int, user_id: int) -> Application:
    """One of somebody's own files."""
    row = db.session().get(Application, application_id)
    if row is None or row.user_id != user_id:
        raise Missing
    return row


def applications_of(user_id: int) -> Sequence[Record]:
    """Somebody's own files, newest first: id, state, submitted_at, code and titles of the call, closes_on."""
    return db.session().execute(
        select(Application.id, Application.state, Application.submitted_at, Call.code, Call.title_fr, Call.title_en,
               Call.closes_on)
        .join(Call, Call.id == Application.call_id)
        .where(Application.user_id == user_id).order_by(Application.id.desc()).limit(50)
    ).all()  # fmt: skip


def documents_of(application_id: int) -> Sequence[Record]:
    """What the call asks, and what was sent for it (``file_id`` and the columns after it are None for what is missing):
    document_id, name_fr, name_en, is_required, file_id, name, content_type, size, sent_at, key."""
    return db.session().execute(
        select(CallDocument.id.label("document_id"), CallDocument.name_fr, CallDocument.name_en, CallDocument.is_required,
               ApplicationDocument.id.label("file_id"), ApplicationDocument.name, ApplicationDocument.content_type,
               ApplicationDocument.size, ApplicationDocument.sent_at, ApplicationDocument.key)
        .join(Application, Application.call_id == CallDocument.call_id)
        .outerjoin(ApplicationDocument, (ApplicationDocument.document_id == CallDocument.id)
                   & (ApplicationDocument.application_id == Application.id) & ApplicationDocument.superseded_at.is_(None))
        .where(Application.id == application_id).order_by(CallDocument.position, CallDocument.id)
    ).all()  # fmt: skip


def missing_documents(application_id: int) -> Sequence[Record]:
    """The required ones that were not sent; columns as ``documents_of``."""
    return [row for row in documents_of(application_id) if row.is_required and row.file_id is None]


def events_of(application_id: int) -> Sequence[Record]:
    """What became of a file, oldest first: id, state, at, reason, detail, by_applicant, by (a name, None for the institute)."""
    who = (User.given_name + " " + User.family_name).label("by")
    return db.session().execute(
        select(ApplicationEvent.id, ApplicationEvent.state, ApplicationEvent.at, ApplicationEvent.reason,
               ApplicationEvent.detail, ApplicationEvent.by_applicant, who)
        .outerjoin(User, User.id == ApplicationEvent.by)
        .where(ApplicationEvent.application_id == application_id).order_by(ApplicationEvent.id)
    ).all()  # fmt: skip
