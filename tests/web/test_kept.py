from collections.abc import Iterator
from itertools import count

import pytest
from flask import Flask, session

from lms.web.kept import MOST, KeptPages


class Pages:
    """Numbers every page it makes."""

    def __init__(self) -> None:
        self.stamp = "first"
        self.kept = KeptPages(lambda: self.stamp)
        self._numbers: Iterator[int] = count(1)

    def make(self) -> str:
        return str(next(self._numbers))

    def make_with_token(self) -> str:
        session["csrf_token"] = "mine"
        return self.make()


@pytest.fixture
def pages() -> Pages:
    return Pages()


class TestAnswer:
    def ask(self, app: Flask, pages: Pages, path: str = "/catalogue", language: str = "fr") -> str:
        with app.test_request_context(path, headers={"Accept-Language": language}):
            return pages.kept.answer(pages.make).get_data(as_text=True)

    def test_makes_a_page_once_for_each_address_and_language(self, app: Flask, pages: Pages) -> None:
        asked = [("/catalogue", "fr"), ("/catalogue", "en"), ("/catalogue?track=DEV", "fr"), ("/catalogue", "fr")]

        assert [self.ask(app, pages, *one) for one in asked] == ["1", "2", "3", "1"]

    def test_makes_it_again_when_the_state_moves(self, app: Flask, pages: Pages) -> None:
        self.ask(app, pages)
        pages.stamp = "second"

        assert [self.ask(app, pages), self.ask(app, pages)] == ["2", "2"]

    def test_keeps_nothing_without_a_state(self, app: Flask, pages: Pages) -> None:
        pages.stamp = ""

        assert [self.ask(app, pages), self.ask(app, pages)] == ["1", "2"]

    def test_keeps_no_page_with_a_token_of_one_reader(self, app: Flask, pages: Pages) -> None:
        with app.test_request_context("/catalogue"):
            pages.kept.answer(pages.make_with_token)

        assert self.ask(app, pages) == "2"

    def test_holds_no_more_than_it_may(self, app: Flask, pages: Pages) -> None:
        for number in range(MOST + 1):
            self.ask(app, pages, f"/catalogue?search={number}")

        assert len(pages.kept._pages) <= MOST
