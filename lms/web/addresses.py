"""The address of this very page with something changed: another language, the next rows."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from flask import Flask, request


def init_app(app: Flask) -> None:
    app.jinja_env.globals["here"] = here


def here(**changes: str | None) -> str:
    """This page's path and arguments with some of them set, or left out when None. Never built from what the arguments are
    called, so none of them can name another site or scheme."""
    return _address(request.path, changes)


def below(part: str, *dropped: str) -> str:
    """The address under this page's path, with this page's arguments but for the ``dropped`` ones."""
    return _address(f"{request.path.rstrip('/')}/{part}", dict.fromkeys(dropped))


def _address(path: str, changes: Mapping[str, str | None]) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    query = urlencode([*kept, *((name, value) for name, value in changes.items() if value is not None)])
    safe = "/" + quote(path.lstrip("/"))  # "//" would be another site
    return f"{safe}?{query}" if query else safe
