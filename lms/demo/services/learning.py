"""What participants do in a module: they come, read, and take its quiz."""

from datetime import datetime, timedelta
from functools import partial

from lms import db
from lms.assessment import draw
from lms.assessment import services as assessment
from lms.assessment.draw import Put, Rule
from lms.assessment.models import Answer, Attempt
from lms.assessment.queries.attempts import attempt_to_write
from lms.clock import now
from lms.demo import answers, dates
from lms.demo.diary import Diary
from lms.demo.fates import HALF_DAY
from lms.demo.queries import Bank
from lms.demo.services.cast import Crew, Group, Member, Part
from lms.demo.writing import remark
from lms.learning.models import LessonProgress
from lms.timetable import services as timetable

BETWEEN_ATTEMPTS = timedelta(days=2)
"""A second attempt waits until the first has been looked at."""


def note_lessons(diary: Diary, group: Group, part: Part) -> None:
    """Spread over most of the module; some leave the last one undone."""
    count = len(part.content.lessons)
    for member in group.members:
        random = member.random
        for place, lesson_id in enumerate(part.content.lessons):
            skipped = place == count - 1 and random.random() > 0.5 + member.fate.strength
            day = dates.within(part.opens_on, part.due_on, 0.75 * (place + random.random()) / count)
            at = dates.in_the_evening(day, random)
            if member.is_here(at) and not skipped:
                diary.note(at, partial(_read, member, lesson_id))


def _read(member: Member, lesson_id: int) -> None:
    """Written without asking again whether they may: there are more than a thousand of these."""
    db.session().add(LessonProgress(enrolment_id=member.enrolment_id, lesson_id=lesson_id, done_at=now()))


def note_attendance(diary: Diary, group: Group, part: Part, crew: Crew) -> None:
    """The facilitator writes the sheets down half way and at the end; what is made up is a correction with its reason."""
    random = group.members[0].random
    half_way = dates.at_work(dates.within(part.opens_on, part.due_on, 0.5), random)
    at_the_end = dates.at_work(part.due_on, random)
    diary.note(half_way, partial(_write_sheets, group, part, crew, half_way, is_over=False))
    diary.note(at_the_end, partial(_write_sheets, group, part, crew, at_the_end, is_over=True))
    for member in group.members:
        if part.course(member).made_up:
            made_up_at = dates.at_work(part.due_on + timedelta(days=8), member.random)
            diary.note(made_up_at, partial(_make_up, group, part, crew, member))


def _write_sheets(group: Group, part: Part, crew: Crew, at: datetime, *, is_over: bool) -> None:
    by = crew.facilitator(group.track)
    for member in group.here(at):
        held, present = _minutes(part, member, is_over=is_over)
        timetable.record_attendance(member.enrolment_id, part.content.id, part.content.taught, held, present, by=by)


def _minutes(part: Part, member: Member, *, is_over: bool) -> tuple[int, int]:
    """Held so far and present; the first absence falls into the first half."""
    course = part.course(member)
    half_days = part.content.taught // HALF_DAY
    if is_over:
        return part.content.taught, part.content.taught - course.missed * HALF_DAY - course.late
    held = half_days // 2 * HALF_DAY
    return held, held - min(course.missed, 1) * HALF_DAY


def _make_up(group: Group, part: Part, crew: Crew, member: Member) -> None:
    taught = part.content.taught
    _held, present = _minutes(part, member, is_over=True)
    timetable.record_attendance(
        member.enrolment_id, part.content.id, taught, taught, present + HALF_DAY, by=crew.facilitator(group.track),
        reason=remark("made_up", "fr", member.random),
    )  # fmt: skip


def note_quizzes(diary: Diary, group: Group, part: Part) -> None:
    for member in group.members:
        random = member.random
        day = dates.within(part.opens_on, part.due_on, random.uniform(0.7, 0.85))
        for number, share in enumerate(part.course(member).quiz, 1):
            begun_at = dates.in_the_evening(day + (number - 1) * BETWEEN_ATTEMPTS, random)
            length = timedelta(minutes=random.randrange(11, 24))
            if not member.is_here(begun_at):
                continue
            taken = _Taken(member, part.content.bank, number, share)
            diary.note(begun_at, taken.begin)
            diary.note(begun_at + length, partial(taken.finish, begun_at, length))


class _Taken:
    """One attempt. Its questions come from a seed of the demo's own, so that they are the same each time; it is marked by
    those who mark all attempts."""

    def __init__(self, member: Member, bank: Bank, number: int, share: float) -> None:
        self.member, self.bank, self.number, self.share = member, bank, number, share
        self.seed = member.random.getrandbits(31)
        self.attempt_id = 0
        self.layout: list[Put] = []

    def begin(self) -> None:
        quiz, questions = self.bank.quiz, self.bank.questions
        rules = [Rule(frozenset(rule["tags"]), rule["count"]) for rule in quiz.draw]
        drawn = draw.chosen(self.bank.tags, rules, self.seed)
        self.layout = [draw.put(one, questions[one].kind, questions[one].body, self.seed) for one in drawn]
        attempt = Attempt(
            enrolment_id=self.member.enrolment_id, quiz_id=quiz.id, number=self.number, seed=self.seed,
            layout=[put.as_json() for put in self.layout], started_at=now(),
            closes_at=now() + timedelta(minutes=quiz.minutes) if quiz.minutes else None,
        )  # fmt: skip
        db.session().add(attempt)
        db.session().flush()  # the answers name the attempt
        self.attempt_id = attempt.id

    def finish(self, begun_at: datetime, length: timedelta) -> None:
        """Answer every question on the way and hand in."""
        random, solutions = self.member.random, self.bank.solutions
        missed = answers.missed(self.bank.points([put.question_id for put in self.layout]), self.share, random)
        for place, put in enumerate(self.layout, 1):
            solution = solutions[put.question_id]
            wrong = put.question_id in missed
            response = answers.wrong(put, solution, random) if wrong else answers.right(put, solution)
            db.session().add(Answer(
                attempt_id=self.attempt_id, question_id=put.question_id, revision=1, response={"value": response},
                saved_at=begun_at + length * place / (len(self.layout) + 1),
            ))  # fmt: skip
        db.session().flush()  # the marking reads the answers
        attempt = attempt_to_write(self.member.user_id, self.attempt_id)
        assessment.submit_attempt(attempt, by=self.member.actor)
