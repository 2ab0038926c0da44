"""What people do, as requests: the journeys of DESIGN §5, each with the share of the do-nothing page it is to reach."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from lms import db
from lms.assessment.queries import attempts
from lms.catalogue import queries as catalogue
from lms.credentials import code as codes
from tools.bench.load import REVISION, Request
from tools.bench.population import PASSWORD, SIGNED_IN, Crowd, Person

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Journey:
    """``share`` and ``statements`` are what DESIGN §5 asks; None: only shown. ``once``: no request of it can be sent twice, so
    there is one for each of many people. ``answers``: the status of the right answer."""

    name: str
    requests: Sequence[Request]
    share: float | None = None
    statements: int | None = None
    once: bool = False
    answers: int = HTTPStatus.OK


class Browsers:
    """The cookies of people, as their browsers would send them: the sign-in, and the one behind forms."""

    def __init__(self, app: Flask) -> None:
        self._sign_in, self._form = app.config["TAKWIN_COOKIE"], app.config["SESSION_COOKIE_NAME"]
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        self._known = "c" * 40
        self._kept = signer.dumps({"csrf_token": self._known})
        self.form_token = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(self._known)

    def cookie(self, token: str) -> str:
        return f"{self._sign_in}={token}; {self.visitor}"

    @property
    def visitor(self) -> str:
        """Not signed in, with a form open."""
        return f"{self._form}={self._kept}"


class Journeys:
    """Every journey for one class. Needs the application's context and a reading frame when it is made."""

    def __init__(self, app: Flask, crowd: Crowd, certificates: Sequence[tuple[Person, db.Record]]) -> None:
        self._address: Callable[..., str] = app.url_map.bind("").build
        self._browsers = Browsers(app)
        self._crowd, self._certificates = crowd, certificates
        self._people = crowd.participants[:SIGNED_IN]
        self._module = crowd.modules[0]
        self._quiz = crowd.quizzes[0]
        self._lesson = catalogue.lessons_of([self._module.id])[0]
        self._opened = self._first_question()

    def repeatable(self) -> list[Journey]:
        """Those that can be sent over and over."""
        cohort = {"cohort_id": self._crowd.cohort_id}
        module = {**cohort, "module_id": self._module.id}
        lesson = {**module, "slug": self._lesson.slug}
        return [
            Journey("front page", [Request("/")], 0.60, 0),
            Journey("catalogue", [Request(self._at("catalogue.catalogue"))], 0.60, 0),
            Journey("catalogue, a module", [Request(self._at("catalogue.module", code=self._module.code))]),
            Journey("sign-in page", [Request(self._at("accounts.login"))]),
            Journey("certificate check, page", self._checks("text/html"), 0.45, 2),
            Journey("certificate check, JSON", self._checks(JSON), 0.45, 2),
            Journey("home", self._by_people("home.home", {}), 0.18, 6),
            Journey("course: programme", self._by_people("learning.programme", cohort), 0.20, 5),
            Journey("course: module", self._by_people("learning.module", module), 0.20, 5),
            Journey("lesson", self._by_people("learning.lesson", lesson), 0.24, 5),
            Journey("attempt page", [self._page(p, "assessment.attempt", attempt_id=a) for p, a in self._open()], 0.16, 5),
            Journey("answer save", [self._save(person, attempt) for person, attempt in self._open()], 0.28, 4),
            Journey("own results", self._by_people("results.mine", {})),
            Journey("cohort's participants", self._by_staff("cohorts.cohort", cohort), 0.08, 8),
            Journey("cohort's participants, at risk", self._by_staff("cohorts.cohort", {**cohort, "at_risk": 1}), None, 8),
            Journey("gradebook", self._by_staff("results.gradebook", cohort), 0.08, 6),
            Journey("certificate download", self._downloads(), 0.35, 3),
        ]  # fmt: skip

    def start(self, people: Sequence[Person]) -> Journey:
        """Each begins the quiz."""
        return self._once(
            "quiz start",
            [
                self._form(p, "assessment.start", {}, enrolment_id=p.enrolment_id, quiz_id=self._quiz.id)
                for p in people
            ],
            share=0.10,
        )  # fmt: skip

    def submit(self, begun: Sequence[tuple[Person, int]]) -> Journey:
        """Each hands in the attempt they have open, all its questions answered."""
        return self._once(
            "submit and mark",
            [self._form(person, "assessment.submit", {}, attempt_id=attempt) for person, attempt in begun],
            share=0.10,
        )

    def sign_in(self, people: Sequence[Person]) -> Journey:
        visitor = self._browsers.visitor
        return Journey(
            "sign-in",
            [
                Request(
                    self._at("accounts.login"), "POST", visitor, content_type=FORM,
                    body=urlencode({"csrf_token": self._browsers.form_token, "email": person.email, "password": PASSWORD}),
                )
                for person in people
            ],
            statements=6, once=True, answers=HTTPStatus.SEE_OTHER,
        )  # fmt: skip

    def _once(self, name: str, requests: Sequence[Request], share: float) -> Journey:
        return Journey(name, requests, share, statements=8, once=True, answers=HTTPStatus.SEE_OTHER)

    def _at(self, endpoint: str, **values: object) -> str:
        return self._address(endpoint, values)

    def _page(self, person: Person, endpoint: str, **values: object) -> Request:
        return Request(self._at(endpoint, **values), cookie=self._browsers.cookie(person.token))

    def _by_people(self, endpoint: str, values: Mapping[str, object]) -> list[Request]:
        return [self._page(person, endpoint, **values) for person in self._people]

    def _by_staff(self, endpoint: str, values: Mapping[str, object]) -> list[Request]:
        cookies = [self._browsers.cookie(token) for token in self._crowd.staff_tokens]
        return [Request(self._at(endpoint, **values), cookie=cookie) for cookie in cookies]

    def _checks(self, accept: str) -> list[Request]:
        """By people who scan the code: nothing is known of them."""
        return [
            Request(self._at("credentials.verify", code=codes.printed(certificate.code)), accept=accept)
            for _person, certificate in self._certificates
        ]

    def _downloads(self) -> list[Request]:
        return [
            self._page(person, "credentials.file", certificate_id=certificate.id)
            for person, certificate in self._certificates
        ]  # fmt: skip

    def _open(self) -> list[tuple[Person, int]]:
        return [(person, self._crowd.attempts[person.enrolment_id]) for person in self._people]

    def _first_question(self) -> tuple[int, list[str]]:
        """A single-choice question of the open attempts (all drew the same), and its choices."""
        first = self._people[0]
        attempt = attempts.attempt_of(first.user_id, self._crowd.attempts[first.enrolment_id])
        put = next(put for put in attempts.layout_of(attempt) if put.kind == "single_choice")
        return put.question_id, list(put.order)

    def _save(self, person: Person, attempt_id: int) -> Request:
        """What the page's script sends when an answer changes."""
        question, choices = self._opened
        answer = {"items": [{"id": question, "revision": REVISION, "value": choices[person.user_id % len(choices)]}]}
        return Request(
            self._at("assessment.save_answers", attempt_id=attempt_id), "POST", self._browsers.cookie(person.token), JSON,
            JSON, self._browsers.form_token, json.dumps(answer).replace(f'"{REVISION}"', REVISION),
        )  # fmt: skip

    def _form(self, person: Person, endpoint: str, fields: Mapping[str, str], **values: object) -> Request:
        body = urlencode({"csrf_token": self._browsers.form_token, **fields})
        cookie = self._browsers.cookie(person.token)
        return Request(self._at(endpoint, **values), "POST", cookie, content_type=FORM, body=body)
