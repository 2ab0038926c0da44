"""Our style sheet, script and pictures, under an address that changes when any of them does, so browsers keep them for a year."""

import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

FOLDER = Path(__file__).resolve().parent.parent / "static"
A_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    prefix = f"static/{_stamp()}/"
    app.jinja_env.globals["static"] = lambda name: f"/{prefix}{name}"
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=FOLDER, prefix=prefix, max_age=A_YEAR, allow_all_origins=False
    )


def _stamp() -> str:
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file() and path.suffix not in (".br", ".gz"):
            digest.update(path.relative_to(FOLDER).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
