"""``course.yaml``: one subject, its modules in teaching order, and which decision asked for which change."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from lms.competencies.schema import AtLeastOne, Id, Sheet, Text, Title, Words, refusal

Track = Literal["DEV", "CLD", "SEC", "DAT", "AIO", "TRV"]


def _iso_date(value: object) -> date:
    """Only ``2026-11-23``: pydantic alone would take a number of seconds for a date too."""
    try:
        return date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
    except ValueError:
        raise refusal("date_expected") from None


class Change(Sheet):
    """A line of the history. ``decision`` is the number of the committee's decision, where one asked for it."""

    date: Annotated[date, BeforeValidator(_iso_date)]
    what: Text
    decision: Words | None = None


class Course(Sheet):
    code: Annotated[Id, Field(max_length=60)]
    title: Title
    summary: Text
    track: Track
    modules: AtLeastOne[Id]
    history: tuple[Change, ...] = ()
