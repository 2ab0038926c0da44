"""Addresses outside of a request, for mails, certificates and jobs: from LMS_BASE_URL, never from what a browser sent."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app


def absolute(endpoint: str, **values: object) -> str:
    """The full public address of a page."""
    base: str = current_app.config["SETTINGS"].base_url
    return base + current_app.url_map.bind("").build(endpoint, values)


@contextmanager
def outside_requests(app: Flask) -> Iterator[None]:
    """The context of jobs: translations work, and ``url_for`` gives the path of a page as it does in a view."""
    with app.test_request_context(base_url=app.config["SETTINGS"].base_url):
        yield
