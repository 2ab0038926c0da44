"""What the holder decides: whether the public page shows the name, and who else may see the whole certificate."""

from datetime import timedelta

from sqlalchemy import update

from lms import audit, db
from lms.accounts.tokens import hashed, new_token
from lms.clock import now
from lms.credentials import queries
from lms.credentials.models import Certificate, ShareLink
from lms.credentials.services import history
from lms.permissions import Actor

SHARED_FOR = timedelta(days=90)


def show_name(certificate_id: int, *, by: Actor) -> None:
    """The public page names the holder."""
    certificate = queries.own_certificate(certificate_id, by.user_id)
    if not certificate.shows_name:
        certificate.shows_name = True
        _noted(certificate, "name_shown", by)


def hide_name(certificate_id: int, *, by: Actor) -> None:
    """The public page gives the standing without the name."""
    certificate = queries.own_certificate(certificate_id, by.user_id)
    if certificate.shows_name:
        certificate.shows_name = False
        _noted(certificate, "name_hidden", by)


def share(certificate_id: int, *, by: Actor) -> str:
    """A new link for ninety days; the one before ends. Returns the token, which is kept nowhere."""
    certificate = queries.own_certificate(certificate_id, by.user_id)
    _end_links(certificate.id)
    token = new_token()
    db.session().add(ShareLink(
        certificate_id=certificate.id, token_hash=hashed(token), created_at=now(), expires_at=now() + SHARED_FOR
    ))  # fmt: skip
    _noted(certificate, "shared", by)
    return token


def end_share(certificate_id: int, *, by: Actor) -> None:
    """Whoever has the link sees nothing any more."""
    certificate = queries.own_certificate(certificate_id, by.user_id)
    if _end_links(certificate.id):
        _noted(certificate, "unshared", by)


def _end_links(certificate_id: int) -> int:
    ended = db.session().execute(
        update(ShareLink).where(ShareLink.certificate_id == certificate_id, ShareLink.ended_at.is_(None))
        .values(ended_at=now())
    )  # fmt: skip
    return int(ended.rowcount)  # type: ignore[attr-defined]


def _noted(certificate: Certificate, what: str, by: Actor) -> None:
    history.note(certificate, what, by=by)
    audit.record(f"certificate.{what}", f"certificate:{certificate.id}", by=by, cohort_id=certificate.cohort_id)
