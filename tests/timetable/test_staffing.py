"""INV-03: nobody leads without being accredited, and no associate alone."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from lms.competencies.qualifying import ALONE, Level, Qualified
from lms.timetable.staffing import Leader, Part, StaffFault, staff_problems

DAY = date(2026, 11, 24)


def held(
    level: Level, *, track: str | None = "CLD", module: str | None = None, since: int = -100, until: int | None = 100
) -> Qualified:
    return Qualified(level, None if module else track, module, DAY + timedelta(days=since),
                     None if until is None else DAY + timedelta(days=until))  # fmt: skip


def faults(*staff: Leader) -> list[StaffFault]:
    return [problem.fault for problem in staff_problems(staff, track="CLD", module_code="CLD-1", day=DAY)]


qualifications = some.builds(
    held, some.sampled_from(Level), track=some.sampled_from(["CLD", "DEV"]), module=some.sampled_from([None, "CLD-1", "CLD-2"]),
    since=some.integers(-3, 3), until=some.none() | some.integers(3, 6),
)  # fmt: skip
staffs = some.lists(
    some.builds(Leader, some.integers(1, 9), some.sampled_from(Part), some.lists(qualifications, max_size=3).map(tuple)),
    max_size=4, unique_by=lambda leader: leader.user_id,
)  # fmt: skip


class TestStaffProblems:
    def test_are_none_with_a_certified_trainer(self) -> None:
        assert faults(Leader(1, Part.LEAD, (held(Level.FC),))) == []
        assert faults(Leader(1, Part.LEAD, (held(Level.FM, module="CLD-1"),))) == []

    def test_name_what_is_missing(self) -> None:
        certified = Leader(1, Part.ASSISTANT, (held(Level.FM),))
        assert faults(certified) == [StaffFault.NOBODY_LEADS]
        assert faults(Leader(2, Part.LEAD, (held(Level.FC, module="CLD-2"),))) == [StaffFault.NOT_QUALIFIED]
        assert faults(certified, Leader(2, Part.LEAD, (held(Level.FA),))) == [StaffFault.NOT_ALONE]

    def test_let_an_associate_lead_beside_somebody_and_assist(self) -> None:
        certified, associate = Leader(1, Part.LEAD, (held(Level.FC),)), (held(Level.FA),)
        assert faults(certified, Leader(2, Part.LEAD, associate)) == []
        assert faults(certified, Leader(2, Part.ASSISTANT, ())) == []

    @given(staffs)
    def test_are_none_only_when_somebody_who_leads_is_certified_that_day(self, staff: list[Leader]) -> None:
        if staff_problems(staff, track="CLD", module_code="CLD-1", day=DAY):
            return
        in_force = [
            {q.level for q in leader.qualifications if q.since <= DAY and (q.until is None or q.until >= DAY)
             and (q.module_code or ("CLD-1" if q.track == "CLD" else None)) == "CLD-1"}
            for leader in staff if leader.part is Part.LEAD
        ]  # fmt: skip
        assert all(in_force)
        assert any(levels & ALONE for levels in in_force)
