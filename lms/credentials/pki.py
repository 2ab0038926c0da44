"""The institute's own authority: a root, an authority that issues, and the certificates documents are sealed with.

Private keys are PKCS#8, encrypted, in files only their owner reads. Once the authority has signed, ``root.key`` may be
taken off the machine: only ``ca.key`` is needed for the next seal certificate.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
ROOT_YEARS, CA_YEARS, SEAL_YEARS = 20, 10, 3
SEAL_BITS = 3072  # RSA: a P-256 seal would raise the file to PDF 2.0, which PDF/A-3 does not know
ALGORITHM = f"RSA-{SEAL_BITS}"
CLOCK_ERROR = timedelta(days=1)  # a reader's clock may be behind ours
LONGEST_NAME = 64  # octets, in a certificate

AuthorityKey = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class SealCertificate:
    """A new key to seal with. ``chain`` is PEM: seal, issuing and root certificate; ``path`` holds the private key."""

    chain: str
    fingerprint: str
    path: Path


@dataclass(frozen=True)
class KeyFolder:
    """Where the private keys are, and what opens them."""

    path: Path
    passphrase: bytes

    def prepare(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o700)

    def write_key(self, name: str, key: AuthorityKey | rsa.RSAPrivateKey) -> Path:
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(self.passphrase))
        return self.write(name, pem)

    def write(self, name: str, content: bytes) -> Path:
        """Whole or not at all: a process killed here leaves the old file."""
        path = self.path / name
        unfinished = self.path / f".{name}.{secrets.token_hex(4)}"
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        return path

    def read_key(self, name: str) -> AuthorityKey:
        key = load_pem_private_key((self.path / name).read_bytes(), self.passphrase)
        if not isinstance(key, AuthorityKey):
            raise ValueError(f"{name} is not a key of an authority")
        return key


def make_passphrase(path: Path) -> bytes:
    """The passphrase in this file; a new one when there is none yet (development only: production names its own file)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_bytes().strip()


def make_seal_certificate(folder: KeyFolder, institute: str, now: datetime) -> SealCertificate:
    """A key and a certificate for it, under the institute's authority, which is made first where there is none."""
    folder.prepare()
    root, authority = _authority(folder, institute, now)
    key = rsa.generate_private_key(public_exponent=65537, key_size=SEAL_BITS)
    certificate = _certificate(
        _name(institute, f"Cachet / Seal {now:%Y-%m}"), key.public_key(), authority, folder.read_key("ca.key"), now, SEAL_YEARS,
        (
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (_usage(digital_signature=True, content_commitment=True), True),
            (x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), False),
        ),
    )  # fmt: skip
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    path = folder.write_key(f"seal-{fingerprint[:16]}.key", key)
    chain = b"".join(item.public_bytes(Encoding.PEM) for item in (certificate, authority, root))
    return SealCertificate(chain.decode(), fingerprint, path)


def _authority(folder: KeyFolder, institute: str, now: datetime) -> tuple[x509.Certificate, x509.Certificate]:
    """Root and issuing certificate, read or made. Each key is written before its certificate, so a run that was cut short
    is simply done again."""
    root_path, ca_path = folder.path / "root.crt", folder.path / "ca.crt"
    if root_path.exists() and ca_path.exists():
        return x509.load_pem_x509_certificate(root_path.read_bytes()), x509.load_pem_x509_certificate(
            ca_path.read_bytes()
        )
    root_key, ca_key = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP384R1())
    signs = _usage(key_cert_sign=True, crl_sign=True)
    root_name = _name(institute, f"Racine / Root {now:%Y}")
    root = _certificate(
        root_name, root_key.public_key(), None, root_key, now, ROOT_YEARS,
        ((x509.BasicConstraints(ca=True, path_length=1), True), (signs, True)),
    )  # fmt: skip
    ca = _certificate(
        _name(institute, f"Autorité / CA {now:%Y}"), ca_key.public_key(), root, root_key, now, CA_YEARS,
        ((x509.BasicConstraints(ca=True, path_length=0), True), (signs, True)),
    )  # fmt: skip
    folder.write_key("root.key", root_key)
    folder.write_key("ca.key", ca_key)
    folder.write("root.crt", root.public_bytes(Encoding.PEM))
    folder.write("ca.crt", ca.public_bytes(Encoding.PEM))
    return root, ca


def _certificate(
    subject: x509.Name, public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, issuer: x509.Certificate | None,
    issuer_key: AuthorityKey, now: datetime, years: int, extensions: Sequence[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:  # fmt: skip
    """``issuer`` None: signed by itself."""
    start = now - CLOCK_ERROR
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.subject if issuer else subject)
        .public_key(public_key).serial_number(x509.random_serial_number())
        .not_valid_before(start).not_valid_after(start + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )  # fmt: skip
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, hashes.SHA384())


def _name(institute: str, what: str) -> x509.Name:
    ending = f" · {what}"
    common = _cut(institute, LONGEST_NAME - len(ending.encode())) + ending
    return x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "MA"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(institute, LONGEST_NAME)),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ])  # fmt: skip


def _cut(text: str, octets: int) -> str:
    return text.encode()[:octets].decode(errors="ignore").strip()


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature, content_commitment=content_commitment, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=key_cert_sign, crl_sign=crl_sign, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip


def root_fingerprint(chain: str) -> str:
    """SHA-256 of the root certificate in a chain: what is printed in the guide for those who check."""
    return x509.load_pem_x509_certificates(chain.encode())[-1].fingerprint(hashes.SHA256()).hex()
