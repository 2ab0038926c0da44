from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.reporting.risk import QUIET_DAYS, ModuleFacts, Risk, RiskCode, risks
from lms.reporting.wording import risk_sentence
from lms.timetable.rates import THRESHOLD, Attendance

TODAY = date(2027, 5, 3)
YESTERDAY = TODAY - timedelta(days=1)


def facts(**said: object) -> ModuleFacts:
    return ModuleFacts(**{"code": "DEV-1", "due_on": TODAY, **said})  # type: ignore[arg-type]


def codes(*modules: ModuleFacts, seen: date = TODAY) -> list[RiskCode]:
    return [risk.code for risk in risks(modules, seen, TODAY)]


class TestRisks:
    def test_says_nothing_of_somebody_who_is_on_their_way(self) -> None:
        assert codes(facts(attendance=Attendance(2100, 1260, 1235), mark=Decimal(12))) == []

    def test_sees_that_the_threshold_is_out_of_reach_as_in_g2(self) -> None:
        (risk,) = risks([facts(attendance=Attendance(2100, 1680, 1235))], TODAY, TODAY)

        assert (risk.code, risk.have) == (RiskCode.OUT_OF_REACH, Fraction(1655, 2100))
        assert "78.8%" in risk_sentence(risk)

    def test_sees_low_attendance_that_can_still_be_made_good(self) -> None:
        assert codes(facts(attendance=Attendance(2100, 420, 210))) == [RiskCode.ATTENDANCE_LOW]

    @pytest.mark.parametrize(("minutes", "expected"), [(210, []), (211, [RiskCode.UNJUSTIFIED])])
    def test_counts_more_than_a_tenth_without_a_justification(self, minutes: int, expected: list[RiskCode]) -> None:
        assert codes(facts(attendance=Attendance(2100, 2100, 1889), unjustified=minutes)) == expected

    @pytest.mark.parametrize(("mark", "expected"), [("12", []), ("11.99", [RiskCode.MARK_LOW])])
    def test_compares_the_mark_with_the_pass_mark_itself_included(self, mark: str, expected: list[RiskCode]) -> None:
        assert codes(facts(mark=Decimal(mark), is_undone=False)) == expected

    def test_counts_the_days_since_a_module_was_due(self) -> None:
        assert codes(facts(due_on=TODAY)) == []
        (risk,) = risks([facts(due_on=TODAY - timedelta(days=3))], TODAY, TODAY)
        assert "3 days ago" in risk_sentence(risk)
        assert codes(facts(due_on=YESTERDAY, is_undone=False)) == []

    @pytest.mark.parametrize(("days", "expected"), [(QUIET_DAYS - 1, []), (QUIET_DAYS, [RiskCode.QUIET])])
    def test_notices_a_long_silence(self, days: int, expected: list[RiskCode]) -> None:
        assert codes(facts(), seen=TODAY - timedelta(days=days)) == expected

    def test_leaves_those_alone_who_have_passed(self) -> None:
        passed = facts(is_passed=True, mark=Decimal(10), due_on=YESTERDAY, attendance=Attendance(2100, 2100, 0))
        assert codes(passed, seen=date(2026, 1, 1)) == []

    @given(scheduled=st.integers(1, 4000), data=st.data())
    def test_never_calls_out_of_reach_what_full_attendance_would_still_save(
        self, scheduled: int, data: st.DataObject
    ) -> None:
        held = data.draw(st.integers(0, scheduled))
        attendance = Attendance(scheduled, held, data.draw(st.integers(0, held)))
        at_the_end = Fraction(attendance.present + scheduled - held, scheduled)

        assert (RiskCode.OUT_OF_REACH in codes(facts(attendance=attendance))) == (at_the_end < THRESHOLD)


class TestSentence:
    @pytest.mark.parametrize("code", list(RiskCode))
    def test_has_one_for_every_risk(self, code: RiskCode) -> None:
        assert "%(" not in risk_sentence(Risk(code, "DEV-1", 3, 4, TODAY))

    def test_never_rounds_up_to_the_threshold(self) -> None:
        assert "79.9%" in risk_sentence(Risk(RiskCode.OUT_OF_REACH, "DEV-1", Fraction(7999, 10000), THRESHOLD))
