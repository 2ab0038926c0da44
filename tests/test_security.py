"""What holds on every route: form tokens, headers, hosts, redirects, and no writing by GET."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from lms import db
from lms.permissions import Role
from lms.settings import BadSettings, from_environment
from lms.web.forms import safe_next
from tests.factories import make_grant, make_user
from tests.test_access import calls

SignInAs = Callable[[int], FlaskClient]


@pytest.fixture
def admin(fresh: Flask, sign_in: SignInAs) -> FlaskClient:
    with db.transaction():
        user = make_user()
        make_grant(user, Role.ADMIN)
    return sign_in(user.id)


class TestFormsOfSecretPages:
    def test_are_taken_over_https_without_a_referrer(
        self, fresh: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(fresh.config, "WTF_CSRF_ENABLED", True)
        site = "https://localhost"
        page = client.get("/applications/lost", base_url=site).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token
        answers = {"csrf_token": token[1], "email": "nobody@example.ma"}
        assert client.post("/applications/lost", data=answers, base_url=site).status_code == 200
        assert client.post("/applications/lost", data=answers | {"csrf_token": ""}, base_url=site).status_code == 400


class TestEveryRoute:
    def test_refuses_what_changes_without_a_form_token(
        self, fresh: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(fresh.config, "WTF_CSRF_ENABLED", True)
        unsafe = [(endpoint, method, path) for endpoint, method, path in calls(fresh) if method != "GET"]
        assert unsafe
        passed = [
            (endpoint, method)
            for endpoint, method, path in unsafe
            if admin.open(path, method=method, data={"x": "y"}).status_code != 400
        ]
        assert passed == []

    def test_sends_the_strict_headers(self, fresh: Flask, admin: FlaskClient) -> None:
        for endpoint, method, path in calls(fresh):
            headers = admin.open(path, method=method).headers
            assert "unsafe" not in headers["Content-Security-Policy"], endpoint
            assert "default-src 'none'" in headers["Content-Security-Policy"], endpoint
            assert headers["X-Content-Type-Options"] == "nosniff", endpoint
            assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), endpoint
            assert headers["Cache-Control"], endpoint

    def test_keeps_private_pages_out_of_caches(self, fresh: Flask, admin: FlaskClient) -> None:
        assert admin.get("/home").headers["Cache-Control"] == "no-store"

    def test_never_shows_a_stack_or_a_path(self, fresh: Flask, client: FlaskClient) -> None:
        for _endpoint, method, path in calls(fresh):
            body = client.open(path, method=method).get_data(as_text=True)
            assert "Traceback" not in body
            assert "site-packages" not in body


class TestHost:
    def test_is_only_ours_in_production(self, fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(fresh.config, "TRUSTED_HOSTS", ["takwin.example"])

        assert fresh.test_client().get("/", base_url="http://evil.example").status_code == 400
        assert fresh.test_client().get("/", base_url="http://takwin.example").status_code == 200


class TestSafeNext:
    @pytest.mark.parametrize("target", [
        "//evil.example", "///evil.example", "https://evil.example", "http:evil.example", "/\\evil.example", "\\evil.example",
        "/home\n//evil", "javascript:alert(1)", "/\t/evil.example", "home", "", None, "/a@evil.example", " /home", "//",
    ])  # fmt: skip
    def test_refuses_other_sites(self, target: str | None) -> None:
        assert safe_next(target, "/home") == "/home"

    def test_keeps_our_own_paths(self) -> None:
        assert safe_next("/cohorts/3?tab=marks", "/home") == "/cohorts/3?tab=marks"

    @given(st.text())
    def test_always_gives_a_path_of_this_site(self, target: str) -> None:
        chosen = safe_next(target, "/home")

        assert chosen.startswith("/")
        assert not chosen.startswith(("//", "/\\"))


GOOD = {
    "LMS_ENV": "production", "LMS_SECRET_KEY": "u7Xq2-kf93LmZ0pWvT5yRbN8sQeJ4hGc", "LMS_BASE_URL": "https://takwin.example",
    "LMS_SMTP": "smtp://mail.example:587",
}  # fmt: skip


class TestStart:
    @pytest.mark.parametrize(("name", "value"), [
        ("LMS_SECRET_KEY", ""), ("LMS_SECRET_KEY", "short"), ("LMS_SECRET_KEY", "a" * 40), ("LMS_BASE_URL", ""),
        ("LMS_BASE_URL", "http://takwin.example"), ("LMS_SMTP", ""), ("LMS_TIMEZONE", "Africa/Nowhere"), ("LMS_LOCALE", "xx"),
        ("LMS_ENV", "staging"), ("LMS_TRUSTED_PROXIES", "one"),
    ])  # fmt: skip
    def test_refuses_what_is_unsafe_in_production(self, name: str, value: str, tmp_path: object) -> None:
        with pytest.raises(BadSettings, match=name):
            from_environment({**GOOD, "LMS_DATA": str(tmp_path), name: value})

    def test_accepts_a_complete_environment(self, tmp_path: object) -> None:
        assert from_environment({**GOOD, "LMS_DATA": str(tmp_path)}).is_production
