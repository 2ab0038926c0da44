"""The head of a lesson, in one language; its body is Markdown."""

from typing import Annotated

from pydantic import Field

from lms.competencies.schema import AtLeastOne, Id, Sheet, Words, line

Minutes = Annotated[int, Field(strict=True, ge=1, le=600)]


class LessonHead(Sheet):
    """The lines between the ``---`` at the top of a lesson."""

    id: Id
    title: Annotated[str, line(200)]
    minutes: Minutes
    objectives: AtLeastOne[Words]
