"""What an exemption changes elsewhere: attendance, progress, trouble, the certificate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials import queries as credentials
from lms.credentials.snapshot import ModuleSaid, Snapshot
from lms.home import queries as home
from lms.learning import queries as learning
from lms.permissions import INSTITUTE
from lms.reporting import queries as reporting
from lms.reporting.filters import Filter
from lms.results import queries as results
from lms.results.rules import ReasonCode
from lms.timetable import queries as timetable
from lms.timetable import services as attendance
from lms.timetable.rates import Attendance, spared
from tests.exemptions.makers import Candidate, make_candidate, make_exempted, make_partly_exempted
from tests.factories import make_lesson, make_passed_result


@st.composite
def minutes(draw: st.DrawFn) -> Attendance:
    scheduled = draw(st.integers(1, 3000))
    held = draw(st.integers(0, scheduled))
    return Attendance(scheduled, held, draw(st.integers(0, held)))


class TestSpared:
    @given(minutes(), st.integers(0, 4000))
    def test_is_never_worse_and_stays_in_order(self, recorded: Attendance, exempted: int) -> None:
        asked = spared(recorded, exempted)
        assert 0 <= asked.present <= asked.held <= asked.scheduled == max(recorded.scheduled - exempted, 0)
        assert asked.projected >= recorded.projected
        if asked.to_date is not None and recorded.to_date is not None:
            assert asked.to_date >= recorded.to_date

    @given(minutes())
    def test_of_nothing_changes_nothing(self, recorded: Attendance) -> None:
        assert spared(recorded, 0) == recorded

    @pytest.mark.parametrize(
        ("recorded", "asked"),
        [
            (Attendance(2100, 2100, 1680), Attendance(1680, 1680, 1680)),
            (Attendance(2100, 2100, 1260), Attendance(1680, 1680, 1260)),
            (Attendance(2100, 210, 210), Attendance(1680, 210, 210)),
            (Attendance(2100, 2100, 2100), Attendance(1680, 1680, 1680)),
            (Attendance(400, 400, 0), Attendance(0, 0, 0)),
        ],
    )
    def test_takes_what_was_missed_off_first(self, recorded: Attendance, asked: Attendance) -> None:
        """The examples of docs/rules.md §23, 420 minutes exempted."""
        assert spared(recorded, 420) == asked


@pytest.mark.usefixtures("frame")
class TestAttendance:
    @pytest.fixture
    def who(self, frame: None) -> Candidate:
        """Half of ten hours is spared; half of them was missed."""
        who = make_partly_exempted(minutes=300)
        attendance.record_attendance(who.enrolment.id, who.module.id, 600, 600, 300, by=INSTITUTE)
        return who

    def test_counts_without_the_hours_exempted_and_stays_recorded_as_it_was(self, who: Candidate) -> None:
        key = (who.enrolment.id, who.module.id)
        assert timetable.attendance_of([who.enrolment.id])[key] == Attendance(600, 600, 300)
        assert timetable.counted_attendance_of([who.enrolment.id])[key] == Attendance(300, 300, 300)

    def test_is_no_reason_against_the_module_nor_a_risk(self, who: Candidate) -> None:
        codes = {reason.code for reason in results.why_not_yet(who.enrolment.id) if reason.module == who.module.code}
        assert ReasonCode.ATTENDANCE_TOO_LOW not in codes
        screen = reporting.cohort_screen(who.cohort.id, Filter(), reader=None)
        standing = screen.standing[(who.enrolment.id, who.module.id)]
        assert standing.attendance == Attendance(300, 300, 300)
        assert standing.minutes_exempted == 300
        assert screen.people.rows[0].risks == []


@pytest.mark.usefixtures("frame")
class TestWholeModule:
    def test_is_exempted_on_the_cohort_screen_and_points_to_no_trouble(self) -> None:
        who = make_exempted()
        screen = reporting.cohort_screen(who.cohort.id, Filter(), reader=None)
        assert screen.standing[(who.enrolment.id, who.module.id)].is_exempted
        assert who.module.code not in {risk.module for risk in screen.people.rows[0].risks}

    def test_asks_for_no_lesson_and_counts_as_done(self) -> None:
        candidate = make_candidate()
        make_lesson(candidate.module)
        who = make_exempted(candidate)
        learner = home.learner(who.user.id)
        assert learning.next_lesson(who.enrolment.id) is None
        assert learner.steps == []
        assert [(place.done, place.lessons, place.passed) for place in learner.places] == [(1, 1, 1)]

    def test_lets_the_certificate_be_issued_which_says_so(self) -> None:
        who = make_exempted()
        other = next(row.module_id for row in results.my_results(who.user.id) if row.module_id != who.module.id)
        make_passed_result(who.enrolment, other)
        assert results.why_not_yet(who.enrolment.id) == []
        facts = credentials.facts_of(who.enrolment.id)
        assert [module.is_exempted for module in facts.modules] == [True, False]
        assert [(one.code, one.levels) for one in facts.competencies] == [("DEV.1", ("N3",))]


class TestSnapshot:
    def test_says_exempted_only_where_it_is_so(self) -> None:
        """What was sealed before there were exemptions keeps its digest."""
        followed, spared_one = ModuleSaid("A-1", "A", "A", 60), ModuleSaid("B-1", "B", "B", 60, is_exempted=True)
        said = Snapshot.from_json(_snapshot([followed, spared_one])).to_json()["modules"]
        assert "is_exempted" not in said[0]
        assert said[1]["is_exempted"] is True


def _snapshot(modules: list[ModuleSaid]) -> dict[str, object]:
    texts = dict.fromkeys(
        ("code", "kind", "name", "name_ar", "title_fr", "title_en", "programme", "programme_fr", "programme_en", "cohort",
         "issuer", "place", "address"), "x",
    )  # fmt: skip
    days = dict.fromkeys(("starts_on", "ends_on", "awarded_on", "valid_from", "valid_until"), "2026-11-23")
    return {
        "format": 1, **texts, **days, "programme_version": 1, "minutes": 120, "competencies": [],
        "modules": [vars(module) for module in modules],
    }  # fmt: skip
