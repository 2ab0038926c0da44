"""Whole pages for visitors who are not signed in, kept in the process until what they show has changed."""

from collections.abc import Callable

from flask import Response, make_response, request, session
from flask_login import current_user

from lms.i18n import language
from lms.web.headers import cacheable

MOST = 128
A_MINUTE = 60


class KeptPages:
    """``stamp`` names the state of what the pages show; a page is made once for each state, address and language. While
    there is no state yet (an empty stamp), nothing is kept."""

    def __init__(self, stamp: Callable[[], str]) -> None:
        self._stamp = stamp
        self._state = ""
        self._pages: dict[tuple[str, str], str] = {}

    def answer(self, make: Callable[[], str]) -> Response:
        """The page of this request, out of what is kept if the reader is a visitor with nothing of their own in it."""
        if current_user.is_authenticated or "_flashes" in session:
            return make_response(make())
        state = self._stamp()
        if state != self._state or len(self._pages) >= MOST:
            self._pages, self._state = {}, state
        pages, key = self._pages, (request.full_path, language())
        html = pages.get(key)
        if html is None:
            html = make()
            if state and not session:  # a page that holds a form's token is one reader's own
                pages[key] = html
        return cacheable(make_response(html), A_MINUTE)
