"""The files under the folder of the courses: found once, read warily, and each accounted for."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lms.catalogue.reader.content import Picture
from lms.catalogue.reader.problems import Report
from lms.i18n import _

MAX_FILE = 1024 * 1024
MAX_PICTURE = 400 * 1024
MAX_DEPTH = 5

_NO_TEXT = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PICTURE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*\.(png|jpe?g|webp)")


@dataclass
class Tree:
    """Files are named by their path from the root, with ``/``. What nobody asked for is a stray."""

    root: Path
    report: Report
    files: dict[str, Path] = field(default_factory=dict)
    expected: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._scan(self.root, "", depth=0)

    def _scan(self, folder: Path | str, name: str, depth: int) -> None:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self.add(name, 1, "file", _("cannot be read: %(reason)s", reason=error.strerror or ""))
            return
        for entry in entries:
            inner = f"{name}{entry.name}"
            if entry.is_symlink() or not (entry.is_file() or entry.is_dir()):
                self.add(inner, 1, "file", _("expected a file or a folder, not a link or a device"))
            elif entry.is_file():
                self.files[inner] = Path(entry.path)
            elif depth < MAX_DEPTH:
                self._scan(entry.path, f"{inner}/", depth + 1)

    def shown(self, name: str) -> str:
        """The path an author sees, on one line whatever the file is called."""
        path = str(self.root / name).encode("utf-8", "replace").decode()
        return "".join(sign if sign.isprintable() else "?" for sign in path)

    def add(self, name: str, line: int, field: str, message: str) -> None:
        self.report.add(self.shown(name), line, field, message)

    def has(self, name: str) -> bool:
        return name in self.files

    def folders(self, inside: str = "") -> list[str]:
        """The names of the folders in a folder (``inside`` ends in ``/``) that hold files, however deep."""
        rests = [name.removeprefix(inside) for name in self.files if name.startswith(inside)]
        return sorted({rest.partition("/")[0] for rest in rests if "/" in rest})

    def names(self, inside: str) -> list[str]:
        """The names of the files in a folder, without those of its folders."""
        rests = [name.removeprefix(inside) for name in self.files if name.startswith(inside)]
        return [rest for rest in rests if "/" not in rest]

    def read_text(self, name: str) -> str | None:
        """The text with plain line ends; ``None``, and a problem, if there is none we can use."""
        self.expected.add(name)
        if name not in self.files:
            self.add(name, 1, "file", _("is missing"))
            return None
        raw = self._read(name, MAX_FILE)
        if raw is None:
            return None
        try:
            text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            self.add(name, line, "file", _("expected UTF-8: save the file in this encoding"))
            return None
        no_text = _NO_TEXT.search(text)
        if no_text:
            line = text.count("\n", 0, no_text.start()) + 1
            self.add(name, line, "file", _("holds a character that is not text (%(code)s)", code=hex(ord(no_text[0]))))
            return None
        return text

    def read_pictures(self, folder: str) -> tuple[Picture, ...]:
        """The pictures in ``media/`` of a module's folder."""
        inside = f"{folder}media/"
        return tuple(filter(None, (self._picture(folder, f"media/{name}") for name in self.names(inside))))

    def _picture(self, folder: str, name: str) -> Picture | None:
        path = f"{folder}{name}"
        self.expected.add(path)
        if not _PICTURE_NAME.fullmatch(name.removeprefix("media/")):
            self.add(path, 1, "file", _("expected a picture named in lower case, ending in .png, .jpg or .webp"))
            return None
        content = self._read(path, MAX_PICTURE)
        if content is None:
            return None
        media_type = picture_type(content)
        extension = name.rpartition(".")[2].replace("jpeg", "jpg")
        if media_type is None or media_type != _TYPE_BY_EXTENSION[extension]:
            self.add(path, 1, "file", _("is no %(extension)s picture inside", extension=extension))
            return None
        digest = hashlib.sha256(content).hexdigest()
        return Picture(name, self.files[path], media_type, digest, len(content))

    def _read(self, name: str, most: int) -> bytes | None:
        """Never more than ``most`` bytes and one."""
        try:
            with self.files[name].open("rb") as file:
                raw = file.read(most + 1)
        except OSError as error:
            self.add(name, 1, "file", _("cannot be read: %(reason)s", reason=error.strerror or ""))
            return None
        if len(raw) > most:
            self.add(name, 1, "file", _("is too big: expected at most %(most)d KB", most=most // 1024))
            return None
        return raw

    def report_strays(self) -> None:
        for name in self._strays():
            self.add(name, 1, "file", _("is not expected here: see docs/authors.md for the names of files"))

    def _strays(self) -> Iterator[str]:
        """Files nobody asked for; of a folder with no other files, only its name."""
        shown: set[str] = set()
        for name in self.files.keys() - self.expected:
            folder = name
            while "/" in folder and not self._is_in_use(folder.rpartition("/")[0] + "/"):
                folder = folder.rpartition("/")[0]
            shown.add(folder)
        yield from shown

    def _is_in_use(self, folder: str) -> bool:
        return any(name.startswith(folder) for name in self.expected)


_TYPE_BY_EXTENSION = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


def picture_type(content: bytes) -> str | None:
    """What the first bytes say; a name can say anything."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return None
