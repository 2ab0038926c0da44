"""What a verdict says, in the reader's language. The sentences are settled in both: none is rephrased in one alone."""

from datetime import date

from lms.credentials.code import printed
from lms.credentials.states import CertificateState, ReplacementKind, RevocationReason
from lms.credentials.verdict import Answer, Check, Document, Outcome, Status, Verdict
from lms.i18n import _
from lms.web.filters import day


def document_sentence(document: Document) -> str:
    """What a file turned out to be."""
    return {
        Document.ORIGINAL: _("This file is exactly the one we issued: not one byte has changed."),
        Document.HARMLESS_BYTES: _("The sealed content is intact; data with no effect were appended to the file."),
        Document.CONTENT_ADDED: _("The seal is intact, but content was added afterwards. Only the original counts."),
        Document.ALTERED: _("This file was changed after it was issued. Do not rely on it."),
        Document.COPY: _(
            "This is a copy (print or scan): its content cannot be guaranteed. Compare it with the official record below."
        ),
        Document.FOREIGN: _("This file is signed, but not by us, even if the displayed name looks alike."),
        Document.KEY_WITHDRAWN: _("Signed with a key we withdrew for security reasons. Use the official record."),
        Document.DAMAGED: _("Unreadable or incomplete file."),
    }[document]


def sentence(answer: Answer) -> str:
    """The one sentence an employer reads about the recorded certificate."""
    if answer.verdict is Verdict.MISTYPED:
        return _("This code has a typing error. Check the characters (0 and O, 1 and I).")
    certificate = answer.certificate
    if certificate is None:
        return _("No certificate matches this code.")
    match answer.status:
        case Status.EXPIRED:
            return _("Authentic certificate, but it expired on %(date)s.", date=day(certificate.valid_until))
        case Status.NOT_YET_VALID:
            return _("Authentic certificate, valid only from %(date)s.", date=day(certificate.valid_from))
        case Status.SUSPENDED:
            return _("Validity suspended while a check is under way. Do not rely on it for now.")
        case Status.REVOKED:
            return _(
                "Certificate revoked on %(date)s. Reason: %(reason)s. It is no longer valid.",
                date=day(certificate.ended_on), reason=reason_word(certificate.reason),
            )  # fmt: skip
        case Status.CORRECTED:
            return _(
                "Replaced on %(date)s by a corrected version. Ask the holder for the new certificate.",
                date=day(certificate.ended_on),
            )
        case Status.RENEWED:
            if answer.has_current_successor:
                return _("This version has been renewed; a newer certificate is currently valid.")
            return _("This version has been renewed, but the newer certificate is not currently valid.")
    if certificate.name is None:
        return _("Authentic and valid. The holder chose not to show a name here; compare with the document.")
    if certificate.valid_until is None:
        return _("Authentic certificate. It has no expiry date.")
    return _("Authentic certificate, currently valid.")


def advice(answer: Answer) -> str:
    """What to do next."""
    if answer.verdict is Verdict.MISTYPED:
        return _("Compare each character with the document and type the code again.")
    match answer.status:
        case None:
            return _(
                "Compare the code with the document. If they are the same, the document is not one of ours: do not rely on it."
            )
        case Status.VALID:
            return _(
                "We checked the code, not the document you hold. Compare the name, the title and the dates with it."
            )
        case Status.NOT_YET_VALID | Status.SUSPENDED:
            return _("Check again later: this page always shows the present state.")
        case Status.EXPIRED | Status.RENEWED:
            return _("Ask the holder for the current certificate.")
        case Status.CORRECTED:
            return _("Check the code of the new certificate in the same way.")
        case Status.REVOKED:
            return _("Do not rely on this document. If somebody presents it as valid, tell us.")


def reason_word(reason: RevocationReason | None) -> str:
    """Why it was revoked, as far as the public is told."""
    words = {
        RevocationReason.OUR_ERROR: _("error on our side"),
        RevocationReason.REQUIREMENTS_NOT_MET: _("requirements found not met"),
        RevocationReason.MISCONDUCT: _("misconduct established"),
        RevocationReason.HOLDER_REQUEST: _("holder’s request"),
        RevocationReason.OTHER: _("other"),
    }
    return words[reason or RevocationReason.OTHER]


def state_word(state: CertificateState, replacement: ReplacementKind | None = None) -> str:
    """The stored state, for those who look after certificates."""
    if state == CertificateState.REPLACED:
        return _("Renewed") if replacement == ReplacementKind.RENEWAL else _("Corrected")
    return {
        CertificateState.DRAFT: _("Being sealed"), CertificateState.ISSUED: _("Issued"),
        CertificateState.SUSPENDED: _("Suspended"), CertificateState.REVOKED: _("Revoked"),
    }[state]  # fmt: skip


def event_word(what: str) -> str:
    """One line of a certificate's history."""
    return {
        "decided": _("Decided"), "corrects": _("Decided, to correct another"), "sealed": _("Sealed and issued"),
        "replaced": _("Replaced by a corrected version"), "revoked": _("Revoked"), "name_shown": _("Name shown publicly"),
        "name_hidden": _("Name hidden publicly"), "shared": _("Share link made"), "unshared": _("Share link ended"),
    }[what]  # fmt: skip


def check_word(check: Check) -> str:
    """One thing that was looked at."""
    return {
        "code": _("The code is well formed"), "record": _("We issued a certificate with this code"),
        "standing": _("It was neither revoked, replaced nor suspended"), "dates": _("Today lies within its dates"),
        "document": _("The document in your hands"),
    }[check.name]  # fmt: skip


def outcome_word(outcome: Outcome) -> str:
    return {Outcome.PASSED: _("yes"), Outcome.FAILED: _("no"), Outcome.NOT_CHECKED: _("not checked")}[outcome]


def verdict_object(answer: Answer) -> dict[str, object]:
    """The verdict as JSON: for programs, and for ``lms certificates verify --json``."""
    certificate = answer.certificate
    return {
        "verdict": answer.verdict, "status": answer.status, "is_current": answer.is_current, "message": sentence(answer),
        "advice": advice(answer), "as_of": answer.as_of.isoformat(timespec="seconds"),
        "checks": [{"name": check.name, "outcome": check.outcome} for check in answer.checks],
        "document": answer.document and {"is": answer.document, "message": document_sentence(answer.document)},
        "certificate": certificate and {
            "code": printed(certificate.code), "name": certificate.name,
            "title": {"fr": certificate.title_fr, "en": certificate.title_en}, "issuer": certificate.issuer,
            "awarded_on": _iso(certificate.awarded_on), "valid_from": _iso(certificate.valid_from),
            "valid_until": _iso(certificate.valid_until), "ended_on": _iso(certificate.ended_on), "reason": certificate.reason,
        },
    }  # fmt: skip


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
