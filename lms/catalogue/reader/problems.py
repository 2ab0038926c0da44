"""What is wrong with the course files, and where; all of it at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

Place = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """``field`` names the culprit within the file (``questions[3].key``, or ``picture`` in Markdown)."""

    path: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.field}: {self.message}"


class CourseProblems(Exception):
    """The course files cannot be used. Each problem says what was expected."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


@dataclass
class Report:
    """The problems of one run, in the order of files and lines."""

    found: set[Problem] = field(default_factory=set)

    def add(self, path: str, line: int, field: str, message: str) -> None:
        self.found.add(Problem(path, line, field, message))

    def in_order(self) -> list[Problem]:
        return sorted(self.found)


def field_name(place: Place) -> str:
    """``("questions", 3, "key")`` as ``questions[3].key``."""
    name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return name.removeprefix(".") or "file"
