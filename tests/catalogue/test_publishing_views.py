from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import db
from lms.audit import AuditEvent
from lms.catalogue import queries, services
from lms.catalogue.services import read_folder
from lms.permissions import INSTITUTE, Role
from tests.catalogue.course_files import edit, make_courses
from tests.factories import make_staff

SEEN = 'name="seen" type="hidden" value="'


@pytest.fixture
def root(fresh: Flask, tmp_path: Path) -> Iterator[Path]:
    """A folder of its own, which the settings name."""
    settings = fresh.config["SETTINGS"]
    fresh.config["SETTINGS"] = replace(settings, courses=tmp_path / "courses")
    yield make_courses(tmp_path / "courses")
    fresh.config["SETTINGS"] = settings


@pytest.fixture
def admin(root: Path, sign_in: Callable[[int], FlaskClient]) -> FlaskClient:
    with db.transaction():
        user = make_staff(Role.ADMIN).id
    return sign_in(user)


def seen(page: str) -> str:
    return page.split(SEEN)[1].split('"')[0]


def versions() -> list[tuple[str, int]]:
    with db.reading():
        return [(row.code, row.number) for row in queries.course_versions()]


class TestPublish:
    def test_shows_the_changes_then_publishes_them(self, admin: FlaskClient) -> None:
        page = admin.get("/admin/courses").text
        assert "Publish 22 changes" in page

        response = admin.post("/admin/courses", data={"seen": seen(page)}, follow_redirects=True)

        assert "22 changes are published." in response.text
        assert "Nothing is to be published" in response.text
        assert "Karim Alaoui" in response.text
        assert versions() == [("development", 1)]
        with db.reading() as session:
            entries = session.scalars(select(AuditEvent).where(AuditEvent.action == "catalogue.synced")).all()
        assert [entry.actor_id is not None for entry in entries] == [True]

    def test_publishes_once_whatever_is_clicked(self, admin: FlaskClient) -> None:
        fingerprint = seen(admin.get("/admin/courses").text)
        for _click in range(2):
            assert admin.post("/admin/courses", data={"seen": fingerprint}).status_code == 303

        assert versions() == [("development", 1)]

    def test_refuses_what_was_not_shown(self, admin: FlaskClient, root: Path) -> None:
        fingerprint = seen(admin.get("/admin/courses").text)
        edit(root, "development/dev-1/02-loops.en.md", "A text.", "Another text.")

        response = admin.post("/admin/courses", data={"seen": fingerprint})

        assert response.status_code == 422
        assert "The course files changed since you looked at them." in response.text
        assert versions() == []
        assert admin.post("/admin/courses", data={"seen": seen(response.text)}).status_code == 303

    def test_places_every_problem(self, admin: FlaskClient, root: Path) -> None:
        edit(root, "development/dev-1/bank.yaml", "key: b", "key: z")
        edit(root, "development/course.yaml", "track: DEV", "track: XXX")

        page = admin.get("/admin/courses").text

        assert "2 problems" in page
        assert "questions[0].key" in page
        assert str(root) + "/development" not in page
        assert SEEN not in page, "no button while something is wrong"
        refused = admin.post("/admin/courses", data={"seen": "anything"})
        assert refused.status_code == 422
        assert "Some course files have problems" in refused.text
        assert versions() == []

    def test_places_an_id_that_meant_something_else(self, admin: FlaskClient, root: Path) -> None:
        admin.post("/admin/courses", data={"seen": seen(admin.get("/admin/courses").text)})
        edit(root, "development/dev-2/module.yaml", "kind: quiz", "kind: live")

        page = admin.get("/admin/courses").text

        assert "was of kind quiz before" in page
        assert admin.post("/admin/courses", data={"seen": read_folder(root).fingerprint}).status_code == 422
        assert versions() == [("development", 1)]

    def test_says_when_the_folder_is_gone(self, admin: FlaskClient, root: Path) -> None:
        root.rename(root.with_name("elsewhere"))

        assert "is missing" in admin.get("/admin/courses").text

    @pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUTHOR, Role.AUDITOR])
    def test_is_for_admins(self, root: Path, sign_in: Callable[[int], FlaskClient], role: Role) -> None:
        with db.transaction():
            user = make_staff(role).id

        assert sign_in(user).get("/admin/courses").status_code == 403


class TestSync:
    def test_says_what_it_changed(self, admin: FlaskClient, root: Path) -> None:
        folder = read_folder(root)
        with db.transaction():
            number = services.sync(folder.files, by=INSTITUTE, texts=folder.texts).sync_id

        page = admin.get(f"/admin/courses/syncs/{number}").text

        assert "The operator" in page
        assert "algorithmic" not in page
        assert "traces" in page
        assert f"lms courses export --version {number} FOLDER" in page
        assert admin.get("/admin/courses/syncs/999").status_code == 404
