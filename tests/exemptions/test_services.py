"""A request from the draft to the decision, and what follows from it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms import db
from lms.clock import today
from lms.competencies.models import Attainment
from lms.errors import Refused, Stale
from lms.exemptions import queries, services
from lms.exemptions.lifecycle import RequestState
from lms.exemptions.models import ExemptionRequest, Opinion
from lms.exemptions.services import (
    Advice,
    ConflictOfInterest,
    Decision,
    DecisionRefused,
    NotEditable,
    NotExemptable,
    NotReady,
    OpinionRefused,
    StepRefused,
    Words,
)
from lms.permissions import INSTITUTE, Role
from lms.results import queries as results
from tests.exemptions.makers import (
    PROOF,
    make_admissible,
    make_candidate,
    make_draft,
    make_exempted,
    make_judged,
    make_partly_exempted,
    make_submitted,
)
from tests.factories import actor, make_organisation, make_staff, make_user

S = RequestState
pytestmark = pytest.mark.usefixtures("frame")


def request_of(request_id: int) -> ExemptionRequest:
    return db.session().get_one(ExemptionRequest, request_id)


def states_of(request_id: int) -> list[str]:
    return [row.state for row in queries.events_of(request_id)]


class TestStart:
    def test_gives_the_draft_there_is_already(self) -> None:
        who = make_candidate()
        first = services.start_request(who.enrolment.id, who.module.id, by=actor(who.user))
        assert services.start_request(who.enrolment.id, who.module.id, by=actor(who.user)) == first

    def test_begins_anew_after_a_refusal(self) -> None:
        who = make_submitted()
        services.turn_request_down(who.request_id, reason="Another subject.", by=INSTITUTE)
        assert services.start_request(who.enrolment.id, who.module.id, by=actor(who.user)) != who.request_id

    def test_refuses_observed_teaching(self) -> None:
        who = make_candidate(assessments=("certifying-observation",))
        with pytest.raises(NotExemptable):
            services.start_request(who.enrolment.id, who.module.id, by=actor(who.user))


class TestSaveWords:
    def test_refuses_what_another_window_overtook(self) -> None:
        who = make_draft()
        with pytest.raises(Stale):
            services.save_words(who.request_id, Words("Old", 40, ()), version=1, by=actor(who.user))

    def test_refuses_once_sent(self) -> None:
        who = make_submitted()
        version = request_of(who.request_id).version
        with pytest.raises(NotEditable):
            services.save_words(who.request_id, Words("More", 40, ()), version=version, by=actor(who.user))


class TestSubmit:
    def test_starts_the_delays(self) -> None:
        """Sent on Monday 23 November 2026; 1, 11 and 14 January are holidays."""
        who = make_submitted()
        request = request_of(who.request_id)
        assert (request.rule_by, request.decide_by) == (date(2026, 12, 14), date(2027, 2, 18))
        assert states_of(who.request_id) == [S.DRAFT, S.SUBMITTED]

    @pytest.mark.parametrize(
        ("words", "field"),
        [
            (Words(" ", 96, ("DEV.1",)), "statement"),
            (Words("Much", 96, ()), "claimed"),
            (Words("Much", 35, ("DEV.1",)), "experience_months"),
        ],
    )
    def test_names_what_is_missing(self, words: Words, field: str) -> None:
        who = make_draft()
        services.save_words(who.request_id, words, version=request_of(who.request_id).version, by=actor(who.user))
        with pytest.raises(NotReady) as refusal:
            services.submit_request(who.request_id, by=actor(who.user))
        assert refusal.value.field == field

    def test_asks_for_a_recent_document(self) -> None:
        who = make_draft(dated_on=today() - timedelta(days=6 * 365))
        with pytest.raises(NotReady):
            services.submit_request(who.request_id, by=actor(who.user))


class TestProofs:
    def test_come_and_go_in_a_draft_and_stay_once_sent(self) -> None:
        who = make_draft()
        by = actor(who.user)
        extra = services.add_proof(who.request_id, PROOF, title="Second", dated_on=today(), by=by)
        services.remove_proof(who.request_id, extra, by=by)
        assert [row.title for row in queries.proofs_of(who.request_id)] == ["Attestation"]
        services.submit_request(who.request_id, by=by)
        kept = queries.proofs_of(who.request_id)[0].id
        with pytest.raises(NotEditable):
            services.remove_proof(who.request_id, kept, by=by)

    def test_refuse_a_day_to_come(self) -> None:
        who = make_draft()
        with pytest.raises(NotReady):
            services.add_proof(
                who.request_id, PROOF, title="T", dated_on=today() + timedelta(days=1), by=actor(who.user)
            )

    def test_are_added_until_somebody_has_judged(self) -> None:
        who = make_admissible()
        services.add_proof(who.request_id, PROOF, title="Portfolio", dated_on=today(), by=actor(who.user))
        judged = make_judged()
        with pytest.raises(NotEditable):
            services.add_proof(judged.request_id, PROOF, title="Late", dated_on=today(), by=actor(judged.user))


class TestRule:
    def test_turns_down_only_with_a_reason(self) -> None:
        who = make_submitted()
        with pytest.raises(StepRefused):
            services.turn_request_down(who.request_id, reason=" ", by=INSTITUTE)

    def test_is_not_for_oneself(self) -> None:
        who = make_submitted()
        with pytest.raises(ConflictOfInterest):
            services.admit_request(who.request_id, by=actor(who.user))


class TestAskAssessor:
    def test_refuses_a_colleague_and_whoever_does_not_assess(self) -> None:
        who = make_admissible()
        employer = make_organisation()
        colleague = make_staff(Role.ASSESSOR, who.cohort.id)
        who.user.organisation_id = colleague.organisation_id = employer.id
        db.session().flush()
        for somebody in (colleague, make_user()):
            with pytest.raises(ConflictOfInterest):
                services.ask_assessor(who.request_id, somebody.id, by=INSTITUTE)

    def test_asks_once(self) -> None:
        who = make_admissible()
        assessor = make_staff(Role.ASSESSOR)
        for _twice in range(2):
            services.ask_assessor(who.request_id, assessor.id, by=INSTITUTE)
        assert len(queries.opinions_of(who.request_id)) == 1


class TestGiveOpinion:
    def test_stays_as_it_was_given(self) -> None:
        who = make_judged()
        assessor = db.session().scalars(select(Opinion.assessor_id).where(Opinion.request_id == who.request_id)).first()
        assert assessor is not None
        by = actor(db.session().get_one(type(who.user), assessor))
        with pytest.raises(OpinionRefused):
            services.give_opinion(who.request_id, Advice(S.REFUSED, 0, [], "No."), by=by)

    def test_is_not_for_somebody_who_became_a_colleague(self) -> None:
        who = make_admissible()
        assessor = make_staff(Role.ASSESSOR)
        services.ask_assessor(who.request_id, assessor.id, by=INSTITUTE)
        assessor.organisation_id = who.user.organisation_id = make_organisation().id
        db.session().flush()
        with pytest.raises(ConflictOfInterest):
            services.give_opinion(who.request_id, Advice(S.FULL, 0, [], "Yes."), by=actor(assessor))


class TestDecide:
    def test_waits_for_two_opinions(self) -> None:
        who = make_admissible()
        with pytest.raises(DecisionRefused):
            services.decide_request(who.request_id, Decision(S.REFUSED, "No."), by=INSTITUTE)

    def test_is_not_for_an_assessor_of_the_request(self) -> None:
        who = make_judged()
        judge = queries.opinions_of(who.request_id)[0].assessor_id
        by = actor(db.session().get_one(type(who.user), judge))
        with pytest.raises(ConflictOfInterest):
            services.decide_request(who.request_id, Decision(S.REFUSED, "No."), by=by)

    @pytest.mark.parametrize("outcome", [S.FULL, S.PARTIAL])
    def test_needs_a_reason_even_when_it_grants(self, outcome: RequestState) -> None:
        who = make_judged()
        with pytest.raises(StepRefused):
            services.decide_request(who.request_id, Decision(outcome, " ", 60, ("DEV.1",), "The rest."), by=INSTITUTE)

    def test_keeps_within_the_limits(self) -> None:
        who = make_judged(make_candidate(minutes=600, other_minutes=300))
        with pytest.raises(DecisionRefused) as refusal:
            services.decide_request(who.request_id, Decision(S.FULL, "Yes.", 0, ("DEV.1",)), by=INSTITUTE)
        assert "60" in str(refusal.value)
        services.decide_request(
            who.request_id, Decision(S.PARTIAL, "Yes.", 540, ("DEV.1",), "The practical."), by=INSTITUTE
        )
        assert request_of(who.request_id).exempted_minutes == 540

    def test_prescribes_for_24_months_when_it_is_partial(self) -> None:
        who = make_partly_exempted()
        assert request_of(who.request_id).complete_by == date(2028, 11, 23)

    def test_ends_it(self) -> None:
        who = make_exempted()
        with pytest.raises(StepRefused):
            services.withdraw_request(who.request_id, by=actor(who.user))

    def test_grants_nothing_when_it_refuses(self) -> None:
        who = make_judged()
        services.decide_request(who.request_id, Decision(S.REFUSED, "Not proved."), by=INSTITUTE)
        assert request_of(who.request_id).exempted_minutes == 0
        assert results.current_result(who.enrolment.id, who.module.id) is None


class TestWithdraw:
    @pytest.mark.parametrize("make", [make_draft, make_submitted, make_admissible, make_judged])
    def test_is_possible_until_the_decision(self, make: Callable[[], object]) -> None:
        who = make()
        services.withdraw_request(who.request_id, by=actor(who.user))  # type: ignore[attr-defined]
        assert states_of(who.request_id)[-1] == S.WITHDRAWN  # type: ignore[attr-defined]


class TestWhatFollows:
    def test_a_whole_exemption_passes_the_module_without_a_mark(self) -> None:
        who = make_exempted()
        result = results.current_result(who.enrolment.id, who.module.id)
        assert result is not None
        assert (result.passed, result.is_exempted, result.mark) == (True, True, None)
        assert result.cause == f"exemption:{who.request_id}"
        assert who.module.code not in {reason.module for reason in results.why_not_yet(who.enrolment.id)}

    def test_it_recognises_the_mastery_and_never_the_teaching(self) -> None:
        who = make_exempted()
        shown = db.session().scalars(select(Attainment).where(Attainment.user_id == who.user.id)).one()
        assert (shown.competency_code, shown.mastery, shown.transmission) == ("DEV.1", "N3", None)

    def test_a_partial_one_passes_nothing(self) -> None:
        who = make_partly_exempted()
        result = results.current_result(who.enrolment.id, who.module.id)
        assert result is not None
        assert not result.passed
        assert not result.is_exempted

    def test_every_refusal_is_a_sentence(self) -> None:
        with pytest.raises(Refused, match=r"^[A-Z].*\.$"):
            services.admit_request(make_draft().request_id, by=INSTITUTE)
