"""What a participant who knows so much would answer, in the form in which answers are kept. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from lms.assessment.draw import Put
from lms.assessment.responses import Response

Solution = Mapping[str, Any]


def missed(points: Mapping[int, Decimal], share: float, random: Random) -> set[int]:
    """Which questions go wrong for somebody who earns about this share of the points."""
    room = (1 - Decimal(str(round(share, 3)))) * sum(points.values())
    wrong: set[int] = set()
    for question in random.sample(sorted(points), len(points)):
        if points[question] <= room:
            wrong.add(question)
            room -= points[question]
    return wrong


def right(put: Put, solution: Solution) -> Response:
    """The answer that earns all the points."""
    key: Any = solution["key"]
    match put.kind:
        case "true_false":
            return "true" if key else "false"
        case "multiple_choice":
            return [choice for choice in put.order if choice in key]
        case "short_text":
            return str(key[0])
        case "ordering":
            return {item: place for place, item in enumerate(key, 1)}
        case "matching":
            return dict(key)
        case _:
            return str(key)


def wrong(put: Put, solution: Solution, random: Random) -> Response:
    """An answer somebody could really give; some leave the question out."""
    if random.random() < 0.04:
        return None
    key: Any = solution["key"]
    match put.kind:
        case "true_false":
            return "false" if key else "true"
        case "single_choice":
            return random.choice([choice for choice in put.order if choice != key])
        case "multiple_choice":
            return _other_ticks(put.order, list(key), random)
        case "numeric":
            return _other_number(str(key), str(solution.get("tolerance") or "0"), random)
        case "ordering":
            return _swapped(list(key), random)
        case "matching":
            return _mixed_up(dict(key), put.order, random)
        case _:
            return random.choice(("je ne sais plus", "not sure", "?"))


def _other_ticks(order: Sequence[str], key: list[str], random: Random) -> list[str]:
    others = [choice for choice in order if choice not in key]
    kept = random.sample(key, len(key) - 1) if len(key) > 1 else []
    ticked = {*kept, random.choice(others)}
    return [choice for choice in order if choice in ticked]


def _other_number(key: str, tolerance: str, random: Random) -> str:
    value, margin = Decimal(key), Decimal(tolerance)
    off = max(margin * 2, abs(value) / 10, Decimal(1)) * random.choice((1, -1))
    return f"{(value + off).normalize():f}"


def _swapped(key: list[str], random: Random) -> Response:
    one = random.randrange(len(key) - 1)
    key[one], key[one + 1] = key[one + 1], key[one]
    return {item: place for place, item in enumerate(key, 1)}


def _mixed_up(key: dict[str, str], options: Sequence[str], random: Random) -> Response:
    prompt = random.choice(sorted(key))
    key[prompt] = random.choice([option for option in options if option != key[prompt]])
    return key
