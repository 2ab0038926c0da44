"""What each person of the chain does in the browser. Fields and buttons are found by name and address, so that the same
steps serve French and English."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import FilePayload, Page
from sqlalchemy import create_engine, text

from tests.journey.conftest import Site, Visit, patience

PASSWORD = "une phrase que l'on retient"


def send(visit: Visit, selector: str = "main form[method=post] button.btn-primary") -> None:
    """Press the page's one primary button and wait for where it leads."""
    with visit.page.expect_navigation():
        visit.page.locator(selector).first.click()


def come_in(visit: Visit, link: str) -> None:
    """Choose a password by the link of a mail."""
    visit.page.goto(link)
    visit.check()
    visit.page.fill("input[name=password]", PASSWORD)
    send(visit)
    assert urlsplit(visit.page.url).path == "/home"


def confirm_if_asked(visit: Visit) -> None:
    if urlsplit(visit.page.url).path == "/confirm":
        visit.page.fill("input[name=password]", PASSWORD)
        send(visit)


@dataclass
class Admin:
    visit: Visit
    site: Site

    def publish(self) -> None:
        """See what changed in the course files, and publish it."""
        page = self.visit.page
        page.goto(f"{self.site.base}/admin/courses")
        confirm_if_asked(self.visit)
        self.visit.check()
        send(self.visit)
        self.visit.check()

    def invite(self, email: str, given: str, family: str, language: str) -> None:
        page = self.visit.page
        page.goto(f"{self.site.base}/people/invite")
        page.fill("input[name=email]", email)
        page.fill("input[name=given]", given)
        page.fill("input[name=family]", family)
        page.select_option("select[name=locale]", language)
        send(self.visit)
        self.visit.check()

    def open_cohort(self, programme: str, name: str, code: str) -> int:
        page = self.visit.page
        page.goto(f"{self.site.base}/cohorts/open")
        self.visit.check()
        value = page.locator("select[name=programme] option", has_text=programme).first.get_attribute("value")
        page.select_option("select[name=programme]", value)
        page.fill("input[name=name]", name)
        page.fill("input[name=code]", code)
        today = page.evaluate("new Date().toISOString().slice(0, 10)")
        page.fill("input[name=starts_on]", today)
        page.fill("input[name=ends_on]", f"{int(today[:4]) + 1}{today[4:]}".replace("-02-29", "-02-28"))
        page.fill("input[name=capacity]", "5")
        page.uncheck("input[name=issues_certificates]")
        send(self.visit)
        self.visit.check()
        found = re.search(r"/cohorts/(\d+)", page.url)
        assert found, page.url
        return int(found[1])

    def staff(self, cohort_id: int, email: str, role: str) -> None:
        page = self.visit.page
        page.goto(f"{self.site.base}/cohorts/{cohort_id}/staff")
        self.visit.check()
        page.fill("input[name=email]", email)
        page.select_option("select[name=role]", role)
        send(self.visit)


