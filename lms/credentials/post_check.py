"""A sealed file looked at once more before anybody sees it, by code that had no part in drawing or sealing it."""

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, NameObject

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


_DRAWN = re.compile(rb"/(\S+) [\d.]+ Tf|<([0-9a-fA-F]+)>")
_GLYPHS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_GLYPH = re.compile(rb"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>")


class NotAsItShouldBe(Exception):
    """The file is not what it was meant to be; it must not be issued."""


def check(pdf: bytes, chain: str, said: Iterable[str]) -> None:
    """Raises NotAsItShouldBe unless the seal of ``chain`` covers every byte and the page says each of ``said``."""
    check_seal(pdf, chain)
    page = _only_page(pdf)
    letters = _squeezed(_letters(page))
    for words in map(_squeezed, said):
        if words not in letters and words not in _squeezed(page.extract_text()):
            raise NotAsItShouldBe("the page does not say what was decided")


def check_seal(pdf: bytes, chain: str) -> None:
    """The digest, the signature and the range of the one seal, against our own certificate."""
    ranges = _RANGE.findall(pdf)
    if len(ranges) != 1:
        raise NotAsItShouldBe(f"{len(ranges)} seals")
    start, length, again, rest = map(int, ranges[0])
    hole = pdf[start + length : again]
    if start != 0 or again + rest != len(pdf) or hole[:1] != b"<" or hole[-1:] != b">":
        raise NotAsItShouldBe("the seal does not cover the whole file")
    signed = cms.ContentInfo.load(bytes.fromhex(hole[1:-1].decode()), strict=False)["content"]
    signer = signed["signer_infos"][0]
    digest = hashlib.sha256(pdf[start : start + length] + pdf[again:]).digest()
    stated = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
    if stated["message_digest"][0].native != digest:
        raise NotAsItShouldBe("the digest is another file's")
    certificates = x509.load_pem_x509_certificates(chain.encode())
    embedded = {item.chosen.dump() for item in signed["certificates"]}
    if any(certificate.public_bytes(Encoding.DER) not in embedded for certificate in certificates):
        raise NotAsItShouldBe("the chain is not embedded")
    for certificate, issuer in zip(certificates, [*certificates[1:], certificates[-1]], strict=True):
        certificate.verify_directly_issued_by(issuer)
    key = certificates[0].public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotAsItShouldBe("not the key we seal with")
    try:
        key.verify(
            signer["signature"].native, signer["signed_attrs"].untag().dump(), padding.PKCS1v15(), hashes.SHA256()
        )
    except InvalidSignature:
        raise NotAsItShouldBe("the signature does not hold") from None


def page_text(pdf: bytes) -> str:
    """The words of a one-page file. Raises NotAsItShouldBe."""
    return _only_page(pdf).extract_text()


def _only_page(pdf: bytes) -> PageObject:
    """The page, without the ornament that lies under ours: it holds no words and takes long to read."""
    try:
        reader = PdfReader(io.BytesIO(pdf))
        if len(reader.pages) != 1:
            raise NotAsItShouldBe(f"{len(reader.pages)} pages")
        page = reader.pages[0]
        contents = page.get(NameObject("/Contents"))
        if isinstance(contents, ArrayObject) and len(contents) > 1:
            page[NameObject("/Contents")] = contents[-1]
    except PyPdfError as error:
        raise NotAsItShouldBe(f"unreadable: {error}") from None
    return page


def _letters(page: PageObject) -> str:
    """What a page of ours shows, letter after letter as they are drawn. Ten times as quick as pypdf's own way, which knows
    where lines end and which way they run; it is asked when a name is not found like this."""
    fonts: Any = page["/Resources"]
    letters_of = {
        name[1:].encode(): _letters_of(font.get_object()["/ToUnicode"].get_object().get_data())
        for name, font in fonts["/Font"].get_object().items()
    }
    contents: Any = page["/Contents"]
    current, drawn = dict[bytes, str](), list[str]()
    for font, glyphs in _DRAWN.findall(contents.get_object().get_data()):
        if font:
            current = letters_of[font]
        drawn.extend(current.get(glyphs[place : place + 4].upper(), "") for place in range(0, len(glyphs), 4))
    return "".join(drawn)


def _letters_of(table: bytes) -> dict[bytes, str]:
    """A font's own list of which letters its glyphs stand for."""
    return {
        glyph.upper(): bytes.fromhex(letters.decode()).decode("utf-16-be", errors="replace")
        for block in _GLYPHS.findall(table) for glyph, letters in _GLYPH.findall(block)
    }  # fmt: skip


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
