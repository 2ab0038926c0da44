"""What the figures are worked out from, as it stood at the end of a month, and the figures of closed months. The number of
statements depends neither on the cohorts nor on their people."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_, select

from lms import db
from lms.accounts.models import Organisation, User
from lms.assessment.models import Review, Submission
from lms.catalogue.models import ProgrammeVersion
from lms.clock import CASABLANCA, now, today
from lms.cohorts.lifecycle import LEARNING, EnrolmentState
from lms.cohorts.models import Cohort, Enrolment, EnrolmentEvent
from lms.db import Record
from lms.reporting.figures import Case, Rate
from lms.reporting.kpis import KPIS, CohortFacts, Enrolled, Measured, Month, Scope, measure, scopes, under
from lms.reporting.models import KpiValue
from lms.results.models import ModuleResult
from lms.results.rules import ReasonCode
from lms.timetable.lifecycle import SessionState
from lms.timetable.models import AttendanceRecord, TrainingSession
from lms.working_days import working_days_between

_HELD = (SessionState.HELD, SessionState.LOCKED)
Facts = Mapping[int, CohortFacts]
Figures = dict[str, dict[str, Measured]]
"""By code and scope."""


def end_of(month: Month) -> datetime:
    """The instant a month is over where the institute is; now, while it runs."""
    over = datetime.combine(month.last + timedelta(days=1), time(), CASABLANCA)
    return min(over, now())


def cohorts_in(month: Month) -> Sequence[Record]:
    """The cohorts that ran on some day of the month: id, name, track, capacity."""
    return db.session().execute(
        select(Cohort.id, Cohort.name, Cohort.code, Cohort.capacity, ProgrammeVersion.track)
        .join(ProgrammeVersion, ProgrammeVersion.id == Cohort.programme_version_id)
        .where(Cohort.starts_on <= month.last, Cohort.ends_on >= month.first)
        .order_by(ProgrammeVersion.track, Cohort.starts_on, Cohort.id)
    ).all()  # fmt: skip


def facts_of(cohorts: Sequence[Record], month: Month) -> Facts:
    """Everything the figures need of these cohorts. Five statements."""
    ids, end = [row.id for row in cohorts], end_of(month)
    enrolled, minutes, results = _enrolled(ids, end), _minutes(ids, end), _results(ids, end)
    sessions, cases = _sessions(ids, end), _cases(ids, month)
    found = {}
    for row in cohorts:
        spent, people = minutes.get(row.id, (None, 0))
        first, final = results.get(row.id, (None, None))
        found[row.id] = CohortFacts(
            places=row.capacity, enrolled=enrolled.get(row.id, ()), cases=cases.get(row.id, ()), sessions=sessions.get(row.id),
            minutes=spent, attending=people, first_sitting=first, final=final,
        )  # fmt: skip
    return found


def _enrolled(cohort_ids: Sequence[int], end: datetime) -> dict[int, list[Enrolled]]:
    """Everybody enrolled by then, with the state they were in then."""
    last = (
        select(func.max(EnrolmentEvent.id))
        .where(EnrolmentEvent.enrolment_id == Enrolment.id, EnrolmentEvent.at <= end)
        .correlate(Enrolment).scalar_subquery()
    )  # fmt: skip
    state = func.coalesce(EnrolmentEvent.state, Enrolment.state)
    rows = db.session().execute(
        select(Enrolment.cohort_id, state.label("state"), User.sex, Organisation.region, func.count().label("people"))
        .join(User, User.id == Enrolment.user_id).outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(EnrolmentEvent, EnrolmentEvent.id == last)
        .where(Enrolment.cohort_id.in_(cohort_ids), Enrolment.enrolled_at <= end)
        .group_by(Enrolment.cohort_id, state, User.sex, Organisation.region)
    )  # fmt: skip
    found: dict[int, list[Enrolled]] = {}
    for row in rows:
        line = Enrolled(EnrolmentState(row.state), row.sex, row.region, row.people)
        found.setdefault(row.cohort_id, []).append(line)
    return found


def _minutes(cohort_ids: Sequence[int], end: datetime) -> dict[int, tuple[Rate, int]]:
    """Minutes present of minutes held, of those who learn, and how many people that is."""
    latest = (
        select(func.max(AttendanceRecord.id))
        .join(Enrolment, Enrolment.id == AttendanceRecord.enrolment_id)
        .where(Enrolment.cohort_id.in_(cohort_ids), AttendanceRecord.recorded_at <= end)
        .group_by(AttendanceRecord.enrolment_id, AttendanceRecord.module_id)
    )
    rows = db.session().execute(
        select(
            Enrolment.cohort_id, func.sum(AttendanceRecord.present_minutes).label("present"),
            func.sum(AttendanceRecord.held_minutes).label("held"),
            func.count(AttendanceRecord.enrolment_id.distinct()).label("people"),
        )
        .join(Enrolment, Enrolment.id == AttendanceRecord.enrolment_id)
        .where(AttendanceRecord.id.in_(latest), Enrolment.state.in_((*LEARNING, EnrolmentState.COMPLETED)))
        .group_by(Enrolment.cohort_id)
    )  # fmt: skip
    return {row.cohort_id: (Rate(int(row.present), int(row.held)), row.people) for row in rows}


def _is_final() -> ColumnElement[bool]:
    """Every assessment has a mark and attendance is known: the module was judged, and not only begun."""
    waits = cast(ModuleResult.reasons, String).contains(f'"{ReasonCode.ATTENDANCE_MISSING.value}"', autoescape=True)
    return and_(ModuleResult.mark.is_not(None), ~waits)


def _results(cohort_ids: Sequence[int], end: datetime) -> dict[int, tuple[Rate, Rate]]:
    """Module results passed at the first sitting, and passed in the end, of all that were judged."""
    judged = and_(_is_final(), ModuleResult.decided_at <= end)
    places = (ModuleResult.enrolment_id, ModuleResult.module_id)
    ends = (
        select(func.min(ModuleResult.id).label("first"), func.max(ModuleResult.id).label("last"))
        .join(Enrolment, Enrolment.id == ModuleResult.enrolment_id)
        .where(Enrolment.cohort_id.in_(cohort_ids), judged).group_by(*places).subquery()
    )  # fmt: skip

    def passed(at: ColumnElement[int]) -> ColumnElement[int]:
        return func.sum(case((and_(ModuleResult.id == at, ModuleResult.passed), 1), else_=0))

    rows = db.session().execute(
        select(
            Enrolment.cohort_id, passed(ends.c.first).label("first"), passed(ends.c.last).label("last"),
            func.count(ends.c.first.distinct()).label("judged"),
        )
        .join(ends, or_(ModuleResult.id == ends.c.first, ModuleResult.id == ends.c.last))
        .join(Enrolment, Enrolment.id == ModuleResult.enrolment_id).group_by(Enrolment.cohort_id)
    )  # fmt: skip
    return {row.cohort_id: (Rate(int(row.first), row.judged), Rate(int(row.last), row.judged)) for row in rows}


def _sessions(cohort_ids: Sequence[int], end: datetime) -> dict[int, Rate]:
    """Half-days held, of those that were planned for a time before then. One that takes another's place is not planned
    twice."""
    rows = db.session().execute(
        select(
            TrainingSession.cohort_id, func.sum(case((TrainingSession.state.in_(_HELD), 1), else_=0)).label("held"),
            func.sum(case((TrainingSession.moved_from_id.is_(None), 1), else_=0)).label("planned"),
        )
        .where(TrainingSession.cohort_id.in_(cohort_ids), TrainingSession.ends_at <= end)
        .group_by(TrainingSession.cohort_id)
    )  # fmt: skip
    return {row.cohort_id: Rate(int(row.held), int(row.planned)) for row in rows}


def _cases(cohort_ids: Sequence[int], month: Month) -> dict[int, list[Case]]:
    """Work handed in and judged in the month, or still waiting at its end, with the working days it took so far."""
    end, begin = end_of(month), datetime.combine(month.first, time(), CASABLANCA)
    judged = (
        select(func.min(Review.reviewed_at)).where(Review.submission_id == Submission.id, Review.reviewed_at <= end)
        .correlate(Submission).scalar_subquery().label("judged_at")
    )  # fmt: skip
    rows = db.session().execute(
        select(Enrolment.cohort_id, Submission.submitted_at, judged)
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .where(Enrolment.cohort_id.in_(cohort_ids), Submission.submitted_at <= end)
    )  # fmt: skip
    found: dict[int, list[Case]] = {}
    for row in rows:
        if row.judged_at is None or row.judged_at >= begin:
            first = row.submitted_at.astimezone(CASABLANCA).date()
            last = (row.judged_at or end).astimezone(CASABLANCA).date()
            days = working_days_between(first, last)
            found.setdefault(row.cohort_id, []).append(Case(days, is_closed=row.judged_at is not None))
    return found


def work_out(month: Month) -> tuple[list[Scope], Figures]:
    """Every figure of every scope, as things stood at the end of the month. Six statements."""
    cohorts = cohorts_in(month)
    found = scopes((row.id, row.name, row.track) for row in cohorts)
    facts = facts_of(cohorts, month)
    figures: Figures = {}
    for kpi in KPIS:
        for scope in found:
            figure = measure(kpi.code, [facts[cohort_id] for cohort_id in under(scope, found)])
            if figure is not None:
                figures.setdefault(kpi.code, {})[scope.key] = figure
    return found, figures


def closed_months() -> list[Month]:
    """The months whose figures are frozen, newest first."""
    periods = db.session().scalars(select(KpiValue.period).distinct().order_by(KpiValue.period.desc()))
    return [month for text in periods if (month := Month.parse(text)) is not None]


def frozen(*, code: str | None = None, month: Month | None = None) -> Sequence[KpiValue]:
    """The figures kept, of one code or one month."""
    query = select(KpiValue).order_by(KpiValue.period.desc(), KpiValue.id)
    if code is not None:
        query = query.where(KpiValue.code == code)
    if month is not None:
        query = query.where(KpiValue.period == str(month))
    return db.session().scalars(query).all()


def months_to_freeze() -> list[Month]:
    """The closed months, of the last twelve, in which a cohort ran and whose figures are not kept yet. A month is closed from the
    fifth day of the next."""
    month = Month.of(today()).before if today().day >= CLOSES_ON else Month.of(today()).before.before
    known, found = set(closed_months()), list[Month]()
    first = db.session().execute(select(func.min(Cohort.starts_on))).scalar()
    for _back in range(MOST_BACK):
        if first is not None and month not in known and month.last >= first:
            found.append(month)
        month = month.before
    return found[::-1]


CLOSES_ON = 5
MOST_BACK = 12
