"""The token in every form, signed once for each browser."""

import pytest
from flask import Flask, session
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

from lms.web.form_tokens import form_token


def token_of(app: Flask, known: str | None) -> str:
    with app.test_request_context("/"):
        if known is not None:
            session["csrf_token"] = known
        return form_token()


class TestFormToken:
    def test_is_taken_in_a_later_request_of_the_same_browser(self, app: Flask) -> None:
        token = token_of(app, "known")

        with app.test_request_context("/"):
            session["csrf_token"] = "known"
            validate_csrf(token)

    def test_is_refused_from_another_browser(self, app: Flask) -> None:
        token = token_of(app, "known")

        with app.test_request_context("/"):
            session["csrf_token"] = "another"
            with pytest.raises(ValidationError):
                validate_csrf(token)

    def test_is_the_same_for_a_browser_and_no_other(self, app: Flask) -> None:
        assert token_of(app, "known") == token_of(app, "known") != token_of(app, "another")

    def test_is_the_one_that_forms_write(self, app: Flask) -> None:
        with app.test_request_context("/"):
            session["csrf_token"] = "known"
            assert form_token() == generate_csrf()

    def test_makes_a_browser_known_that_was_not(self, app: Flask) -> None:
        with app.test_request_context("/"):
            validate_csrf(form_token())
