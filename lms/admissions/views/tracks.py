"""Which of a call's tracks a page is about."""

from collections.abc import Sequence

from flask import request

from lms.db import Record
from lms.errors import Missing


def chosen_track(tracks: Sequence[Record]) -> Record:
    """The one in the address, else the first. Raises Missing when the call has none."""
    if not tracks:
        raise Missing
    wanted = request.args.get("track", "")
    return next((row for row in tracks if str(row.id) == wanted), tracks[0])
