import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from lms import db
from lms.cohorts import queries, services
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.models import Cohort, Enrolment
from lms.permissions import INSTITUTE, Role
from tests.factories import make_cohort, make_enrolment, make_module, make_programme_version, make_staff, make_user

SignIn = Callable[[int], FlaskClient]


@pytest.fixture
def coordinator(fresh: object, sign_in: SignIn) -> FlaskClient:
    with db.transaction():
        user_id = make_staff().id
    return sign_in(user_id)


def only_cohort() -> Cohort:
    with db.reading() as session:
        return session.query(Cohort).one()


class TestOpenCohort:
    def test_opens_one_and_goes_on_to_its_dates(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            version_id = make_programme_version([make_module(), make_module()], code="DEV").id

        assert "DEV · Programme" in coordinator.get("/cohorts/open").text
        response = coordinator.post("/cohorts/open", data={
            "programme": version_id, "code": "dev-1", "name": "Dev", "starts_on": "2027-01-04", "ends_on": "2027-03-28",
            "capacity": "٢٠", "issues_certificates": "y",
        })  # fmt: skip

        cohort = only_cohort()
        assert response.location == f"/cohorts/{cohort.id}/dates"
        assert (cohort.code, cohort.capacity, cohort.issues_certificates) == ("DEV-1", 20, True)
        assert 'value="2027-01-04"' in coordinator.get(response.location).text

    def test_names_what_is_wrong_beside_its_field(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            version_id = make_programme_version().id

        response = coordinator.post("/cohorts/open", data={
            "programme": version_id, "code": "a b", "name": "", "starts_on": "4 January", "ends_on": "2027-01-01",
            "capacity": "0",
        })  # fmt: skip

        assert response.status_code == 422
        for sentence in ("letters, digits and hyphens", "Give the cohort a name", "Write a day", "Between 1 and"):
            assert sentence in response.text

    def test_offers_no_programme_in_preparation(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            version_id = make_programme_version(is_open=False).id

        assert "No programme can be opened yet" in coordinator.get("/cohorts/open").text
        response = coordinator.post("/cohorts/open", data={
            "programme": version_id, "code": "A1", "name": "A", "starts_on": "2027-01-04", "ends_on": "2027-03-28",
            "capacity": "5",
        })  # fmt: skip
        assert response.status_code == 422

    def test_is_closed_to_those_limited_to_one_cohort(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            user_id = make_staff(Role.COORDINATOR, make_cohort().id).id

        assert sign_in(user_id).get("/cohorts/open").status_code == 403


class TestCohorts:
    def test_says_why_the_list_is_empty(self, coordinator: FlaskClient) -> None:
        assert "No cohort yet" in coordinator.get("/cohorts").text
        assert "No cohort matches" in coordinator.get("/cohorts?search=x").text

    def test_shows_only_the_cohorts_of_a_facilitator(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            mine, other = make_cohort(code="MINE-1"), make_cohort(code="OTHER-1")
            user_id, other_id = make_staff(Role.FACILITATOR, mine.id).id, other.id
        browser = sign_in(user_id)

        page = browser.get("/cohorts").text
        assert "MINE-1" in page
        assert "OTHER-1" not in page
        assert browser.get(f"/cohorts/{other_id}").status_code == 404


class TestDates:
    def test_saves_all_or_nothing(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            cohort = make_cohort(modules=[make_module(), make_module()])
            first, second = (row.module_id for row in queries.cohort_modules(cohort.id))
            start, version, cohort_id = cohort.starts_on.isoformat(), cohort.version, cohort.id
        form = {
            "version": version, "modules-0-module_id": first, "modules-0-opens_on": start, "modules-0-due_on": start,
            "modules-1-module_id": second, "modules-1-opens_on": start, "modules-1-due_on": "1999-01-01",
        }  # fmt: skip

        refused = coordinator.post(f"/cohorts/{cohort_id}/dates", data=form)
        assert refused.status_code == 422
        assert "It is due before it opens." in refused.text
        with db.reading():
            assert queries.cohort_module(cohort_id, first).due_on.isoformat() != start

        assert (
            coordinator.post(f"/cohorts/{cohort_id}/dates", data=form | {"modules-1-due_on": start}).status_code == 303
        )
        with db.reading():
            assert [row.due_on.isoformat() for row in queries.cohort_modules(cohort_id)] == [start, start]
        stale = coordinator.post(f"/cohorts/{cohort_id}/dates", data=form | {"modules-1-due_on": start})
        assert "Somebody else changed this" in stale.text


class TestEditCohort:
    def test_says_what_does_not_fit(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            cohort = make_cohort(capacity=2)
            make_enrolment(cohort)
            make_enrolment(cohort)
            form = {
                "version": cohort.version, "code": cohort.code, "name": "New name", "starts_on": cohort.starts_on.isoformat(),
                "ends_on": cohort.ends_on.isoformat(), "capacity": "1",
            }  # fmt: skip
            address = f"/cohorts/{cohort.id}/edit"

        assert "More people than this are enrolled" in coordinator.post(address, data=form).text
        assert coordinator.post(address, data=form | {"capacity": "3"}).status_code == 303
        assert only_cohort().name == "New name"


class TestEnrol:
    def test_enrols_somebody_known_and_invites_somebody_new(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            cohort_id = make_cohort().id
            make_user(email="known@example.ma")
        address = f"/cohorts/{cohort_id}/enrol"

        form = {"organisation": "0", "locale": "fr"}

        assert coordinator.post(address, data=form | {"email": "known@example.ma"}).status_code == 303
        asked = coordinator.post(address, data=form | {"email": "new@example.ma"})
        assert asked.status_code == 422
        assert "Write their names" in asked.text
        named = form | {"email": "new@example.ma", "given": "Nour", "family": "Ziani"}
        assert coordinator.post(address, data=named).status_code == 303
        with db.reading():
            assert queries.seats_taken(cohort_id) == 2

    def test_says_when_the_cohort_is_full(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            cohort = make_cohort(capacity=1)
            make_enrolment(cohort)
            address = f"/cohorts/{cohort.id}/enrol"

        assert "The only place is taken" in coordinator.get(address).text


class TestChangeEnrolment:
    def test_records_the_reason_and_shows_it(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            enrolment = make_enrolment()
            address, state = f"/cohorts/{enrolment.cohort_id}/participants/{enrolment.id}", f"{enrolment.id}"

        assert "Give a reason" in coordinator.post(f"{address}/state", data={"state": "withdrawn", "reason": ""}).text
        assert coordinator.post(f"{address}/state", data={"state": "completed", "reason": "x"}).status_code == 422
        moved = coordinator.post(f"{address}/state", data={"state": "withdrawn", "reason": "Moved to Agadir"})
        assert moved.location == address
        assert "Moved to Agadir" in coordinator.get(address).text
        with db.reading() as session:
            assert session.get_one(Enrolment, int(state)).state == EnrolmentState.WITHDRAWN

    def test_knows_nobody_of_another_cohort(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            enrolment, other = make_enrolment(), make_cohort()
            address = f"/cohorts/{other.id}/participants/{enrolment.id}"

        assert coordinator.get(address).status_code == 404
        assert coordinator.post(f"{address}/state", data={"state": "withdrawn", "reason": "x"}).status_code == 404


class TestStaff:
    def test_gives_and_takes_back_a_role(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            address = f"/cohorts/{make_cohort().id}/staff"
            make_user("Hind", "Saadi", email="hind@example.ma")

        assert "Nobody leads or assesses" in coordinator.get(address).text
        assert coordinator.post(address, data={"email": "who@example.ma", "role": "assessor"}).status_code == 422
        coordinator.post(address, data={"email": "hind@example.ma", "role": "assessor"})
        page = coordinator.get(address).text
        assert "Hind Saadi" in page

        end = page.split('action="')[1].split('"')[0]
        assert coordinator.post(end).status_code == 303
        assert "Hind Saadi" not in coordinator.get(address).text


class TestRoster:
    def send(self, browser: FlaskClient, cohort_id: int, content: bytes) -> str:
        response = browser.post(f"/cohorts/{cohort_id}/roster", data={"file": (io.BytesIO(content), "people.csv")})
        return str(response.location or response.text)

    def test_shows_then_imports_then_reports(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            cohort_id = make_cohort().id
        content = "email;prénom;nom\nnew@example.ma;Nour;Ziani\nbad;A;B\nc@example.ma;=1+1;B\n".encode("cp1252")

        address = self.send(coordinator, cohort_id, content)
        page = coordinator.get(address).text

        assert "Windows-1252" in page
        assert "Import the only good line" in page
        assert page.index("“bad” is not an e-mail address") < page.index("new@example.ma")
        assert "begins like a formula" in page
        assert "new@example.ma" not in coordinator.get(f"{address}?show=error").text
        errors = coordinator.get(f"{address}/errors.csv").data.decode("utf-8-sig").splitlines()
        assert errors[0] == "line;email;why"
        assert errors[1].startswith("3;bad;")
        assert errors[2].startswith("4;c@example.ma;")
        with db.reading():
            assert queries.seats_taken(cohort_id) == 0
        assert coordinator.post(address).location == address
        assert "The list is imported" in coordinator.get(address).text
        with db.reading():
            assert queries.seats_taken(cohort_id) == 1
        again = self.send(coordinator, cohort_id, b"email,nom,prenom\nnew@example.ma,Ziani,Nour\n")
        assert "This file changes nothing" in coordinator.get(again).text

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"email|nom\na@example.ma|A\n", "no column names that we know"),
            (b"PK\x03\x04", "Save it as CSV"),
            (b"", "The file is empty"),
        ],
    )
    def test_says_at_the_field_why_a_file_cannot_be_read(
        self, coordinator: FlaskClient, content: bytes, sentence: str
    ) -> None:
        with db.transaction():
            cohort_id = make_cohort().id

        assert sentence in self.send(coordinator, cohort_id, content)

    def test_refuses_more_people_than_places_and_keeps_the_page(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            cohort_id = make_cohort(capacity=1).id
        address = self.send(coordinator, cohort_id, b"email,nom,prenom\na@example.ma,A,B\nb@example.ma,A,B\n")

        refused = coordinator.post(address)

        assert refused.status_code == 422
        assert "Places left in the cohort: 1" in refused.text
        with db.reading():
            assert queries.seats_taken(cohort_id) == 0

    def test_sends_many_people_to_the_page_of_a_job(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            cohort_id = make_cohort(capacity=500).id
        lines = "".join(f"p{number}@example.ma,A,B\n" for number in range(150))
        address = self.send(coordinator, cohort_id, f"email,nom,prenom\n{lines}".encode())

        page = coordinator.get(address).text
        assert "Enrol 150 people" in page
        assert "Lines 1 to 100 of 150" in page
        assert "p149@example.ma" in coordinator.get(f"{address}?from=100").text
        started = coordinator.post(address)
        assert started.location.startswith("/jobs/")
        assert coordinator.post(address).location == started.location
        assert "being imported in the background" in coordinator.get(address).text
        assert "Enrol the people" in coordinator.get(started.location).text

    def test_gives_a_template_that_it_reads_itself(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            cohort_id = make_cohort().id
        template = coordinator.get(f"/cohorts/{cohort_id}/roster/template.csv")

        assert template.mimetype == "text/csv"
        page = coordinator.get(self.send(coordinator, cohort_id, template.data)).text
        assert "Enrol 1 person" in page

    def test_is_not_there_in_another_cohort(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            mine, other = make_cohort(), make_cohort()
            import_id = services.keep_roster(mine.id, b"email,nom,prenom\na@example.ma,A,B\n", by=INSTITUTE).id
            address = f"/cohorts/{other.id}/roster/{import_id}"

        assert coordinator.get(address).status_code == 404
        assert coordinator.post(address).status_code == 404
