"""Files sent to the browser: always as a download, never as a page of ours."""

import unicodedata
from urllib.parse import quote

from flask import Response


def attachment(content: bytes, name: str, content_type: str) -> Response:
    """The bytes as a download. ``name`` may hold any letters; it never reaches a path."""
    response = Response(content, content_type=content_type)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace('"', "") or "file"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
