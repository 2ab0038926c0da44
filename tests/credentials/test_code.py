from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.credentials.code import ALPHABET, LENGTH, Mistyped, check_character, new_code, parse, printed

characters = st.text(alphabet=ALPHABET, min_size=LENGTH, max_size=LENGTH)
codes = characters.map(lambda text: text + check_character(text))


class TestNewCode:
    def test_is_well_formed_and_never_the_same(self) -> None:
        made = {new_code() for _try in range(500)}

        assert len(made) == 500
        assert {parse(code) for code in made} == made


class TestParse:
    @given(codes)
    def test_takes_what_is_printed(self, code: str) -> None:
        assert parse(printed(code)) == code

    @given(codes)
    def test_forgives_case_and_spaces(self, code: str) -> None:
        assert parse(f" {' '.join(code.lower())}\u00a0") == code

    @given(codes)
    def test_reads_letters_that_look_like_digits(self, code: str) -> None:
        for digit, look_alikes in (("0", "oO"), ("1", "iIlL")):
            for letter in look_alikes:
                assert parse(code.replace(digit, letter)) == code

    @settings(deadline=None, max_examples=25)
    @given(codes)
    def test_catches_every_single_wrong_character(self, code: str) -> None:
        for place in range(LENGTH + 1):
            for wrong in ALPHABET.replace(code[place], ""):
                with pytest.raises(Mistyped):
                    parse(code[:place] + wrong + code[place + 1 :])

    @settings(deadline=None, max_examples=25)
    @given(codes)
    def test_catches_every_swap_of_two_at_any_distance(self, code: str) -> None:
        for one, other in combinations(range(LENGTH), 2):
            if code[one] != code[other]:
                swapped = list(code)
                swapped[one], swapped[other] = swapped[other], swapped[one]
                with pytest.raises(Mistyped):
                    parse("".join(swapped))

    @pytest.mark.parametrize(
        "text",
        ["", "K7MQ", "K7MQ-4T9X-WB2R-JP", "K7MQ-4T9X-WB2U-P", "K7MQ-4T9X-WB2R-é", "2026-0042", "x" * 5000, "\x00" * 13],
    )
    def test_refuses_what_cannot_be_a_code(self, text: str) -> None:
        with pytest.raises(Mistyped):
            parse(text)

    def test_lets_one_random_string_in_thirty_two_through(self) -> None:
        base = "K7MQ4T9XWB2R"

        assert [check for check in ALPHABET if check_character(base) == check] == [check_character(base)]


class TestCheckCharacter:
    def test_is_the_weighted_sum_that_was_settled(self) -> None:
        """Codes on paper must stay right: these were worked out by hand from the definition."""
        assert check_character("000000000000") == "0"
        assert check_character("100000000000") == "2"  # 1 × 2^1
        assert check_character("000010000000") == "5"  # 1 × 2^5 = x^5 = x^2 + 1
        assert check_character("110000000000") == "6"  # 2 + 4
