"""What is told to a cohort: on the page, by mail, and who has read it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms import db, jobs, wiring
from lms.accounts.models import User
from lms.errors import Missing
from lms.notifications import jobs as notifications_jobs
from lms.notifications import queries, services
from lms.notifications.kinds import Kind, Topic
from lms.notifications.models import Announcement, AnnouncementReader, Audience, OutboxMessage
from lms.permissions import INSTITUTE, Role
from lms.web.links import outside_requests
from tests.conftest import Statements
from tests.factories import actor, make_cohort, make_enrolment, make_staff, make_user
from tests.mailbox import Mailbox

SignIn = Callable[[int], FlaskClient]
Count = Callable[[], AbstractContextManager[Statements]]


def draft(key: str = "k1", **given: object) -> services.Draft:
    return services.Draft("Room B12", "We meet in room B12.\n\nBring your badge.", key, **given)  # type: ignore[arg-type]


def a_class(people: int) -> tuple[int, list[int], list[int]]:
    """A cohort: its id, its enrolments and its users."""
    cohort = make_cohort()
    enrolments = [make_enrolment(cohort) for _number in range(people)]
    return cohort.id, [row.id for row in enrolments], [row.user_id for row in enrolments]


def run_jobs(app: Flask) -> None:
    with outside_requests(app):
        jobs.run_all(wiring.JOBS)


def owed() -> list[int | None]:
    with db.reading() as session:
        query = select(OutboxMessage.user_id).where(OutboxMessage.kind == Kind.ANNOUNCEMENT)
        return list(session.scalars(query.order_by(OutboxMessage.user_id)))


class TestAnnounce:
    @pytest.mark.parametrize("people", [3, 60])
    def test_takes_the_same_statements_for_a_few_and_for_many(
        self, fresh: Flask, people: int, statements: Count
    ) -> None:
        with db.transaction():
            cohort_id, _enrolments, _users = a_class(people)
            by = actor(make_staff())
        with statements() as sent, db.transaction():
            services.announce(cohort_id, draft(), by=by)

        assert len(sent) <= 10

    def test_writes_to_each_once_in_steps(self, fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(notifications_jobs, "STEP", 2)
        with db.transaction():
            cohort_id, _enrolments, users = a_class(5)
            services.announce(cohort_id, draft(), by=actor(make_staff()))

        run_jobs(fresh)

        assert owed() == sorted(users)
        with db.reading() as session:
            job = session.scalars(select(jobs.Job).where(jobs.Job.kind == services.MAIL_ANNOUNCEMENT)).one()
            assert (job.state, job.done, job.total) == (jobs.JobState.DONE, 5, 5)

    def test_takes_a_form_sent_twice_for_one(self, fresh: Flask) -> None:
        with db.transaction():
            cohort_id, _enrolments, users = a_class(2)
            by = actor(make_staff())
            first = services.announce(cohort_id, draft(), by=by)
        with db.transaction():
            assert services.announce(cohort_id, draft(), by=by) == first

        run_jobs(fresh)

        assert owed() == sorted(users)

    def test_reaches_only_those_chosen(self, fresh: Flask) -> None:
        with db.transaction():
            cohort_id, enrolments, users = a_class(3)
            chosen = draft(audience=Audience.CHOSEN, enrolment_ids=(enrolments[1],))
            services.announce(cohort_id, chosen, by=actor(make_staff()))
        with db.reading():
            assert len(queries.announcements_for(users[1]).rows) == 1
            assert queries.announcements_for(users[0]).rows == []

    def test_refuses_people_of_another_cohort(self, fresh: Flask) -> None:
        with db.transaction():
            cohort_id, _enrolments, _users = a_class(1)
            _other, theirs, _them = a_class(1)
            chosen = draft(audience=Audience.CHOSEN, enrolment_ids=(theirs[0],))
            with pytest.raises(Missing):
                services.announce(cohort_id, chosen, by=actor(make_staff()))

    def test_refuses_when_nobody_would_read_it(self, fresh: Flask) -> None:
        with db.transaction(), pytest.raises(services.NobodyThere):
            services.announce(make_cohort().id, draft(), by=INSTITUTE)

    def test_shows_the_page_but_mails_nothing_to_somebody_who_wants_none(self, fresh: Flask) -> None:
        with db.transaction() as session:
            cohort_id, _enrolments, users = a_class(2)
            unwilling = actor(session.get_one(User, users[0]))
            services.choose_topics(frozenset(Topic) - {Topic.ANNOUNCEMENTS}, by=unwilling)
            services.announce(cohort_id, draft(), by=actor(make_staff()))

        run_jobs(fresh)

        assert owed() == [users[1]]
        with db.reading():
            assert len(queries.announcements_for(users[0]).rows) == 1

    @pytest.mark.parametrize("locale", ["fr", "en"])
    def test_arrives_as_a_mail_past_an_address_that_is_refused(self, fresh: Flask, smtp: Mailbox, locale: str) -> None:
        smtp.refused.add("gone@example.ma")
        with db.transaction():
            cohort = make_cohort()
            for address in ("gone@example.ma", "here@example.ma"):
                user = make_user(email=address)
                user.locale = locale
                make_enrolment(cohort, user)
            services.announce(cohort.id, draft(), by=actor(make_staff()))
        run_jobs(fresh)
        with db.transaction():
            jobs.enqueue("notifications.send_pending", "round")
        run_jobs(fresh)

        (mail,) = smtp.to("here@example.ma")
        assert mail["Subject"] == "Room B12"
        assert "Bring your badge." in mail.get_content()
        assert "http://localhost/announcements/" in mail.get_content()
        assert smtp.to("gone@example.ma") == []


class TestPages:
    def test_goes_from_the_form_to_a_reader_and_back(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            cohort_id, _enrolments, users = a_class(2)
            author = make_staff(Role.COORDINATOR)
        browser, theirs = sign_in(author.id), sign_in(users[0])
        form = {"title": "Room B12", "body": "<b>Bring</b> your badge.", "audience": "cohort", "key": "k7"}

        written = browser.post(f"/cohorts/{cohort_id}/announcements/new", data=form)
        assert written.status_code == 303
        assert "0 of 2 have read it" in browser.get(written.location).text

        assert "1 not read" in theirs.get("/home").text
        assert "Room B12" in theirs.get("/announcements").text
        address = "/announcements/" + written.location.rpartition("/")[2]
        assert "&lt;b&gt;Bring" in theirs.get(address).text
        assert theirs.post(f"{address}/read").status_code == 303
        assert "1 of 2 have read it" in browser.get(written.location).text

    def test_names_what_is_missing_at_its_field(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            cohort_id, enrolments, _users = a_class(1)
            author = make_staff(Role.COORDINATOR)
        browser = sign_in(author.id)

        refused = browser.post(
            f"/cohorts/{cohort_id}/announcements/new",
            data={"title": "", "body": "Hello", "audience": "chosen", "person": enrolments[0]},
        )

        assert refused.status_code == 422
        assert "Say in a few words what it is about." in refused.text
        assert f'name="person" value="{enrolments[0]}"' in refused.text
        with db.reading() as session:
            assert session.scalar(select(func.count()).select_from(Announcement)) == 0

    def test_hides_an_announcement_from_everybody_else(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            cohort_id, _enrolments, _users = a_class(1)
            other_cohort, _theirs, _them = a_class(1)
            announcement_id = services.announce(cohort_id, draft(), by=actor(make_staff()))
            stranger, colleague = make_user(), make_staff(Role.COORDINATOR, other_cohort)

        assert sign_in(stranger.id).get(f"/announcements/{announcement_id}").status_code == 404
        assert sign_in(stranger.id).post(f"/announcements/{announcement_id}/read").status_code == 404
        browser = sign_in(colleague.id)
        assert browser.get(f"/cohorts/{cohort_id}/announcements/{announcement_id}").status_code == 404
        assert browser.get(f"/cohorts/{other_cohort}/announcements/{announcement_id}").status_code == 404

    @pytest.mark.parametrize("people", [3, 60])
    def test_keeps_its_statements_however_many_read(
        self, fresh: Flask, sign_in: SignIn, statements: Count, people: int
    ) -> None:
        with db.transaction():
            cohort_id, _enrolments, _users = a_class(people)
            author = make_staff(Role.COORDINATOR)
            for number in range(people):
                announcement_id = services.announce(cohort_id, draft(f"k{number}"), by=actor(author))
        browser = sign_in(author.id)
        for path, most in ((f"/cohorts/{cohort_id}/announcements", 3),
                           (f"/cohorts/{cohort_id}/announcements/{announcement_id}", 4)):  # fmt: skip
            with statements() as sent:
                assert browser.get(path).status_code == 200
            assert len(sent) <= most

    def test_notes_the_first_reading_only(self, fresh: Flask) -> None:
        with db.transaction() as session:
            cohort_id, _enrolments, users = a_class(1)
            announcement_id = services.announce(cohort_id, draft(), by=actor(make_staff()))
            reader = actor(session.get_one(User, users[0]))
            services.note_read(announcement_id, by=reader)
            first = session.get_one(AnnouncementReader, (announcement_id, users[0])).read_at
            services.note_read(announcement_id, by=reader)

            assert session.get_one(AnnouncementReader, (announcement_id, users[0])).read_at == first
            assert queries.announcement_for(users[0], announcement_id).read_at is not None
