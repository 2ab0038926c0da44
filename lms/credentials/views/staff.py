"""One certificate, for those who look after it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.clock import now, today
from lms.credentials import code as codes
from lms.credentials import queries, services, verdict, wording
from lms.credentials.forms import CorrectForm, RevokeForm
from lms.credentials.models import Certificate
from lms.credentials.services.ending import CORRECTABLE
from lms.credentials.snapshot import Snapshot
from lms.credentials.states import LIVE, CertificateState, RevocationReason
from lms.credentials.views import bp
from lms.i18n import _
from lms.permissions import Permission
from lms.web.access import allow


@bp.get("/certificates/<int:certificate_id>")
@allow(Permission.RESULTS_VIEW)
def certificate(certificate_id: int) -> ResponseReturnValue:
    found = queries.certificate_for(certificate_id, by=me(), permission=Permission.RESULTS_VIEW)
    state = CertificateState(found.state)
    answer = verdict.answer(queries.certificate_by_code(found.code), today(), now())
    page = {
        "certificate": found, "said": Snapshot.from_json(found.snapshot), "answer": answer, "words": wording,
        "state_word": wording.state_word(state, found.replacement_kind), "history": queries.history_of(found.id),
        "code": codes.printed(found.code), "file": queries.file_of(found.id), "predecessor": queries.replaced_by(found.id),
        "may_correct": state in CORRECTABLE and _may(Permission.CERTIFICATE_CORRECT, found),
        "may_revoke": state in LIVE and _may(Permission.CERTIFICATE_REVOKE, found),
        "sees_notes": _may(Permission.CERTIFICATE_REVOKE, found) or me().may(Permission.AUDIT_READ),
    }  # fmt: skip
    return render_template("credentials/certificate.html", **page)


def _may(permission: Permission, found: Certificate) -> bool:
    return me().may(permission, found.cohort_id)


@bp.route("/certificates/<int:certificate_id>/correct", methods=["GET", "POST"])
@allow(Permission.CERTIFICATE_CORRECT)
def correct(certificate_id: int) -> ResponseReturnValue:
    """Another certificate with the right name takes its place."""
    found = queries.certificate_for(certificate_id, by=me(), permission=Permission.CERTIFICATE_CORRECT)
    said = Snapshot.from_json(found.snapshot)
    form = CorrectForm(name=said.name, name_ar=said.name_ar)
    if form.validate_on_submit():
        with form.refusals():
            new = services.correct(
                certificate_id,
                name=form.name.data or "",
                name_ar=form.name_ar.data or "",
                note=form.note.data or "",
                by=me(),
            )
            flash(
                _("A corrected certificate takes its place; it is being sealed. The old code says so from now on."),
                "success",
            )
            return redirect(url_for(".certificate", certificate_id=new.id), 303)
    return render_template("credentials/correct.html", form=form, certificate_id=certificate_id, said=said), form.status


@bp.route("/certificates/<int:certificate_id>/revoke", methods=["GET", "POST"])
@allow(Permission.CERTIFICATE_REVOKE, fresh=True)
def revoke(certificate_id: int) -> ResponseReturnValue:
    found = queries.certificate_for(certificate_id, by=me(), permission=Permission.CERTIFICATE_REVOKE)
    said, form = Snapshot.from_json(found.snapshot), RevokeForm()
    if form.validate_on_submit():
        with form.refusals():
            services.revoke(
                certificate_id, reason=RevocationReason(form.reason.data), note=form.note.data or "", by=me()
            )
            flash(_("The certificate is revoked. Whoever checks it reads so from now on."), "success")
            return redirect(url_for(".certificate", certificate_id=certificate_id), 303)
    return render_template("credentials/revoke.html", form=form, certificate_id=certificate_id, said=said), form.status
