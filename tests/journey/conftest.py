"""The whole product as its operator starts it — a server, a worker, a mail server — and a real browser before it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from urllib.error import URLError

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from werkzeug.serving import make_server

from lms.settings import CHECKOUT
from tests.mailbox import Mailbox, free_port

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
PATIENCE = 60.0
AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def link_for(mailbox: Mailbox, address: str, part: str) -> str:
    """The link holding ``part`` in the newest mail to this address, waited for."""
    pattern = re.compile(rf"https?://\S+/{part}/\S+")
    for _wait in patience():
        for letter in reversed(mailbox.to(address)):
            found = pattern.search(letter.get_content())
            if found:
                return found[0]
    raise AssertionError(f"no mail with a link to {part} for {address}")


def patience(seconds: float = PATIENCE) -> Iterator[None]:
    """Try, wait a little, try again, until the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.1)


@dataclass
class Site:
    """One installation of its own: ``courses`` is a copy that may be changed."""

    base: str
    data: Path
    courses: Path
    letters: Mailbox
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *command: str) -> str:
        """An ``lms`` command, which must succeed; gives what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "lms", *command], env=self.environment, cwd=CHECKOUT, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"lms {' '.join(command)}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.data / f"{command[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "lms", *command], env=self.environment, cwd=CHECKOUT, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Without warning, with everything below it."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_until_up(self) -> None:
        for _wait in patience():
            try:
                with urllib.request.urlopen(f"{self.base}/healthz", timeout=2):  # noqa: S310 - our own address
                    return
            except (URLError, OSError):
                continue
        raise AssertionError((self.data / "serve.log").read_text()[-3000:])


@pytest.fixture
def site(tmp_path: Path, worker_id: str) -> Iterator[Site]:
    """Initialised and with its courses published; nobody known, nothing served yet."""
    port, letters = free_port(), Mailbox()
    mail = Controller(letters, hostname="127.0.0.1", port=free_port())
    mail.start()
    data, courses = tmp_path / "data", tmp_path / "courses"
    data.mkdir()
    shutil.copytree(CHECKOUT / "courses", courses)
    base = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ, "LMS_DATA": str(data), "LMS_COURSES": str(courses), "LMS_BASE_URL": base,
        "LMS_SMTP": f"smtp://127.0.0.1:{mail.port}", "LMS_DATABASE": _database(worker_id),
    }  # fmt: skip
    site = Site(base, data, courses, letters, environment)
    try:
        site.run("init")
        site.run("courses", "sync", str(courses))
        yield site
    finally:
        for process in site.processes:
            if process.poll() is None:
                site.kill(process)
        mail.stop()


def _database(worker: str) -> str:
    """Empty for SQLite in the data folder; a database of its own in the server that LMS_TEST_DATABASE names."""
    server = os.environ.get("LMS_TEST_DATABASE")
    if not server:
        return ""
    name = f"journey_{worker}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def served(site: Site) -> Site:
    """Served, with a worker beside."""
    site.start("serve", "--port", site.base.rpartition(":")[2])
    site.start("worker")
    site.wait_until_up()
    return site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
                  "--disable-sync", "--disable-quic"],
        )  # fmt: skip
        yield browser
        browser.close()


@dataclass
class Visit:
    """One person's browser. Every page it ends on is checked for accessibility; any console error fails the test."""

    page: Page
    context: BrowserContext
    complaints: list[str]

    def check(self) -> None:
        """No WCAG 2.2 A/AA violation, and nothing in the console (a blocked style or script says so there)."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(f"axe.run({{runOnly: {WCAG}}})")
        violations = [(rule["id"], [node["html"][:200] for node in rule["nodes"]][:3]) for rule in found["violations"]]
        assert violations == [], self.page.url
        assert self.complaints == [], self.page.url


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[[str], Visit]]:
    """``visit("fr")`` opens a browser that prefers French."""
    contexts = []

    def start(language: str, *, width: int = 1280) -> Visit:
        context = browser.new_context(
            locale=f"{language}-MA" if language == "fr" else "en-GB", viewport={"width": width, "height": 900},
            bypass_csp=False, accept_downloads=True,
        )  # fmt: skip
        contexts.append(context)
        page, complaints = context.new_page(), []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return Visit(page, context, complaints)

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def base(fresh: Flask) -> Iterator[str]:
    """The application of the tests, served to a browser."""
    server = make_server("127.0.0.1", free_port(), fresh, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


Enter = Callable[..., Visit]


@pytest.fixture
def enter(base: str, fresh: Flask, visit: Callable[..., Visit], sign_in: Callable[[int], FlaskClient]) -> Enter:
    """``enter(user_id, "fr", width=390)``: somebody's browser, signed in to ``base``."""

    def start(user_id: int, language: str, *, width: int = 1280) -> Visit:
        somebody, name = visit(language, width=width), fresh.config["TAKWIN_COOKIE"]
        cookie = sign_in(user_id).get_cookie(name)
        assert cookie is not None
        somebody.context.add_cookies([{"name": name, "value": cookie.value, "url": base}])
        return somebody

    return start
