"""The shape of a backup: one ``.tar.gz`` whose last entry, the manifest, holds the SHA-256 of every other.

``tables/<name>.jsonl`` is a table: its column names, then one row a line; tables come in the order in which they can be filled.
``files/<key>`` is the file store, ``keys/<name>`` what opens and seals. It reads alike whichever database it was made on.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

MANIFEST = "manifest.json"
FORMAT = 1
TABLES, FILES, KEYS = "tables/", "files/", "keys/"
_BLOCK = 1 << 20
_DAMAGE = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile)


class BadArchive(Exception):
    """The file is no backup of ours, or not the one that was written; the message is one sentence."""


@dataclass
class Manifest:
    """``revision`` is the migration the tables are at; ``audit`` the head of the audit chain, an anchor to verify against."""

    revision: str
    made_at: str
    audit: tuple[int, str]
    has_keys: bool
    rows: dict[str, int] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def files(self) -> int:
        return sum(name.startswith(FILES) for name in self.sha256)


class Writer:
    """Adds entries to an archive and remembers what they were."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest, folder: Path, made_at: float) -> None:
        self._tar, self.manifest, self._folder, self._made_at = tar, manifest, folder, made_at

    def add(self, name: str, content: bytes) -> None:
        self._add(name, io.BytesIO(content), len(content), hashlib.sha256(content).hexdigest())

    def add_lines(self, name: str, lines: Iterable[str]) -> int:
        """An entry that may be larger than memory; returns how many lines it has."""
        digest, count = hashlib.sha256(), 0
        with tempfile.TemporaryFile(dir=self._folder) as spool:
            for line in lines:
                encoded = line.encode() + b"\n"
                digest.update(encoded)
                spool.write(encoded)
                count += 1
            size = spool.tell()
            spool.seek(0)
            self._add(name, spool, size, digest.hexdigest())
        return count

    def _add(self, name: str, content: IO[bytes], size: int, sha256: str) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(self._made_at)
        self._tar.addfile(info, content)
        self.manifest.sha256[name] = sha256

    def finish(self) -> None:
        content = json.dumps(asdict(self.manifest), indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode, info.mtime = len(content), 0o600, int(self._made_at)
        self._tar.addfile(info, io.BytesIO(content))


@contextmanager
def written(path: Path, manifest: Manifest, made_at: float) -> Iterator[Writer]:
    """An archive at ``path``: whole once the block ends well, otherwise not there at all."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            zipped = gzip.GzipFile("", "wb", compresslevel=3, fileobj=file, mtime=made_at)
            with zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
                writer = Writer(tar, manifest, path.parent, made_at)
                yield writer
                writer.finish()
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


@dataclass(frozen=True)
class Entry:
    """One entry while the archive is read; its content can be read once."""

    name: str
    content: IO[bytes]

    def lines(self) -> Iterator[Any]:
        return (json.loads(line) for line in self.content)


def entries(path: Path) -> Iterator[Entry]:
    """Every entry in turn. Raises BadArchive on names that no backup of ours has; reading a damaged one raises ``_DAMAGE``."""
    with gzip.open(path) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        for info in tar:
            content = tar.extractfile(info) if info.isfile() else None
            if content is None or not _is_ours(info.name):
                raise BadArchive(f"It holds {info.name!r}, which no backup of this product does.")
            yield Entry(info.name, content)
        while stream.read(_BLOCK):
            pass  # to the very end, where gzip's own checksum is


def _is_ours(name: str) -> bool:
    parts = name.split("/")
    if "" in parts or "." in parts or ".." in parts or "\\" in name or "\0" in name:
        return False
    return name == MANIFEST or name.startswith((TABLES, FILES, KEYS))


def verified(path: Path) -> Manifest:
    """Read the whole archive and compare it with its manifest. Raises BadArchive."""
    try:
        return _verified(path)
    except _DAMAGE as error:
        raise BadArchive(f"It is damaged or not a .tar.gz file ({error}).") from error


def _verified(path: Path) -> Manifest:
    found: dict[str, str] = {}
    manifest = None
    for entry in entries(path):
        if entry.name == MANIFEST:
            manifest = _manifest(entry.content.read())
        elif entry.name in found:
            raise BadArchive(f"It holds {entry.name} twice.")
        else:
            found[entry.name] = _sha256(entry.content)
    if manifest is None:
        raise BadArchive("It has no manifest: it was cut short, or is no backup of this product.")
    for name in sorted(found.keys() | manifest.sha256.keys()):
        if found.get(name) != manifest.sha256.get(name):
            missing = "is missing" if name not in found else "is not what was written"
            raise BadArchive(f"Its entry {name} {missing}.")
    return manifest


def _manifest(content: bytes) -> Manifest:
    try:
        values = json.loads(content)
        manifest = Manifest(**values)
        manifest.audit = (int(manifest.audit[0]), str(manifest.audit[1]))
    except (ValueError, TypeError, LookupError) as error:
        raise BadArchive("Its manifest cannot be read.") from error
    if manifest.format != FORMAT:
        raise BadArchive(f"It has format {manifest.format}; this version reads format {FORMAT}.")
    return manifest


def _sha256(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := content.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()
