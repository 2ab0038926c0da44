"""Long work on certificates: sealing one, issuing a cohort's, archiving them."""

import io
import zipfile
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from flask import url_for

from lms import db, storage
from lms.accounts.jobs import actor_of
from lms.credentials import code, queries, services
from lms.credentials.services.issuing import AFTER_THE_COHORT, decide, promise_seal
from lms.i18n import _
from lms.jobs import Running
from lms.permissions import Actor
from lms.spreadsheets import csv_text

if TYPE_CHECKING:
    from lms.credentials.signer import Drawn, Signer

SEALED = "certificates"
ARCHIVES = "archives"


def _signer() -> "Signer":
    """Loaded at the first seal, so that web processes, which import the list of jobs, do not load pyHanko."""
    from lms.credentials.signer import shared_signer

    return shared_signer()


def seal(job: Running) -> None:
    """Draw, seal, check, store, issue. Killed anywhere, it is done again from the start, and the certificate is issued once."""
    signer = _signer()
    decided = signer.read(job.arguments["certificate_id"])
    if decided is not None:
        _seal(job, signer.draw(decided), done=1)


def _seal(job: Running, drawn: "Drawn", *, done: int) -> None:
    """The bytes are stored before the row that names them: a row never names what is not there."""
    made = _signer().seal(drawn)
    key = storage.put(made.pdf, SEALED)
    with job.step(done=done):
        services.record_seal(drawn.certificate_id, made.pdf, key, made.signing_key_id)


def issue_cohort(job: Running) -> None:
    """Decide and seal one participant after the other; while one is sealed the next is already drawn.

    What is decided here and not sealed, because the job was stopped, is sealed by a job of its own a little later.
    """
    enrolment_ids: Sequence[int] = job.arguments["enrolment_ids"]
    by, refused = actor_of(job), list[int]()
    waiting: Future[Drawn] | None = None
    finished = 0
    with ThreadPoolExecutor(1) as drawing:
        for enrolment_id in enrolment_ids:
            with job.step(total=len(enrolment_ids)):
                certificate_id = _decided(enrolment_id, by, refused)
            decided = None if certificate_id is None else _signer().read(certificate_id)
            ahead = None if decided is None else drawing.submit(_signer().draw, decided)
            if waiting is not None:
                finished += 1
                _seal(job, waiting.result(), done=finished)
            if ahead is None:  # not eligible any more, or sealed by an earlier run
                finished += 1
            waiting = ahead
        if waiting is not None:
            _seal(job, waiting.result(), done=finished + 1)
    url = url_for("credentials.cohort", cohort_id=job.arguments["cohort_id"])
    with job.step(done=len(enrolment_ids), refused=refused, url=url):
        pass


def _decided(enrolment_id: int, by: Actor, refused: list[int]) -> int | None:
    """The certificate to seal; None when the participant is not eligible any more."""
    try:
        certificate = decide(enrolment_id, by=by)
    except services.NotEligible:
        refused.append(enrolment_id)
        return None
    promise_seal(certificate, wait=AFTER_THE_COHORT)
    return certificate.id


def cohort_archive(job: Running) -> None:
    """One ZIP of the cohort's sealed files with a list of them."""
    cohort_id = job.arguments["cohort_id"]
    with db.reading():
        rows = queries.files_of_cohort(cohort_id)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:  # sealed PDFs do not get smaller
        header = (_("File"), _("Name"), _("Code"), _("Title"), _("Awarded on"), _("Valid until"), "SHA-256")
        lines = [
            (
                _name(row),
                row.holder_name,
                code.printed(row.code),
                row.title_fr,
                row.awarded_on,
                row.valid_until,
                row.sha256,
            )
            for row in rows
        ]
        archive.writestr("manifest.csv", csv_text(header, lines))
        for number, row in enumerate(rows, start=1):
            archive.writestr(_name(row), storage.get(row.key))
            if number % 20 == 0:
                with job.step(done=number, total=len(rows)):
                    pass
    key = storage.put(packed.getvalue(), ARCHIVES)
    url = url_for("credentials.archive", cohort_id=cohort_id, job_id=job.id)
    with job.step(done=len(rows), total=len(rows), key=key, url=url):
        pass


def _name(row: db.Record) -> str:
    """A name of ours, never the holder's letters: it becomes a path on somebody's disk."""
    return f"{code.printed(row.code)}.pdf"
