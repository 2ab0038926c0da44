"""Sites and rooms."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from lms import db
from lms.db import Record
from lms.timetable.models import Room, Site

_ROOMS = select(
    Room.id, Room.name, Room.capacity, Room.equipment, Room.is_open, Room.site_id, Site.name_fr.label("site_fr"),
    Site.name_en.label("site_en"), Site.city,
).join(Site, Site.id == Room.site_id)  # fmt: skip


def rooms(*, open_only: bool = False) -> Sequence[Record]:
    """Every room with its site's names and city, site by site."""
    query = _ROOMS.order_by(Site.name_fr, Room.name)
    return db.session().execute(query.where(Room.is_open) if open_only else query).all()


def rooms_by_id(room_ids: Collection[int]) -> dict[int, Record]:
    return {row.id: row for row in db.session().execute(_ROOMS.where(Room.id.in_(room_ids)))} if room_ids else {}


def site_choices() -> Sequence[Record]:
    return db.session().execute(select(Site.id, Site.name_fr, Site.name_en, Site.city).order_by(Site.name_fr)).all()
