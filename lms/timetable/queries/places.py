"""Sites and rooms."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from lms import db
from lms.clock import now
from lms.db import Record
from lms.errors import Missing
from lms.timetable.lifecycle import OPEN
from lms.timetable.models import Room, Site, TrainingSession, TravelTime

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


def sites() -> Sequence[Record]:
    """Every site with its names, city, region and address."""
    columns = select(Site.id, Site.name_fr, Site.name_en, Site.city, Site.region, Site.address)
    return db.session().execute(columns.order_by(Site.name_fr)).all()


def site(site_id: int) -> Site:
    row = db.session().get(Site, site_id)
    if row is None:
        raise Missing
    return row


def room(room_id: int) -> Room:
    row = db.session().get(Room, room_id)
    if row is None:
        raise Missing
    return row


def is_room_needed(room_id: int) -> bool:
    """Whether sessions to come are planned in it."""
    needed = select(TrainingSession.id).where(
        TrainingSession.room_id == room_id, TrainingSession.state.in_(OPEN), TrainingSession.ends_at > now()
    )
    return db.session().execute(needed.limit(1)).first() is not None


def ways_from(site_id: int) -> dict[int, int]:
    """The minutes somebody wrote down between this site and others, by the other site."""
    rows = db.session().execute(
        select(TravelTime.from_site_id, TravelTime.to_site_id, TravelTime.minutes).where(
            (TravelTime.from_site_id == site_id) | (TravelTime.to_site_id == site_id)
        )
    )
    return {row.to_site_id if row.from_site_id == site_id else row.from_site_id: row.minutes for row in rows}
