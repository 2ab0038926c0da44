"""What is kept in front of the application, for whom, and for how long."""

import time

import pytest
from flask import Flask, Response, request
from werkzeug.test import Client

from lms.web import doorstep
from lms.web.doorstep import Doorstep


@pytest.fixture
def answers() -> list[str]:
    """How often the application itself answered: one entry each."""
    return []


@pytest.fixture
def visitor(answers: list[str]) -> Client:
    inner = Flask("inner")

    @inner.get("/<kind>")
    def page(kind: str) -> Response:
        answers.append(kind)
        response = Response(f"{kind} {len(answers)} {request.accept_languages.best}")
        response.headers["Cache-Control"] = "no-store" if kind == "private" else "public, max-age=60"
        response.headers["X-Request-Id"] = "first"
        if kind == "setting":
            response.set_cookie("a", "b")
        response.status_code = 404 if kind == "missing" else 200
        return response

    return Client(Doorstep(inner, lambda _seconds: None), use_cookies=False)


class TestKeeping:
    def test_answers_the_second_visitor_without_asking(self, visitor: Client, answers: list[str]) -> None:
        first, second = visitor.get("/page"), visitor.get("/page")

        assert (first.text, second.text, len(answers)) == ("page 1 None", "page 1 None", 1)

    def test_gives_each_answer_its_own_number(self, visitor: Client) -> None:
        numbers = [visitor.get("/page").headers.getlist("X-Request-Id") for _time in range(3)]

        assert numbers[0] == ["first"]
        assert len(numbers[1]) == len(numbers[2]) == 1
        assert numbers[1] != numbers[2]

    def test_lasts_two_seconds(self, visitor: Client, answers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        moments = iter([100.0, 101.9, 102.1, 102.1])
        monkeypatch.setattr(time, "monotonic", lambda: next(moments))

        for _time in range(3):
            visitor.get("/page")

        assert len(answers) == 2

    @pytest.mark.parametrize("kind", ["private", "setting", "missing"])
    def test_keeps_nothing_that_is_not_for_everybody(self, visitor: Client, answers: list[str], kind: str) -> None:
        visitor.get(f"/{kind}")
        visitor.get(f"/{kind}")

        assert len(answers) == 2

    @pytest.mark.parametrize(
        "headers",
        [{"Cookie": "takwin=x"}, {"Authorization": "Bearer x"}, {"HX-Request": "true"}, {"Range": "bytes=0-1"}],
    )
    def test_serves_only_those_of_whom_nothing_is_known(
        self, visitor: Client, answers: list[str], headers: dict[str, str]
    ) -> None:
        visitor.get("/page")
        visitor.get("/page", headers=headers)

        assert len(answers) == 2

    @pytest.mark.parametrize(
        "other", [{"headers": {"Accept-Language": "fr"}}, {"headers": {"Accept": "application/json"}}, {"query_string": "a=1"},
                  {"base_url": "http://other.example"}]
    )  # fmt: skip
    def test_keeps_hosts_addresses_languages_and_forms_apart(
        self, visitor: Client, answers: list[str], other: dict[str, str]
    ) -> None:
        visitor.get("/page")
        visitor.get("/page", **other)

        assert len(answers) == 2

    def test_never_holds_more_than_it_may(
        self, visitor: Client, answers: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(doorstep, "MOST", 2)

        for number in range(5):
            visitor.get("/page", query_string=f"n={number}")

        visitor.get("/page", query_string="n=4")
        assert len(answers) == 5

    def test_tells_how_long_it_took(self) -> None:
        told: list[float] = []
        inner = Flask("inner")
        inner.add_url_rule("/", view_func=lambda: Response("x", headers={"Cache-Control": "public"}))
        visitor = Client(Doorstep(inner, told.append), use_cookies=False)

        visitor.get("/")
        visitor.get("/")

        assert len(told) == 1
