"""What is promised to whom, from the events that lead to it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import db, jobs, wiring
from lms.accounts import services as accounts
from lms.accounts.events import PasswordChanged, UserInvited
from lms.accounts.services.people import Names
from lms.assessment.events import WorkReviewed
from lms.assessment.models import Outcome
from lms.clock import now
from lms.cohorts.events import ParticipantEnrolled
from lms.credentials.code import printed
from lms.credentials.events import CertificateIssued, CertificateReplaced, CertificateRevoked
from lms.credentials.states import CertificateState, ReplacementKind
from lms.events import Event, emit
from lms.notifications import services
from lms.notifications.kinds import Kind, Topic
from lms.notifications.models import OutboxMessage
from lms.permissions import INSTITUTE
from lms.web.links import outside_requests
from tests.conftest import Clock
from tests.factories import (
    actor,
    make_assignment,
    make_certificate,
    make_eligible,
    make_enrolment,
    make_module,
    make_review,
    make_staff,
    make_submission,
    make_user,
)
from tests.mailbox import Mailbox


def promised() -> list[tuple[int, str]]:
    """To whom, and what."""
    query = select(OutboxMessage.user_id, OutboxMessage.kind).order_by(OutboxMessage.id)
    return [(row.user_id, row.kind) for row in db.session().execute(query)]


@pytest.mark.usefixtures("frame")
class TestAnnounce:
    def test_invites(self) -> None:
        user = accounts.invite("new@example.ma", Names("Ilyas", "Tazi"), by=INSTITUTE)

        assert promised() == [(user.id, Kind.INVITATION)]

    def test_tells_one_fact_once(self) -> None:
        enrolment = make_enrolment()

        emit(ParticipantEnrolled(enrolment.id))
        emit(ParticipantEnrolled(enrolment.id))

        assert promised() == [(enrolment.user_id, Kind.ENROLLED)]

    def test_tells_of_each_change_of_password(self, present: Clock) -> None:
        user = make_user()

        emit(PasswordChanged(user.id))
        present.forward(minutes=1)
        emit(PasswordChanged(user.id))

        assert promised() == [(user.id, Kind.PASSWORD_CHANGED)] * 2

    @pytest.mark.parametrize(
        ("outcome", "kind"), [(Outcome.RETURNED, Kind.WORK_RETURNED), (Outcome.ACCEPTED, Kind.WORK_ACCEPTED)]
    )
    def test_tells_what_became_of_work(self, outcome: Outcome, kind: Kind) -> None:
        module = make_module()
        enrolment = make_enrolment()
        review = make_review(make_submission(enrolment, make_assignment(module)), make_staff(), outcome=outcome)

        services.announce_review(WorkReviewed(enrolment.id, module.id, f"review:{review.id}"))

        assert promised() == [(enrolment.user_id, kind)]

    def test_tells_of_each_judgement_of_the_same_work(self) -> None:
        module, enrolment = make_module(), make_enrolment()
        submission, assessor = make_submission(enrolment, make_assignment(module)), make_staff()
        for number in (1, 2):
            review = make_review(submission, assessor, number=number)
            services.announce_review(WorkReviewed(enrolment.id, module.id, f"review:{review.id}"))

        assert len(promised()) == 2

    def test_tells_of_a_certificate_once_it_is_issued(self) -> None:
        certificate = make_certificate()

        services.announce_certificate(CertificateIssued(certificate.id))

        assert (certificate.holder_id, Kind.CERTIFICATE_ISSUED) in promised()

    def test_tells_of_a_correction_in_one_mail(self) -> None:
        old = make_certificate()
        old.state = CertificateState.REPLACED
        new = make_certificate(make_eligible(user=make_user()))
        old.replaced_by_id, old.replacement_kind = new.id, ReplacementKind.CORRECTION
        db.session().flush()
        before = len(promised())

        services.announce_certificate(CertificateIssued(new.id))
        services.announce_replacement(CertificateReplaced(old.id))

        assert promised()[before:] == [(old.holder_id, Kind.CERTIFICATE_REPLACED)]

    def test_tells_of_a_renewal_as_of_any_new_certificate(self) -> None:
        old = make_certificate()
        new = make_certificate(make_eligible(user=make_user()))
        old.replaced_by_id, old.replacement_kind = new.id, ReplacementKind.RENEWAL
        db.session().flush()

        services.announce_certificate(CertificateIssued(new.id))

        assert (new.holder_id, Kind.CERTIFICATE_ISSUED) in promised()


class TestRace:
    def test_for_the_same_fact_is_one_message(self, fresh: Flask) -> None:
        with db.transaction():
            enrolment_id = make_enrolment().id
        ready = Barrier(3)

        def announce(_number: int) -> None:
            ready.wait()
            with db.transaction():
                services.announce_enrolment(ParticipantEnrolled(enrolment_id))

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(announce, range(3)))

        with db.reading():
            assert len(promised()) == 1


@pytest.mark.usefixtures("frame")
class TestChooseTopics:
    def test_keeps_the_others_away(self) -> None:
        enrolment = make_enrolment()
        by = actor(db.session().get_one(type(make_user()), enrolment.user_id))

        services.choose_topics(frozenset({Topic.WORK}), by=by)
        emit(ParticipantEnrolled(enrolment.id))

        assert promised() == []

    def test_never_keeps_security_away(self) -> None:
        user = make_user()

        services.choose_topics(frozenset(), by=actor(user))
        emit(PasswordChanged(user.id))
        emit(UserInvited(user.id))

        assert [kind for _user, kind in promised()] == [Kind.PASSWORD_CHANGED, Kind.INVITATION]

    def test_lets_them_come_back(self) -> None:
        enrolment = make_enrolment()
        by = actor(db.session().get_one(type(make_user()), enrolment.user_id))
        services.choose_topics(frozenset(), by=by)

        services.choose_topics(frozenset(Topic), by=by)
        emit(ParticipantEnrolled(enrolment.id))

        assert len(promised()) == 1


class TestNotices:
    def test_shows_and_keeps_the_choice(self, sign_in: Callable[[int], FlaskClient]) -> None:
        with db.transaction():
            user_id = make_user().id
        browser = sign_in(user_id)
        assert browser.get("/profile/notices").get_data(as_text=True).count(" checked") == len(Topic)

        response = browser.post("/profile/notices", data={"work": "y"}, follow_redirects=True)

        page = response.get_data(as_text=True)
        assert "Your choice is saved." in page
        assert page.count(" checked") == 1


class TestLetters:
    """The mails whose facts come from other packages, as they are received."""

    @pytest.fixture
    def letter(
        self, fresh: Flask, smtp: Mailbox
    ) -> Callable[[Callable[[], tuple[Event, Callable[..., None]]], str], str]:
        def send(tell: Callable[[], tuple[Event, Callable[..., None]]], locale: str) -> str:
            with db.transaction() as session:
                event, announce = tell()
                announce(event)
                for message in session.scalars(select(OutboxMessage)):
                    session.get_one(type(make_user()), message.user_id).locale = locale
            with outside_requests(fresh):
                with db.transaction():
                    jobs.enqueue("notifications.send_pending", "now", at=now() - timedelta(seconds=1))
                jobs.run_next(wiring.JOBS)
            (mail,) = smtp.messages
            body: str = mail.get_content()
            return f"{mail['Subject']}\n\n{body}"

        return send

    @pytest.mark.parametrize(("locale", "title"), [("fr", "Programme"), ("en", "Programme")])
    def test_name_the_cohort_and_its_dates(self, letter: Callable[..., str], locale: str, title: str) -> None:
        text = letter(lambda: (ParticipantEnrolled(make_enrolment().id), services.announce_enrolment), locale)

        assert title in text
        assert {"fr": "13 novembre 2026", "en": "13 November 2026"}[locale] in text
        assert "http://localhost/home" in text or "password" in text or "mot de passe" in text

    def test_link_to_the_work(self, letter: Callable[..., str]) -> None:
        def tell() -> tuple[Event, Callable[..., None]]:
            module, enrolment = make_module(), make_enrolment()
            review = make_review(
                make_submission(enrolment, make_assignment(module)), make_staff(), outcome=Outcome.RETURNED
            )
            return WorkReviewed(enrolment.id, module.id, f"review:{review.id}"), services.announce_review

        text = letter(tell, "en")

        assert "hand it in again" in text
        assert "http://localhost/enrolments/" in text

    @pytest.mark.parametrize(
        ("event", "announce", "words"),
        [
            (CertificateIssued, services.announce_certificate, "Congratulations"),
            (CertificateReplaced, services.announce_replacement, "was replaced"),
            (CertificateRevoked, services.announce_revocation, "no longer valid"),
        ],
    )
    def test_give_the_code_and_where_it_is_checked(
        self, letter: Callable[..., str], event: type[CertificateIssued], announce: Callable[..., None], words: str
    ) -> None:
        codes: list[str] = []

        def tell() -> tuple[Event, Callable[..., None]]:
            certificate = make_certificate()
            db.session().query(OutboxMessage).delete()
            codes.append(certificate.code)
            return event(certificate.id), announce

        text = letter(tell, "en")

        assert words in text
        assert printed(codes[0]) in text
        assert ("http://localhost/certificates" in text) or (f"http://localhost/v/{codes[0]}" in text)
