from urllib.parse import parse_qsl, urlencode

from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts.lifecycle import EnrolmentState
from lms.reporting.filters import SIZES, Filter
from lms.results.rules import ReasonCode

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30).map(str.strip)


class TestFilter:
    @given(
        st.builds(
            Filter, search=WORDS, state=st.none() | st.sampled_from(EnrolmentState), module=WORDS,
            group=st.none() | st.integers(0, 10**9 - 1),
            blocked_by=st.none() | st.sampled_from(ReasonCode), at_risk=st.booleans(), size=st.sampled_from(SIZES),
        )
    )  # fmt: skip
    def test_comes_back_from_an_address_as_it_went(self, chosen: Filter) -> None:
        assert Filter.of(dict(parse_qsl(urlencode(chosen.as_address())))) == chosen

    def test_leaves_out_what_makes_no_sense(self) -> None:
        found = Filter.of({"state": "gone", "blocked_by": "x", "size": "9999", "at_risk": "maybe", "other": "1"})
        assert found == Filter()
        assert not found.narrows
