"""What the templates of questions ask for: the order of an answer, and what a field was filled from."""

from typing import Any

from lms.assessment.queries.attempts import Given
from lms.assessment.responses import fingerprint
from lms.assessment.views import bp


@bp.context_processor
def words() -> dict[str, Any]:
    return {"in_order": in_order, "conflict_base": base_of}


def in_order(answer: dict[str, int] | list[str]) -> list[str]:
    return sorted(answer, key=lambda item: answer[item]) if isinstance(answer, dict) else answer


def base_of(given: Given) -> str:
    """What a field was filled from: says later whether it was changed there, and over which answer."""
    return f"{given.revision}.{fingerprint(given.response)}"
