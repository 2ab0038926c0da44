"""What a sync publishes that others must know."""

from dataclasses import dataclass

from lms.events import Event


@dataclass(frozen=True)
class CourseVersionPublished(Event):
    course_version_id: int


@dataclass(frozen=True)
class ProgrammeVersionPublished(Event):
    programme_version_id: int
