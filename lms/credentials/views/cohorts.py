"""The certificates of a cohort: who may have one, who has, who not yet and why; issued to many at once."""

import secrets

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import storage
from lms.accounts.current import me
from lms.cohorts import queries as cohorts
from lms.credentials import code as codes
from lms.credentials import exports, queries, services
from lms.credentials.forms import IssueForm, OnceForm
from lms.credentials.states import CertificateState
from lms.credentials.views import bp
from lms.credentials.wording import state_word
from lms.permissions import Permission
from lms.results import queries as results
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import allow
from lms.web.downloads import attachment
from lms.web.tables import send_table

ZIP = "application/zip"


@bp.route("/cohorts/<int:cohort_id>/certificates", methods=["GET", "POST"])
@allow(Permission.CERTIFICATE_ISSUE)
def cohort(cohort_id: int) -> ResponseReturnValue:
    form = IssueForm()
    if form.validate_on_submit():
        job_id = services.issue_cohort(cohort_id, form.people.data or (), by=me(), request=form.request.data or "")
        return redirect(url_for("operations.job", job_id=job_id), 303)
    form.request.data = secrets.token_hex(8)
    found = queries.people_of(cohort_id, after=request.args.get("after"))
    waiting = [row.enrolment_id for row in found.rows if row.certificate_id is None]
    reasons = results.eligibility_of(waiting)
    page = {
        "form": form, "cohort": cohorts.cohort_row(cohort_id), "found": found, "printed": codes.printed,
        "eligible": [row for row in found.rows if row.certificate_id is None and not reasons[row.enrolment_id]],
        "certified": [row for row in found.rows if row.certificate_id is not None], "state_word": _state_word,
        "others": [(row, reasons[row.enrolment_id]) for row in found.rows if reasons.get(row.enrolment_id)],
        "archive_form": OnceForm(request=secrets.token_hex(8)),
    }  # fmt: skip
    return render_template("credentials/cohort.html", **page), form.status


@bp.post("/cohorts/<int:cohort_id>/certificates/export")
@allow(Permission.CERTIFICATE_ISSUE, own_frame=True)
def export_cohort(cohort_id: int) -> ResponseReturnValue:
    rows = whole(queries.people_of(cohort_id, size=MOST_ROWS))
    reasons = results.eligibility_of([row.enrolment_id for row in rows if row.certificate_id is None])
    return send_table(exports.certificates(rows, reasons), f"{cohorts.cohort_row(cohort_id).code}-certificates")


def _state_word(state: str) -> tuple[str, str]:
    kinds = {CertificateState.DRAFT: "now", CertificateState.ISSUED: "done", CertificateState.SUSPENDED: "attention"}
    return kinds[CertificateState(state)], state_word(CertificateState(state))


@bp.post("/cohorts/<int:cohort_id>/certificates/archive")
@allow(Permission.CERTIFICATE_ISSUE)
def zip_cohort(cohort_id: int) -> ResponseReturnValue:
    form = OnceForm()
    click = form.request.data if form.validate() else secrets.token_hex(8)
    job_id = services.zip_cohort(cohort_id, by=me(), request=click or "")
    return redirect(url_for("operations.job", job_id=job_id), 303)


@bp.get("/cohorts/<int:cohort_id>/certificates/archive/<int:job_id>")
@allow(Permission.CERTIFICATE_ISSUE)
def archive(cohort_id: int, job_id: int) -> ResponseReturnValue:
    """The ZIP that a job of this cohort made."""
    row = queries.archive_of(cohort_id, job_id)
    return attachment(storage.get(row.result["key"]), f"certificates-{cohorts.cohort_row(cohort_id).code}.zip", ZIP)
