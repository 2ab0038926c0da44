"""The pictures of lessons, under an address that names their content."""

import re

from flask import Response
from flask.typing import ResponseReturnValue

from lms import storage
from lms.catalogue import queries
from lms.catalogue.views import bp
from lms.errors import Missing
from lms.web.access import SIGNED_IN, allow

_NAME = re.compile(r"(?P<digest>[0-9a-f]{64})\.(png|jpg|webp)")


@bp.get("/media/<name>")
@allow(SIGNED_IN)
def picture(name: str) -> ResponseReturnValue:
    """The same bytes for ever, so browsers may keep them."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise Missing
    found = queries.picture(match["digest"])
    response = Response(storage.get(found.key), content_type=found.content_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
