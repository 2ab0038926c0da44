"""A participant's own word on what they have read."""

from sqlalchemy.exc import IntegrityError

from lms import db
from lms.clock import now, today
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.windows import WindowState, window_of
from lms.errors import Missing, Refused
from lms.i18n import _
from lms.learning import queries
from lms.learning.models import LessonProgress
from lms.permissions import Actor


class NotLearning(Refused):
    """Only active participants change their progress."""


class NotOpenYet(Refused):
    """The module opens later."""


def mark_done(enrolment_id: int, lesson_id: int, *, by: Actor) -> None:
    """Say that a lesson is done. Saying it twice keeps the first time. Raises NotLearning, NotOpenYet."""
    progress = _progress(enrolment_id, lesson_id, by)
    if progress is not None:
        progress.done_at = progress.done_at or now()
        return
    try:
        with db.session().begin_nested():
            db.session().add(LessonProgress(enrolment_id=enrolment_id, lesson_id=lesson_id, done_at=now()))
    except IntegrityError:
        return  # said in another window at the same time


def mark_not_done(enrolment_id: int, lesson_id: int, *, by: Actor) -> None:
    """Take it back. Raises as ``mark_done``."""
    progress = _progress(enrolment_id, lesson_id, by)
    if progress is not None:
        progress.done_at = None


def _progress(enrolment_id: int, lesson_id: int, by: Actor) -> LessonProgress | None:
    """What was said so far, once it is sure that ``by`` may say more."""
    place = queries.lesson_place(enrolment_id, lesson_id)
    if not by.is_institute and by.user_id != place.user_id:
        raise Missing  # it is their own word
    if place.state not in LEARNING:
        raise NotLearning(_("Your place in this cohort is not active: your progress stays as it is."))
    if window_of(place, today()) is WindowState.UPCOMING:
        raise NotOpenYet(_("This module is not open yet."))
    return db.session().get(LessonProgress, (enrolment_id, lesson_id))
