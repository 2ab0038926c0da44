from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.draw import Put, put
from lms.assessment.responses import Flaw, clean, fingerprint, flaw, folded, from_form, number
from tests.factories import BODIES, RIGHT

KINDS = st.sampled_from(sorted(BODIES))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.sampled_from(["one", "two", "sun"]), inner)
    ),
    max_leaves=8,
)


def made(kind: str) -> Put:
    return put(12, kind, BODIES[kind], 5)


class TestClean:
    @given(KINDS, JSON)
    def test_takes_anything_and_keeps_only_what_was_offered(self, kind: str, raw: Any) -> None:
        kept = clean(made(kind), raw)

        assert clean(made(kind), kept) == kept
        if isinstance(kept, dict):
            assert kept
            assert set(kept) <= set(made(kind).order) | set(made(kind).prompts)
        if isinstance(kept, list):
            assert kept
            assert set(kept) <= set(made(kind).order)

    @pytest.mark.parametrize("kind", sorted(BODIES))
    def test_keeps_a_right_answer(self, kind: str) -> None:
        kept = clean(made(kind), RIGHT[kind])

        assert kept is not None
        assert flaw(made(kind), kept) is None

    def test_does_not_mind_the_order_of_ticks(self) -> None:
        assert clean(made("multiple_choice"), ["c", "a"]) == clean(made("multiple_choice"), ["a", "c", "a"])

    def test_drops_places_that_are_none(self) -> None:
        assert clean(made("ordering"), {"one": "4", "two": "0", "three": True, "four": 1}) is None
        assert clean(made("ordering"), {"one": "3", "two": 1}) == {"one": 3, "two": 1}

    def test_survives_what_no_database_takes(self) -> None:
        assert clean(made("short_text"), "a\0b\ud800c") == "abc"
        assert len(str(clean(made("short_text"), "x" * 5000))) == 300


class TestFlaw:
    @pytest.mark.parametrize(("kind", "response", "expected"), [
        ("single_choice", None, Flaw.EMPTY), ("ordering", {"one": 1}, Flaw.PARTIAL),
        ("ordering", {"one": 1, "two": 1, "three": 2}, Flaw.REPEATED), ("matching", {"sun": "day"}, Flaw.PARTIAL),
        ("numeric", "twelve", Flaw.NOT_A_NUMBER), ("numeric", "12", None), ("matching", {"sun": "day", "moon": "day"}, None),
    ])  # fmt: skip
    def test_says_what_is_missing_and_never_what_is_wrong(
        self, kind: str, response: Any, expected: Flaw | None
    ) -> None:
        assert flaw(made(kind), response) == expected


class TestNumber:
    @pytest.mark.parametrize(("text", "value"), [
        ("12.5", "12.5"), ("12,5", "12.5"), ("١٢٫٥", "12.5"),
        ("\u06f1\u06f2,\u06f5", "12.5"), (" 1 234,5 ", "1234.5"), ("1\u202f234,5", "1234.5"),
        ("1,234.5", "1234.5"), ("1.234,5", "1234.5"), ("-3", "-3"), ("\u22123", "-3"), (".5", "0.5"), ("+7", "7"),
    ])  # fmt: skip
    def test_reads_what_people_write(self, text: str, value: str) -> None:
        assert number(text) == Decimal(value)

    @pytest.mark.parametrize(
        "text", ["", "twelve", "1e9", "NaN", "Infinity", "1,2,3", "--1", "12 h", "0x10", "1" * 40, None, 5]
    )
    def test_refuses_the_rest(self, text: object) -> None:
        assert number(text) is None

    @given(st.decimals(-(10**9), 10**9, places=4))
    def test_reads_back_every_decimal_with_either_sign(self, value: Decimal) -> None:
        assert number(f"{value:f}") == value
        assert number(f"{value:f}".replace(".", ",")) == value

    @given(st.text())
    def test_never_fails(self, text: str) -> None:
        number(text)


class TestFolded:
    def test_folds_case_spaces_and_apostrophes(self) -> None:
        assert folded("  L’Hyperviseur \n PRINCIPAL ") == folded("l'hyperviseur principal")

    def test_keeps_accents(self) -> None:
        assert folded("élève") != folded("eleve")
        assert folded("e\u0301le\u0300ve") == folded("élève")

    @given(st.text())
    def test_changes_nothing_twice(self, text: str) -> None:
        assert folded(folded(text)) == folded(text)


class TestFromForm:
    @pytest.mark.parametrize("kind", sorted(BODIES))
    def test_reads_the_fields_of_the_page(self, kind: str) -> None:
        right = RIGHT[kind]
        if isinstance(right, dict):
            form = {f"q12-{part}": [str(value)] for part, value in right.items()}
        else:
            form = {"q12": right if isinstance(right, list) else [right]}

        assert from_form(made(kind), form) == clean(made(kind), right)
        assert from_form(made(kind), {}) is None


class TestFingerprint:
    @given(KINDS, JSON, JSON)
    def test_is_the_same_only_for_the_same_answer(self, kind: str, one: Any, other: Any) -> None:
        first, second = clean(made(kind), one), clean(made(kind), other)

        assert (fingerprint(first) == fingerprint(second)) == (first == second)
