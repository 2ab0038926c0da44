"""The seal on a PDF: PAdES B-B, certified so that nothing may be changed after it. The only place that knows pyHanko's writer."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from asn1crypto import cms, pem
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Sceau"
DIGEST = "sha256"
ROOM = 10_240  # hexadecimal digits kept for the signature: three certificates and an RSA-3072 signature take some 7,000


@dataclass(frozen=True)
class SealKey:
    """A private key, opened once and kept: opening it for every seal cost ten times the seal itself."""

    key: rsa.RSAPrivateKey
    chain: str

    @cached_property
    def certificates(self) -> list[asn1.Certificate]:
        """Seal, issuing and root certificate."""
        return [asn1.Certificate.load(der) for _kind, _headers, der in pem.unarmor(self.chain.encode(), multiple=True)]

    @cached_property
    def sealer(self) -> PdfSigner:
        meta = PdfSignatureMetadata(
            field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm=DIGEST, certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )  # fmt: skip
        return PdfSigner(meta, signer=_KeptKey(self))


def open_key(path: Path, passphrase: bytes, chain: str) -> SealKey:
    """Raises OSError when the file is not there, ValueError when the passphrase is wrong."""
    key = load_pem_private_key(path.read_bytes(), passphrase)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key")
    return SealKey(key, chain)


def sealed(pdf: bytes, key: SealKey) -> bytes:
    """The document with the seal in its field; its first bytes are the document as it was."""
    output = io.BytesIO()
    key.sealer.sign_pdf(_Untouched(io.BytesIO(pdf)), existing_fields_only=True, bytes_reserved=ROOM, output=output)
    return output.getvalue()


class _KeptKey(Signer):
    """Signs with the opened key; pyHanko's own SimpleSigner parses and checks the key again each time.

    All our seals differ in two places only, the document's digest and the signature, both of fixed length. So pyHanko
    composes the first one, and the others are that one with the two replaced: 1 ms instead of 30. What comes out is
    checked each time by code that shares nothing with this (``post_check``).
    """

    def __init__(self, key: SealKey) -> None:
        certificate, *others = key.certificates
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(others)
        super().__init__(signing_cert=certificate, cert_registry=store)
        self._key = key.key
        self._mould: _Mould | None = None

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != DIGEST or dry_run:
            raise NotImplementedError
        return self._sign(data)

    def _sign(self, data: bytes) -> bytes:
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    async def async_sign(self, data_digest: bytes, *rest: Any, **options: Any) -> cms.ContentInfo:
        if self._mould is None:
            first = await super().async_sign(data_digest, *rest, **options)
            self._mould = _Mould.of(first, data_digest)
            return first
        return self._mould.cast(data_digest, self._sign)


@dataclass(frozen=True)
class _Mould:
    """The first seal of a key, and the two values in it that others replace."""

    whole: bytes
    attributes: bytes  # what is signed
    digest: bytes
    signature: bytes

    @classmethod
    def of(cls, first: cms.ContentInfo, digest: bytes) -> Self:
        signer = first["content"]["signer_infos"][0]
        mould = cls(first.dump(), signer["signed_attrs"].untag().dump(), digest, signer["signature"].native)
        if (mould.whole.count(digest), mould.attributes.count(digest), mould.whole.count(mould.signature)) != (1, 1, 1):
            raise ValueError("the digest or the signature stands in the seal more than once")
        return mould

    def cast(self, digest: bytes, sign: Callable[[bytes], bytes]) -> cms.ContentInfo:
        signature = sign(self.attributes.replace(self.digest, digest))
        return cms.ContentInfo.load(self.whole.replace(self.digest, digest).replace(self.signature, signature))


class _Untouched(IncrementalPdfFileWriter):
    """Writes the seal and nothing else: pyHanko would rewrite the metadata and break what PDF/A says of them."""

    def _update_meta(self) -> None:
        return
