"""A note beside the data: these course files were published by this code, and nothing since."""

import hashlib
from pathlib import Path

from lms import db
from lms.catalogue import queries
from lms.catalogue.services.folder import CourseFolder, fingerprint
from lms.settings import CHECKOUT

NAME = "courses.published"


class Note:
    """Kept in the folder ``data`` about the course files under ``root``. It holds for one state of the files, of the code
    that reads them and of the catalogue: whichever changes, the files are read again."""

    def __init__(self, data: Path, root: Path) -> None:
        self._path, self._root = data / NAME, root

    def is_true(self) -> bool:
        return self._path.is_file() and self._path.read_text() == _state(self._root, fingerprint(self._root))

    def write(self, folder: CourseFolder) -> None:
        """Once the files of ``folder`` are published."""
        self._path.write_text(_state(self._root, folder.fingerprint))


def _state(root: Path, files: str) -> str:
    with db.reading():
        latest = queries.latest_sync()
        published_at = None if latest is None else queries.sync_of(latest).at
    facts = (root.resolve(), files, _code(), latest, published_at)
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _code() -> str:
    """Changes with any module of ours: of names, sizes and times only, like the fingerprint of the files."""
    about = ((path, path.stat()) for path in sorted((CHECKOUT / "lms").rglob("*.py")))
    return repr([(path.relative_to(CHECKOUT).as_posix(), status.st_size, status.st_mtime_ns) for path, status in about])
