"""The folder of the course files: read with its very texts, and given back as it was."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lms import storage
from lms.catalogue import queries
from lms.catalogue.reader import CourseFiles, CourseProblems, Problem, read_courses
from lms.errors import Refused
from lms.i18n import _


class NotKept(Refused):
    """There is no such sync, or it was made without the texts of its files."""


class FolderInUse(Refused):
    """The folder to write to holds something."""


@dataclass(frozen=True)
class CourseFolder:
    """What a folder holds. ``texts`` are the files as they are, by their path from the root; pictures are in ``files``.
    ``fingerprint`` changes with any of them."""

    root: Path
    files: CourseFiles
    texts: dict[str, str]
    fingerprint: str


def read_folder(root: Path) -> CourseFolder:
    """Raises CourseProblems. Should somebody save a file meanwhile, everything is read again."""
    if not root.is_dir():
        raise CourseProblems([Problem(str(root), 1, "folder", _("is missing"))])
    while True:
        before = fingerprint(root)
        folder = _read(root, before)
        if fingerprint(root) == before:
            return folder


@lru_cache(maxsize=1)
def _read(root: Path, present: str) -> CourseFolder:
    """Looking at the same files again costs nothing; problems are told anew, in the reader's language."""
    return CourseFolder(root, read_courses(root), dict(_texts(root)), present)


def fingerprint(root: Path) -> str:
    """Of names, sizes and times only: cheap enough to look at each time."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        about = path.lstat()
        digest.update(
            f"{path.relative_to(root)}\0{about.st_size}\0{about.st_mtime_ns}\0".encode(errors="surrogateescape")
        )
    return digest.hexdigest()


def _texts(root: Path) -> Iterator[tuple[str, str]]:
    """The reader has refused whatever is neither text nor a picture."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.parent.name != "media":
            with path.open(encoding="utf-8", newline="") as file:
                yield path.relative_to(root).as_posix(), file.read()


def export(target: Path, sync_id: int | None = None) -> int:
    """Write the files that a sync found, the last one if none is named, into an empty folder; return how many.
    Raises NotKept, FolderInUse."""
    wanted = queries.latest_sync() if sync_id is None else sync_id
    if wanted is None:
        raise NotKept(_("Nothing was published yet."))
    files = queries.sync_of(wanted).files
    if not files:
        raise NotKept(_("The files of sync %(number)d were not kept.", number=wanted))
    if target.exists() and any(target.iterdir()):
        raise FolderInUse(_("%(folder)s is not empty.", folder=str(target)))
    texts = queries.texts_of({place["text"] for place in files.values() if "text" in place})
    for path, place in files.items():
        content = texts[place["text"]].encode() if "text" in place else storage.get(place["picture"])
        inner = target / path
        inner.parent.mkdir(parents=True, exist_ok=True)
        inner.write_bytes(content)
    return len(files)
