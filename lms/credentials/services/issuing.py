"""A certificate is decided here, in the transaction of the fact; a job seals it; then it is issued."""

import hashlib
from collections.abc import Collection
from datetime import timedelta
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from lms import audit, db, jobs
from lms.clock import now, today
from lms.credentials import code, queries, validity
from lms.credentials.events import CertificateIssued, CertificateReplaced
from lms.credentials.issuer import issuer
from lms.credentials.models import Certificate, CertificateFile
from lms.credentials.queries import Facts
from lms.credentials.services import history
from lms.credentials.snapshot import LAYOUT, Snapshot, as_printed
from lms.credentials.states import CertificateState, ReplacementKind
from lms.errors import Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import INSTITUTE, Actor
from lms.results import queries as results
from lms.results.events import ProgrammeCompleted
from lms.results.rules import Reason
from lms.results.wording import sentence

AFTER_THE_COHORT = timedelta(minutes=5)


class NotEligible(Refused):
    """Something still stands between the participant and the certificate; ``reasons`` says what."""

    def __init__(self, reasons: Collection[Reason]) -> None:
        super().__init__(_("No certificate yet: %(reasons)s", reasons=" ".join(sentence(reason) for reason in reasons)))
        self.reasons = tuple(reasons)


def issue_certificate(enrolment_id: int, *, by: Actor) -> Certificate:
    """Decide it and promise the seal. Asking twice is asking once. Raises NotEligible."""
    certificate = decide(enrolment_id, by=by)
    promise_seal(certificate)
    return certificate


def issue_on_completion(event: ProgrammeCompleted) -> None:
    """As soon as the rule is met, where the cohort wants that. What was revoked is given again by a person only."""
    if queries.facts_of(event.enrolment_id).issues_certificates and not queries.has_any_certificate(event.enrolment_id):
        issue_certificate(event.enrolment_id, by=INSTITUTE)


def issue_cohort(cohort_id: int, enrolment_ids: Collection[int], *, by: Actor, request: str) -> int:
    """Promise certificates for these participants of the cohort; returns the job. ``request`` names the click: sent twice,
    it is one job."""
    chosen = queries.enrolments_in(cohort_id, enrolment_ids)
    return jobs.enqueue(
        "credentials.issue_cohort", f"issue:{cohort_id}:{request}", by=by.user_id, total=len(chosen),
        arguments={"cohort_id": cohort_id, "enrolment_ids": chosen},
    )  # fmt: skip


def zip_cohort(cohort_id: int, *, by: Actor, request: str) -> int:
    """Promise one archive of the cohort's certificates; returns the job."""
    return jobs.enqueue(
        "credentials.cohort_archive",
        f"archive:{cohort_id}:{request}",
        by=by.user_id,
        arguments={"cohort_id": cohort_id},
    )


def promise_seal(certificate: Certificate, *, wait: timedelta = timedelta()) -> None:
    if certificate.state == CertificateState.DRAFT:
        jobs.enqueue(
            "credentials.seal", f"seal:{certificate.id}", arguments={"certificate_id": certificate.id}, at=now() + wait,
            total=1,
        )  # fmt: skip


def decide(enrolment_id: int, *, by: Actor) -> Certificate:
    """The certificate of this participation: the one there is, or a new one, not sealed yet. Raises NotEligible."""
    live = queries.live_certificate(enrolment_id)
    if live is not None:
        return live
    facts = queries.facts_of(enrolment_id)
    reasons = results.why_not_yet(enrolment_id)
    if reasons:
        raise NotEligible(reasons)
    snapshot = snapshot_of(facts)
    certificate = new_certificate(
        snapshot, facts.holder_id, enrolment_id, facts.programme_version_id, facts.cohort_id, by
    )
    try:
        with db.session().begin_nested():
            db.session().add(certificate)
    except IntegrityError:  # decided twice at the same moment
        live = queries.live_certificate(enrolment_id)
        if live is None:
            raise
        return live
    history.note(certificate, "decided", by=by)
    audit.record("certificate.decided", f"certificate:{certificate.id}", by=by, cohort_id=facts.cohort_id)
    return certificate


def snapshot_of(facts: Facts) -> Snapshot:
    """What the certificate will say for ever, under a new code."""
    us, awarded_on = issuer(), today()
    return Snapshot(
        code=code.new_code(), kind=facts.kind, name=as_printed(facts.name), name_ar=as_printed(facts.name_ar),
        title_fr=facts.title_fr, title_en=facts.title_en, programme=facts.programme, programme_fr=facts.programme_fr,
        programme_en=facts.programme_en, programme_version=facts.programme_version, minutes=facts.minutes,
        cohort=facts.cohort, starts_on=facts.starts_on, ends_on=facts.ends_on, modules=facts.modules,
        competencies=facts.competencies, awarded_on=awarded_on, valid_from=awarded_on,
        valid_until=validity.last_day(awarded_on, facts.validity_months), issuer=us.name, place=us.place, address=us.address,
    )  # fmt: skip


def new_certificate(
    snapshot: Snapshot, holder_id: int, enrolment_id: int, programme_version_id: int, cohort_id: int, by: Actor
) -> Certificate:
    return Certificate(
        uuid=str(uuid4()), code=snapshot.code, holder_id=holder_id, enrolment_id=enrolment_id,
        programme_version_id=programme_version_id, cohort_id=cohort_id, kind=snapshot.kind, holder_name=snapshot.name,
        snapshot=snapshot.to_json(), template=LAYOUT, awarded_on=snapshot.awarded_on, valid_from=snapshot.valid_from,
        valid_until=snapshot.valid_until, state=CertificateState.DRAFT, decided_by=by.user_id, decided_at=now(),
    )  # fmt: skip


def record_seal(certificate_id: int, pdf: bytes, key: str, signing_key_id: int) -> bool:
    """The sealed file is stored under ``key``: the certificate is issued. False when it was sealed already, or ended
    meanwhile: then these bytes are nobody's."""
    certificate = db.session().get_one(Certificate, certificate_id, with_for_update=True)
    if certificate.state != CertificateState.DRAFT or queries.file_of(certificate_id) is not None:
        return False
    sha256 = hashlib.sha256(pdf).hexdigest()
    db.session().add(CertificateFile(
        certificate_id=certificate_id, sha256=sha256, key=key, size=len(pdf), signing_key_id=signing_key_id, sealed_at=now()
    ))  # fmt: skip
    certificate.state, certificate.issued_at = CertificateState.ISSUED, now()
    history.note(certificate, "sealed", by=INSTITUTE, note=f"sha256:{sha256}")
    audit.record(
        "certificate.issued",
        f"certificate:{certificate_id}",
        by=INSTITUTE,
        cohort_id=certificate.cohort_id,
        sha256=sha256,
    )
    emit(CertificateIssued(certificate_id))
    replaced = queries.replaced_by(certificate_id)
    if replaced is not None and replaced.replacement_kind == ReplacementKind.CORRECTION:
        emit(CertificateReplaced(replaced.id))
    return True
