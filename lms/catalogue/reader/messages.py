"""What was expected, in sentences: from the kinds of error that pydantic and our schemas raise."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from lms.competencies.schema import PATTERNS
from lms.i18n import _

MAX_LISTED = 12

_QUOTED = re.compile("'([^']*)'")

Context = Mapping[str, Any]


def among(names: Iterable[object]) -> str:
    """``a, b, c``, and no more than a reader can use."""
    listed = [str(name) for name in names]
    return ", ".join(listed[:MAX_LISTED]) + (", …" if len(listed) > MAX_LISTED else "")


def not_among(value: object, expected: Sequence[object]) -> str:
    near = get_close_matches(str(value), [str(name) for name in expected], n=1)
    if near:
        return _('"%(value)s" is unknown: did you mean "%(near)s"?', value=value, near=near[0])
    if not expected:
        return _('"%(value)s" is unknown: there are none yet', value=value)
    return _('"%(value)s" is unknown: expected one of %(expected)s', value=value, expected=among(expected))


def not_expected(name: object, known: Sequence[str]) -> str:
    near = get_close_matches(str(name), known, n=1)
    if near:
        return _('is not expected here: did you mean "%(near)s"?', near=near[0])
    return _("is not expected here: known are %(known)s", known=among(known))


def choice_expected(context: Context, value: object) -> str:
    expected = _QUOTED.findall(str(context.get("expected") or context.get("expected_tags", "")))
    if "tag" in context:  # then the value is all of the group
        value = context["tag"]
    return _('expected one of %(expected)s, not "%(value)s"', expected=among(expected), value=_shown(value))


def pattern_expected(context: Context, value: object) -> str:
    wording: dict[str, Callable[[], str]] = {
        "id": lambda: _("expected lower-case words joined by hyphens, such as live-coding"),
        "code": lambda: _("expected a code in upper case, such as DEV-1"),
        "programme_code": lambda: _("expected a code in upper case, such as DEV or DEV-F"),
        "competency_code": lambda: _("expected the code of a competency, such as DEV.1"),
        "family": lambda: _("expected a family in upper case, such as DEV"),
        "isco": lambda: _('expected an ISCO group of up to four digits in quotes, such as "2512"'),
        "one_line": lambda: _("expected a text on one line"),
        "decimal": lambda: _('expected a decimal number in quotes, such as "12.5"'),
    }
    return wording[PATTERNS[context["pattern"]]]()


def text_expected(context: Context, value: object) -> str:
    if value is None:
        return _("is empty: expected a text")
    if isinstance(value, bool | int | float):
        return _("expected a text: put it in quotes")
    if isinstance(value, dict):
        return _('expected a text: put it in quotes if it holds ": "')
    return _("expected a text")


def group_expected(context: Context, value: object) -> str:
    if value is None:
        return _("is empty: expected fields")
    return _('expected fields, such as "fr: …", not %(value)s', value=_kind(value))


def number_expected(context: Context, value: object) -> str:
    if isinstance(value, str):
        return _("expected a number, without quotes")
    return _("expected a whole number")


def too_short(context: Context, value: object) -> str:
    return _(
        "expected at least %(least)d, not %(actual)d", least=context["min_length"], actual=context["actual_length"]
    )


def too_long(context: Context, value: object) -> str:
    return _("expected at most %(most)d, not %(actual)d", most=context["max_length"], actual=context["actual_length"])


SENTENCES: Mapping[str, Callable[[Context, Any], str]] = {
    # pydantic's
    "missing": lambda context, value: _("is missing"),
    "literal_error": choice_expected,
    "union_tag_invalid": choice_expected,
    "union_tag_not_found": lambda context, value: _("has no kind"),
    "string_pattern_mismatch": pattern_expected,
    "string_type": text_expected,
    "string_too_short": lambda context, value: _("is empty: expected a text"),
    "string_too_long": lambda context, value: _("expected at most %(most)d characters", most=context["max_length"]),
    "bool_type": lambda context, value: _("expected true or false, without quotes"),
    "int_type": number_expected,
    "int_parsing": number_expected,
    "int_from_float": number_expected,
    "float_type": number_expected,
    "greater_than_equal": lambda context, value: _("expected %(least)s or more", least=context["ge"]),
    "less_than_equal": lambda context, value: _("expected %(most)s or less", most=context["le"]),
    "too_short": too_short,
    "too_long": too_long,
    "model_type": group_expected,
    "model_attributes_type": group_expected,
    "mapping_type": group_expected,
    "dict_type": group_expected,
    "tuple_type": lambda context, value: _('expected a list: one "- " for each'),
    "list_expected": lambda context, value: _('expected a list: one "- " for each'),
    # ours: see refusal() in the schemas
    "repeated": lambda context, value: _('"%(value)s" is listed twice', value=context["value"]),
    "one_of_two": lambda context, value: _(
        "expected either %(first)s or %(second)s", first=context["first"], second=context["second"]
    ),
    "needs_each_other": lambda context, value: _(
        "expected both %(first)s and %(second)s", first=context["first"], second=context["second"]
    ),
    "family_differs": lambda context, value: _('expected "%(expected)s", as in the code', expected=context["expected"]),
    "date_expected": lambda context, value: _("expected a date, such as 2026-11-23"),
    "number_expected": lambda context, value: _("expected a number of hours, without quotes"),
    "halves": lambda context, value: _("expected whole or half hours"),
    "weights": lambda context, value: _("weights add up to %(total)d: expected 100", total=context["total"]),
    "second_of_kind": lambda context, value: _(
        "only one assessment can be of kind %(kind)s: make the other live", kind=context["of"]
    ),
    "not_among": lambda context, value: _(
        "%(what)s (from %(field)s)", what=not_among(context["value"], context["expected"]), field=context["field"]
    ),
    "not_all": lambda context, value: _(
        "expected all of %(field)s: %(missing)s is missing", field=context["field"], missing=among(context["expected"])
    ),
    "all_right": lambda context, value: _("expected at least one choice that is not right"),
    "negative": lambda context, value: _("expected 0 or more"),
    "nothing_to_hand_in": lambda context, value: _("expected a text, files, or both to be handed in"),
}


def sentence(kind: str, context: Context, value: object) -> str:
    """The sentence for one error. ``value`` is what stands in the file."""
    say = SENTENCES.get(kind)
    return say(context, value) if say else _("is not valid (%(kind)s)", kind=kind)


def _shown(value: object) -> str:
    """A scalar as its author wrote it, cut short."""
    if isinstance(value, list | dict):
        return _kind(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    words = str(value)
    return words if len(words) <= 40 else words[:40] + "…"


def _kind(value: object) -> str:
    if isinstance(value, list):
        return _("a list")
    if isinstance(value, dict):
        return _("a group of fields")
    return f'"{_shown(value)}"'
