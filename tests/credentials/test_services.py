"""Deciding, sealing, correcting, revoking: what the record says afterwards."""

import threading
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from lms import audit, db, events
from lms.audit import AuditEvent
from lms.clock import now, today
from lms.cohorts.models import CohortModule, Enrolment, EnrolmentState
from lms.competencies.models import Attainment
from lms.credentials import queries, services
from lms.credentials.events import CertificateIssued, CertificateReplaced, CertificateRevoked
from lms.credentials.models import Certificate, CertificateEvent, CertificateFile, SigningKey
from lms.credentials.services import CannotChange, NotEligible, history
from lms.credentials.signer import SealRefused, Signer
from lms.credentials.snapshot import Snapshot
from lms.credentials.states import CertificateState, ReplacementKind, RevocationReason
from lms.errors import Missing
from lms.jobs import Job
from lms.permissions import INSTITUTE
from lms.results.events import ProgrammeCompleted
from lms.results.models import ModuleResult
from lms.web.links import outside_requests
from lms.wiring import HANDLERS
from tests.factories import (
    actor,
    make_certificate,
    make_cohort,
    make_competency,
    make_eligible,
    make_enrolment,
    make_module,
    make_passed_result,
    make_programme_version,
    make_signing_key,
    make_staff,
    make_user,
)


@pytest.fixture
def told() -> Iterator[list[object]]:
    """The events that were told, in order; nothing else follows from them."""
    seen: list[object] = []
    events.connect(dict.fromkeys(HANDLERS, (seen.append,)))
    yield seen
    events.connect(HANDLERS)


@pytest.mark.usefixtures("frame")
class TestIssueCertificate:
    def test_copies_everything_it_says(self) -> None:
        make_competency("DEV.1", "Programmer", "Program")
        module = make_module(
            "DEV-1", sheet={"competencies": [{"code": "DEV.1", "mastery": "N3", "transmission": "T2"}]}
        )
        version = make_programme_version([module])
        user = make_user("Hajar", "El Idrissi")
        user.given_name_ar, user.family_name_ar = "هاجر", "الإدريسي"
        enrolment = make_eligible(make_cohort(version), user)
        here, elsewhere = f"enrolment:{enrolment.id}", "enrolment:9999"
        db.session().add_all(
            Attainment(user_id=user.id, competency_code="DEV.1", evidence=evidence, shown_at=now(), **level)
            for evidence, level in (
                (f"{here} component:1", {"mastery": "N2"}), (f"{here} component:2", {"mastery": "N3"}),
                (f"{here} sign_off:1", {"transmission": "T1"}), (f"{elsewhere} component:3", {"mastery": "N5"}),
            )
        )  # fmt: skip

        said = Snapshot.from_json(services.issue_certificate(enrolment.id, by=INSTITUTE).snapshot)

        assert (said.name, said.name_ar) == ("Hajar El Idrissi", "هاجر الإدريسي")
        assert [(module.code, module.minutes) for module in said.modules] == [("DEV-1", 2100)]
        assert [(item.code, item.label_en, item.levels) for item in said.competencies] == [
            ("DEV.1", "Program", ("N3", "T1"))
        ]
        assert (said.awarded_on, said.valid_until) == (date(2026, 11, 23), date(2029, 11, 23))
        assert said.address == "http://localhost/v/"

    def test_says_the_same_when_the_profile_changes_later(self) -> None:
        user = make_user("Hajar", "El Idrissi")
        certificate = services.issue_certificate(make_eligible(user=user).id, by=INSTITUTE)

        user.given_name = "Somebody"
        db.session().flush()

        assert certificate.holder_name == "Hajar El Idrissi"
        assert Snapshot.from_json(certificate.snapshot).name == "Hajar El Idrissi"

    def test_prints_the_name_that_the_person_chose_for_it(self) -> None:
        user = make_user()
        user.certificate_name = "Amina Bennani-Tazi"

        assert services.issue_certificate(make_eligible(user=user).id, by=INSTITUTE).holder_name == "Amina Bennani-Tazi"

    def test_refuses_with_the_reasons_when_something_is_missing(self) -> None:
        enrolment = make_enrolment()
        make_passed_result(enrolment, _first_module(enrolment), passed=False)

        with pytest.raises(NotEligible) as refusal:
            services.issue_certificate(enrolment.id, by=INSTITUTE)

        assert [reason.code for reason in refusal.value.reasons] == ["mark_too_low"]
        assert "12" in str(refusal.value)
        assert queries.live_certificate(enrolment.id) is None

    def test_refuses_those_who_left(self) -> None:
        enrolment = make_eligible()
        enrolment.state = EnrolmentState.WITHDRAWN
        db.session().flush()

        with pytest.raises(NotEligible):
            services.issue_certificate(enrolment.id, by=INSTITUTE)

    def test_knows_no_other_participation(self) -> None:
        with pytest.raises(Missing):
            services.issue_certificate(999, by=INSTITUTE)

    def test_is_one_certificate_however_often_it_is_asked(self) -> None:
        enrolment = make_eligible()

        first, second = (services.issue_certificate(enrolment.id, by=INSTITUTE) for _time in range(2))

        assert first is second
        assert [act.what for act in queries.history_of(first.id)] == ["decided"]
        assert db.session().scalar(select(func.count()).select_from(Job).where(Job.kind == "credentials.seal")) == 1

    def test_leaves_its_trace(self) -> None:
        coordinator = make_staff()

        certificate = services.issue_certificate(make_eligible().id, by=actor(coordinator))

        assert certificate.decided_by == coordinator.id
        assert list(history.verify()) == []
        noted = db.session().info["audit"][-1]
        assert (noted.action, noted.subject) == ("certificate.decided", f"certificate:{certificate.id}")


