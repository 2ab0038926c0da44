"""Sites, rooms, and the way between sites."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from lms import audit, db
from lms.errors import Missing, Refused, Stale
from lms.i18n import _
from lms.permissions import Actor
from lms.timetable import queries
from lms.timetable.models import Room, Site, TravelTime


class NameTaken(Refused):
    """Another site has this name, or another room of the site."""


class RoomInUse(Refused):
    """Sessions to come are planned in the room."""


@dataclass(frozen=True)
class SiteFacts:
    name_fr: str
    name_en: str
    name_ar: str
    city: str
    region: str
    address: str


@dataclass(frozen=True)
class RoomFacts:
    name: str
    capacity: int
    equipment: tuple[str, ...] = ()
    is_open: bool = True


def add_site(facts: SiteFacts, *, by: Actor) -> Site:
    """Raises NameTaken."""
    site = Site(name_fr="", name_en="", city="", region="")
    _write_site(site, facts)
    _save(site, _("Another site has this name."))
    audit.record("site.added", f"site:{site.id}", by=by, name=site.name_fr)
    return site


def edit_site(site: Site, facts: SiteFacts, *, version: int, by: Actor) -> None:
    """Raises Stale, NameTaken."""
    refuse_stale(site.version, version)
    try:
        with db.session().begin_nested():
            _write_site(site, facts)
    except IntegrityError:
        raise NameTaken(_("Another site has this name."), field="name_fr") from None
    audit.record("site.changed", f"site:{site.id}", by=by, name=site.name_fr)


def _write_site(site: Site, facts: SiteFacts) -> None:
    site.name_fr, site.name_en, site.name_ar = facts.name_fr.strip(), facts.name_en.strip(), facts.name_ar.strip()
    site.city, site.region, site.address = facts.city.strip(), facts.region, facts.address.strip()


def add_room(site_id: int, facts: RoomFacts, *, by: Actor) -> Room:
    """Raises NameTaken."""
    queries.site(site_id)
    room = Room(site_id=site_id, name="", capacity=1, equipment=[])
    _write_room(room, facts)
    _save(room, _("Another room of this site has this name."))
    audit.record("room.added", f"room:{room.id}", by=by, name=room.name, capacity=room.capacity)
    return room


def edit_room(room: Room, facts: RoomFacts, *, version: int, by: Actor) -> None:
    """Raises Stale, NameTaken, RoomInUse when it closes with sessions to come. Sessions that no longer fit are told on their
    pages and cannot be confirmed."""
    refuse_stale(room.version, version)
    if room.is_open and not facts.is_open and queries.is_room_needed(room.id):
        raise RoomInUse(_("Sessions to come are planned in this room. Move them first."), field="is_open")
    try:
        with db.session().begin_nested():
            _write_room(room, facts)
    except IntegrityError:
        raise NameTaken(_("Another room of this site has this name."), field="name") from None
    audit.record("room.changed", f"room:{room.id}", by=by, name=room.name, capacity=room.capacity, is_open=room.is_open)


def _write_room(room: Room, facts: RoomFacts) -> None:
    room.name, room.capacity, room.is_open = facts.name.strip(), facts.capacity, facts.is_open
    room.equipment = [item.strip() for item in facts.equipment if item.strip()]


def _save(row: Site | Room, taken: str) -> None:
    try:
        with db.session().begin_nested():
            db.session().add(row)
    except IntegrityError:
        raise NameTaken(taken, field="name_fr" if isinstance(row, Site) else "name") from None


def refuse_stale(present: int, seen: int) -> None:
    if present != seen:
        raise Stale(_("Somebody else changed this while you were editing. Check the values below and save again."))


def set_travel(one: int, other: int, minutes: int, *, by: Actor) -> None:
    """How long people need between two sites, either way."""
    if one == other:
        raise Missing
    first, second = min(one, other), max(one, other)
    queries.site(first)
    queries.site(second)
    known = db.session().get(TravelTime, (first, second))
    if known is None:
        db.session().add(TravelTime(from_site_id=first, to_site_id=second, minutes=minutes))
    else:
        known.minutes = minutes
    audit.record("travel.set", f"site:{first}", by=by, other=second, minutes=minutes)
