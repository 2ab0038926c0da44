"""What a participant typed or ticked, brought into the one form in which it is kept. Pure.

Kept by kind: single choice an id; several choices a list of ids; true/false ``"true"`` or ``"false"``; numeric and short
text the words as typed; ordering ``{item: place}`` from 1; matching ``{prompt: option}``. ``None``: no answer.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from lms.assessment.draw import Put

LONGEST = 300
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫\u2212", "01234567890123456789.-")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?|[+-]?\.[0-9]{1,15}")
_SPACES = re.compile(r"\s+")

Response = str | list[str] | dict[str, int] | dict[str, str] | None


class Flaw(StrEnum):
    """What is missing from an answer; what somebody may want to look at before handing in."""

    EMPTY = "empty"
    PARTIAL = "partial"
    REPEATED = "repeated"  # two items in the same place
    NOT_A_NUMBER = "not_a_number"


def clean(put: Put, raw: object) -> Response:
    """Only what the question offered stays; the rest never reaches the database."""
    match put.kind:
        case "single_choice":
            return raw if isinstance(raw, str) and raw in put.order else None
        case "true_false":
            return raw if raw in ("true", "false") and isinstance(raw, str) else None
        case "multiple_choice":
            ticked = {item for item in raw if isinstance(item, str)} if isinstance(raw, list) else set()
            return [choice for choice in put.order if choice in ticked] or None
        case "ordering":
            places = {item: _place(raw, item, len(put.order)) for item in put.order}
            return {item: place for item, place in places.items() if place} or None
        case "matching":
            pairs = raw if isinstance(raw, dict) else {}
            return {prompt: pairs[prompt] for prompt in put.prompts if pairs.get(prompt) in put.order} or None
        case _:
            return _words(raw)


def _place(raw: object, item: str, most: int) -> int:
    value = raw.get(item) if isinstance(raw, dict) else None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 4:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most else 0


def _words(raw: object) -> str | None:
    if not isinstance(raw, str):
        return None
    sound = raw.encode("utf-8", "ignore").decode()  # half a surrogate pair cannot be stored
    printable = "".join(c for c in sound if c.isspace() or unicodedata.category(c) != "Cc")
    return printable.strip()[:LONGEST] or None


def flaw(put: Put, response: Response) -> Flaw | None:
    """None when nothing seems to be missing; never says whether the answer is right."""
    if response is None:
        return Flaw.EMPTY
    if put.kind == "numeric" and number(response) is None:
        return Flaw.NOT_A_NUMBER
    if isinstance(response, dict):
        if len(response) < len(put.order if put.kind == "ordering" else put.prompts):
            return Flaw.PARTIAL
        if put.kind == "ordering" and len(set(response.values())) < len(response):
            return Flaw.REPEATED
    return None


def number(response: object) -> Decimal | None:
    """A number as people write it: comma or point, spaces between thousands, Arabic-Indic digits. Exponents are not."""
    if not isinstance(response, str):
        return None
    text = _SPACES.sub("", response.translate(_DIGITS))
    if "," in text and "." in text:  # both: the last one is the decimal sign
        thousands = "," if text.rindex(".") > text.rindex(",") else "."
        text = text.replace(thousands, "")
    text = text.replace(",", ".")
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def folded(text: str) -> str:
    """What short texts are compared by: case, spaces and the shape of the apostrophe do not matter; accents do."""
    plain = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    return unicodedata.normalize("NFC", _SPACES.sub(" ", plain).strip())


def fingerprint(response: Response) -> str:
    """A short name of an answer: tells whether a page changed it, without sending it twice."""
    text = json.dumps(response, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def same(one: Response, other: Response) -> bool:
    return fingerprint(one) == fingerprint(other)


def parts(put: Put) -> tuple[str, ...]:
    """The parts of an answer that are given one by one; none when it is given in one piece."""
    return {"ordering": put.order, "matching": put.prompts}.get(put.kind, ())


def from_form(put: Put, form: Mapping[str, list[str]]) -> Response:
    """The answer in the fields of a page: ``q12``, and ``q12-part`` for what is given part by part."""
    name = f"q{put.question_id}"
    raw: object
    if parts(put):
        raw = {part: form[f"{name}-{part}"][0] for part in parts(put) if form.get(f"{name}-{part}")}
    elif put.kind == "multiple_choice":
        raw = form.get(name, [])
    else:
        raw = form[name][0] if form.get(name) else None
    return clean(put, raw)
