"""Messages promised."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db

MOST_TRIES = 8
BACK_OFF = timedelta(minutes=1)


class OutboxState(StrEnum):
    """Follows from the row; never stored."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # refused MOST_TRIES times, or for good
    DROPPED = "dropped"  # nobody needs it any more, or somebody stopped it


class OutboxMessage(db.Base):
    """A mail owed to somebody, written in the transaction of the fact. ``kind`` names the template; ``values`` holds ids and
    plain words for it, never a token: one-time links are made when the mail is sent.

    Owed to a user, or to somebody without an account (an applicant, a host): then the row says where, to whom and in which
    language."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index("ix_outbox_messages_due", "sent_at", "next_try_at"),
        CheckConstraint(
            "(user_id IS NOT NULL AND email IS NULL AND name IS NULL AND locale IS NULL)"
            " OR (user_id IS NULL AND email IS NOT NULL AND name IS NOT NULL AND locale IS NOT NULL)",
            name="one_reader",
        ),
    )

    id: Mapped[db.Id]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    name: Mapped[str | None] = mapped_column(String(160))
    locale: Mapped[str | None] = mapped_column(String(5))
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    values: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]  # None: given up, or sent
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    refused_at: Mapped[datetime | None]  # the address takes no mail: trying again would change nothing


class Audience(StrEnum):
    """Whom an announcement is for."""

    COHORT = "cohort"
    GROUP = "group"
    AT_RISK = "at_risk"
    CHOSEN = "chosen"


class Announcement(db.Base):
    """What somebody told the people of a cohort. It never changes: a correction is another one. ``key`` is the form's, so that
    a form sent twice is one announcement."""

    __tablename__ = "announcements"
    __table_args__ = (Index("ix_announcements_cohort_id", "cohort_id", "id"),)

    id: Mapped[db.Id]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"))
    audience: Mapped[Audience] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class AnnouncementReader(db.Base):
    """Somebody an announcement is for, as settled when it was written. ``read_at`` None: they have not said so yet."""

    __tablename__ = "announcement_readers"
    __table_args__ = (Index("ix_announcement_readers_user_id", "user_id", "announcement_id"),)

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    read_at: Mapped[datetime | None]


class Preference(db.Base):
    """Somebody wants no mail on this topic (kinds.Topic). Mails about access and security are always sent."""

    __tablename__ = "notification_preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
