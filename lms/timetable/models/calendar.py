"""Which days and hours are for training, and how people take the calendar with them."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.timetable.calendar_days import HolidayKind, HolidayStatus, PeriodKind


class Holiday(db.Base):
    """One or more days off in a row. A religious one is an estimate until the moon is sighted and somebody confirms it."""

    __tablename__ = "holidays"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        Index("ix_holidays_first_day", "first_day"),
    )

    id: Mapped[db.Id]
    first_day: Mapped[date]
    last_day: Mapped[date]
    name_fr: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    name_ar: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[HolidayKind] = mapped_column(String(12))
    status: Mapped[HolidayStatus] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class CalendarPeriod(db.Base):
    """Days with hours of their own (calendar_days.Period says what each kind means). The times are wall times."""

    __tablename__ = "calendar_periods"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        CheckConstraint("closes IS NULL OR opens IS NULL OR closes > opens", name="hours_in_order"),
        Index("ix_calendar_periods_first_day", "first_day"),
    )

    id: Mapped[db.Id]
    kind: Mapped[PeriodKind] = mapped_column(String(12))
    name_fr: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    first_day: Mapped[date]
    last_day: Mapped[date]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class CalendarFeed(db.Base):
    """The private address of somebody's calendar. The address is made of ``nonce`` and the installation's secret; only its
    hash is kept, so the database alone opens no calendar. A new nonce is a new address and the end of the old one."""

    __tablename__ = "calendar_feeds"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
