"""Every route × every role, generated from the address map and compared with the reviewed list in access_matrix.txt."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from lms import db
from lms.accounts.models import SignIn
from lms.permissions import GRANTS, STAFF_ROLES, Permission, Role
from lms.web.access import Audience, access_of, allow, refuse_closed_views
from tests.factories import make_cohort, make_grant, make_user

REVIEWED = Path(__file__).parent / "access_matrix.txt"
NOWHERE = {"int": "999999", "default": "nothing", "string": "nothing", "path": "nothing"}
SignInAs = Callable[[int], FlaskClient]


def reviewed() -> dict[str, str]:
    """Endpoint to who gets in, as a person read it over."""
    rows = [line.split() for line in REVIEWED.read_text().splitlines() if line and not line.startswith("#")]
    return {endpoint: needs for endpoint, needs, *_rest in rows}


def declared(app: Flask) -> dict[str, str]:
    found = {}
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        assert access is not None, rule.endpoint
        needs = access.needs.value if isinstance(access.needs, Permission) else access.needs.name.lower()
        found[rule.endpoint] = needs + ("+fresh" if access.fresh else "")
    return found


def address(rule: Rule) -> str:
    """The route with ids of nothing."""
    parts = []
    for is_dynamic, text in rule._trace:
        if is_dynamic:
            converter = rule._converters[text]
            parts.append(NOWHERE["int" if type(converter).__name__ == "IntegerConverter" else "default"])
        else:
            parts.append(text.lstrip("|"))
    return "".join(parts)


def calls(app: Flask) -> Iterator[tuple[str, str, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, address(rule)


class TestMatrix:
    def test_is_the_reviewed_one(self, app: Flask) -> None:
        assert declared(app) == reviewed(), "read the change over, then run: python -m tests.write_access_matrix"

    @pytest.mark.parametrize("role", list(Role))
    def test_lets_each_role_in_only_where_it_may(self, fresh: Flask, sign_in: SignInAs, role: Role) -> None:
        with db.transaction():
            user = make_user()
            make_grant(user, role)
        browser = sign_in(user.id)
        allowed = {permission.value for permission in GRANTS[role]}
        wrong = []
        for endpoint, method, path in calls(fresh):
            needs = reviewed()[endpoint].split("+")[0]
            if endpoint == "accounts.logout":
                continue
            status = browser.open(path, method=method, headers={"Accept": "text/html"}).status_code
            is_open = needs in {"public", "signed_in", "half_signed_in"} or needs in allowed
            if (status == 403) == is_open or status >= 500:
                wrong.append((endpoint, method, status))
        assert wrong == []

    def test_lets_strangers_in_only_where_it_is_public(self, fresh: Flask, client: FlaskClient) -> None:
        wrong = []
        for endpoint, method, path in calls(fresh):
            response = client.open(path, method=method, headers={"Accept": "text/html"})
            sent_to_sign_in = response.status_code == 401 or (
                response.status_code == 303 and (response.location or "").startswith("/login")
            )
            if sent_to_sign_in == (reviewed()[endpoint] == "public") or response.status_code >= 500:
                wrong.append((endpoint, method, response.status_code))
        assert wrong == []

    @pytest.mark.parametrize("role", list(Role))
    def test_lets_nobody_past_the_second_factor_page(self, fresh: Flask, sign_in: SignInAs, role: Role) -> None:
        with db.transaction():
            user = make_user()
            make_grant(user, role)
        browser = sign_in(user.id)
        with db.transaction() as session:
            session.query(SignIn).update({SignIn.factor_passed: False})
        wrong = []
        for endpoint, method, path in calls(fresh):
            if reviewed()[endpoint] in {"public", "half_signed_in"}:
                continue
            response = browser.open(path, method=method)
            if response.status_code != 303 or not (response.location or "").startswith("/login/factor"):
                wrong.append((endpoint, method, response.status_code))
        assert wrong == []

    @pytest.mark.parametrize("role", sorted(STAFF_ROLES))
    def test_shows_staff_without_a_second_factor_nothing_in_production(
        self, fresh: Flask, sign_in: SignInAs, role: Role, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(fresh.config, "SETTINGS", replace(fresh.config["SETTINGS"], env="production"))
        with db.transaction():
            user = make_user()
            make_grant(user, role)
        browser = sign_in(user.id)
        on_the_way = {"accounts.factor", "accounts.confirm"}
        wrong = []
        for endpoint, method, path in calls(fresh):
            if reviewed()[endpoint] in {"public", "half_signed_in"} or endpoint in on_the_way:
                continue
            response = browser.open(path, method=method)
            if response.status_code != 303 or response.location != "/profile/factor":
                wrong.append((endpoint, method, response.status_code))
        assert wrong == []
        assert browser.get("/profile/factor").status_code == 200

    def test_hides_other_cohorts_from_those_limited_to_one(self, fresh: Flask, sign_in: SignInAs) -> None:
        from_cohort = {rule.endpoint: rule for rule in fresh.url_map.iter_rules() if "cohort_id" in rule.arguments}
        assert from_cohort, "no route names a cohort"
        with db.transaction():
            cohort_id = make_cohort().id
            browsers = {}
            for role in (Role.COORDINATOR, Role.FACILITATOR, Role.ASSESSOR, Role.PARTICIPANT):
                user = make_user()
                make_grant(user, role, cohort_id)
                browsers[role] = user.id
        wrong = []
        for role, user_id in browsers.items():
            browser = sign_in(user_id)
            for endpoint, rule in from_cohort.items():
                for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                    status = browser.open(address(rule), method=method).status_code
                    if status not in (403, 404, 405):
                        wrong.append((role, endpoint, method, status))
        assert wrong == []


class TestStart:
    def test_refuses_a_view_that_says_nothing_of_who_may_call_it(self) -> None:
        bare = Flask("bare", static_folder=None)
        bare.add_url_rule("/open", "open", lambda: "")

        with pytest.raises(RuntimeError, match="open"):
            refuse_closed_views(bare)

    def test_accepts_one_that_does(self) -> None:
        bare = Flask("bare", static_folder=None)
        bare.add_url_rule("/open", "open", allow(Audience.PUBLIC)(lambda: ""))

        refuse_closed_views(bare)
