"""What happens to certificates that others must know."""

from dataclasses import dataclass

from lms.events import Event


@dataclass(frozen=True)
class CertificateIssued(Event):
    """Sealed, looked at once more, and there to be downloaded."""

    certificate_id: int


@dataclass(frozen=True)
class CertificateReplaced(Event):
    """Another one stands in its place, and is issued. ``certificate_id`` is the old one's."""

    certificate_id: int


@dataclass(frozen=True)
class CertificateRevoked(Event):
    certificate_id: int
