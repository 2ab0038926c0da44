"""A certificate is corrected by another one, or revoked. Both are for good."""

from sqlalchemy import update

from lms import audit, db
from lms.clock import today
from lms.credentials import code, queries
from lms.credentials.events import CertificateRevoked
from lms.credentials.models import Certificate
from lms.credentials.services import history
from lms.credentials.services.issuing import new_certificate, promise_seal
from lms.credentials.snapshot import Snapshot, as_printed
from lms.credentials.states import LIVE, CertificateState, ReplacementKind, RevocationReason
from lms.errors import Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor

CORRECTABLE = (CertificateState.ISSUED, CertificateState.SUSPENDED)


class CannotChange(Refused):
    """The certificate is not, or no longer, in a state that allows it."""


def correct(certificate_id: int, *, name: str, name_ar: str, note: str, by: Actor) -> Certificate:
    """Put another in its place that says the same of the right name; the old one's page says so from now on. Returns the new
    one, with its own code, to be sealed. Raises CannotChange."""
    old = _locked(certificate_id)
    name, name_ar = as_printed(name), as_printed(name_ar)
    said = Snapshot.from_json(old.snapshot)
    if (name, name_ar) == (said.name, said.name_ar):
        raise CannotChange(_("This is the name the certificate has already."), field="name")
    _end(old, CertificateState.REPLACED, CORRECTABLE)
    snapshot = said.corrected(code=code.new_code(), name=name, name_ar=name_ar)
    new = new_certificate(snapshot, old.holder_id, old.enrolment_id, old.programme_version_id, old.cohort_id, by)
    new.shows_name = old.shows_name
    db.session().add(new)
    db.session().flush()  # the old one names the new
    old.replaced_by_id, old.replacement_kind = new.id, ReplacementKind.CORRECTION
    history.note(old, "replaced", by=by, note=note)
    history.note(new, "corrects", by=by)
    audit.record(
        "certificate.corrected", f"certificate:{old.id}", by=by, cohort_id=old.cohort_id, replaced_by=new.id, note=note
    )
    promise_seal(new)
    return new


def revoke(certificate_id: int, *, reason: RevocationReason, note: str, by: Actor) -> None:
    """Everybody who checks it is told the reason, never the note. Raises CannotChange when it is ended already."""
    certificate = _locked(certificate_id)
    _end(certificate, CertificateState.REVOKED, LIVE)
    certificate.revocation_reason = reason
    history.note(certificate, "revoked", by=by, reason=reason, note=note)
    audit.record(
        "certificate.revoked",
        f"certificate:{certificate.id}",
        by=by,
        cohort_id=certificate.cohort_id,
        reason=reason,
        note=note,
    )
    emit(CertificateRevoked(certificate.id))


def _locked(certificate_id: int) -> Certificate:
    certificate = queries.certificate(certificate_id)
    db.session().refresh(certificate, with_for_update=True)
    return certificate


def _end(certificate: Certificate, state: CertificateState, allowed: tuple[CertificateState, ...]) -> None:
    """One statement settles two ends at once: the second finds the state changed."""
    ended = db.session().execute(
        update(Certificate).where(Certificate.id == certificate.id, Certificate.state.in_(allowed))
        .values(state=state, ended_on=today())
    )  # fmt: skip
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise CannotChange(_("This certificate is already ended, or not sealed yet: nothing was changed."))
    db.session().refresh(certificate)