@dataclass
class Participant:
    visit: Visit
    site: Site
    cohort_id: int

    def read_a_lesson(self) -> None:
        """From home, by Continue, to a lesson marked as done."""
        page = self.visit.page
        page.goto(f"{self.site.base}/home")
        self.visit.check()
        with page.expect_navigation():
            page.locator("main a.btn-primary").first.click()
        assert "/lessons/" in page.url
        self.visit.check()
        send(self.visit, "main form[action$='/done'] button")
        page.goto(f"{self.site.base}/cohorts/{self.cohort_id}/learn")
        self.visit.check()

    def module_page(self) -> None:
        page = self.visit.page
        page.goto(f"{self.site.base}/cohorts/{self.cohort_id}/learn")
        links = [link.get_attribute("href") or "" for link in page.locator("main a[href*='/learn/']").all()]
        page.goto(self.site.base + next(link for link in links if re.search(r"/learn/\d+$", link)))

    def take_the_quiz(self) -> None:
        """Every answer right: saved as it is given, then handed in."""
        page = self.visit.page
        self.module_page()
        self.visit.check()
        with page.expect_navigation():
            page.locator("main a[href*='/quizzes/']").first.click()
        self.visit.check()
        send(self.visit)
        self.visit.check()
        keys = self._keys()
        for question in page.locator(".question[data-question]").all():
            number = question.get_attribute("data-question") or ""
            answer(page, number, question.get_attribute("data-kind") or "", keys[int(number)])
        self.visit.check()
        page.locator("form#attempt button[value=submit]").click()
        page.wait_for_url("**/submit")
        page.locator("main form button.btn-primary").click()
        page.wait_for_url("**/result")
        self.visit.check()

    def _keys(self) -> dict[int, object]:
        """What is right, from the database: this participant has learnt the lesson."""
        url = self.site.environment["LMS_DATABASE"] or f"sqlite:///{self.site.data / 'lms.sqlite'}"
        engine = create_engine(url)
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT id, solution FROM questions")).all()
        engine.dispose()
        return {
            row.id: (json.loads(row.solution) if isinstance(row.solution, str) else row.solution)["key"] for row in rows
        }

    def hand_in(self) -> None:
        page = self.visit.page
        self.module_page()
        with page.expect_navigation():
            page.locator("main a[href*='/assignments/']").first.click()
        self.visit.check()
        if page.locator("textarea[name=body]").count():
            page.fill(
                "textarea[name=body]", "Mon dossier : le besoin, les objectifs, le scénario et deux fiches séance."
            )
        if page.locator("input[type=file]").count():
            work: FilePayload = {
                "name": "dossier.md", "mimeType": "text/markdown", "buffer": "# Dossier\n\nDeux fiches séance.\n".encode(),
            }  # fmt: skip
            page.set_input_files("input[type=file]", files=[work])
        send(self.visit, "form#work button.btn-primary")
        self.visit.check()


def answer(page: Page, number: str, kind: str, key: object) -> None:
    """Give one question its right answer."""
    name = f"q{number}"
    if kind in ("single_choice", "true_false"):
        value = str(key).lower() if kind == "true_false" else str(key)
        page.check(f"input[name='{name}'][value='{value}']")
    elif kind == "multiple_choice":
        for choice in list(key):  # type: ignore[call-overload]
            page.check(f"input[name='{name}'][value='{choice}']")
    elif kind == "ordering":
        for place, item in enumerate(list(key), 1):  # type: ignore[call-overload]
            page.select_option(f"select[name='{name}-{item}']", index=place)
    elif kind == "matching":
        for prompt, option in dict(key).items():  # type: ignore[call-overload]
            page.select_option(f"select[name='{name}-{prompt}']", str(option))
    else:
        page.fill(f"input[name='{name}']", str(key[0] if isinstance(key, list) else key))


@dataclass
class Assessor:
    visit: Visit
    site: Site

    def review(self) -> None:
        """Every criterion at level 4, accepted."""
        page = self.visit.page
        page.goto(f"{self.site.base}/reviews")
        self.visit.check()
        with page.expect_navigation():
            page.locator("main a[href*='/reviews/']").first.click()
        self.visit.check()
        for radio in page.locator("input[type=radio][name^=level_][value='4']").all():
            radio.check()
        for comment in page.locator("textarea[name^=comment_]").all():
            comment.fill("Fait : l'objectif est observable.")
        page.fill("textarea[name=comment]", "Un dossier solide.")
        page.check("input[name=outcome][value=accepted]")
        send(self.visit)
        self.visit.check()


@dataclass
class Coordinator:
    visit: Visit
    site: Site
    cohort_id: int

    def enrol(self, email: str, given: str, family: str, given_ar: str, family_ar: str, language: str) -> None:
        page = self.visit.page
        page.goto(f"{self.site.base}/cohorts/{self.cohort_id}")
        self.visit.check()
        page.goto(f"{self.site.base}/cohorts/{self.cohort_id}/enrol")
        self.visit.check()
        typed = {"email": email, "given": given, "family": family, "given_ar": given_ar, "family_ar": family_ar}
        for name, value in typed.items():
            page.fill(f"input[name={name}]", value)
        page.select_option("select[name=locale]", language)
        send(self.visit)
        self.visit.check()

    def record_attendance(self) -> None:
        page = self.visit.page
        page.goto(f"{self.site.base}/cohorts/{self.cohort_id}")
        with page.expect_navigation():
            page.locator("main a[href*='/attendance/']").first.click()
        self.visit.check()
        scheduled = page.input_value("input[name=scheduled]")
        page.fill("input[name=held]", scheduled)
        for present in page.locator("input[name$=present]").all():
            present.fill(scheduled)
        send(self.visit)
        self.visit.check()


