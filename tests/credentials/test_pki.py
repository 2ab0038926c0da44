import stat
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from lms.clock import now
from lms.credentials.pki import DOCUMENT_SIGNING, KeyFolder, make_passphrase, make_seal_certificate
from lms.credentials.seal import open_key
from tests.credentials.conftest import Paper


def chain_of(paper: Paper) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(paper.made.chain.encode())


class TestMakeSealCertificate:
    def test_makes_a_chain_of_three_that_holds(self, paper: Paper) -> None:
        seal, authority, root = chain_of(paper)

        seal.verify_directly_issued_by(authority)
        authority.verify_directly_issued_by(root)
        root.verify_directly_issued_by(root)

    def test_gives_the_seal_what_readers_ask_for(self, paper: Paper) -> None:
        seal = chain_of(paper)[0]
        key = seal.public_key()

        usage = seal.extensions.get_extension_for_class(x509.KeyUsage).value
        assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)
        extended = seal.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert set(extended) == {DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION}
        assert isinstance(key, rsa.RSAPublicKey)
        assert key.key_size == 3072
        assert seal.not_valid_after_utc > now() + timedelta(days=365 * 2)

    def test_lets_the_issuing_authority_make_no_other(self, paper: Paper) -> None:
        authority = chain_of(paper)[1].extensions.get_extension_for_class(x509.BasicConstraints).value

        assert (authority.ca, authority.path_length) == (True, 0)

    def test_keeps_private_keys_encrypted_and_to_their_owner(self, paper: Paper, keys: KeyFolder) -> None:
        private = [*keys.path.glob("*.key")]

        assert stat.S_IMODE(keys.path.stat().st_mode) == 0o700
        assert {path.name for path in private} >= {"root.key", "ca.key", paper.made.path.name}
        for path in private:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
        with pytest.raises(ValueError, match=r"(?i)password|decrypt"):
            open_key(paper.made.path, b"another passphrase", paper.made.chain)

    def test_keeps_the_authority_for_the_next_seal(self, paper: Paper, keys: KeyFolder) -> None:
        (keys.path / "root.key").rename(keys.path / "root.key.away")  # taken off the machine

        another = make_seal_certificate(keys, "Institut", now())

        assert x509.load_pem_x509_certificates(another.chain.encode())[1:] == chain_of(paper)[1:]
        assert another.fingerprint != paper.made.fingerprint
        (keys.path / "root.key.away").rename(keys.path / "root.key")

    def test_takes_an_institute_with_a_very_long_name(self, keys: KeyFolder) -> None:
        made = make_seal_certificate(
            keys, "École supérieure de la formation des formateurs et des formatrices du Royaume", now()
        )

        assert "Seal" in x509.load_pem_x509_certificates(made.chain.encode())[0].subject.rfc4514_string()


class TestMakePassphrase:
    def test_makes_one_and_then_keeps_it(self, keys: KeyFolder) -> None:
        path = keys.path / "passphrase"

        made = make_passphrase(path)

        assert len(made) >= 40
        assert make_passphrase(path) == made
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
