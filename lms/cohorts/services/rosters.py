"""A roster read, shown, and followed after a yes."""

import hashlib
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from lms import audit, db, jobs
from lms.accounts.names import search_key
from lms.accounts.services.people import Names
from lms.clock import now
from lms.cohorts import preview, queries, roster
from lms.cohorts.models import RosterImport
from lms.cohorts.preview import Action, Hindrance, Line, to_follow
from lms.cohorts.roster import Fault, Problem, RosterRow
from lms.cohorts.sentences import problem_sentence
from lms.cohorts.services.enrolments import AccessClosed, LeftBefore, NamesWanted, StaffHere, enrol_by_email
from lms.cohorts.services.seats import CohortFull, free_seats
from lms.errors import Refused
from lms.i18n import _
from lms.permissions import Actor

AT_ONCE = 100
"""So many people are enrolled while the coordinator waits; more are a job."""
JOB = "cohorts.import_roster"

_HINDRANCES: dict[type[Refused], Hindrance] = {
    CohortFull: Hindrance.FULL, LeftBefore: Hindrance.LEFT_BEFORE, AccessClosed: Hindrance.ACCESS_CLOSED,
    StaffHere: Hindrance.STAFF_HERE, NamesWanted: Hindrance.NAMES_MISSING,
}  # fmt: skip


class RosterUnreadable(Refused):
    """Nothing can be read of the file; the sentence says why."""

    status = 422


class TooManyPeople(Refused):
    """The file holds more people than the cohort has places left."""


def keep_roster(cohort_id: int, content: bytes, *, by: Actor) -> RosterImport:
    """Read the file and keep what it says until somebody says yes. The same file again is the same import, unless that one was
    followed already, or promised to a job (which may have been cancelled). Raises RosterUnreadable."""
    digest = hashlib.sha256(content).hexdigest()
    known = db.session().scalars(
        select(RosterImport).where(
            RosterImport.cohort_id == cohort_id, RosterImport.digest == digest, RosterImport.applied_at.is_(None)
        ).order_by(RosterImport.id.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    if known is not None and promised_job(known) is None:
        return known
    found = roster.read(content)
    if not found.is_readable:
        raise RosterUnreadable(problem_sentence(found.problems[0]), field="file")
    kept = RosterImport(
        cohort_id=cohort_id, digest=digest, rows=[asdict(row) for row in found.rows],
        problems=[asdict(problem) for problem in found.problems], created_by=by.user_id, created_at=now(),
        report={"encoding": found.encoding, "separator": found.separator, "ignored": list(found.ignored)},
    )  # fmt: skip
    db.session().add(kept)
    db.session().flush()  # the caller shows the import's page
    return kept


def problems_of(kept: RosterImport) -> list[Problem]:
    """What was wrong in the file."""
    return [Problem(**{**row, "fault": Fault(row["fault"])}) for row in kept.problems]


def lines_of(kept: RosterImport, start: int = 0, end: int | None = None) -> list[Line]:
    """What each line would do now (preview.py); of the readable rows from ``start`` to ``end``, with all the faulty ones when
    there is no end."""
    rows = [RosterRow(**row) for row in kept.rows[start:end]]
    problems = problems_of(kept) if end is None else []
    names = {row.organisation for row in rows if row.organisation}
    known_names = queries.organisations_by_name() if names else {}
    organisations = frozenset(name for name in names if search_key(name) in known_names)
    return preview.lines_of(
        rows, problems, queries.known_people([row.email for row in rows], kept.cohort_id), organisations
    )


def promised_job(kept: RosterImport) -> int | None:
    """The job that follows this import, if it is for one."""
    job_id: int | None = kept.report.get("job_id")
    return job_id


def apply_roster(kept: RosterImport, *, by: Actor) -> int | None:
    """Enrol everybody whose line is good: at once, or for many people as a job, whose id is returned. Raises TooManyPeople
    before anything changes. Saying yes twice is saying it once."""
    if kept.applied_at is not None or promised_job(kept) is not None:
        return promised_job(kept)
    wanted = len(to_follow(lines_of(kept)))
    left = free_seats(kept.cohort_id)
    if wanted > left:
        raise TooManyPeople(_(
            "People to enrol in this file: %(wanted)d. Places left in the cohort: %(left)d. Raise its capacity or shorten the "
            "file.", wanted=wanted, left=left,
        ))  # fmt: skip
    if wanted > AT_ONCE:
        job_id = jobs.enqueue(JOB, f"roster:{kept.id}", arguments={"import_id": kept.id, "cohort_id": kept.cohort_id},
                              by=by.user_id, total=len(kept.rows))  # fmt: skip
        kept.report = {**kept.report, "job_id": job_id}
        return job_id
    follow_rows(kept, 0, len(kept.rows), by=by)
    finish_roster(kept, by=by)
    return None


def follow_rows(kept: RosterImport, start: int, end: int, *, by: Actor) -> None:
    """Enrol the good ones among the rows from ``start`` to ``end`` and add to the report what happened."""
    lines = lines_of(kept, start, end)
    organisations = queries.organisations_by_name()
    report = _report(kept)
    for line in lines:
        hindrance = line.hindrance
        if line in to_follow([line]):
            hindrance = _follow(kept.cohort_id, line, organisations, by)
        if hindrance:
            report["refused"].append([line.number, hindrance.value])
        else:
            report[line.action.value] += 1
    kept.report = report
    flag_modified(kept, "report")


def _report(kept: RosterImport) -> dict[str, Any]:
    nothing: dict[str, Any] = {Action.CREATE.value: 0, Action.ENROL.value: 0, Action.UNCHANGED.value: 0, "refused": []}
    return {**nothing, **kept.report}


def _follow(cohort_id: int, line: Line, organisations: dict[str, int], by: Actor) -> Hindrance | None:
    """Enrol one person. What came up since the preview is an answer, not an error: the others go on."""
    row = line.row
    assert row is not None  # noqa: S101 - lines without a row are errors, and errors are not followed
    names = Names(row.given, row.family, row.given_ar, row.family_ar)
    try:
        enrol_by_email(
            cohort_id, row.email, names, by=by, organisation_id=organisations.get(search_key(row.organisation))
        )
    except Refused as refusal:
        return _HINDRANCES.get(type(refusal), Hindrance.STAFF_HERE)
    return None


def finish_roster(kept: RosterImport, *, by: Actor) -> None:
    """Close the import; its report stays. Closing twice is closing once."""
    if kept.applied_at is not None:
        return
    kept.applied_at = now()
    report = _report(kept)
    faulty = {problem.line for problem in problems_of(kept)}
    audit.record(
        "roster.imported", f"cohort:{kept.cohort_id}", by=by, cohort_id=kept.cohort_id, import_id=kept.id,
        created=report["create"], enrolled=report["enrol"], refused=len(report["refused"]) + len(faulty),
    )  # fmt: skip