def _first_module(enrolment: Enrolment) -> int:
    return (
        db.session().scalars(select(CohortModule.module_id).where(CohortModule.cohort_id == enrolment.cohort_id)).one()
    )


class TestTwoAtOnce:
    def test_decide_one_certificate_between_them(self, fresh: Flask) -> None:
        with db.transaction():
            enrolment_id = make_eligible().id
        start, decided, problems = threading.Barrier(4), list[int](), list[Exception]()

        def decide() -> None:
            try:
                with outside_requests(fresh):
                    start.wait()
                    with db.transaction():
                        decided.append(services.issue_certificate(enrolment_id, by=INSTITUTE).id)
            except Exception as problem:
                problems.append(problem)

        threads = [threading.Thread(target=decide) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert problems == []
        assert len(decided) == 4
        assert len(set(decided)) == 1
        with db.reading() as session:
            assert session.scalar(select(func.count()).select_from(Certificate)) == 1
            assert session.scalar(select(func.count()).select_from(CertificateEvent)) == 1

    def test_seal_one_file_between_them(self, fresh: Flask) -> None:
        with outside_requests(fresh):
            with db.transaction():
                make_signing_key()
                certificate_id = make_certificate(state=CertificateState.DRAFT).id
            signer = Signer()
            decided = [signer.read(certificate_id) for _worker in range(2)]
            made = [signer.seal(signer.draw(each)) for each in decided if each is not None]
            counted = []
            for sealed in made:
                with db.transaction():
                    counted.append(
                        services.record_seal(certificate_id, sealed.pdf, "certificates/x", sealed.signing_key_id)
                    )

        assert counted == [True, False]
        with db.reading() as session:
            assert session.scalar(select(func.count()).select_from(CertificateFile)) == 1


@pytest.mark.usefixtures("frame")
class TestIssueOnCompletion:
    def test_issues_by_itself(self) -> None:
        enrolment = make_eligible()

        services.issue_on_completion(ProgrammeCompleted(enrolment.id))

        assert queries.live_certificate(enrolment.id) is not None

    def test_waits_for_a_coordinator_where_the_cohort_says_so(self) -> None:
        cohort = make_cohort()
        cohort.issues_certificates = False
        enrolment = make_eligible(cohort)

        services.issue_on_completion(ProgrammeCompleted(enrolment.id))

        assert queries.live_certificate(enrolment.id) is None

    def test_never_gives_back_what_was_revoked(self) -> None:
        enrolment = make_eligible()
        certificate = make_certificate(enrolment)
        services.revoke(certificate.id, reason=RevocationReason.MISCONDUCT, note="x", by=INSTITUTE)

        services.issue_on_completion(ProgrammeCompleted(enrolment.id))

        assert queries.live_certificate(enrolment.id) is None


@pytest.mark.usefixtures("frame")
class TestCorrect:
    def test_puts_another_in_its_place(self, told: list[object]) -> None:
        old = make_certificate()

        new = services.correct(old.id, name="Amina Bennani Tazi", name_ar="أمينة", note="Name was cut", by=INSTITUTE)

        assert (old.state, old.replacement_kind, old.replaced_by_id) == (
            CertificateState.REPLACED, ReplacementKind.CORRECTION, new.id,
        )  # fmt: skip
        assert old.ended_on == today()
        assert new.code != old.code
        assert (new.state, new.holder_name) == (CertificateState.DRAFT, "Amina Bennani Tazi")
        assert (new.awarded_on, new.valid_until) == (old.awarded_on, old.valid_until)
        assert [act.what for act in queries.history_of(old.id)] == ["decided", "replaced"]
        assert [act.what for act in queries.history_of(new.id)] == ["corrects"]
        assert list(history.verify()) == []
        assert told == []  # the holder is told when there is something to download

    def test_keeps_the_holders_choice_about_the_name(self) -> None:
        old = make_certificate()
        old.shows_name = False
        db.session().flush()

        new = services.correct(old.id, name="Amina B.", name_ar="", note="x", by=INSTITUTE)

        assert not new.shows_name

    @pytest.mark.parametrize("state", [CertificateState.REVOKED, CertificateState.REPLACED, CertificateState.DRAFT])
    def test_refuses_one_that_does_not_stand(self, state: CertificateState) -> None:
        certificate = make_certificate(state=state)

        with pytest.raises(CannotChange):
            services.correct(certificate.id, name="Amina B.", name_ar="", note="x", by=INSTITUTE)

    def test_refuses_the_name_it_has_already(self) -> None:
        certificate = make_certificate()

        with pytest.raises(CannotChange) as refusal:
            services.correct(certificate.id, name=f" {certificate.holder_name} ", name_ar="", note="x", by=INSTITUTE)
        assert refusal.value.field == "name"


@pytest.mark.usefixtures("frame")
class TestRevoke:
    def test_ends_it_for_good_with_a_reason_for_everybody(self, told: list[object]) -> None:
        certificate = make_certificate()

        services.revoke(certificate.id, reason=RevocationReason.OUR_ERROR, note="Wrong person", by=INSTITUTE)

        assert (certificate.state, certificate.revocation_reason) == (
            CertificateState.REVOKED,
            RevocationReason.OUR_ERROR,
        )
        assert certificate.ended_on == today()
        assert told == [CertificateRevoked(certificate.id)]
        last = queries.history_of(certificate.id)[-1]
        assert (last.what, last.reason, last.note) == ("revoked", "our_error", "Wrong person")

    @pytest.mark.parametrize("state", [CertificateState.REVOKED, CertificateState.REPLACED])
    def test_refuses_one_that_is_ended(self, state: CertificateState) -> None:
        certificate = make_certificate(state=state)

        with pytest.raises(CannotChange):
            services.revoke(certificate.id, reason=RevocationReason.OTHER, note="x", by=INSTITUTE)

    def test_makes_room_for_a_new_one(self) -> None:
        enrolment = make_eligible()
        first = make_certificate(enrolment)
        services.revoke(first.id, reason=RevocationReason.OUR_ERROR, note="x", by=INSTITUTE)

        assert services.issue_certificate(enrolment.id, by=INSTITUTE).code != first.code


class TestSigner:
    """It seals what was decided and is true; nothing else can be had sealed."""

    @pytest.fixture
    def draft(self, fresh: Flask) -> int:
        with outside_requests(fresh), db.transaction():
            make_signing_key()
            return make_certificate(state=CertificateState.DRAFT).id

    def reading(self, app: Flask, certificate_id: int) -> object:
        with outside_requests(app):
            return Signer().read(certificate_id)

    def test_reads_what_was_decided(self, fresh: Flask, draft: int) -> None:
        assert self.reading(fresh, draft) is not None

    @pytest.mark.parametrize("column", ["holder_name", "kind", "awarded_on", "valid_until"])
    def test_refuses_a_row_that_differs_from_its_snapshot(self, fresh: Flask, draft: int, column: str) -> None:
        value = date(2040, 1, 1) if column.endswith(("_on", "_until")) else "HAB"
        with db.transaction() as session:
            session.execute(update(Certificate).values({column: value}))

        with pytest.raises(SealRefused):
            self.reading(fresh, draft)

    def test_refuses_a_snapshot_that_was_edited(self, fresh: Flask, draft: int) -> None:
        with db.transaction() as session:
            certificate = session.get_one(Certificate, draft)
            certificate.snapshot = {**certificate.snapshot, "name": "Somebody Else"}
            certificate.holder_name = "Somebody Else"

        with pytest.raises(SealRefused, match="no decision"):
            self.reading(fresh, draft)

    def test_refuses_a_row_that_nobody_decided(self, fresh: Flask, draft: int) -> None:
        with db.transaction() as session:
            session.execute(delete(CertificateEvent))

        with pytest.raises(SealRefused, match="no decision"):
            self.reading(fresh, draft)

    def test_refuses_when_a_module_is_not_passed_any_more(self, fresh: Flask, draft: int) -> None:
        with db.transaction() as session:
            session.execute(update(ModuleResult).values(passed=False))

        with pytest.raises(SealRefused, match="results"):
            self.reading(fresh, draft)

    def test_refuses_when_the_participation_is_somebody_elses(self, fresh: Flask, draft: int) -> None:
        with db.transaction() as session:
            session.execute(update(Enrolment).values(user_id=make_user().id))

        with pytest.raises(SealRefused, match="results"):
            self.reading(fresh, draft)

    @pytest.mark.parametrize("state", [state for state in CertificateState if state is not CertificateState.DRAFT])
    def test_has_nothing_to_do_once_it_is_sealed_or_ended(
        self, fresh: Flask, draft: int, state: CertificateState
    ) -> None:
        with db.transaction() as session:
            session.execute(update(Certificate).values(state=state))

        assert self.reading(fresh, draft) is None

    def test_seals_with_the_key_in_use_only(self, fresh: Flask, draft: int) -> None:
        with db.transaction() as session:
            session.execute(update(SigningKey).values(retired_at=SigningKey.active_from))
        with outside_requests(fresh):
            signer = Signer()
            decided = signer.read(draft)
            assert decided is not None
            with pytest.raises(services.KeysUnavailable):
                signer.seal(signer.draw(decided))


class TestKeys:
    def test_are_made_once(self, fresh: Flask) -> None:
        with outside_requests(fresh):
            for _time in range(2):
                with db.transaction():
                    services.prepare_keys()
            with db.reading():
                assert len(queries.signing_keys()) == 1

    def test_are_changed_and_the_old_ones_kept(self, fresh: Flask) -> None:
        with outside_requests(fresh):
            with db.transaction():
                first = make_signing_key().fingerprint
            with db.transaction():
                second = services.rotate_key(by=INSTITUTE).fingerprint
            with db.reading():
                active = queries.active_key()
                assert active is not None
                assert active.fingerprint == second
                retired = {key.fingerprint: key.retired_at for key in queries.signing_keys()}
                assert retired[first] is not None
                assert retired[second] is None


class TestHistory:
    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            (lambda: update(CertificateEvent).where(CertificateEvent.seq == 2).values(note="x"), "was changed"),
            (lambda: delete(CertificateEvent).where(CertificateEvent.seq == 2), "missing"),
            (lambda: update(Certificate).values(snapshot={"name": "x"}), "was changed"),
        ],
        ids=["act edited", "act deleted", "snapshot edited"],
    )
    def test_shows_what_was_tampered_with(self, fresh: Flask, change: Callable[[], object], problem: str) -> None:
        with fresh.app_context(), db.transaction():
            for _number in range(3):
                make_certificate()
        with db.transaction() as session:
            session.execute(change())  # type: ignore[call-overload]

        with db.reading():
            assert problem in {found.problem for found in history.verify()}


