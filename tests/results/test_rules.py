from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lms.results.rules import (
    ComponentMark,
    ModuleVerdict,
    Presence,
    Reason,
    ReasonCode,
    eligibility,
    module_verdict,
    weighted_mark,
)

FULL = Presence(scheduled=2100, present=2100)


def component(mark: str | None, weight: int, *, practical: bool = False, slug: str = "part") -> ComponentMark:
    title = {"fr": slug, "en": slug}
    return ComponentMark(slug, title, weight, practical, None if mark is None else Decimal(mark))


def dev_1(practical: str) -> ModuleVerdict:
    """docs/rules.md §3: quiz 20 %, practical examination 50 %, teaching production 30 %."""
    parts = [component("13", 20), component(practical, 50, practical=True), component("14", 30)]
    return module_verdict("DEV-1", parts, FULL)


class TestModuleVerdict:
    def test_refuses_a_practical_below_twelve_whatever_the_mean(self) -> None:  # golden example G4
        verdict = dev_1("11.5")

        assert verdict.mark == Decimal("12.55")
        assert [reason.code for reason in verdict.reasons] == [ReasonCode.PRACTICAL_TOO_LOW]

    def test_passes_after_the_second_sitting(self) -> None:  # golden example G4
        verdict = dev_1("14")

        assert verdict.mark == Decimal("13.80")
        assert verdict.passed

    def test_refuses_a_component_below_eight_whatever_the_mean(self) -> None:  # golden example G5
        verdict = module_verdict("PED-1", [component("7.5", 50), component("18.5", 50)], FULL)

        assert verdict.mark == Decimal("13.00")
        assert [reason.code for reason in verdict.reasons] == [ReasonCode.COMPONENT_ELIMINATORY]

    def test_asks_for_attendance(self) -> None:
        verdict = module_verdict("PED-1", [component("15", 100)], None)

        assert [reason.code for reason in verdict.reasons] == [ReasonCode.ATTENDANCE_MISSING]

    def test_refuses_less_than_eighty_per_cent_of_the_scheduled_minutes(self) -> None:
        verdict = module_verdict("PED-1", [component("15", 100)], Presence(2100, 1655))  # golden example G2

        assert [(reason.code, reason.have) for reason in verdict.reasons] == [(ReasonCode.ATTENDANCE_TOO_LOW, "78")]

    def test_accepts_eighty_per_cent_exactly(self) -> None:
        assert module_verdict("PED-1", [component("12", 100)], Presence(2100, 1680)).passed

    def test_names_what_has_no_mark(self) -> None:
        verdict = module_verdict("PED-1", [component("15", 40), component(None, 60, slug="file")], FULL)

        assert verdict.mark is None
        assert [(reason.code, reason.title["en"]) for reason in verdict.reasons] == [
            (ReasonCode.COMPONENT_MISSING, "file")
        ]

    def test_says_it_once_when_nothing_is_marked(self) -> None:
        verdict = module_verdict("PED-1", [component(None, 40), component(None, 60)], None)

        assert [reason.code for reason in verdict.reasons] == [ReasonCode.NOT_ASSESSED]

    @given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 50)), min_size=1, max_size=5), st.integers(0, 2100))
    def test_passes_exactly_when_every_rule_is_met(self, parts: list[tuple[int, int]], present: int) -> None:
        total = sum(weight for _mark, weight in parts)
        parts[-1] = (parts[-1][0], parts[-1][1] + 100 - total) if total <= 100 else parts[-1]
        if sum(weight for _mark, weight in parts) != 100:
            return
        marks = [component(str(Decimal(mark) / 10), weight) for mark, weight in parts]
        verdict = module_verdict("X-1", marks, Presence(2100, present))

        mean_enough = sum(mark * weight for mark, weight in parts) >= 12 * 10 * 100 - 0
        none_eliminatory = all(mark >= 80 for mark, _weight in parts)
        rounded_enough = (weighted_mark(marks) or 0) >= 12
        assert rounded_enough or not mean_enough
        assert verdict.passed == (rounded_enough and none_eliminatory and present >= 1680)

    @given(st.integers(0, 200), st.integers(0, 200))
    def test_never_loses_by_a_better_mark(self, worse: int, gain: int) -> None:
        better = min(200, worse + gain)
        before, after = (
            module_verdict("X-1", [component(str(Decimal(mark) / 10), 60, practical=True), component("12", 40)], FULL)
            for mark in (worse, better)
        )
        assert after.passed or not before.passed


class TestEligibility:
    def test_is_empty_when_all_is_passed(self) -> None:
        assert eligibility(is_enrolled=True, modules=[("DEV-1", []), ("PED-1", [])]) == []

    def test_names_modules_without_a_result(self) -> None:
        assert eligibility(is_enrolled=True, modules=[("DEV-1", None)]) == [Reason(ReasonCode.NOT_ASSESSED, "DEV-1")]

    def test_refuses_those_who_left(self) -> None:
        reasons = eligibility(is_enrolled=False, modules=[("DEV-1", [])])

        assert [reason.code for reason in reasons] == [ReasonCode.ENROLMENT_NOT_ACTIVE]


class TestReason:
    @given(st.sampled_from(ReasonCode), st.text(max_size=10), st.text(max_size=10))
    def test_survives_being_stored(self, code: ReasonCode, module: str, have: str) -> None:
        reason = Reason(code, module, {"fr": "é", "en": "e"}, have, "12")

        assert Reason.from_json(reason.as_json()) == reason
