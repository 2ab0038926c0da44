from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import db
from lms.catalogue import queries, services
from lms.catalogue.queries import shelf
from lms.catalogue.services import read_folder
from lms.permissions import INSTITUTE, Role
from tests.catalogue.course_files import PNG, edit, make_courses
from tests.conftest import Statements
from tests.factories import make_staff, make_user

Count = Callable[[], AbstractContextManager[Statements]]
PAGES = (
    "/catalogue",
    "/catalogue?search=programmer",
    "/catalogue?track=DEV",
    "/catalogue/courses/development",
    "/catalogue/modules/DEV-1",
    "/catalogue/modules/DEV-2",
    "/catalogue/programmes/DEV-F",
    "/catalogue/competencies",
    "/catalogue/jobs/ITO-01",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_courses(tmp_path / "courses")


@pytest.fixture
def published(fresh: Flask, root: Path) -> Path:
    publish(root)
    return root


def publish(root: Path) -> None:
    folder = read_folder(root)
    with db.transaction():
        services.sync(folder.files, by=INSTITUTE, texts=folder.texts)


class TestEveryPage:
    @pytest.mark.parametrize("language", ["fr", "en"])
    @pytest.mark.parametrize("path", PAGES)
    def test_is_there_in_both_languages(self, published: Path, client: FlaskClient, path: str, language: str) -> None:
        response = client.get(path, headers={"Accept-Language": language})

        assert response.status_code == 200
        assert f'<html lang="{language}"' in response.text
        assert response.text.count("<h1") == 1
        assert len(response.data) < 60_000
        assert response.headers["Cache-Control"] == "public, max-age=60"
        assert {"Cookie", "Accept-Language"} <= response.vary.as_set(preserve_casing=True)

    @pytest.mark.parametrize("path", PAGES)
    def test_needs_no_statement_once_warm(
        self, published: Path, client: FlaskClient, statements: Count, path: str
    ) -> None:
        client.get(path)

        with statements() as sent:
            assert client.get(path).status_code == 200

        assert len(sent) == 0

    @pytest.mark.parametrize("path", PAGES)
    def test_needs_two_for_somebody_signed_in(
        self, published: Path, sign_in: Callable[[int], FlaskClient], statements: Count, path: str
    ) -> None:
        with db.transaction():
            user = make_user().id
        browser = sign_in(user)
        browser.get(path)

        with statements() as sent:
            response = browser.get(path)

        assert len(sent) <= 2
        assert response.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        "path",
        [
            "/catalogue/courses/cloud",
            "/catalogue/modules/DEV-9",
            "/catalogue/programmes/X",
            "/catalogue/jobs/X",
            "/media/x.png",
        ],
    )
    def test_says_when_there_is_none(self, published: Path, client: FlaskClient, path: str) -> None:
        assert client.get(path, headers={"Accept": "text/html"}).status_code == (303 if "media" in path else 404)

    @pytest.mark.parametrize("path", ["/catalogue", "/catalogue/competencies"])
    def test_says_why_it_is_empty(self, client: FlaskClient, path: str) -> None:
        response = client.get(path, headers={"Accept-Language": "en"})

        assert response.status_code == 200
        assert 'class="empty"' in response.text


