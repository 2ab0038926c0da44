"""What happened to certificates, in one chain over all of them: each act holds the hash of the one before."""

from collections.abc import Iterator

from sqlalchemy import select, text

from lms import db
from lms.audit import GENESIS, Break
from lms.clock import now
from lms.credentials.models import Certificate, CertificateEvent
from lms.credentials.snapshot import digest
from lms.permissions import Actor

_CHAIN_LOCK = 7_160_002


def note(certificate: Certificate, what: str, *, by: Actor, reason: str | None = None, note: str = "") -> None:
    """Add an act to the chain, in the current transaction. ``note`` is never public."""
    session = db.session()
    if not db.database().is_sqlite:  # on SQLite the write gate already lets one writer in at a time
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    last = session.execute(
        select(CertificateEvent.seq, CertificateEvent.hash).order_by(CertificateEvent.seq.desc()).limit(1)
    ).one_or_none()
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    act = CertificateEvent(
        seq=seq + 1, certificate_id=certificate.id, at=now(), by=by.user_id, what=what, reason=reason, note=note,
        previous=previous,
    )  # fmt: skip
    act.hash = act.digest(digest(certificate.snapshot))
    session.add(act)
    session.flush()  # the next act follows this one


def verify() -> Iterator[Break]:
    """Walk the chain and yield each break: an act that was changed, is missing or moved, or a certificate that no longer says
    what it said."""
    expected, previous = 1, GENESIS
    rows = db.session().execute(
        select(CertificateEvent, Certificate.snapshot)
        .join(Certificate, Certificate.id == CertificateEvent.certificate_id)
        .order_by(CertificateEvent.seq).execution_options(yield_per=500)
    )  # fmt: skip
    for act, snapshot in rows:
        if act.seq != expected:
            yield Break(expected, "missing")
        elif act.previous != previous:
            yield Break(act.seq, "does not follow the one before")
        if act.digest(digest(snapshot)) != act.hash:
            yield Break(act.seq, "was changed")
        expected, previous = act.seq + 1, act.hash
