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
    FAILED = "failed"  # the mail server refused it MOST_TRIES times
    DROPPED = "dropped"  # nobody needs it any more


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


class Preference(db.Base):
    """Somebody wants no mail on this topic (kinds.Topic). Mails about access and security are always sent."""

    __tablename__ = "notification_preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
