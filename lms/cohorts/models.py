"""Who learns together, and when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.cohorts.grouping import Purpose
from lms.cohorts.lifecycle import EnrolmentState as EnrolmentState
from lms.cohorts.lifecycle import HoldOutcome


class Cohort(db.Base):
    """A group that follows one programme version for life. Whether it has started or ended follows from its dates."""

    __tablename__ = "cohorts"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
        CheckConstraint("capacity > 0", name="some_capacity"),
        Index("ix_cohorts_starts_on", "starts_on", "id"),
    )

    id: Mapped[db.Id]
    code: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    programme_version_id: Mapped[int] = mapped_column(ForeignKey("programme_versions.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    capacity: Mapped[int]
    least_people: Mapped[int] = mapped_column(default=0, server_default="0")  # to start with; 0: whoever comes
    issues_certificates: Mapped[bool] = mapped_column(
        default=True
    )  # as soon as the rule is met; False: a coordinator does
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class CohortModule(db.Base):
    """When a module of the programme opens to this cohort and until when its work is due (institute's calendar days)."""

    __tablename__ = "cohort_modules"
    __table_args__ = (CheckConstraint("due_on >= opens_on", name="dates_in_order"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), primary_key=True)
    position: Mapped[int]
    opens_on: Mapped[date]
    due_on: Mapped[date]


class Enrolment(db.Base):
    """One participant's place in one cohort."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("cohort_id", "user_id"), Index("ix_enrolments_user_id", "user_id"))

    id: Mapped[db.Id]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[EnrolmentState] = mapped_column(String(12))
    enrolled_at: Mapped[datetime]


class EnrolmentEvent(db.Base):
    """A change of an enrolment's state, with who and why. Append-only."""

    __tablename__ = "enrolment_events"

    id: Mapped[db.Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    state: Mapped[EnrolmentState] = mapped_column(String(12))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")


class Hearing(db.Base):
    """What somebody said, and when, before the change of state that ``event_id`` names. Append-only."""

    __tablename__ = "hearings"

    event_id: Mapped[int] = mapped_column(ForeignKey("enrolment_events.id"), primary_key=True)
    held_on: Mapped[date]
    report: Mapped[str] = mapped_column(Text)


class Accommodation(db.Base):
    """What somebody always has beyond the others, because of a disability or the like. Confidential: whoever judges sees what
    follows from it, never that there is one. One is in force at most; a change ends it and adds another."""

    __tablename__ = "accommodations"
    __table_args__ = (
        Index("one_accommodation_in_force", "user_id", unique=True, sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("extra_percent >= 0 AND extra_days >= 0 AND extra_attempts >= 0", name="takes_nothing_away"),
        Index("ix_accommodations_user_id", "user_id"),
    )  # fmt: skip

    id: Mapped[db.Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    extra_percent: Mapped[int]
    extra_days: Mapped[int]
    extra_attempts: Mapped[int]
    note: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Extension(db.Base):
    """What somebody was granted once, for one module: its dates, its quiz, its assignment."""

    __tablename__ = "extensions"
    __table_args__ = (
        Index("ix_extensions_enrolment_id", "enrolment_id", "module_id"),
        CheckConstraint("extra_minutes >= 0 AND extra_days >= 0 AND extra_attempts >= 0", name="takes_nothing_away"),
    )

    id: Mapped[db.Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    extra_days: Mapped[int]
    extra_minutes: Mapped[int]
    extra_attempts: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Transfer(db.Base):
    """A place that went from one cohort to another, with the event that says who, when and why. Append-only."""

    __tablename__ = "transfers"
    __table_args__ = (
        Index("ix_transfers_from_cohort_id", "from_cohort_id"),
        Index("ix_transfers_enrolment_id", "enrolment_id"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("enrolment_events.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    from_cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"))
    to_cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"))


class Group(db.Base):
    """A part of a cohort, for a purpose: its language lessons, its practical work."""

    __tablename__ = "groups"
    __table_args__ = (UniqueConstraint("cohort_id", "purpose", "name"),)

    id: Mapped[db.Id]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"))
    purpose: Mapped[Purpose] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))


class GroupMember(db.Base):
    """Which group of its purpose somebody is in: one at most."""

    __tablename__ = "group_members"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(String(12), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)


class HeadCountAlert(db.Base):
    """That somebody was told of a cohort with too few people, so many days before it starts."""

    __tablename__ = "head_count_alerts"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), primary_key=True)
    days_before: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int]
    at: Mapped[datetime]


class SeatHold(db.Base):
    """A place kept for somebody who is no participant yet. ``holder`` is the key of whoever keeps it, such as ``offer:12``;
    ``expires_at`` None: until it is released."""

    __tablename__ = "seat_holds"
    __table_args__ = (
        Index(
            "one_open_hold", "holder", unique=True, sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_seat_holds_open", "cohort_id", "ended_at"),
    )  # fmt: skip

    id: Mapped[db.Id]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"))
    holder: Mapped[str] = mapped_column(String(60))
    held_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[HoldOutcome | None] = mapped_column(String(12))

    def is_live(self, moment: datetime) -> bool:
        """Whether the place is kept at that moment."""
        return self.ended_at is None and (self.expires_at is None or self.expires_at > moment)


class RosterImport(db.Base):
    """A CSV roster read and waiting for a yes. ``rows`` as roster.py reads them; ``digest`` recognises the same file again."""

    __tablename__ = "roster_imports"

    id: Mapped[db.Id]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    rows: Mapped[list[Any]]
    problems: Mapped[list[Any]]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
