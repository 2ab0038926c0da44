"""Where training takes place."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms import db


class Site(db.Base):
    """A building with rooms, in a city."""

    __tablename__ = "sites"

    id: Mapped[db.Id]
    name_fr: Mapped[str] = mapped_column(String(160), unique=True)
    name_en: Mapped[str] = mapped_column(String(160))
    name_ar: Mapped[str] = mapped_column(String(160), default="")
    city: Mapped[str] = mapped_column(String(80))
    region: Mapped[str] = mapped_column(String(6))
    address: Mapped[str] = mapped_column(String(240), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class Room(db.Base):
    """``equipment``: plain words, such as a projector. ``is_open`` False: kept for the past, nothing more is planned there."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("site_id", "name"), CheckConstraint("capacity > 0", name="some_capacity"))

    id: Mapped[db.Id]
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    name: Mapped[str] = mapped_column(String(80))
    capacity: Mapped[int]
    equipment: Mapped[list[str]] = mapped_column(default=list)
    is_open: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class TravelTime(db.Base):
    """How long people need from one site to another, either way. ``from_site_id`` is the smaller id."""

    __tablename__ = "travel_times"
    __table_args__ = (
        CheckConstraint("from_site_id < to_site_id", name="smaller_first"),
        CheckConstraint("minutes >= 0", name="no_time_machine"),
    )

    from_site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    to_site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    minutes: Mapped[int]
