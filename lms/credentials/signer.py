"""The one that holds keys. It is told the id of a decided certificate, reads for itself what was decided and whether it is
true, draws it, seals it, and looks at it once more. Nothing else can be had sealed.

Only workers load this module: pyHanko would cost every web process 30 MB and half a second.
"""

from dataclasses import dataclass
from functools import cache
from threading import Lock

from lms import db
from lms.credentials import code, pdf, post_check, queries
from lms.credentials.issuer import issuer
from lms.credentials.models import Certificate
from lms.credentials.seal import SealKey, open_key, sealed
from lms.credentials.services.keys import KeysUnavailable, passphrase
from lms.credentials.snapshot import Snapshot, digest
from lms.credentials.states import CertificateState
from lms.i18n import _
from lms.paper.renderer import Page, shared_renderer


class SealRefused(Exception):
    """What is recorded does not bear this certificate out. A person has to look."""


@dataclass(frozen=True)
class Decided:
    """A decision the signer read for itself, and the page it makes."""

    certificate_id: int
    said: Snapshot
    page: Page


@dataclass(frozen=True)
class Drawn:
    """That page as a PDF, not sealed yet."""

    certificate_id: int
    said: Snapshot
    pdf: bytes


@dataclass(frozen=True)
class Sealed:
    pdf: bytes
    signing_key_id: int


class Signer:
    """Keeps each key open once it was opened."""

    def __init__(self) -> None:
        self._keys: dict[str, SealKey] = {}
        self._opening = Lock()

    def read(self, certificate_id: int) -> Decided | None:
        """The decision and the facts as they are recorded; None when there is nothing to seal any more. Raises SealRefused."""
        with db.reading():
            said = self._decided(queries.certificate(certificate_id))
        return None if said is None else Decided(certificate_id, said, pdf.compose(said))

    def draw(self, decided: Decided) -> Drawn:
        """Raises RenderFailed. Needs neither database nor application: it may run beside a seal, in another thread."""
        return Drawn(decided.certificate_id, decided.said, shared_renderer().render(decided.page))

    def seal(self, drawn: Drawn) -> Sealed:
        """The page under the institute's seal. Raises KeysUnavailable, or NotAsItShouldBe when it did not come out right."""
        signing_key_id, key = self._active_key()
        document = sealed(drawn.pdf, key)
        post_check.check(document, key.chain, (drawn.said.name, code.printed(drawn.said.code)))
        return Sealed(document, signing_key_id)

    def _decided(self, certificate: Certificate) -> Snapshot | None:
        """What was decided, if the decision stands in the chain of acts, unchanged, and the results bear it out."""
        if certificate.state != CertificateState.DRAFT:
            return None
        decision = queries.decision_of(certificate.id)
        if decision is None or decision.hash != decision.digest(digest(certificate.snapshot)):
            raise SealRefused(f"certificate {certificate.id}: no decision that says this")
        said = Snapshot.from_json(certificate.snapshot)
        columns = (
            certificate.code, certificate.holder_name, certificate.kind, certificate.awarded_on, certificate.valid_from,
            certificate.valid_until,
        )  # fmt: skip
        if columns != (said.code, said.name, said.kind, said.awarded_on, said.valid_from, said.valid_until):
            raise SealRefused(f"certificate {certificate.id}: its row and its snapshot differ")
        if not queries.is_borne_out(certificate, [module.code for module in said.modules]):
            raise SealRefused(f"certificate {certificate.id}: the results do not bear it out")
        return said

    def _active_key(self) -> tuple[int, SealKey]:
        with db.reading():
            row = queries.active_key()
        if row is None:
            raise KeysUnavailable(_("There is no key to seal with. Run: lms init"))
        with self._opening:
            if row.fingerprint not in self._keys:
                us = issuer()
                path = us.keys / row.location.removeprefix("file:")
                try:
                    self._keys[row.fingerprint] = open_key(path, passphrase(us), row.chain)
                except (OSError, ValueError) as error:
                    where = _(
                        "The key to seal with cannot be opened: %(file)s. Put it back or make another.", file=path
                    )
                    raise KeysUnavailable(where) from error
        return row.id, self._keys[row.fingerprint]


@cache
def shared_signer() -> Signer:
    """This process's own."""
    return Signer()
