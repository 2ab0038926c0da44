"""``python trust_store.py FOLDER ROOT.der``: an NSS database that trusts one root, as a reader's machine would.

``pdfsig`` asks NSS whom it trusts. The tool that makes such databases comes in a package of its own; the library it calls is
there wherever ``pdfsig`` is, so we call it ourselves.
"""

import ctypes
import sys
from pathlib import Path

TRUSTED_CA = 1 << 3
VALID_CA = 1 << 4


class Trust(ctypes.Structure):
    _fields_ = (("ssl", ctypes.c_uint), ("email", ctypes.c_uint), ("objects", ctypes.c_uint))


def make(folder: Path, root: bytes) -> None:
    nss, smime = ctypes.CDLL("libnss3.so"), ctypes.CDLL("libsmime3.so")
    for function in (nss.PK11_GetInternalKeySlot, nss.CERT_GetDefaultCertDB, smime.CERT_DecodeCertFromPackage):
        function.restype = ctypes.c_void_p
    _succeed(nss.NSS_InitReadWrite(f"sql:{folder}".encode()))
    slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
    _succeed(nss.PK11_InitPin(slot, b"", b""))
    certificate = ctypes.c_void_p(smime.CERT_DecodeCertFromPackage(root, len(root)))
    _succeed(nss.PK11_ImportCert(slot, certificate, ctypes.c_ulong(0), b"root", 0))
    trust = Trust(TRUSTED_CA | VALID_CA, TRUSTED_CA | VALID_CA, TRUSTED_CA | VALID_CA)
    _succeed(nss.CERT_ChangeCertTrust(ctypes.c_void_p(nss.CERT_GetDefaultCertDB()), certificate, ctypes.byref(trust)))


def _succeed(status: int) -> None:
    if status != 0:
        raise OSError("NSS refused")


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes())
