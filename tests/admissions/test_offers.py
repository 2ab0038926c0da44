"""Places offered, answered, run out, offered on; people passed over by two; scores blind and by two."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from lms import db
from lms.admissions import queries, services
from lms.admissions.lifecycle import ApplicationState, CallState, CriterionKind
from lms.admissions.models import Application, Assignment, Call, Offer
from lms.admissions.queries import selection as reads
from lms.admissions.services import results, scores, selection, skips
from lms.admissions.services.offers import OfferOver
from lms.admissions.services.results import RankingOutdated, ScoresMissing
from lms.admissions.services.scores import ScoreRefused
from lms.admissions.services.skips import SkipRefused
from lms.admissions.services.steps import StepRefused
from lms.clock import today
from lms.cohorts import queries as cohorts
from lms.cohorts.services.seats import CohortFull
from lms.errors import Missing
from lms.permissions import INSTITUTE
from tests.admissions.makers import make_application, make_call, make_offer, track_of
from tests.conftest import Clock
from tests.factories import actor, make_cohort, make_organisation, make_user

S = ApplicationState


def ranked_call(files: int = 6, *, places: int = 2) -> tuple[Call, list[Application]]:
    """A call whose results are out, by teaching experience alone: the first is the best."""
    call = make_call(places=places, waiting_places=3, women_percent=0, points={CriterionKind.EXPERIENCE: Decimal(20)})
    made = [make_application(call, S.INTERVIEWED, years_teaching=10 - number) for number in range(files)]
    call.state = CallState.IN_SELECTION
    results.make_ranking(call.id, by=INSTITUTE, seed="seed")
    results.publish_results(call.id, by=INSTITUTE)
    return call, made


def states(files: list[Application]) -> list[str]:
    return [str(file.state) for file in files]


@pytest.mark.usefixtures("frame")
class TestResults:
    def test_are_published_at_once_and_say_why(self) -> None:
        call, files = ranked_call()
        assert states(files) == ["admitted", "admitted", "waitlisted", "waitlisted", "waitlisted", "refused"]
        last = queries.events_of(files[-1].id)[-1]
        assert last.reason == "Rank 6 with 10.00 points: the places went to the ranks before."
        assert cohorts.free_seats(track_of(call).cohort_id) == 0

    def test_wait_for_every_score(self) -> None:
        call = make_call()
        make_application(call, S.INTERVIEWED)
        call.state = CallState.CLOSED
        with pytest.raises(ScoresMissing):
            results.make_ranking(call.id, by=INSTITUTE)

    def test_are_not_published_from_a_ranking_that_is_out_of_date(self) -> None:
        call = make_call(women_percent=0, points={CriterionKind.EXPERIENCE: Decimal(20)})
        file = make_application(call, S.INTERVIEWED)
        call.state = CallState.CLOSED
        results.make_ranking(call.id, by=INSTITUTE)
        file.years_teaching = 9
        db.session().flush()
        with pytest.raises(RankingOutdated):
            results.publish_results(call.id, by=INSTITUTE)


@pytest.mark.usefixtures("frame")
class TestOffers:
    def test_go_to_the_next_when_declined(self) -> None:
        _call, files = ranked_call()
        services.decline_offer(files[1].id, by=services.APPLICANT)
        assert states(files) == ["admitted", "declined", "offered", "waitlisted", "waitlisted", "refused"]

    def test_last_to_the_end_of_the_seventh_day_and_go_on(self, present: Clock) -> None:
        _call, files = ranked_call()
        present.forward(days=7)
        assert (services.expire_offers(), services.remind(), services.remind()) == (0, 2, 0)
        present.forward(days=1)
        with pytest.raises(OfferOver):
            services.accept_offer(files[0].id, by=services.APPLICANT)
        assert services.expire_offers() == 2
        assert states(files) == ["expired", "expired", "offered", "offered", "waitlisted", "refused"]

    def test_end_in_an_enrolment_and_an_invitation(self) -> None:
        call, files = ranked_call()
        for _time in range(2):
            services.accept_offer(files[0].id, by=services.APPLICANT)
        user = files[0].user_id
        assert (files[0].state, user is not None) == (S.ENROLLED, True)
        assert cohorts.seats_taken(track_of(call).cohort_id) == 1
        assert [event.state for event in queries.events_of(files[0].id)][-2:] == ["confirmed", "enrolled"]

    def test_give_back_the_place_of_who_withdraws(self) -> None:
        _call, files = ranked_call()
        services.withdraw(files[0].id, by=services.APPLICANT)
        assert states(files)[:3] == ["withdrawn", "admitted", "offered"]

    def test_stop_on_the_first_day_of_the_cohort(self, present: Clock) -> None:
        _call, files = ranked_call()
        present.forward(days=61)
        services.expire_offers()
        assert "offered" not in states(files)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(st.sampled_from(["accept", "decline", "expire", "withdraw"]), st.integers(0, 9)), max_size=14
        )
    )
    def test_respect_the_order_of_rank(self, acts: list[tuple[str, int]]) -> None:
        """INV-14, and never more places given than there are."""
        call, files = ranked_call(7, places=3)
        for act, number in acts:
            file = files[number % len(files)]
            under_offer = queries.open_offer(file.id)
            if act == "withdraw" and file.state in (S.ADMITTED, S.OFFERED, S.WAITLISTED):
                services.withdraw(file.id, by=services.APPLICANT)
            elif under_offer and act == "accept":
                services.accept_offer(file.id, by=services.APPLICANT)
            elif under_offer and act == "decline":
                services.decline_offer(file.id, by=services.APPLICANT)
            elif under_offer:
                under_offer.expires_at = under_offer.made_at
                services.expire_offers()
            waiting = [index for index, one in enumerate(files) if one.state == S.WAITLISTED]
            called = [index for index, one in enumerate(files) if one.state == S.OFFERED]
            assert not waiting or not called or max(called) < min(waiting)
            cohort_id = track_of(call).cohort_id
            assert cohorts.seats_taken(cohort_id) + cohorts.seats_held(cohort_id) <= 3


@pytest.mark.usefixtures("frame")
class TestSkip:
    def test_takes_two_people_and_a_reason(self) -> None:
        _call, files = ranked_call()
        one, other = actor(make_user()), actor(make_user())
        with pytest.raises(SkipRefused):
            skips.propose_skip(files[2].id, reason=" ", by=one)
        skip = skips.propose_skip(files[2].id, reason="Cannot be reached", by=one)
        with pytest.raises(SkipRefused):
            skips.confirm_skip(skip.id, by=one)
        skips.confirm_skip(skip.id, by=other)
        services.decline_offer(files[0].id, by=services.APPLICANT)
        assert states(files)[2:4] == ["waitlisted", "offered"]

    def test_changes_nothing_before_it_is_confirmed(self) -> None:
        _call, files = ranked_call()
        skips.propose_skip(files[2].id, reason="Cannot be reached", by=actor(make_user()))
        services.decline_offer(files[0].id, by=services.APPLICANT)
        assert states(files)[2:4] == ["offered", "waitlisted"]


@pytest.mark.usefixtures("frame")
class TestScores:
    def test_are_given_by_two_who_do_not_see_each_other_and_by_a_third_when_far_apart(self) -> None:
        people = [make_user(f"Examiner {number}") for number in range(3)]
        call = make_call(examiners=[user.id for user in people])
        file = make_application(call, S.TESTED)
        test = next(one for one in queries.criteria(call.id) if one.kind == CriterionKind.TEST)
        assert scores.share_out(call.id, by=INSTITUTE) == (1, 0)
        first, second = reads.assigned([file.id])[file.id]
        by = {user.id: actor(user) for user in people}
        scores.record_score(file.id, test.id, Decimal(20), by=by[first])
        assert list(reads.scores_seen_by(file.id, second)) == []
        scores.record_score(file.id, test.id, Decimal(30), by=by[second])
        assert len(reads.scores_seen_by(file.id, second)) == 2
        thirds = db.session().scalars(select(Assignment.user_id).where(Assignment.is_third)).all()
        assert len(thirds) == 1
        assert thirds[0] not in (first, second)

    def test_keep_to_their_range_and_their_examiner_and_explain_corrections(self) -> None:
        examiner, other = make_user(), make_user()
        call = make_call(examiners=[examiner.id, other.id])
        file = make_application(call, S.TESTED)
        test = next(one for one in queries.criteria(call.id) if one.kind == CriterionKind.TEST)
        scores.assign(file.id, examiner.id, by=INSTITUTE)
        db.session().flush()
        with pytest.raises(Missing):
            scores.record_score(file.id, test.id, Decimal(1), by=actor(other))
        with pytest.raises(ScoreRefused):
            scores.record_score(file.id, test.id, Decimal(41), by=actor(examiner))
        scores.record_score(file.id, test.id, Decimal(10), by=actor(examiner))
        with pytest.raises(ScoreRefused):
            scores.record_score(file.id, test.id, Decimal(12), by=actor(examiner))
        scores.record_score(file.id, test.id, Decimal(12), note="Question 4 forgotten", by=actor(examiner))
        assert [row.points for row in reads.scores_of(file.id)] == [12]

    def test_are_not_asked_of_colleagues(self) -> None:
        organisation = make_organisation("OFPPT Fès")
        colleague, stranger = make_user(), make_user()
        colleague.organisation_id = organisation.id
        call = make_call(examiners=[colleague.id, stranger.id])
        file = make_application(call, S.ELIGIBLE, organisation_name="OFPPT Fès")
        assert scores.share_out(call.id, by=INSTITUTE) == (0, 1)
        assert reads.assigned([file.id])[file.id] == [stranger.id]


@pytest.mark.usefixtures("frame")
class TestCompletion:
    def test_is_asked_once_with_five_working_days(self, present: Clock) -> None:
        file = make_application(make_call())
        until = selection.ask_to_complete(file.id, [], reason="The diploma is missing.", by=INSTITUTE)
        assert (until - today()).days == 7
        services.resubmit(file.id, by=services.APPLICANT)
        with pytest.raises(StepRefused):
            selection.ask_to_complete(file.id, [], reason="Again", by=INSTITUTE)

    def test_names_the_files_a_bulk_act_leaves_as_they_are(self) -> None:
        call = make_call()
        good, draft = make_application(call, S.COMPLETE), make_application(call, S.DRAFT)
        report = selection.examine_many([good.id, draft.id], S.ELIGIBLE, by=INSTITUTE)
        assert (report.done, [refused[0] for refused in report.refused]) == (1, [draft.id])


class TestConcurrency:
    def test_gives_24_places_to_200_who_accept_at_once(self, fresh: Flask) -> None:
        with fresh.app_context(), db.transaction():
            cohort = make_cohort(starts_in=60, capacity=24)
            call = make_call([cohort], places=24)
            files = [make_application(call, S.ADMITTED, email=f"a{number}@example.ma") for number in range(200)]
            for file in files:
                make_offer(file)
            cohort_id, ids = cohort.id, [file.id for file in files]

        def accept(application_id: int) -> bool:
            with fresh.app_context():
                try:
                    with db.transaction():
                        services.accept_offer(application_id, by=services.APPLICANT)
                except CohortFull:
                    return False
                return True

        with ThreadPoolExecutor(16) as pool:
            outcomes = list(pool.map(accept, ids))

        assert sum(outcomes) == 24
        with db.reading():
            enrolled = db.session().execute(
                select(func.count()).select_from(Application).where(Application.state == S.ENROLLED)
            ).scalar_one()  # fmt: skip
            waiting = db.session().execute(
                select(func.count()).select_from(Offer).where(Offer.ended_at.is_(None))
            ).scalar_one()  # fmt: skip
            assert (cohorts.seats_taken(cohort_id), enrolled, waiting) == (24, 24, 176)