def change_the_courses(folder: Path) -> None:
    """An author's change: a paragraph in a lesson, and a programme of one module."""
    advice = {"fr": "Un dernier conseil : essayez avec un pair.", "en": "A last piece of advice: try it with a peer."}
    for language, words in advice.items():
        lesson = folder / "training-practice" / "ped-1" / f"01-how-adults-learn.{language}.md"
        lesson.write_text(lesson.read_text() + f"\n{words}\n")
    (folder / "programmes" / "ped-f.yaml").write_text(
        """\
code: PED-F
track: TRV
title: {fr: Concevoir une formation, en: Designing training}
summary: {fr: Un module pour commencer., en: One module to begin with.}
audience: {fr: Formateurs du numérique., en: Digital trainers.}
modules: [PED-1]
certificate:
  kind: CMP
  title: {fr: "Certificat de compétences : conception de formation", en: "Competency certificate: training design"}
  validity_months: 36
"""
    )


def wait_for_text(visit: Visit, url: str, pattern: str) -> None:
    """Reload until the page holds it: a job is at work."""
    for _wait in patience():
        visit.page.goto(url)
        if re.search(pattern, visit.page.content()):
            return
    raise AssertionError(f"{pattern} never appeared on {url}")


@dataclass
class Issuer:
    """The coordinator, at the other end of the chain."""

    visit: Visit
    site: Site
    cohort_id: int

    def issue(self) -> None:
        page = self.visit.page
        page.goto(f"{self.site.base}/cohorts/{self.cohort_id}/certificates")
        self.visit.check()
        send(self.visit)
        self.visit.check()
        wait_for_text(self.visit, f"{self.site.base}/cohorts/{self.cohort_id}/certificates", r"/certificates/\d+\"")
        self.visit.check()

    def correct_the_name(self, name: str) -> None:
        page = self.visit.page
        page.goto(f"{self.site.base}/cohorts/{self.cohort_id}/certificates")
        with page.expect_navigation():
            page.locator("main table a[href*='/certificates/']").first.click()
        self.visit.check()
        page.goto(f"{page.url}/correct")
        self.visit.check()
        page.fill("input[name=name]", name)
        page.fill("[name=note]", "Une lettre manquait.")
        send(self.visit)
        self.visit.check()


def download(participant: Participant, folder: Path) -> Path:
    """The sealed PDF, as the participant gets it."""
    visit = participant.visit
    wait_for_text(visit, f"{participant.site.base}/certificates", r"/certificates/\d+/file")
    visit.check()
    with visit.page.expect_download() as waiting:
        visit.page.locator("main a[href$='/file']").first.click()
    path = folder / "certificate.pdf"
    waiting.value.save_as(path)
    return path


def scan(pdf: Path) -> str:
    """What a phone reads off the page."""
    picture = pdf.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", str(pdf), str(picture)], check=True)
    read = subprocess.run(["zbarimg", "--quiet", "--raw", f"{picture}.png"], capture_output=True, text=True, check=True)
    return read.stdout.strip()


def seal_of(pdf: Path, root: bytes, store: Path) -> str:
    """What pdfsig says on a machine that trusts our root (DER)."""
    store.mkdir()
    certificate = store / "root.der"
    certificate.write_bytes(root)
    # In a process of its own: the library keeps the first store it is given.
    subprocess.run([sys.executable, "-m", "tests.credentials.trust_store", str(store), str(certificate)], check=True)
    told = subprocess.run(["pdfsig", "-nssdir", f"sql:{store}", str(pdf)], capture_output=True, text=True, check=True)
    return told.stdout
