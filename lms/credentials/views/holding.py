"""One's own certificates: to download, to share, to show by name or not."""

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms import storage
from lms.accounts.current import me
from lms.clock import now, today
from lms.credentials import code as codes
from lms.credentials import queries, services, verdict, wording
from lms.credentials.models import Certificate
from lms.credentials.snapshot import Snapshot
from lms.credentials.states import CertificateState
from lms.credentials.views import bp
from lms.db import Record
from lms.errors import Missing
from lms.i18n import _
from lms.web.access import PUBLIC, SIGNED_IN, allow
from lms.web.downloads import attachment
from lms.web.links import absolute

PDF = "application/pdf"


@bp.get("/certificates")
@allow(SIGNED_IN)
def mine() -> ResponseReturnValue:
    page = {"certificates": queries.certificates_of(me().user_id or 0), "printed": codes.printed, "standing": _standing}
    return render_template("credentials/mine.html", **page)


def _standing(row: Record) -> tuple[str, str]:
    """Kind and words of a certificate's present standing, dates included."""
    state = CertificateState(row.state)
    if state is not CertificateState.ISSUED:
        return "refused", wording.state_word(state, row.replacement_kind)
    if row.valid_until is not None and row.valid_until < today():
        return "attention", _("Expired")
    return "done", _("Valid")


@bp.get("/certificates/<int:certificate_id>/file")
@allow(SIGNED_IN)
def file(certificate_id: int) -> ResponseReturnValue:
    """The sealed PDF: to its holder, and to those who look after results."""
    return _download(queries.file_for(certificate_id, by=me()))


def _download(row: Record) -> ResponseReturnValue:
    return attachment(storage.get(row.key), f"{row.holder_name} {codes.printed(row.code)}.pdf", PDF)


@bp.post("/certificates/<int:certificate_id>/name/show")
@allow(SIGNED_IN)
def show_name(certificate_id: int) -> ResponseReturnValue:
    services.show_name(certificate_id, by=me())
    flash(_("Whoever checks this certificate now reads your name."), "success")
    return redirect(url_for(".mine"), 303)


@bp.post("/certificates/<int:certificate_id>/name/hide")
@allow(SIGNED_IN)
def hide_name(certificate_id: int) -> ResponseReturnValue:
    services.hide_name(certificate_id, by=me())
    flash(_("Whoever checks this certificate reads that it is valid, without your name."), "success")
    return redirect(url_for(".mine"), 303)


@bp.post("/certificates/<int:certificate_id>/share")
@allow(SIGNED_IN)
def share(certificate_id: int) -> ResponseReturnValue:
    """The link is shown this once: only its hash is kept."""
    token = services.share(certificate_id, by=me())
    return render_template("credentials/share_link.html", address=absolute("credentials.shared", token=token))


@bp.post("/certificates/<int:certificate_id>/share/end")
@allow(SIGNED_IN)
def end_share(certificate_id: int) -> ResponseReturnValue:
    services.end_share(certificate_id, by=me())
    flash(_("The link is switched off."), "success")
    return redirect(url_for(".mine"), 303)


@bp.get("/share/<token>")
@allow(PUBLIC)
def shared(token: str) -> ResponseReturnValue:
    """The whole certificate, for whoever has the link."""
    certificate = queries.shared(token)
    answer = verdict.answer(queries.certificate_by_code(certificate.code), today(), now())
    page = {
        "said": Snapshot.from_json(certificate.snapshot), "answer": answer, "token": token, "words": wording,
        "printed": codes.printed, "has_file": _is_out(certificate),
    }  # fmt: skip
    response = make_response(render_template("credentials/shared.html", **page))
    response.headers["X-Robots-Tag"], response.headers["Referrer-Policy"] = "noindex, nofollow", "no-referrer"
    return response


@bp.get("/share/<token>/file")
@allow(PUBLIC)
def shared_file(token: str) -> ResponseReturnValue:
    certificate = queries.shared(token)
    row = queries.file_of(certificate.id) if _is_out(certificate) else None
    if row is None:
        raise Missing
    return _download(row)


def _is_out(certificate: Certificate) -> bool:
    """Only what stands is handed out by a link."""
    return certificate.state == CertificateState.ISSUED
