"""Certificates: what they say, the exact bytes they are, what happened to them, and the keys that sealed them."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, event, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.credentials.states import CertificateState, ReplacementKind, RevocationReason


class Certificate(db.Base):
    """Our statement about somebody. ``snapshot`` holds everything it says, copied when it was decided (snapshot.py); nothing
    here is looked up later. ``code`` is the public one (code.py); ``uuid`` becomes the credential's ``urn:uuid:``."""

    __tablename__ = "certificates"
    __table_args__ = (
        Index("one_live_certificate", "enrolment_id", unique=True,
              sqlite_where=text("state IN ('draft','issued','suspended')"),
              postgresql_where=text("state IN ('draft','issued','suspended')")),
    )  # fmt: skip

    id: Mapped[db.Id]
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    code: Mapped[str] = mapped_column(String(13), unique=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    programme_version_id: Mapped[int] = mapped_column(ForeignKey("programme_versions.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(5))
    holder_name: Mapped[str] = mapped_column(String(160))
    snapshot: Mapped[dict[str, Any]]
    template: Mapped[str] = mapped_column(String(40))  # which layout drew it, with its version
    awarded_on: Mapped[date]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]  # last day of validity; None: no end
    state: Mapped[CertificateState] = mapped_column(String(10))
    shows_name: Mapped[bool] = mapped_column(default=True)  # the holder's consent for the public page
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    replacement_kind: Mapped[ReplacementKind | None] = mapped_column(String(10))
    revocation_reason: Mapped[RevocationReason | None] = mapped_column(String(20))
    ended_on: Mapped[date | None]  # when it was revoked or replaced
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]


class CertificateFile(db.Base):
    """The sealed PDF. Its bytes live under ``key`` and are never made again."""

    __tablename__ = "certificate_files"

    id: Mapped[db.Id]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), unique=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    key: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    signing_key_id: Mapped[int] = mapped_column(ForeignKey("signing_keys.id"))
    sealed_at: Mapped[datetime]


class CertificateEvent(db.Base):
    """What happened to a certificate: append-only; each row holds the hash of the one before, over all certificates."""

    __tablename__ = "certificate_events"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    what: Mapped[str] = mapped_column(String(20))  # decided, sealed, revoked, replaced… (wording.event_word)
    reason: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")  # never public
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    def digest(self, snapshot_digest: str) -> str:
        """Covers what the certificate says too: an edited snapshot breaks the chain."""
        row = [
            self.seq, self.certificate_id, self.at.isoformat(timespec="microseconds"), self.by, self.what, self.reason,
            self.note, snapshot_digest, self.previous,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()


@event.listens_for(CertificateEvent, "before_update")
@event.listens_for(CertificateEvent, "before_delete")
def _refuse_change(_mapper: object, _connection: object, _target: object) -> None:
    raise RuntimeError("events of a certificate are never changed")


class SigningKey(db.Base):
    """A key's public side and where the private one is. Retired keys are kept for ever: old seals must be checked."""

    __tablename__ = "signing_keys"

    id: Mapped[db.Id]
    purpose: Mapped[str] = mapped_column(String(10))  # pdf_seal
    algorithm: Mapped[str] = mapped_column(String(20))
    chain: Mapped[str] = mapped_column(Text)  # PEM: seal, issuing and root certificates
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    location: Mapped[str] = mapped_column(String(300))  # file:…
    active_from: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    compromised_at: Mapped[datetime | None]


class ShareLink(db.Base):
    """A link the holder made: shows the whole certificate, without an account, until it expires or is taken back."""

    __tablename__ = "share_links"

    id: Mapped[db.Id]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
