"""The scripts of an attempt and of a draft, in a real browser: nothing typed is lost, whatever happens to the network, the
sign-in, the time or the other screen."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, sync_playwright
from sqlalchemy import select, update
from werkzeug.serving import make_server

from lms import db
from lms.accounts.models import SignIn
from lms.assessment import queries
from lms.assessment.models import Attempt, Outcome, Review, SubmissionDraft
from lms.assessment.queries import attempts as reading
from lms.catalogue.models import Assignment
from lms.clock import now
from lms.cohorts.models import Cohort, Enrolment
from lms.settings import CHECKOUT
from tests.assessment.conftest import Place, SignInAs, begin
from tests.conftest import Clock
from tests.factories import make_enrolment, make_review, make_submission, make_user

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def base(fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The application served to the browser, with form tokens asked for as in earnest."""
    monkeypatch.setitem(fresh.config, "WTF_CSRF_ENABLED", True)
    server = make_server("127.0.0.1", 0, fresh, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Screen:
    """One person's browser on one machine."""

    page: Page
    context: BrowserContext
    base: str
    cookie: str

    def enter(self, token: str) -> None:
        self.context.add_cookies([{"name": self.cookie, "value": token, "url": self.base}])

    def open(self, address: str) -> None:
        assert self.page.goto(f"{self.base}{address}").ok  # type: ignore[union-attr]

    def says(self, words: str) -> None:
        self.page.locator("[data-status]", has_text=words).wait_for(timeout=8000)

    def check(self) -> None:
        """No WCAG 2.2 A/AA violation, and nothing wider than the screen."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(f"axe.run({{runOnly: {WCAG}}})")
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]] == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url


Open = Callable[..., Screen]


@pytest.fixture
def screen(base: str, browser: Browser, fresh: Flask, sign_in: SignInAs) -> Iterator[Open]:
    """``screen(user_id)`` is a browser in which that person is signed in; called again, another machine of theirs."""
    contexts = []

    def start(user_id: int, *, width: int = 1280) -> Screen:
        context = browser.new_context(locale="en-GB", viewport={"width": width, "height": 900})
        contexts.append(context)
        context.set_default_timeout(8000)
        made = Screen(context.new_page(), context, base, fresh.config["TAKWIN_COOKIE"])
        made.enter(token_of(sign_in, user_id, made.cookie))
        return made

    yield start
    for context in contexts:
        context.close()


def token_of(sign_in: SignInAs, user_id: int, cookie: str) -> str:
    found = sign_in(user_id).get_cookie(cookie)
    assert found is not None
    return found.value


@dataclass
class Sitting:
    """An attempt that is open, and where its answers can be looked at."""

    attempt: Any
    user_id: int

    @property
    def address(self) -> str:
        return f"/attempts/{self.attempt.id}"

    def id_of(self, kind: str) -> int:
        return next(put.question_id for put in reading.layout_of(self.attempt) if put.kind == kind)

    def kept(self, kind: str) -> Any:
        with db.reading():
            given = queries.responses_of(self.attempt.id).get(self.id_of(kind))
        return given.response if given else None

    def words(self, screen: Screen) -> Any:
        """The field of the short text."""
        return screen.page.locator(f"input[name=q{self.id_of('short_text')}]")


@pytest.fixture
def sitting(kept: Place) -> Sitting:
    with db.transaction():
        return Sitting(begin(kept), kept.user_id)


class TestAttempt:
    def test_saves_every_kind_as_it_is_given(self, sitting: Sitting, screen: Open) -> None:
        amina = screen(sitting.user_id)
        amina.open(sitting.address)
        amina.says("Each answer is saved")
        page = amina.page

        def name(kind: str) -> str:
            return f"q{sitting.id_of(kind)}"

        page.check(f"input[name={name('single_choice')}][value=wait]")
        page.check(f"input[name={name('multiple_choice')}][value=a]")
        page.check(f"input[name={name('multiple_choice')}][value=c]")
        page.check(f"input[name={name('true_false')}][value=true]")
        page.fill(f"input[name={name('numeric')}]", "12,5")
        for place, item in enumerate(("one", "two", "three"), 1):
            page.select_option(f"select[name={name('ordering')}-{item}]", str(place))
        for prompt, option in (("sun", "day"), ("moon", "night")):
            page.select_option(f"select[name={name('matching')}-{prompt}]", option)
        sitting.words(amina).fill("commit")
        amina.says("Saved at 12:00:00")

        assert sitting.kept("single_choice") == "wait"
        assert sorted(sitting.kept("multiple_choice")) == ["a", "c"]
        assert sitting.kept("ordering") == {"one": 1, "two": 2, "three": 3}
        assert sitting.kept("matching") == {"sun": "day", "moon": "night"}
        assert page.evaluate("Object.keys(localStorage)") == []
        page.click("button[value=submit]")
        page.wait_for_url("**/submit")
        page.click("main button.btn-primary")
        page.wait_for_url("**/result")
        assert page.locator("h1").inner_text() == "20 out of 20"

    def test_keeps_what_is_typed_without_a_network_even_over_a_restart(self, sitting: Sitting, screen: Open) -> None:
        amina = screen(sitting.user_id)
        amina.open(sitting.address)
        amina.context.set_offline(True)
        sitting.words(amina).fill("typed on a train")
        amina.says("No connection")
        assert sitting.kept("short_text") is None

        amina.context.set_offline(False)
        amina.says("Saved at")
        assert sitting.kept("short_text") == "typed on a train"

        amina.context.set_offline(True)
        sitting.words(amina).fill("typed in a tunnel")
        amina.says("No connection")
        amina.page.close()
        amina.context.set_offline(False)
        amina.page = amina.context.new_page()
        amina.open(sitting.address)
        amina.says("Saved at")

        assert sitting.words(amina).input_value() == "typed in a tunnel"
        assert sitting.kept("short_text") == "typed in a tunnel"

    def test_goes_on_by_itself_after_signing_in_again(self, sitting: Sitting, screen: Open, sign_in: SignInAs) -> None:
        amina = screen(sitting.user_id)
        amina.open(sitting.address)
        with db.transaction() as session:
            session.execute(update(SignIn).values(ended_at=SignIn.created_at))
        sitting.words(amina).fill("while signed out")
        amina.says("You are signed out")
        link = amina.page.get_by_role("link", name="Sign in in a new tab")
        assert link.get_attribute("target") == "_blank"

        amina.context.clear_cookies()  # a new sign-in begins a new form token too
        amina.enter(token_of(sign_in, sitting.user_id, amina.cookie))

        amina.says("Saved at")
        assert sitting.kept("short_text") == "while signed out"

    def test_goes_on_on_another_machine_and_never_puts_older_over_newer(self, sitting: Sitting, screen: Open) -> None:
        desk, phone = screen(sitting.user_id), screen(sitting.user_id, width=360)
        desk.open(sitting.address)
        sitting.words(desk).fill("at the desk")
        desk.says("Saved at")
        phone.open(sitting.address)
        assert sitting.words(phone).input_value() == "at the desk"

        desk.context.set_offline(True)
        sitting.words(desk).fill("at the desk, offline")
        desk.says("No connection")
        sitting.words(phone).fill("on the phone")
        phone.says("Saved at")
        desk.context.set_offline(False)

        note = desk.page.locator("[data-note]:visible")
        note.wait_for()
        assert "changed on another screen" in note.inner_text()
        assert sitting.kept("short_text") == "on the phone"
        assert sitting.words(desk).input_value() == "at the desk, offline"
        note.get_by_role("button", name="Keep what is typed here").click()
        desk.says("Saved at")
        assert sitting.kept("short_text") == "at the desk, offline"

    def test_lets_the_hand_that_types_win(self, sitting: Sitting, screen: Open) -> None:
        one, two = screen(sitting.user_id), screen(sitting.user_id)
        one.open(sitting.address)
        two.open(sitting.address)
        sitting.words(one).fill("first")
        one.says("Saved at")
        sitting.words(two).fill("second")
        two.says("Saved at")

        assert sitting.kept("short_text") == "second"

    def test_warns_and_hands_in_when_the_time_is_over(self, sitting: Sitting, screen: Open) -> None:
        with db.transaction() as session:
            closes_at = now().replace(second=4)
            session.execute(update(Attempt).values(closes_at=closes_at))
        amina = screen(sitting.user_id)
        amina.open(sitting.address)
        sitting.words(amina).fill("commit")
        assert "left" in amina.page.locator("[data-timer]").inner_text()
        assert amina.page.locator("[data-announce]").inner_text() == "1 min left."

        amina.page.wait_for_url("**/result", timeout=10_000)

        assert amina.page.locator("h1").inner_text() == "2.9 out of 20"

    def test_keeps_the_text_on_the_page_once_closed(self, sitting: Sitting, screen: Open, present: Clock) -> None:
        amina = screen(sitting.user_id)
        amina.open(sitting.address)
        present.forward(minutes=31)
        sitting.words(amina).fill("too late")

        amina.says("Nothing more is taken here")
        assert sitting.words(amina).input_value() == "too late"
        assert sitting.kept("short_text") is None

    def test_works_without_scripts(
        self, sitting: Sitting, base: str, browser: Browser, fresh: Flask, sign_in: SignInAs
    ) -> None:
        context = browser.new_context(java_script_enabled=False, locale="en-GB")
        bare = Screen(context.new_page(), context, base, fresh.config["TAKWIN_COOKIE"])
        bare.enter(token_of(sign_in, sitting.user_id, bare.cookie))
        bare.open(sitting.address)
        sitting.words(bare).fill("commit")
        sitting.words(bare).press("Enter")
        assert "Saved at 12:00:00" in bare.page.locator("#status").inner_text()
        assert sitting.kept("short_text") == "commit"
        bare.page.click("button[value=submit]")
        bare.page.click("main button.btn-primary")
        assert bare.page.locator("h1").inner_text() == "2.9 out of 20"
        context.close()


class TestDraft:
    def test_is_kept_as_it_is_typed(self, kept: Place, screen: Open) -> None:
        amina = screen(kept.user_id)
        amina.open(f"/enrolments/{kept.enrolment_id}/assignments/{kept.assignment_id}")
        amina.page.fill("textarea[name=body]", "My plan begins")
        amina.says("Saved at 12:00:00")
        with db.reading() as session:
            assert session.scalars(select(SubmissionDraft.body)).all() == ["My plan begins"]

        amina.page.fill("textarea[name=body]", "My plan begins and ends")
        file: FilePayload = {"name": "a.md", "mimeType": "text/plain", "buffer": b"# A"}
        amina.page.set_input_files("input[type=file]", files=[file])
        amina.page.click("main button.btn-primary")

        amina.page.get_by_text("Handed in, waits for a review").wait_for()
        assert amina.page.get_by_role("link", name="a.md").count() == 1


class TestPages:
    @pytest.mark.parametrize("width", [1280, 320])
    def test_have_no_barrier(self, kept: Place, sitting: Sitting, screen: Open, width: int) -> None:
        with db.transaction() as session:
            cohort, assignment = (
                session.get_one(Cohort, kept.cohort_id),
                session.get_one(Assignment, kept.assignment_id),
            )
            other = make_enrolment(cohort, make_user("Abderrahmane", "Benabdeljalil-Oulahcen"))
            session.flush()
            waiting = make_submission(other, assignment, body="A long text.\n\nOf two paragraphs.").id
            own = make_submission(session.get_one(Enrolment, kept.enrolment_id), assignment)
            make_review(own, make_user(), outcome=Outcome.RETURNED)
            session.execute(update(Review).values(comments={"aim": "Name one"}))
        amina, karim = screen(kept.user_id, width=width), screen(kept.assessor_id, width=width)
        for address in (
            f"/enrolments/{kept.enrolment_id}/quizzes/{kept.quiz_id}", sitting.address, f"{sitting.address}/submit",
            f"/enrolments/{kept.enrolment_id}/assignments/{kept.assignment_id}",
        ):  # fmt: skip
            amina.open(address)
            amina.check()
        amina.open(f"{sitting.address}/submit")
        amina.page.click("main button.btn-primary")
        amina.page.wait_for_url("**/result")
        amina.check()
        for address in (
            "/reviews", f"/reviews/{waiting}", f"/cohorts/{kept.cohort_id}/marks",
            f"/cohorts/{kept.cohort_id}/marks/{kept.live_component_id}", f"/cohorts/{kept.cohort_id}/practice/{kept.task_id}",
            "/preview/quizzes", f"/preview/quizzes/{kept.quiz_id}?seed=1",
        ):  # fmt: skip
            karim.open(address)
            karim.check()
        karim.page.click("main button.btn-primary")
        karim.page.get_by_text("0 out of 20").wait_for()
        karim.check()
