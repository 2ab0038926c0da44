"""A file that somebody holds: is it what we sealed, whole and untouched? Only where pyHanko may be loaded.

A signature that is "valid" is not enough: content laid over a page after sealing leaves it valid. So the seal must cover the
whole file, or what came after it must be found to change nothing. Whose it is, is decided by our own list of certificates.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from asn1crypto import pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from lms.credentials import code
from lms.credentials.post_check import NotAsItShouldBe, page_text
from lms.credentials.verdict import Document

LARGEST = 10 * 1024 * 1024
_PRINTED = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]\b")


@dataclass(frozen=True)
class OurKey:
    """A seal certificate of ours, by its fingerprint in ``keys``."""

    chain: str
    is_withdrawn: bool


@dataclass(frozen=True)
class Finding:
    """``code`` is what the page says, when it can be read: it names the record to compare with, and proves nothing."""

    document: Document
    code: str | None = None


def examine(pdf: bytes, keys: Mapping[str, OurKey]) -> Finding:
    """``keys`` are all the certificates we ever sealed with, by fingerprint."""
    if len(pdf) > LARGEST:
        return Finding(Document.DAMAGED)
    try:
        seals = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        document = _judge(seals, keys) if seals else Document.COPY
    except (
        PdfError,
        SigningError,
        SignatureValidationError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        RecursionError,
    ):
        return Finding(Document.DAMAGED)
    return Finding(document, printed_code(pdf))


def _judge(seals: list[EmbeddedPdfSignature], keys: Mapping[str, OurKey]) -> Document:
    ours = [(seal, keys[print_]) for seal in seals if (print_ := seal.signer_cert.sha256.hex()) in keys]
    if not ours:
        return Document.FOREIGN
    seal, key = ours[0]
    _kind, _headers, der = next(iter(pem.unarmor(key.chain.encode(), multiple=True)))
    trusted = ValidationContext(trust_roots=[x509.Certificate.load(der)], allow_fetching=False)
    status = validate_pdf_signature(seal, trusted)
    if not (status.intact and status.valid):
        return Document.ALTERED
    if key.is_withdrawn:
        return Document.KEY_WITHDRAWN
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return Document.ORIGINAL
    return Document.HARMLESS_BYTES if len(seals) == 1 and status.bottom_line else Document.CONTENT_ADDED


def printed_code(pdf: bytes) -> str | None:
    """The code on the page; None when it cannot be read or is none of ours."""
    try:
        text = page_text(pdf)
    except (NotAsItShouldBe, ValueError, TypeError, KeyError, IndexError, RecursionError):
        return None
    for found in _PRINTED.findall(text):
        try:
            return code.parse(found)
        except code.Mistyped:
            continue
    return None
