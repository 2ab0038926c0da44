"""Where and when the demo's cohorts meet: two sites, a weekly pattern for each cohort, sessions planned, confirmed and held."""

from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select

from lms import db
from lms.competencies import services as competencies
from lms.competencies.qualifying import Level
from lms.demo import dates
from lms.demo.diary import Diary
from lms.demo.services.cast import COORDINATOR, Crew, Group
from lms.demo.stories import DOMAIN, STAFF, Intake
from lms.timetable import services as timetable
from lms.timetable.calendar_days import PeriodKind
from lms.timetable.generator import HalfDay
from lms.timetable.lifecycle import Half, SessionState
from lms.timetable.models import TrainingSession
from lms.timetable.services.calendar import PeriodFacts
from lms.timetable.services.places import RoomFacts, SiteFacts
from lms.timetable.staffing import Part

SITES = (
    (SiteFacts("Centre de Casablanca — Sidi Maârouf", "Casablanca centre — Sidi Maarouf", "مركز الدار البيضاء", "Casablanca",
               "MA-06", "Technopark, route de Nouaceur"), ("Salle Atlas", "Salle Rif", "Salle Souss")),
    (SiteFacts("Centre de Rabat — Agdal", "Rabat centre — Agdal", "مركز الرباط", "Rabat", "MA-04", "12, avenue de France"),
     ("Salle Bouregreg", "Salle Chellah")),
)  # fmt: skip
ROOM_OF = {
    "CLD": "Salle Atlas",
    "SEC": "Salle Rif",
    "AIO": "Salle Souss",
    "DEV": "Salle Bouregreg",
    "DAT": "Salle Chellah",
}
EQUIPMENT = ("projecteur", "24 postes", "tableau blanc")
BETWEEN_SITES = 90
FRIDAYS_FROM = time(14, 30)
RAMADAN = (date(2027, 2, 8), date(2027, 3, 8), time(9), time(15))
_HOURS = {Half.MORNING: (time(9), time(12, 30)), Half.AFTERNOON: (time(14), time(17, 30))}
_EVENING = time(18)
OFFICE = timedelta(hours=9, minutes=12)
MOVED = "CLD"
"""The track whose running cohort had a session moved."""


def furnish(crew: Crew) -> None:
    """Sites, rooms, the calendar, and what the facilitators may lead."""
    by = crew.actor(COORDINATOR)
    sites = []
    for facts, names in SITES:
        site = timetable.add_site(facts, by=by)
        sites.append(site.id)
        for name in names:
            crew.rooms[name] = timetable.add_room(site.id, RoomFacts(name, 24, EQUIPMENT), by=by).id
    casablanca, rabat = sites
    timetable.set_travel(casablanca, rabat, BETWEEN_SITES, by=by)
    timetable.fill_calendar()
    first, last, opens, closes = RAMADAN
    names = ("Ramadan 1448 (estimation)", "Ramadan 1448 (estimate)")
    timetable.add_period(PeriodFacts(PeriodKind.RAMADAN, *names, first, last, opens, closes), by=by)
    for staff in STAFF:
        if staff.role == "facilitator":
            for track in (*staff.tracks, "TRV"):
                competencies.qualify(
                    f"{staff.key}@{DOMAIN}", level=Level.FC, track=track, module_code=None, valid_from=date(2025, 1, 6),
                    valid_until=None, source=f"HAB-2025-{track}", by=by,
                )  # fmt: skip


def note_fridays(diary: Diary, first: date, last: date, at: datetime, crew: Crew) -> None:
    facts = PeriodFacts(PeriodKind.FRIDAY, "Vendredi après-midi", "Friday afternoons", first, last, FRIDAYS_FROM, None)
    diary.note(at, partial(_add_period, facts, crew))


def _add_period(facts: PeriodFacts, crew: Crew) -> None:
    timetable.add_period(facts, by=crew.actor(COORDINATOR))


def note_sessions(diary: Diary, group: Group, crew: Crew, opened_at: datetime) -> None:
    """Planned the day after the cohort opens; confirmed a week before it starts, unless it has not come to that."""
    diary.note(opened_at + timedelta(days=1), partial(_plan, group, crew))
    if group.term.intake is Intake.COMING:
        return
    diary.note(dates.at_midnight(group.term.starts_on - timedelta(days=7)) + OFFICE, partial(_confirm, group, crew))
    if group.term.intake is Intake.RUNNING and group.track == MOVED:
        diary.note(
            dates.at_midnight(group.term.starts_on + timedelta(days=1)) + OFFICE, partial(_move_one, group, crew)
        )


def note_evenings(diary: Diary, first: date, last: date) -> None:
    """What the worker does: the sessions of the day have begun and ended."""
    day = first
    while day <= last:
        diary.note(dates.at_midnight(day) + timedelta(hours=_EVENING.hour), timetable.follow_clock)
        day += timedelta(days=1)


def pattern(track: str, intake: Intake) -> list[HalfDay]:
    """Half-days that leave their facilitator time for the other track and the other intake."""
    tracks = next(staff.tracks for staff in STAFF if staff.role == "facilitator" and track in staff.tracks)
    half = Half.MORNING if tracks.index(track) == 0 else Half.AFTERNOON
    weekdays = (1, 3) if intake is Intake.COMING else (0, 2, 4)
    return [HalfDay(weekday, half, *_HOURS[half]) for weekday in weekdays]


def _plan(group: Group, crew: Crew) -> None:
    wish = timetable.Wish(
        pattern(group.track, group.term.intake), frozenset(part.content.id for part in group.parts), group.term.starts_on,
        crew.rooms[ROOM_OF[group.track]], staff={crew.facilitator(group.track).user_id or 0: Part.LEAD},
    )  # fmt: skip
    timetable.generate_sessions(group.id, wish, by=crew.actor(COORDINATOR))


def _confirm(group: Group, crew: Crew) -> None:
    timetable.confirm_ready(group.id, by=crew.actor(COORDINATOR))


def _move_one(group: Group, crew: Crew) -> None:
    """The second session, to the next day at the same hours."""
    waiting = select(TrainingSession).where(
        TrainingSession.cohort_id == group.id, TrainingSession.state == SessionState.CONFIRMED
    )
    session = db.session().scalars(waiting.order_by(TrainingSession.starts_at).limit(1)).one()
    timetable.move_session(
        session.id, version=session.version, day=session.day + timedelta(days=1),
        starts=session.starts, ends=session.ends, half=Half(session.half),
        reason="Coupure d’électricité annoncée au centre ce jour-là.", by=crew.actor(COORDINATOR),
    )  # fmt: skip
