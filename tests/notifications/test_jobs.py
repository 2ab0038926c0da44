"""Mails as a real server receives them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from lms import db, jobs, wiring
from lms.accounts import services as accounts
from lms.accounts.events import PasswordChanged
from lms.accounts.models import LinkPurpose, User
from lms.accounts.services.people import Names
from lms.admissions import queries as admissions
from lms.admissions.lifecycle import AppealOutcome, ApplicationState
from lms.admissions.models import Appeal
from lms.clock import now
from lms.notifications import jobs as notifications_jobs
from lms.notifications import queries, services
from lms.notifications.kinds import Kind
from lms.notifications.models import MOST_TRIES, OutboxMessage, OutboxState
from lms.permissions import INSTITUTE, Role
from lms.web.links import outside_requests
from tests.admissions.makers import make_application, make_call, make_offer
from tests.conftest import Clock
from tests.factories import actor, make_cohort, make_message, make_session, make_staff, make_user
from tests.mailbox import Mailbox, free_port


@pytest.fixture
def send(fresh: Flask) -> Callable[[], None]:
    """One round of the job, as a worker runs it."""
    rounds = count()

    def run() -> None:
        with outside_requests(fresh):
            with db.transaction():
                jobs.enqueue("notifications.send_pending", f"round {next(rounds)}")
            jobs.run_all(wiring.JOBS)

    return run


def invite(email: str = "hajar@example.ma", *, locale: str = "en", given: str = "Hajar") -> int:
    with db.transaction():
        return accounts.invite(email, Names(given, "Idrissi"), by=INSTITUTE, locale=locale).id


def message_of(user_id: int) -> OutboxMessage:
    with db.reading() as session:
        return session.scalars(select(OutboxMessage).where(OutboxMessage.user_id == user_id)).one()


def link_in(body: str) -> str:
    return next(line for line in body.splitlines() if line.startswith("http"))


class TestSendPending:
    def test_sends_an_invitation_whose_link_opens(
        self, smtp: Mailbox, send: Callable[[], None], client: FlaskClient
    ) -> None:
        invite()

        send()

        (mail,) = smtp.to("hajar@example.ma")
        link = link_in(mail.get_content())
        assert link.startswith("http://localhost/invitation/")
        assert client.get(link.removeprefix("http://localhost")).status_code == 200

    def test_sends_each_message_once(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        user_id = invite()

        send()
        send()

        assert len(smtp.messages) == 1
        assert message_of(user_id).sent_at == now()

    def test_keeps_no_token_in_the_outbox(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        user_id = invite()

        send()

        token = link_in(smtp.messages[0].get_content()).rpartition("/")[2]
        message = message_of(user_id)
        assert token not in f"{message.values}{message.error}{message.key}"

    def test_goes_past_an_address_that_is_refused(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        smtp.refused.add("gone@example.ma")
        gone = invite("gone@example.ma")
        invite("here@example.ma")

        send()

        assert len(smtp.to("here@example.ma")) == 1
        assert message_of(gone).sent_at is None
        assert "550" in (message_of(gone).error or "")

    def test_goes_past_a_message_that_cannot_be_written(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        with db.transaction():
            user = make_user()
            make_message(user, Kind.ENROLLED, values={"enrolment_id": 0})
        invite("here@example.ma")

        send()

        assert len(smtp.to("here@example.ma")) == 1
        assert message_of(user.id).tries == 1
        assert "Missing" in (message_of(user.id).error or "")

    def test_waits_longer_after_each_refusal_and_gives_up(
        self, smtp: Mailbox, send: Callable[[], None], present: Clock
    ) -> None:
        smtp.busy.add("gone@example.ma")
        user_id = invite("gone@example.ma")
        waits: list[timedelta] = []

        for _try in range(MOST_TRIES - 1):
            send()
            due = message_of(user_id).next_try_at
            assert due is not None
            waits.append(due - now())
            present.present = due
        send()

        assert waits == sorted(set(waits))
        message = message_of(user_id)
        assert (message.tries, message.next_try_at, message.sent_at) == (MOST_TRIES, None, None)
        with db.reading():
            (row,) = queries.outbox(state=OutboxState.FAILED).rows
        assert row.id == message.id

    def test_gives_up_at_once_what_is_refused_for_good_and_marks_the_address(
        self, smtp: Mailbox, send: Callable[[], None], present: Clock
    ) -> None:
        smtp.refused.add("gone@example.ma")
        user_id = invite("gone@example.ma")
        send()
        with db.reading() as session:
            assert session.get_one(User, user_id).takes_no_mail
            (row,) = queries.outbox(state=OutboxState.FAILED).rows
        assert (row.tries, queries.state_of(row)) == (1, OutboxState.FAILED)

        smtp.refused.clear()
        with db.transaction():
            assert services.send_failed_again(kind=Kind.INVITATION, search="gone", by=INSTITUTE) == 1
        send()

        assert len(smtp.messages) == 1
        with db.reading() as session:
            assert not session.get_one(User, user_id).takes_no_mail

    def test_does_not_send_what_was_stopped(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        user_id = invite()
        with db.transaction():
            assert services.stop(message_of(user_id).id, by=INSTITUTE)

        send()

        assert smtp.messages == []
        with db.transaction():
            assert not services.stop(message_of(user_id).id, by=INSTITUTE)
            assert [row.id for row in queries.outbox(state=OutboxState.DROPPED).rows] == [message_of(user_id).id]

    def test_keeps_the_message_id_when_it_tries_again(
        self, smtp: Mailbox, send: Callable[[], None], present: Clock
    ) -> None:
        smtp.hangs_up = True
        invite()
        send()
        smtp.hangs_up = False
        present.forward(hours=1)

        send()

        first, second = smtp.messages
        assert first["Message-ID"] == second["Message-ID"]

    def test_gives_each_message_an_id_of_its_own(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        invite("one@example.ma")
        invite("two@example.ma")

        send()

        assert len({mail["Message-ID"] for mail in smtp.messages}) == 2

    def test_counts_no_try_while_the_server_is_away(
        self, fresh: Flask, smtp: Mailbox, send: Callable[[], None], present: Clock
    ) -> None:
        users = [invite("one@example.ma"), invite("two@example.ma")]
        with_server = fresh.config["SETTINGS"]
        fresh.config["SETTINGS"] = replace(with_server, smtp=f"smtp://127.0.0.1:{free_port()}")
        for _round in range(MOST_TRIES + 2):
            send()
            present.forward(minutes=2)
        assert [message_of(user_id).tries for user_id in users] == [0, 0]

        fresh.config["SETTINGS"] = with_server
        send()

        assert len(smtp.messages) == 2

    def test_leaves_a_message_another_worker_has(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        user_id = invite()
        with db.transaction():
            assert services.claim(message_of(user_id).id)

        send()

        assert smtp.messages == []

    def test_sends_what_a_dead_worker_left(self, smtp: Mailbox, send: Callable[[], None], present: Clock) -> None:
        user_id = invite()
        with db.transaction():
            services.claim(message_of(user_id).id)
        present.forward(minutes=2)

        send()

        assert len(smtp.messages) == 1

    def test_writes_nothing_to_somebody_suspended(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        user_id = invite()
        with db.transaction() as session:
            session.get_one(User, user_id).suspended_at = now()

        send()

        assert smtp.messages == []
        with db.reading():
            assert [row.id for row in queries.outbox(state=OutboxState.DROPPED).rows] == [message_of(user_id).id]

    @pytest.mark.parametrize(("locale", "greeting"), [("fr", "Bonjour Salma Alaoui,"), ("en", "Hello Salma Alaoui,")])
    def test_writes_to_somebody_without_an_account(
        self, locale: str, greeting: str, smtp: Mailbox, send: Callable[[], None]
    ) -> None:
        applicant = services.Outsider("salma@example.ma", "Salma Alaoui", locale)
        with db.transaction():
            for _time in range(2):
                services.promise_outsider(applicant, Kind.PASSWORD_CHANGED, "call 3", at=now().isoformat())

        send()

        (mail,) = smtp.to("salma@example.ma")
        assert greeting in mail.get_content()

    def test_owes_every_message_to_one_reader(self, fresh: Flask) -> None:
        with db.transaction() as session:
            make_message(make_user(), Kind.PASSWORD_CHANGED).email = "both@example.ma"
            with pytest.raises(IntegrityError, match="one_reader"):
                session.flush()  # the database has the last word
            session.rollback()

    def test_invites_nobody_who_has_joined(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        user_id = invite()
        with db.transaction():
            token = accounts.make_link(user_id, LinkPurpose.INVITATION)
            accounts.accept_invitation(token, "a hash")

        send()

        assert smtp.messages == []  # nor is the first password told of as a changed one

    def test_sends_more_than_a_batch_in_two_rounds(
        self, smtp: Mailbox, send: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(notifications_jobs, "BATCH", 3)
        with db.transaction():
            for _number in range(5):
                make_message(make_user(), Kind.PASSWORD_CHANGED, values={"at": now().isoformat()})

        send()
        assert len(smtp.messages) == 3
        send()

        assert len(smtp.messages) == 5

    def test_writes_into_a_folder_where_there_is_no_server(
        self, fresh: Flask, send: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(fresh.config, "SETTINGS", replace(fresh.config["SETTINGS"], data=tmp_path))
        invite()

        send()

        (file,) = (tmp_path / "mail").glob("*.eml")
        assert "http://localhost/invitation/" in file.read_text()


def a_file() -> dict[str, int]:
    """What mails to applicants name: a file that was offered a place, and contested something before."""
    application = make_application(make_call())
    offer = make_offer(application)
    event = admissions.events_of(application.id)[-1]
    appeal = Appeal(
        application_id=application.id, state=ApplicationState.REFUSED, text="No", lodged_at=now(), answer_by=now().date(),
        outcome=AppealOutcome.MAINTAINED, decided_at=now(), reason="The points stand.",
    )  # fmt: skip
    db.session().add(appeal)
    db.session().flush()
    db.session().execute(delete(OutboxMessage))  # what was promised on the way
    return {"application_id": application.id, "event_id": event.id, "offer_id": offer.id, "appeal_id": appeal.id}


class TestLetter:
    @pytest.mark.parametrize("kind", sorted(set(Kind) - {
        Kind.ENROLLED, Kind.WORK_RETURNED, Kind.WORK_ACCEPTED, Kind.CERTIFICATE_ISSUED, Kind.CERTIFICATE_REPLACED,
        Kind.CERTIFICATE_REVOKED, Kind.ANNOUNCEMENT, *(kind for kind in Kind if kind.startswith("exemption")),
    }))  # fmt: skip
    @pytest.mark.parametrize("locale", ["fr", "en"])
    def test_has_a_subject_and_links_to_our_address_only(
        self, kind: Kind, locale: str, smtp: Mailbox, send: Callable[[], None]
    ) -> None:
        values = {"at": now().isoformat(), "day": "2026-11-23", "seq": 12, "hash": "a" * 64, "job_id": 3}
        with db.transaction():
            user = make_user()
            user.locale = locale
            values |= {"cohort_id": make_cohort().id, "people": 3, "least": 8}
            session_id = make_session().id
            values |= {"session_id": session_id, "moved_from_id": session_id}
            make_message(user, kind, values=values | a_file())

        send()

        (mail,) = smtp.messages
        body = mail.get_content()
        assert mail["Subject"]
        assert "Subject" not in body
        assert "{" not in body
        assert "\n\n\n" not in body
        links = [word for word in body.split() if "://" in word]
        assert links
        assert all(link.startswith("http://localhost/") for link in links)

    def test_takes_its_links_from_the_settings_whatever_the_browser_said(
        self, smtp: Mailbox, send: Callable[[], None], client: FlaskClient
    ) -> None:
        with db.transaction():
            make_user(email="hajar@example.ma", password_hash="set")
        client.post("/forgotten", data={"email": "hajar@example.ma"}, headers={"Host": "evil.example"})
        client.post("/forgotten", data={"email": "hajar@example.ma"}, headers={"X-Forwarded-Host": "evil.example"})

        send()

        assert smtp.messages
        assert all("evil" not in mail.get_content() for mail in smtp.messages)

    def test_lets_no_name_add_a_header(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        invite(given="Hajar\r\nBcc: everybody@example.ma\r\n\r\nHello")

        send()

        (mail,) = smtp.messages
        assert mail["Bcc"] is None
        assert mail["To"] == "hajar@example.ma"
        assert "Hello Hajar Bcc: everybody@example.ma Hello," in mail.get_content()

    def test_lets_no_address_add_a_header(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        with db.transaction():
            user_id = make_user(email="a@example.ma\nBcc: b@example.ma").id
            services.announce_password_changed(PasswordChanged(user_id))

        send()

        assert smtp.messages == []
        assert "ValueError" in (message_of(user_id).error or "")

    def test_holds_no_secret_in_its_subject(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        invite()

        send()

        (mail,) = smtp.messages
        assert link_in(mail.get_content()).rpartition("/")[2] not in mail["Subject"]


class TestSendAgain:
    def test_tries_a_failed_message_anew(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        smtp.refused.add("hajar@example.ma")
        user_id = invite()
        with db.transaction() as session:
            session.get_one(OutboxMessage, message_of(user_id).id).tries = MOST_TRIES - 1
        send()
        smtp.refused.clear()
        with db.transaction():
            services.send_again(message_of(user_id).id, by=actor(make_staff(Role.ADMIN)))

        send()

        assert len(smtp.messages) == 1

    def test_sends_a_copy_of_what_was_sent(self, smtp: Mailbox, send: Callable[[], None]) -> None:
        user_id = invite()
        send()
        with db.transaction():
            services.send_again(message_of(user_id).id, by=INSTITUTE)

        send()

        first, second = smtp.messages
        assert first["Message-ID"] != second["Message-ID"]
        assert link_in(first.get_content()) != link_in(second.get_content())
