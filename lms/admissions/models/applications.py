"""Files of applicants: what they wrote and sent, and what became of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.accounts.models import OrganisationKind, Sex
from lms.admissions.lifecycle import AppealOutcome, AppealStage, ApplicationState

_LIVE = "state NOT IN ('draft', 'withdrawn')"


class Application(db.Base):
    """One person's file for one track. Whoever holds one of its links opens it, and its ``user_id`` when they have an account.
    ``organisation_id`` is set when the institute knows the employer. ``completed_at`` is when the file was complete, which
    settles ties; ``complete_by`` the last day to complete it. ``enrolment_id`` is where it led."""

    __tablename__ = "applications"
    __table_args__ = (
        Index("one_application_a_call", "call_id", "email", unique=True, sqlite_where=text(_LIVE),
              postgresql_where=text(_LIVE)),
        Index("ix_applications_list", "call_id", "state", "family_name", "id"),
        Index("ix_applications_track", "track_id", "state"),
        CheckConstraint("years_teaching >= 0", name="years"),
    )  # fmt: skip

    id: Mapped[db.Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("call_tracks.id"))
    state: Mapped[ApplicationState] = mapped_column(String(12))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(5), default="fr")
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    given_name_ar: Mapped[str] = mapped_column(String(80), default="")
    family_name_ar: Mapped[str] = mapped_column(String(80), default="")
    search_name: Mapped[str] = mapped_column(String(400))
    sex: Mapped[Sex | None] = mapped_column(String(6))
    phone: Mapped[str] = mapped_column(String(20), default="")
    region: Mapped[str] = mapped_column(String(5), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    organisation_name: Mapped[str] = mapped_column(String(160), default="")
    organisation_kind: Mapped[OrganisationKind | None] = mapped_column(String(20))
    diploma: Mapped[str] = mapped_column(String(160), default="")
    years_teaching: Mapped[int] = mapped_column(default=0)
    motivation: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    complete_by: Mapped[date | None]
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class ApplicationLink(db.Base):
    """A link that opens a file: only the hash of its token is here. Each mail carries one of its own; all stay good."""

    __tablename__ = "application_links"

    id: Mapped[db.Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]


class ApplicationEvent(db.Base):
    """A step of a file, with who and why. ``by`` None and not ``by_applicant``: the institute's own clock. ``detail`` names what
    was missing. Append-only."""

    __tablename__ = "application_events"

    id: Mapped[db.Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    state: Mapped[ApplicationState] = mapped_column(String(12))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_applicant: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ApplicationDocument(db.Base):
    """A file sent in, for what the call asks. A newer one supersedes it; nothing is deleted."""

    __tablename__ = "application_documents"
    __table_args__ = (
        Index(
            "one_document_in_force", "application_id", "document_id", unique=True, sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[db.Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("call_documents.id"))
    name: Mapped[str] = mapped_column(String(120))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    key: Mapped[str] = mapped_column(String(120))
    sent_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Appeal(db.Base):
    """An applicant contests what was decided, the event; somebody who did not examine the file (``assigned_to``) answers, once.
    One is open at most. The day on which it is to be answered at the latest is ``answer_by``."""

    __tablename__ = "application_appeals"
    __table_args__ = (
        Index("one_open_appeal", "application_id", unique=True, sqlite_where=text("decided_at IS NULL"),
              postgresql_where=text("decided_at IS NULL")),
    )  # fmt: skip

    id: Mapped[db.Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    state: Mapped[ApplicationState] = mapped_column(String(12))  # what is contested
    text: Mapped[str] = mapped_column(Text)
    lodged_at: Mapped[datetime]
    answer_by: Mapped[date]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("application_events.id"), unique=True)
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    assigned_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    outcome: Mapped[AppealOutcome | None] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")

    @property
    def stage(self) -> AppealStage:
        if self.decided_at is not None:
            return AppealStage.CLOSED
        return AppealStage.LODGED if self.assigned_to is None else AppealStage.ASSIGNED
