"""Opening a cohort, and moving its dates."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from lms import audit, db
from lms.catalogue.models import ProgrammeVersion
from lms.clock import now
from lms.cohorts import queries
from lms.cohorts.events import SeatFreed
from lms.cohorts.models import Cohort, CohortModule
from lms.cohorts.services.seats import locked
from lms.cohorts.windows import Window, spread
from lms.errors import Refused, Stale
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor


class CodeTaken(Refused):
    """Another cohort has that code."""


class NotOpen(Refused):
    """No cohort may start on that programme version."""


class DatesRefused(Refused):
    """Days in the wrong order, or outside of the cohort's."""


class TooFewPlaces(Refused):
    """More people are enrolled than the new capacity holds."""


def open_cohort(
    *, code: str, name: str, programme_version_id: int, starts_on: date, ends_on: date, capacity: int, by: Actor,
    issues_certificates: bool = True, least_people: int = 0,
) -> Cohort:  # fmt: skip
    """Start a cohort on a programme version, for life; its modules follow one another over its dates. Raises CodeTaken,
    NotOpen, DatesRefused."""
    _refuse_reversed(starts_on, ends_on)
    version = db.session().get(ProgrammeVersion, programme_version_id)
    if version is None or not version.is_open:
        raise NotOpen(
            _("No cohort can start on this programme yet: some of its modules are in preparation."), field="programme"
        )
    cohort = Cohort(
        code=_normal(code), name=name.strip(), programme_version_id=programme_version_id, starts_on=starts_on, ends_on=ends_on,
        capacity=capacity, least_people=least_people, issues_certificates=issues_certificates,
        created_by=by.user_id, created_at=now(),
    )  # fmt: skip
    _save(cohort)
    modules = queries.modules_to_place(programme_version_id)
    windows = spread(starts_on, ends_on, [module.minutes for module in modules])
    db.session().add_all(
        CohortModule(cohort_id=cohort.id, module_id=module.module_id, position=module.position, opens_on=window.opens_on,
                     due_on=window.due_on)
        for module, window in zip(modules, windows, strict=True)
    )  # fmt: skip
    audit.record(
        "cohort.opened", f"cohort:{cohort.id}", by=by, cohort_id=cohort.id, code=cohort.code, capacity=capacity
    )
    return cohort


def _normal(code: str) -> str:
    return code.strip().upper()


def _refuse_reversed(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise DatesRefused(_("The last day comes before the first."), field="ends_on")


def _save(cohort: Cohort) -> None:
    """Flush alone, so that two cohorts of one code at the same time are one refusal."""
    try:
        with db.session().begin_nested():
            db.session().add(cohort)
    except IntegrityError:
        raise CodeTaken(_("Another cohort has this code."), field="code") from None


def change_cohort(
    cohort: Cohort, *, version: int, code: str, name: str, starts_on: date, ends_on: date, capacity: int,
    issues_certificates: bool, by: Actor, least_people: int | None = None,
) -> None:  # fmt: skip
    """Raises Stale, CodeTaken, DatesRefused when a module would fall outside, TooFewPlaces. The programme stays; ``least_people``
    None: as it was."""
    _refuse_stale(cohort, version)
    _refuse_reversed(starts_on, ends_on)
    modules = queries.cohort_modules(cohort.id)
    if modules and (min(m.opens_on for m in modules) < starts_on or max(m.due_on for m in modules) > ends_on):
        raise DatesRefused(
            _("Some modules would fall outside of these dates. Move them first, on the dates page."), field="starts_on"
        )
    _refuse_too_few(locked(cohort.id), capacity)
    more_places = capacity > cohort.capacity
    before = _facts(cohort)
    try:
        with db.session().begin_nested():
            cohort.code, cohort.name, cohort.capacity = _normal(code), name.strip(), capacity
            cohort.starts_on, cohort.ends_on, cohort.issues_certificates = starts_on, ends_on, issues_certificates
            cohort.least_people = cohort.least_people if least_people is None else least_people
    except IntegrityError:
        raise CodeTaken(_("Another cohort has this code."), field="code") from None
    audit.record(
        "cohort.changed", f"cohort:{cohort.id}", by=by, cohort_id=cohort.id, before=before, after=_facts(cohort)
    )
    if more_places:
        emit(SeatFreed(cohort.id))


def _refuse_too_few(cohort: Cohort, capacity: int) -> None:
    if capacity < queries.seats_taken(cohort.id):
        raise TooFewPlaces(_("More people than this are enrolled."), field="capacity")
    if capacity < queries.seats_taken(cohort.id) + queries.seats_held(cohort.id):
        raise TooFewPlaces(_("Some places are offered to applicants, who have not answered yet."), field="capacity")


def _facts(cohort: Cohort) -> dict[str, object]:
    return {
        "code": cohort.code, "starts_on": cohort.starts_on.isoformat(), "ends_on": cohort.ends_on.isoformat(),
        "capacity": cohort.capacity, "least_people": cohort.least_people, "issues_certificates": cohort.issues_certificates,
    }  # fmt: skip


def _refuse_stale(cohort: Cohort, version: int) -> None:
    if cohort.version != version:
        raise Stale(_("Somebody else changed this while you were editing. Check the values below and save again."))


def change_dates(cohort: Cohort, windows: Mapping[int, Window], *, version: int, by: Actor) -> None:
    """Move the modules named in ``windows`` (by module id). Raises Stale, DatesRefused. Nothing moves unless all can."""
    _refuse_stale(cohort, version)
    rows = db.session().scalars(select(CohortModule).where(CohortModule.cohort_id == cohort.id)).all()
    moved = {}
    for row in rows:
        window = windows.get(row.module_id)
        if window is None or (window.opens_on, window.due_on) == (row.opens_on, row.due_on):
            continue
        if not cohort.starts_on <= window.opens_on <= window.due_on <= cohort.ends_on:
            raise DatesRefused(_("Each module opens before it is due, within the cohort's dates."))
        moved[row.module_id] = [row.opens_on.isoformat(), window.opens_on.isoformat(), row.due_on.isoformat(),
                                window.due_on.isoformat()]  # fmt: skip
        row.opens_on, row.due_on = window.opens_on, window.due_on
    if moved:
        flag_modified(cohort, "ends_on")  # the dates belong to the cohort: its version grows with them
        audit.record("cohort.dates_changed", f"cohort:{cohort.id}", by=by, cohort_id=cohort.id, moved=moved)
