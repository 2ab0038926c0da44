"""Which files may be handed in, told by their first bytes and their ending together. Pure: nothing is opened or unpacked."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

MOST_BYTES = 10 * 1000 * 1000
LONGEST_NAME = 120
LONGEST_ENDING = 10
LONGEST_TEXT = 100_000
"""Letters of a text handed in."""

_CONTROLS = frozenset(range(0x20)) - {0x09, 0x0A, 0x0C, 0x0D} | {0x7F}
_ZIP = b"PK\x03\x04"
_SPACES = re.compile(r"\s+")


class Problem(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    KIND = "kind"  # its ending is on no list of ours
    CONTENT = "content"  # the bytes are not what the ending says


@dataclass(frozen=True)
class Kind:
    content_type: str
    is_right: Callable[[bytes], bool]


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(beginnings)


def _webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _office(folder: bytes) -> Callable[[bytes], bool]:
    """A zip whose names, which stand uncompressed in it, are those of such a document."""
    return lambda content: content.startswith(_ZIP) and b"[Content_Types].xml" in content and folder in content


def _open_document(content: bytes) -> bool:
    return content.startswith(_ZIP) and b"mimetypeapplication/vnd.oasis.opendocument.text" in content[:200]


def _text(content: bytes) -> bool:
    """UTF-8, or an older encoding without the bytes that only programs and pictures hold."""
    if _CONTROLS & set(content):
        return False
    return not content.startswith((b"%PDF-", b"PK\x03\x04"))


def _notebook(content: bytes) -> bool:
    return _text(content) and content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"cells"' in content


_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS: Mapping[str, Kind] = {
    "png": Kind("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "jpg": Kind("image/jpeg", _starts(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", _starts(b"\xff\xd8\xff")),
    "webp": Kind("image/webp", _webp),
    "pdf": Kind("application/pdf", _starts(b"%PDF-")),
    "docx": Kind(_OFFICE + "wordprocessingml.document", _office(b"word/")),
    "xlsx": Kind(_OFFICE + "spreadsheetml.sheet", _office(b"xl/")),
    "pptx": Kind(_OFFICE + "presentationml.presentation", _office(b"ppt/")),
    "odt": Kind("application/vnd.oasis.opendocument.text", _open_document),
    "zip": Kind("application/zip", _starts(_ZIP)),
    "txt": Kind("text/plain; charset=utf-8", _text),
    "md": Kind("text/markdown; charset=utf-8", _text),
    "py": Kind("text/x-python; charset=utf-8", _text),
    "csv": Kind("text/csv; charset=utf-8", _text),
    "ipynb": Kind("application/x-ipynb+json", _notebook),
}
ACCEPT = ",".join(f".{ending}" for ending in KINDS)
"""For the ``accept`` attribute of a file field."""


@dataclass(frozen=True)
class Upload:
    """A file that may be kept. ``name`` is for show; ``content_type`` comes from our table, never from the browser."""

    name: str
    content_type: str
    content: bytes


def ending_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def checked(name: str, content: bytes) -> Upload | Problem:
    """The file as it may be kept, or why it is not taken."""
    shown = safe_name(name)
    kind = KINDS.get(ending_of(shown))
    if not content:
        return Problem.EMPTY
    if len(content) > MOST_BYTES:
        return Problem.TOO_LARGE
    if kind is None:
        return Problem.KIND
    if not kind.is_right(content):
        return Problem.CONTENT
    return Upload(shown, kind.content_type, content)


def safe_name(name: str) -> str:
    """The last part of the name, without what could mislead a reader: folders, controls, marks that turn the writing
    round. The ending stays."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode()))[-1]
    letters = "".join(" " if c.isspace() else c for c in last if c.isspace() or unicodedata.category(c)[0] != "C")
    tidy = _SPACES.sub(" ", re.sub(r'[<>:"|?*]', "", letters)).strip(" .")
    stem, dot, ending = tidy.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return tidy[:LONGEST_NAME].strip(" .") or "file"
    return f"{stem.strip(' .')[: LONGEST_NAME - len(ending) - 1] or 'file'}.{ending}"