class TestRecordSeal:
    def test_tells_of_the_new_one_and_then_of_the_one_it_replaces(self, fresh: Flask, told: list[object]) -> None:
        with fresh.app_context(), db.transaction():
            key = make_signing_key()
            old = make_certificate()
            new = services.correct(old.id, name="Amina B.", name_ar="", note="x", by=INSTITUTE)
            services.record_seal(new.id, b"%PDF", "certificates/x", key.id)

            assert told == [CertificateIssued(new.id), CertificateReplaced(old.id)]

    def test_refuses_to_issue_what_was_revoked_meanwhile(self, fresh: Flask) -> None:
        with fresh.app_context(), db.transaction():
            key = make_signing_key()
            draft = make_certificate(state=CertificateState.DRAFT)
            services.revoke(draft.id, reason=RevocationReason.OUR_ERROR, note="x", by=INSTITUTE)

            assert not services.record_seal(draft.id, b"%PDF", "certificates/x", key.id)
            assert draft.state == CertificateState.REVOKED


class TestAudit:
    def test_holds_ids_and_no_names(self, fresh: Flask) -> None:
        with fresh.app_context(), db.transaction():
            make_signing_key()
            certificate = make_certificate()
            services.correct(certificate.id, name="Hajar Unmistakable", name_ar="", note="A note", by=INSTITUTE)
        with db.reading() as session:
            rows = session.scalars(select(AuditEvent)).all()
            assert {row.action for row in rows} >= {"certificate.decided", "certificate.corrected"}
            assert "Unmistakable" not in str([row.detail for row in rows])
            assert list(audit.verify()) == []