class TestCatalogue:
    def test_shows_what_is_published_and_what_is_in_preparation(self, published: Path, client: FlaskClient) -> None:
        page = client.get("/catalogue", headers={"Accept-Language": "en"}).text

        assert page.index("Foundations") < page.index("Published") < page.index("More") < page.rindex("In preparation")

    def test_leads_admins_to_publishing(
        self, published: Path, client: FlaskClient, sign_in: Callable[[int], FlaskClient]
    ) -> None:
        with db.transaction():
            admin = make_staff(Role.ADMIN).id

        assert "/admin/courses" in sign_in(admin).get("/catalogue").text
        assert "/admin/courses" not in client.get("/catalogue").text

    def test_speaks_the_language_of_the_reader(self, published: Path, client: FlaskClient) -> None:
        assert "Fondations" in client.get("/catalogue", headers={"Accept-Language": "fr"}).text
        assert "Fondations" not in client.get("/catalogue", headers={"Accept-Language": "en"}).text

    def test_finds_words_without_their_accents(self, published: Path, client: FlaskClient) -> None:
        page = client.get("/catalogue?search=DEVELOPPEMENT").text
        assert "/catalogue/courses/development" in page

        nothing = client.get("/catalogue?search=astronomie", headers={"Accept-Language": "en"}).text
        assert "/catalogue/courses/development" not in nothing
        assert "Show the whole catalogue" in nothing

    def test_shows_only_the_modules_that_match(self, published: Path, client: FlaskClient) -> None:
        page = client.get("/catalogue?search=fondations").text

        assert "/catalogue/modules/DEV-1" in page
        assert "/catalogue/modules/DEV-2" not in page

    def test_shows_one_track(self, published: Path, client: FlaskClient) -> None:
        assert "/catalogue/courses/development" in client.get("/catalogue?track=DEV").text
        assert "/catalogue/courses/development" not in client.get("/catalogue?track=SEC").text
        assert "/catalogue/courses/development" in client.get("/catalogue?track=nonsense").text

    def test_repeats_a_search_harmlessly(self, published: Path, client: FlaskClient) -> None:
        page = client.get("/catalogue?search=%22%3E%3Cscript%3Ex%3C/script%3E").text

        assert "<script>x" not in page

    def test_shows_a_new_version_at_once(self, published: Path, client: FlaskClient) -> None:
        client.get("/catalogue")
        edit(published, "development/dev-1/module.yaml", "en: Foundations", "en: First steps")

        publish(published)

        assert "First steps" in client.get("/catalogue", headers={"Accept-Language": "en"}).text

    def test_shows_what_another_process_published(
        self, published: Path, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.get("/catalogue", headers={"Accept-Language": "en"})
        edit(published, "development/dev-1/module.yaml", "en: Foundations", "en: First steps")
        monkeypatch.setattr(queries, "forget", lambda: None)  # that process forgets, this one does not
        publish(published)
        soon = client.get("/catalogue", headers={"Accept-Language": "en"}).text

        monkeypatch.setattr(shelf, "FRESH", -1.0)  # two seconds later
        later = client.get("/catalogue", headers={"Accept-Language": "en"}).text

        assert "First steps" not in soon
        assert "First steps" in later

    def test_keeps_no_page_that_somebody_was_told_something_on(self, published: Path, client: FlaskClient) -> None:
        with client.session_transaction() as session:
            session["_flashes"] = [("success", "Only for you.")]

        told = client.get("/catalogue")

        assert "Only for you." in told.text
        assert told.headers["Cache-Control"] == "no-store"
        assert "Only for you." not in client.get("/catalogue").text


class TestModule:
    def test_shows_the_whole_sheet(self, published: Path, client: FlaskClient) -> None:
        page = client.get("/catalogue/modules/DEV-1", headers={"Accept-Language": "en"}).text

        for words in ("One", "Tracing", "Program", "N3, autonomous", "T2, teaches alone", "B2", "Ten questions", "40%",
                      "Live coding", "<em>before</em>", "31 h 30", "3 h 30", "Python Institute PCEP"):  # fmt: skip
            assert words in page, words
        assert "In preparation" not in page.split("</aside>")[0].split("<aside")[0]

    def test_says_when_it_is_in_preparation(self, published: Path, client: FlaskClient) -> None:
        page = client.get("/catalogue/modules/DEV-2", headers={"Accept-Language": "en"}).text

        assert "This module is being written." in page


class TestProgramme:
    def test_shows_what_it_leads_to(self, published: Path, client: FlaskClient) -> None:
        page = client.get("/catalogue/programmes/DEV-F", headers={"Accept-Language": "en"}).text

        assert "Trainer" in page
        assert "No end date" in page
        assert page.index("/catalogue/modules/DEV-1") < page.index("/catalogue/modules/DEV-2")
        assert "Some of its modules are being written." in page


class TestCompetencies:
    def test_shows_who_develops_them_and_which_jobs_they_serve(self, published: Path, client: FlaskClient) -> None:
        page = client.get("/catalogue/competencies", headers={"Accept-Language": "en"}).text

        assert "/catalogue/modules/DEV-2" in page
        assert "2 of 2 requirements covered" in page

    def test_keeps_families_in_their_order(self, published: Path, client: FlaskClient) -> None:
        page = client.get("/catalogue/competencies", headers={"Accept-Language": "en"}).text

        assert page.index('id="family-DEV"') < page.index('id="family-LNG"')

    def test_tells_what_is_not_covered_yet(self, published: Path, client: FlaskClient) -> None:
        profiles = "referentiel/job_profiles.yaml"
        edit(published, profiles, "mastery: N3", "mastery: N4")
        edit(published, profiles, "cefr: B2", "cefr: C1")
        publish(published)

        page = client.get("/catalogue/jobs/ITO-01", headers={"Accept-Language": "en"}).text

        assert "0 of 2 requirements covered" in page
        assert page.index("In preparation") < page.index("At a lower level")


class TestPicture:
    def test_is_shown_to_those_signed_in(self, published: Path, sign_in: Callable[[int], FlaskClient]) -> None:
        with db.transaction():
            user = make_user().id
            module = queries.catalogue().modules["DEV-1"].id
            html = queries.lesson_text(queries.lessons_of([module])[0].id, "en").html
        address = html.split('src="')[1].split('"')[0]

        response = sign_in(user).get(address)

        assert (response.status_code, response.data, response.content_type) == (200, PNG, "image/png")
        assert "immutable" in response.headers["Cache-Control"]
        assert sign_in(user).get("/media/" + "0" * 64 + ".png").status_code == 404
        assert sign_in(user).get("/media/..%2Fsecret").status_code == 404
