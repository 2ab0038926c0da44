"""What assessors judge: work by its rubric, performances by a mark, teaching practice by a signature."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from lms import db
from lms.assessment import queries
from lms.assessment import services as assessment
from lms.assessment.grading import rubric_mark
from lms.assessment.models import Outcome
from lms.assessment.queries.live import live_component, live_marks, practice_task
from lms.assessment.services import NewMark, record_live_marks, sign_off_practice
from lms.demo import dates
from lms.demo.diary import Diary
from lms.demo.services.cast import Crew, Group, Member, Part
from lms.demo.stories import Turn
from lms.demo.writing import PASSES, judgement, levels, live_remark, remark, work
from lms.permissions import Actor

DAY = timedelta(days=1)


def note_work(diary: Diary, group: Group, part: Part, crew: Crew) -> None:
    """Handed in around the due day and reviewed some days later; what is returned comes back once."""
    for member in group.members:
        random, course = member.random, part.course(member)
        comes_back = len(course.work) > 1
        day = part.due_on + (-3 if comes_back else random.choice((-5, -4, -3, -2, -2, -1, -1, 0, 0, 1))) * DAY
        for number, aimed in enumerate(course.work, 1):
            handed_in_at = dates.in_the_evening(day, random)
            reviewed_at = dates.at_work(day + (3 if comes_back else random.randrange(3, 12)) * DAY, random)
            if member.is_here(reviewed_at):
                diary.note(handed_in_at, partial(_hand_in, part, member, number))
                diary.note(reviewed_at, partial(_review, group, part, member, aimed, crew.assessor))
            day = reviewed_at.date() + 5 * DAY
            if course.second_review:
                again_at = reviewed_at + 2 * DAY
                diary.note(again_at, partial(_review, group, part, member, aimed + 1, crew.second_assessor, number=2))


def _hand_in(part: Part, member: Member, number: int) -> None:
    assignment_id = part.content.work.assignment_id
    row = queries.assignment_for(member.user_id, member.enrolment_id, assignment_id)
    body = work(part.content.code, member.author, member.random, is_reworked=number > 1)
    statement = remark("ai", member.person.locale, member.random)
    member.submissions[assignment_id] = assessment.hand_in(
        row, body, (), ai_statement=statement, number=number, by=member.actor
    )


def _review(
    group: Group, part: Part, member: Member, aimed: float, assessor: Callable[[str], Actor], *, number: int = 1
) -> None:
    """Judge the latest version by its rubric; below the pass mark it is returned. ``number``: which judgement this is."""
    by, locale = assessor(group.track), member.person.locale
    criteria = part.content.work.criteria
    given = levels(criteria, aimed, member.random)
    mark = float(rubric_mark(criteria, given))
    said = judgement(part.content.code, given, mark, locale, member.random)
    comment = said.comment if number == 1 else remark("second_opinion", locale, member.random)
    row = queries.work_to_review(member.submissions[part.content.work.assignment_id], by=by)
    assessment.review_work(
        row, levels=given, comments=said.comments, comment=comment, number=number, by=by,
        outcome=Outcome.ACCEPTED if mark >= PASSES else Outcome.RETURNED,
    )  # fmt: skip


def note_performances(diary: Diary, group: Group, part: Part, crew: Crew) -> None:
    """Everybody on one day; a second sitting two weeks later for those who need it."""
    random = group.members[0].random
    for component_id in part.content.live:
        for sitting in (1, 2):
            at = dates.at_work(part.due_on + (-1 if sitting == 1 else 14) * DAY, random)
            diary.note(at, partial(_mark_performances, group, part, component_id, sitting, crew, at))


def _mark_performances(group: Group, part: Part, component_id: int, sitting: int, crew: Crew, at: datetime) -> None:
    sat = [member for member in group.here(at) if len(part.course(member).live) >= sitting]
    standing = live_marks(component_id, [member.enrolment_id for member in sat])
    marks = [
        _new_mark(member, part.course(member).live[sitting - 1], sitting, standing.get(member.enrolment_id))
        for member in sat
    ]
    if marks:
        record_live_marks(live_component(group.id, component_id), marks, by=crew.assessor(group.track))


def _new_mark(member: Member, aimed: float, sitting: int, before: db.Record | None) -> NewMark:
    comment = live_remark(aimed, member.person.locale, member.random)
    return NewMark(member.enrolment_id, Decimal(f"{aimed:.1f}"), sitting, comment, before.id if before else None)


def note_practice(diary: Diary, group: Group, part: Part, crew: Crew) -> None:
    """Each task is seen on one day; a few are not seen in time, and some have not shown it yet."""
    random = group.members[0].random
    for task_id in part.content.practice:
        at = dates.at_work(dates.within(part.opens_on, part.due_on, random.uniform(0.75, 0.95)), random)
        diary.note(at, partial(_sign, group, part, task_id, crew, at))


def _sign(group: Group, part: Part, task_id: int, crew: Crew, at: datetime) -> None:
    seen = [
        member for member in group.here(at)
        if member.random.random() < 0.95 and not (part.is_last and member.fate.turn is Turn.NOT_YET)
    ]  # fmt: skip
    comments = {member.enrolment_id: remark("practice", member.person.locale, member.random) for member in seen}
    sign_off_practice(practice_task(group.id, task_id), comments, by=crew.assessor(group.track))
