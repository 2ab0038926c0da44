"""All that happened in three intakes, done by the services everybody else uses, with the clock at each moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

from lms import db
from lms.accounts import passwords
from lms.accounts import queries as accounts
from lms.catalogue import queries as catalogue
from lms.clock import CASABLANCA, now
from lms.credentials import queries as credentials
from lms.demo import dates
from lms.demo.dates import Term
from lms.demo.diary import Diary
from lms.demo.fates import fates
from lms.demo.people import TRACKS, participants
from lms.demo.queries import Content, contents, open_programmes
from lms.demo.services import exempting, judging, learning, opening, scheduling
from lms.demo.services.cast import Crew, Group, Member, Part, Progress
from lms.demo.services.mails import settle_mails
from lms.demo.stories import PASSWORD
from lms.errors import Refused
from lms.i18n import _

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"
)  # fmt: skip
NAMES = {
    "DEV": "Développement", "CLD": "Cloud", "SEC": "Cybersécurité", "DAT": "Données", "AIO": "IA appliquée et offshoring"
}  # fmt: skip
BEFORE_ALL = timedelta(weeks=7)
OPENED_BEFORE = timedelta(weeks=5)


class NotEmpty(Refused):
    """There are people here who are not the demo's."""


class NoKey(Refused):
    """Its certificates could not be sealed."""


class NothingToFollow(Refused):
    """The catalogue lacks a programme the demo follows."""


def load(seed: int, progress: Progress) -> None:
    """Everything or nothing. Raises NotEmpty, NoKey, NothingToFollow."""
    password_hash = passwords.hash_password(
        PASSWORD
    )  # one for all: the password is no secret, and hashing takes its time
    present = now()
    with db.transaction():
        if not accounts.is_empty():
            raise NotEmpty(_("This database has people in it. The demo goes into an empty one only."))
        if credentials.active_key() is None:
            raise NoKey(_("There is no key to seal certificates with. Make one first: lms init"))
        diary = _written(seed, present, password_hash)
        for done, total in diary.play(present):
            progress(done, total)
        settle_mails()


def _written(seed: int, present: datetime, password_hash: str) -> Diary:
    diary, crew = Diary(), Crew()
    groups = _groups(seed, present)
    random = Random(f"institute {seed}")
    begins = min(group.term.starts_on for group in groups) - BEFORE_ALL
    taken_on = dates.at_work(begins, random)
    diary.note(taken_on, partial(opening.take_staff_on, crew, password_hash))
    diary.note(taken_on + timedelta(hours=1), partial(opening.add_organisations, crew))
    diary.note(taken_on + timedelta(hours=2), partial(scheduling.furnish, crew))
    scheduling.note_fridays(
        diary, begins, max(group.term.ends_on for group in groups), taken_on + timedelta(hours=3), crew
    )
    scheduling.note_evenings(diary, min(group.term.starts_on for group in groups), present.date())
    for group in groups:
        opened_at = dates.at_work(min(group.term.starts_on, present.date()) - OPENED_BEFORE, random)
        diary.note(opened_at, partial(opening.open_cohort, group, crew))
        diary.note(dates.at_midnight(group.term.starts_on), opening.start_cohorts)
        scheduling.note_sessions(diary, group, crew, opened_at)
        opening.note_enrolments(diary, group, crew, password_hash, present)
        for part in group.parts:
            learning.note_lessons(diary, group, part)
            learning.note_attendance(diary, group, part, crew)
            learning.note_quizzes(diary, group, part)
            judging.note_practice(diary, group, part, crew)
            judging.note_performances(diary, group, part, crew)
            judging.note_work(diary, group, part, crew)
            exempting.note_exemptions(diary, group, part, crew)
        opening.note_completions(diary, group, crew)
    return diary


def _groups(seed: int, present: datetime) -> list[Group]:
    people = participants(seed)
    their = fates(people, seed)
    programmes = open_programmes()
    missing = [track for track in TRACKS if f"{track}-F" not in programmes]
    if missing:
        raise NothingToFollow(_(
            "The catalogue has no open programme %(code)s. Publish the courses first: lms courses sync courses",
            code=f"{missing[0]}-F",
        ))  # fmt: skip
    modules = {track: catalogue.modules_of(programmes[f"{track}-F"].id) for track in TRACKS}
    content = contents(sorted({row.id for rows in modules.values() for row in rows}))
    return [
        Group(
            f"{track}-{term.starts_on:%Y-%m}", f"{NAMES[track]} · {MONTHS[term.starts_on.month - 1]} {term.starts_on.year}",
            track, term, programmes[f"{track}-F"].id, _parts(term, modules[track], content),
            [
                Member(person, their[person.email], Random(f"play {seed} {person.email}"))
                for person in people if (person.intake, person.track) == (term.intake, track)
            ],
        )
        for term in dates.terms(present.astimezone(CASABLANCA).date())
        for track in TRACKS
    ]  # fmt: skip


def _parts(term: Term, rows: Sequence[db.Record], content: dict[int, Content]) -> list[Part]:
    windows = dates.windows(term, [row.minutes for row in rows])
    return [
        Part(content[row.id], opens_on, due_on, is_last=row is rows[-1])
        for row, (opens_on, due_on) in zip(rows, windows, strict=True)
    ]
