"""Applicants: a file begun, written in, sent, completed, taken back."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from lms import db
from lms.admissions import queries, services
from lms.admissions.lifecycle import ENDED, ApplicationState, CallState, may_follow, takes_applications
from lms.admissions.models import ApplicationDocument, CallEvent
from lms.admissions.services.applications import AppliedAlready, CallNotOpen, FileClosed, FileIncomplete
from lms.admissions.services.calls import CallRefused, follow_dates
from lms.admissions.services.steps import StepRefused, step
from lms.clock import today
from lms.errors import Missing, Stale
from lms.permissions import INSTITUTE
from lms.uploads import Upload
from tests.admissions.makers import DOCUMENTS, applicant, make_application, make_call
from tests.conftest import Clock
from tests.factories import actor, make_cohort, make_organisation, make_user

S = ApplicationState
PDF = Upload("cv.pdf", "application/pdf", b"%PDF-1.7 cv")


@pytest.mark.usefixtures("frame")
class TestSubmit:
    def test_sends_a_file_once(self) -> None:
        draft = make_application(make_call(), S.DRAFT)

        services.submit(draft.id, by=services.APPLICANT)
        services.submit(draft.id, by=services.APPLICANT)

        told = [(event.state, event.by_applicant, event.by) for event in queries.events_of(draft.id)]
        assert told == [("draft", True, None), ("submitted", True, None)]
        assert draft.submitted_at is not None

    def test_checks_the_last_day_itself(self, present: Clock) -> None:
        call = make_call(closes_on=today())
        draft, late = make_application(call, S.DRAFT), make_application(call, S.DRAFT)
        services.submit(draft.id, by=services.APPLICANT)
        present.forward(days=1)  # the job that closes calls has not run

        with pytest.raises(CallNotOpen):
            services.submit(late.id, by=services.APPLICANT)
        with pytest.raises(CallNotOpen):
            make_application(call, S.DRAFT)

    def test_names_the_field_that_is_missing(self) -> None:
        call = make_call(documents=DOCUMENTS)
        draft = make_application(call, S.DRAFT, motivation=" ")
        with pytest.raises(FileIncomplete) as refusal:
            services.submit(draft.id, by=services.APPLICANT)
        assert refusal.value.field == "motivation"

        services.save_draft(draft.id, applicant(call), version=draft.version)
        with pytest.raises(FileIncomplete) as refusal:
            services.submit(draft.id, by=services.APPLICANT)
        assert refusal.value.field == f"document_{queries.documents_asked(call.id)[0].id}"

    def test_takes_one_file_an_address_but_drafts_and_withdrawn_ones_do_not_count(self) -> None:
        call = make_call()
        first, second = (make_application(call, S.DRAFT, email=mail) for mail in ("A@example.ma", "a@example.ma "))
        services.submit(first.id, by=services.APPLICANT)
        with pytest.raises(AppliedAlready):
            services.submit(second.id, by=services.APPLICANT)
        assert queries.application(second.id).state == S.DRAFT

        services.withdraw(first.id, by=services.APPLICANT)
        services.submit(second.id, by=services.APPLICANT)
        assert second.state == S.SUBMITTED

    def test_changes_nothing_afterwards(self) -> None:
        call = make_call(documents=DOCUMENTS)
        sent = make_application(call)

        with pytest.raises(FileClosed):
            services.save_draft(sent.id, applicant(call), version=sent.version)
        with pytest.raises(FileClosed):
            services.add_document(sent.id, queries.documents_asked(call.id)[0].id, PDF)


@pytest.mark.usefixtures("frame")
class TestSaveDraft:
    def test_refuses_what_was_changed_elsewhere(self) -> None:
        call = make_call()
        draft = make_application(call, S.DRAFT)
        seen = draft.version
        services.save_draft(draft.id, applicant(call, city="Fès"), version=seen)

        with pytest.raises(Stale):
            services.save_draft(draft.id, applicant(call, city="Oujda"), version=seen)
        assert draft.city == "Fès"

    def test_knows_the_employer_by_name(self) -> None:
        known = make_organisation("Université Hassan II")
        draft = make_application(make_call(), S.DRAFT, organisation_name="université Hassan II ")
        assert draft.organisation_id == known.id

    def test_keeps_to_the_tracks_of_the_call(self) -> None:
        with pytest.raises(StepRefused):
            make_application(make_call(), S.DRAFT, track_id=make_track_elsewhere())


def make_track_elsewhere() -> int:
    return int(queries.tracks(make_call().id)[0].id)


@pytest.mark.usefixtures("frame")
class TestDocuments:
    def test_supersede_each_other_and_stay(self) -> None:
        call = make_call(documents=DOCUMENTS)
        draft = make_application(call, S.DRAFT)
        asked = queries.documents_asked(call.id)[0]
        services.add_document(draft.id, asked.id, PDF)
        services.add_document(draft.id, asked.id, Upload("cv2.pdf", "application/pdf", b"%PDF-1.7 second"))

        names = [row.name for row in queries.documents_of(draft.id)]
        kept = select(func.count()).select_from(ApplicationDocument)
        assert (names, db.session().execute(kept).scalar_one()) == (["cv2.pdf", None], 2)
        services.drop_document(draft.id, asked.id)
        assert [row.document_id for row in queries.missing_documents(draft.id)] == [asked.id]

    def test_go_only_where_the_call_asks_for_them(self) -> None:
        elsewhere = queries.documents_asked(make_call(documents=DOCUMENTS).id)[0].id
        with pytest.raises(Missing):
            services.add_document(make_application(make_call(), S.DRAFT).id, elsewhere, PDF)


@pytest.mark.usefixtures("frame")
class TestResubmit:
    def test_is_for_the_days_given(self, present: Clock) -> None:
        call = make_call()
        in_time, late = make_application(call, S.INCOMPLETE), make_application(call, S.INCOMPLETE)
        for file in (in_time, late):
            file.complete_by = today()
        services.resubmit(in_time.id, by=services.APPLICANT)
        present.forward(days=1)

        with pytest.raises(FileClosed):
            services.resubmit(late.id, by=services.APPLICANT)
        assert (in_time.state, late.state) == (S.RESUBMITTED, S.INCOMPLETE)


@pytest.mark.usefixtures("frame")
class TestLinks:
    def test_open_one_file_and_all_stay_good(self) -> None:
        file = make_application(make_call())
        links = services.new_link(file.id), services.new_link(file.id)
        db.session().flush()

        assert {queries.application_of_token(link).id for link in links} == {file.id}
        with pytest.raises(Missing):
            queries.application_of_token("made-up")

    def test_are_not_needed_by_the_owner_and_nobody_else_is_let_in(self) -> None:
        owner, other = make_user(), make_user()
        file = make_application(make_call(), by=actor(owner))

        assert queries.application_of_user(file.id, owner.id) is file
        assert [row.id for row in queries.applications_of(owner.id)] == [file.id]
        with pytest.raises(Missing):
            queries.application_of_user(file.id, other.id)


@pytest.mark.usefixtures("frame")
class TestCall:
    def test_opens_and_closes_by_itself(self, present: Clock) -> None:
        call = make_call(state=CallState.DRAFT)
        services.publish_call(call, by=INSTITUTE)
        states = [call.state]
        for days in (0, 21):
            present.forward(days=days)
            follow_dates()
            states.append(call.state)
        assert states == [CallState.PUBLISHED, CallState.OPEN, CallState.CLOSED]

    def test_is_put_off_with_a_reason_and_opens_again(self, present: Clock) -> None:
        call = make_call(state=CallState.CLOSED, closes_on=today())
        present.forward(days=2)
        with pytest.raises(CallRefused):
            services.extend_call(call, today() + timedelta(days=3), reason=" ", by=INSTITUTE)
        with pytest.raises(CallRefused):
            services.extend_call(call, today() - timedelta(days=1), reason="More time", by=INSTITUTE)
        services.extend_call(call, today() + timedelta(days=3), reason="More time", by=INSTITUTE)

        make_application(call, S.DRAFT)
        reasons = db.session().scalars(select(CallEvent.reason).where(CallEvent.call_id == call.id)).all()
        assert (call.state, reasons[-1]) == (CallState.OPEN, "More time")

    def test_offers_no_more_places_than_the_cohort_has(self) -> None:
        with pytest.raises(CallRefused):
            make_call([make_cohort(starts_in=9, capacity=1)], places=2)


class TestLifecycle:
    @given(st.sampled_from(S))
    def test_lets_everybody_withdraw_who_is_not_out_yet(self, state: ApplicationState) -> None:
        assert may_follow(state, S.WITHDRAWN) == (state not in ENDED and state is not S.DRAFT)

    def test_never_leads_back(self) -> None:
        reached, ahead = set(), {S.DRAFT}
        while ahead:
            state = ahead.pop()
            reached.add(state)
            ahead |= {new for new in S if may_follow(state, new)} - reached
            assert not may_follow(state, S.DRAFT)
        assert reached == set(S)

    def test_takes_files_on_the_first_day_and_the_last(self) -> None:
        first, last = today(), today() + timedelta(days=2)
        days = [first + timedelta(days=number) for number in range(-1, 4)]
        assert [takes_applications(CallState.PUBLISHED, first, last, day) for day in days] == [
            False,
            True,
            True,
            True,
            False,
        ]
        assert not takes_applications(CallState.CLOSED, first, last, first)


@pytest.mark.usefixtures("frame")
class TestStep:
    def test_asks_for_the_reason_of_what_goes_against_somebody(self) -> None:
        file = make_application(make_call(), S.COMPLETE)
        with pytest.raises(StepRefused):
            step(file, S.INELIGIBLE, by=INSTITUTE, reason=" ")
        with pytest.raises(StepRefused):
            step(file, S.ADMITTED, by=INSTITUTE)
