"""Work handed in: drafted as it is typed, handed in as a whole, again when it was returned."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError

from lms import audit, db, storage
from lms.assessment.events import WorkHandedIn
from lms.assessment.models import Submission, SubmissionDraft, SubmissionFile
from lms.assessment.queries import work as queries
from lms.assessment.queries.work import Version, WorkState
from lms.clock import now, today
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.windows import takes_work
from lms.db import Record
from lms.errors import Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor
from lms.uploads import LONGEST_TEXT, Upload

FOLDER = "submissions"


class WorkClosed(Refused):
    """Nothing can be handed in for this assignment now; the sentence says why."""


class FilesRefused(Refused):
    """Too many files, or none where the work needs something."""


def why_closed(assignment: Record, versions: Sequence[Version]) -> str | None:
    """Why nothing can be handed in now; None when it can."""
    state = queries.state_of(versions, assignment.resubmissions)
    if state is WorkState.WAITING:
        return _("Your work is handed in and waits for a review.")
    if state is WorkState.ACCEPTED:
        return _("Your work is accepted.")
    if state is WorkState.FINISHED:
        return _("Your work was returned, and it can no longer be handed in again.")
    if assignment.state not in LEARNING:
        return _("Your enrolment is not active, so nothing can be handed in.")
    if not takes_work(assignment, today()):
        return _("This module takes no work now.")
    return None


def _refuse_when_closed(assignment: Record, versions: Sequence[Version]) -> None:
    why = why_closed(assignment, versions)
    if why is not None:
        raise WorkClosed(why)


def save_draft(assignment: Record, body: str, revision: int) -> bool:
    """Keep the text typed so far; False when a newer one is kept already. Raises WorkClosed."""
    versions = queries.versions_of(assignment.enrolment_id, assignment.id, assignment.due_on)
    _refuse_when_closed(assignment, versions)
    insert = sqlite_insert if db.database().is_sqlite else postgresql_insert
    written = insert(SubmissionDraft).values(
        enrolment_id=assignment.enrolment_id, assignment_id=assignment.id, revision=revision,
        body=body[:LONGEST_TEXT].replace("\0", ""), saved_at=now(),
    )  # fmt: skip
    written = written.on_conflict_do_update(
        index_elements=[SubmissionDraft.enrolment_id, SubmissionDraft.assignment_id],
        set_={
            "revision": written.excluded.revision, "body": written.excluded.body, "saved_at": written.excluded.saved_at,
        },
        where=SubmissionDraft.revision < written.excluded.revision,
    )  # fmt: skip
    return db.session().execute(written.returning(SubmissionDraft.revision)).first() is not None


def hand_in(
    assignment: Record, body: str, files: Sequence[Upload], *, ai_statement: str, number: int, by: Actor
) -> int:
    """Hand the work in as version ``number``, the one the page showed; the submission's id. The same work twice, by a second
    click, is handed in once. Raises WorkClosed, FilesRefused."""
    body = body.strip().replace("\0", "")[:LONGEST_TEXT] if assignment.takes_text else ""
    versions = queries.versions_of(assignment.enrolment_id, assignment.id, assignment.due_on)
    if versions and versions[-1].submission.number == number:
        return _same_work(versions[-1], body, files)
    _refuse_when_closed(assignment, versions)
    _refuse_files(assignment, body, files)
    submission = Submission(
        enrolment_id=assignment.enrolment_id, assignment_id=assignment.id, number=len(versions) + 1, body=body,
        ai_statement=ai_statement.strip(), submitted_at=now(),
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            db.session().add(submission)
            db.session().flush()  # the constraint answers now
    except IntegrityError:
        versions = queries.versions_of(assignment.enrolment_id, assignment.id, assignment.due_on)
        return _same_work(versions[-1], body, files)
    _keep_files(submission, files)
    db.session().execute(
        delete(SubmissionDraft).where(
            SubmissionDraft.enrolment_id == assignment.enrolment_id, SubmissionDraft.assignment_id == assignment.id
        )
    )
    audit.record(
        "work.handed_in", f"submission:{submission.id}", by=by, cohort_id=assignment.cohort_id, number=submission.number,
        files=len(files), is_late=queries.is_late(submission.submitted_at, assignment.due_on),
    )  # fmt: skip
    emit(WorkHandedIn(assignment.enrolment_id, assignment.module_id, f"submission:{submission.id}"))
    return submission.id


def _same_work(version: Version, body: str, files: Sequence[Upload]) -> int:
    """The submission's id when this is what it holds. Raises WorkClosed when something else was handed in meanwhile."""
    handed_in = sorted((file.name, file.size) for file in version.files)
    if version.submission.body != body or handed_in != sorted((file.name, len(file.content)) for file in files):
        raise WorkClosed(
            _("Other work was handed in from another screen meanwhile. What is typed here is not part of it.")
        )
    return int(version.submission.id)


def _refuse_files(assignment: Record, body: str, files: Sequence[Upload]) -> None:
    if len(files) > assignment.files:
        raise FilesRefused(_("At most %(count)d files can be handed in here.", count=assignment.files), field="files")
    if not body and not files:
        if assignment.takes_text and assignment.files:
            raise FilesRefused(_("Write a text or choose a file: there is nothing to hand in yet."), field="body")
        if assignment.files:
            raise FilesRefused(_("Choose at least one file."), field="files")
        raise FilesRefused(_("Write your work before handing it in."), field="body")


def _keep_files(submission: Submission, files: Sequence[Upload]) -> None:
    for file in files:
        db.session().add(SubmissionFile(
            submission_id=submission.id, name=file.name, content_type=file.content_type, size=len(file.content),
            sha256=sha256(file.content).hexdigest(), key=storage.put(file.content, FOLDER),
        ))  # fmt: skip
