"""Files sent to the browser: always as a download, never as a page of ours."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from flask import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def attachment(content: bytes, name: str, content_type: str) -> Response:
    """The bytes as a download. ``name`` may hold any letters; it never reaches a path."""
    response = Response(content, content_type=content_type)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace('"', "") or "file"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV that French Excel opens right (UTF-8 with a mark, ``;``) and in which no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
