from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts.lifecycle import EnrolmentState
from lms.reporting.figures import Case, Rate
from lms.reporting.kpi_wording import WORDS, counted, percent_of, value_of
from lms.reporting.kpis import (
    BY_CODE,
    KPIS,
    CohortFacts,
    Enrolled,
    Funnel,
    Measured,
    Month,
    covered,
    measure,
    scopes,
    under,
)
from lms.reporting.small_cells import Cover

S = EnrolmentState
SCENARIO = CohortFacts(
    places=120,
    enrolled=[
        *(Enrolled(S.ACTIVE, sex, region, people) for sex, region, people in (
            ("female", "MA-06", 38), ("female", "MA-04", 13), ("male", "MA-04", 14), ("male", "MA-03", 15), ("male", "MA-01", 13),
            ("male", "MA-07", 12), ("male", "MA-09", 8), ("male", "MA-02", 5), ("male", "MA-05", 2),
        )),
    ],
    funnel=Funnel(submitted=412, complete=375, admitted=120, offered=14, accepted=11),
    sessions=Rate(542, 544), sheets=Rate(517, 542), minutes=Rate(918, 1000), attending=108, first_sitting=Rate(371, 432),
    final=Rate(420, 432),
)  # fmt: skip
"""The intake of 2027, as the institute tells it."""
LEFT = CohortFacts(places=120, enrolled=[
    Enrolled(S.COMPLETED, "female", None, 51), Enrolled(S.COMPLETED, "male", None, 57), Enrolled(S.WITHDRAWN, None, None, 7),
    Enrolled(S.EXCLUDED, None, None, 1), Enrolled(S.DEFERRED, None, None, 4),
])  # fmt: skip


def said(code: str, *facts: CohortFacts) -> tuple[str, str]:
    measured = measure(code, facts)
    assert measured is not None
    return counted(measured), value_of(BY_CODE[code], measured)


class TestMeasure:
    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("01", ("120 / 412", "29.1%")), ("02", ("375 / 412", "91.0%")), ("03", ("11 / 14", "78.6%")),
            ("04", ("120 / 120", "100.0%")), ("05", ("51 / 120", "42.5%")), ("06", ("8 / 12", "66.7%")),
            ("10", ("542 / 544", "99.6%")), ("11", ("918 / 1,000", "91.8%")), ("12", ("517 / 542", "95.4%")),
            ("14", ("371 / 432", "85.9%")), ("15", ("420 / 432", "97.2%")),
        ],
    )  # fmt: skip
    def test_gives_what_the_intake_of_2027_gave(self, code: str, expected: tuple[str, str]) -> None:
        assert said(code, SCENARIO) == expected

    def test_counts_those_who_left_and_those_who_deferred_apart(self) -> None:
        attrition = measure("13", [LEFT])

        assert said("13", LEFT) == ("8 / 120", "6.7%")
        assert attrition is not None
        assert attrition.apart == 4

    def test_counts_those_who_did_not_state_it_apart(self) -> None:
        women = measure("05", [LEFT])

        assert women is not None
        assert (women.rate, women.apart) == (Rate(51, 108), 12)

    def test_tells_delays_by_median_and_p90_and_counts_overdue_ones(self) -> None:
        cases = [Case(days, is_closed=True) for days in (1, 2, 3, 4, 5, 5, 5, 5, 7, 9)] + [Case(8, is_closed=False)] * 3
        facts = CohortFacts(places=1, cases=cases)

        assert said("08", facts) == ("8 / 13", "61.5%")
        assert said("07", facts)[1] == "median 5 d · P90 7 d"
        assert said("09", facts)[1] == "3 wait, the oldest for 8 days"

    @pytest.mark.parametrize("kpi", KPIS)
    def test_says_nothing_of_nothing(self, kpi: object) -> None:
        assert measure(kpi.code, []) is None  # type: ignore[attr-defined]

    def test_has_words_for_every_figure(self) -> None:
        assert WORDS.keys() == BY_CODE.keys()


class TestPercentOf:
    def test_rounds_half_up(self) -> None:
        assert percent_of(Rate(1, 16).value) == "6.3%"  # 6.25
        assert percent_of(None) == "–"


class TestScopes:
    def test_put_cohorts_under_tracks_under_the_institute(self) -> None:
        found = scopes([(1, "A", "DEV"), (2, "B", "DAT"), (3, "C", "DEV")])

        assert [scope.key for scope in found] == [
            "institute",
            "track:DAT",
            "track:DEV",
            "cohort:1",
            "cohort:2",
            "cohort:3",
        ]
        assert sorted(under(found[0], found)) == [1, 2, 3]
        assert under(found[2], found) == [1, 3]


class TestCovered:
    def test_hides_four_women_in_one_track_and_what_would_tell_as_in_g16(self) -> None:
        women = {"DEV": (12, 16), "CLD": (10, 14), "SEC": (13, 11), "DAT": (4, 18), "AIO": (12, 10)}
        all_scopes = scopes([(n, track, track) for n, track in enumerate(women)])
        figures = {
            scope.key: Measured(Rate(sum(w for w, _m in lines), sum(w + m for w, m in lines)))
            for scope in all_scopes
            for lines in [[list(women.values())[cohort] for cohort in under(scope, all_scopes)]]
        }

        covers = covered(BY_CODE["05"], figures, {scope.key: scope.parent for scope in all_scopes})

        assert covers["track:DAT"] is Cover.SMALL
        assert len([key for key in covers if key.startswith("track:")]) >= 2
        assert "institute" not in covers

    def test_never_hides_half_days(self) -> None:
        assert covered(BY_CODE["10"], {"institute": Measured(Rate(1, 2))}, {"institute": None}) == {}


class TestMonth:
    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
    def test_comes_back_from_its_text_and_touches_its_neighbours(self, day: date) -> None:
        month = Month.of(day)

        assert Month.parse(str(month)) == month
        assert month.after.before == month
        assert month.first <= day <= month.last

    @pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-11-01", "abcd-ef"])
    def test_is_none_of_other_text(self, text: str) -> None:
        assert Month.parse(text) is None
