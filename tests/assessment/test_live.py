"""What is judged on the spot: marks and teaching practice."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms import db
from lms.assessment import queries, services
from lms.assessment.models import LiveMark, PracticeSignOff
from lms.assessment.queries import live as reading
from lms.assessment.services import MarkConflict, NewMark, OwnWork, ReasonMissing
from lms.audit import AuditEvent
from lms.cohorts.models import Cohort, EnrolmentState
from lms.errors import Missing
from lms.permissions import Actor, Role
from tests.assessment.conftest import Place, SignInAs
from tests.factories import make_cohort, make_enrolment, make_grant, make_user


def component(place: Place) -> Any:
    return reading.live_component(place.cohort_id, place.live_component_id)


def task(place: Place) -> Any:
    return reading.practice_task(place.cohort_id, place.task_id)


def record(
    place: Place, mark: str, *, sitting: int = 1, comment: str = "", known: int | None = None, by: Actor | None = None
) -> int:
    new = NewMark(place.enrolment_id, Decimal(mark), sitting, comment, known)
    return services.record_live_marks(component(place), [new], by=by or place.assessor)


def last(place: Place) -> Any:
    return queries.live_marks(place.live_component_id, [place.enrolment_id])[place.enrolment_id]


class TestRecordLiveMarks:
    def test_writes_a_new_row_for_a_change_and_keeps_the_old(self, place: Place) -> None:
        assert record(place, "9.5") == 1
        assert record(place, "12", comment="A sheet was missing", known=last(place).id) == 1

        rows = (
            db.session()
            .execute(select(LiveMark.mark, LiveMark.comment, LiveMark.assessor_id).order_by(LiveMark.id))
            .all()
        )
        assert [tuple(row) for row in rows] == [
            (Decimal("9.5"), "", place.assessor_id), (Decimal(12), "A sheet was missing", place.assessor_id),
        ]  # fmt: skip

    def test_writes_nothing_that_says_nothing_new(self, place: Place) -> None:
        record(place, "12")

        assert record(place, "12.00", known=last(place).id) == 0
        assert db.session().execute(select(func.count()).select_from(LiveMark)).scalar_one() == 1

    def test_asks_why_a_mark_changes(self, place: Place) -> None:
        record(place, "12")

        with pytest.raises(ReasonMissing):
            record(place, "13", known=last(place).id, comment="  ")

    def test_takes_a_second_sitting_without_one(self, place: Place) -> None:
        record(place, "7")

        assert record(place, "12", sitting=2, known=last(place).id) == 1
        assert (last(place).sitting, last(place).mark) == (2, 12)

    def test_meets_the_mark_of_somebody_faster(self, place: Place) -> None:
        record(place, "12")

        with pytest.raises(MarkConflict):
            record(place, "13", comment="I was there too")
        with pytest.raises(MarkConflict):
            record(place, "13", comment="I was there too", known=999_999)

    def test_is_never_of_oneself(self, place: Place) -> None:
        with pytest.raises(OwnWork):
            record(place, "20", by=place.by)

    def test_is_of_active_people_of_the_cohort(self, place: Place) -> None:
        gone = make_enrolment(
            db.session().get_one(Cohort, place.cohort_id), make_user(), state=EnrolmentState.WITHDRAWN
        )
        stranger = make_enrolment(make_cohort(), make_user())
        db.session().flush()

        for enrolment in (gone, stranger):
            with pytest.raises(Missing):
                services.record_live_marks(
                    component(place), [NewMark(enrolment.id, Decimal(12), 1, "", None)], by=place.assessor
                )

    def test_is_of_what_is_judged_on_the_spot_in_that_cohort(self, place: Place) -> None:
        with pytest.raises(Missing):
            reading.live_component(place.cohort_id, place.quiz_component_id)
        with pytest.raises(Missing):
            reading.live_component(make_cohort().id, place.live_component_id)

    def test_notes_who_replaced_what_without_the_words(self, kept: Place) -> None:
        with db.transaction():
            record(kept, "9")
            first = last(kept).id
            record(kept, "12", comment="secret", known=first)
        with db.reading() as session:
            noted = session.scalars(
                select(AuditEvent).where(AuditEvent.action == "live_mark.recorded").order_by(AuditEvent.seq)
            ).all()

        assert [event.detail["replaces"] for event in noted] == [None, first]
        assert "secret" not in str([event.detail for event in noted])


class TestSignOffPractice:
    def test_is_once_however_often_it_is_sent(self, place: Place) -> None:
        assert services.sign_off_practice(task(place), {place.enrolment_id: " Lively "}, by=place.assessor) == 1
        assert services.sign_off_practice(task(place), {place.enrolment_id: ""}, by=place.assessor) == 0

        assert db.session().scalars(select(PracticeSignOff.comment)).all() == ["Lively"]

    def test_can_be_withdrawn_with_a_reason_and_given_again(self, place: Place) -> None:
        services.sign_off_practice(task(place), {place.enrolment_id: ""}, by=place.assessor)
        sign_off_id = db.session().scalars(select(PracticeSignOff.id)).one()

        for _click in range(2):
            services.withdraw_sign_off(task(place), sign_off_id, reason="Wrong person", by=place.assessor)

        assert queries.sign_offs_of([place.enrolment_id]) == {}
        assert db.session().scalars(select(PracticeSignOff.withdrawal_reason)).all() == ["Wrong person"]
        assert services.sign_off_practice(task(place), {place.enrolment_id: ""}, by=place.assessor) == 1

    def test_is_never_of_oneself(self, place: Place) -> None:
        with pytest.raises(OwnWork):
            services.sign_off_practice(task(place), {place.enrolment_id: ""}, by=place.by)

    def test_is_of_a_task_of_the_cohort(self, place: Place) -> None:
        services.sign_off_practice(task(place), {place.enrolment_id: ""}, by=place.assessor)

        with pytest.raises(Missing):
            reading.practice_task(make_cohort().id, place.task_id)
        with pytest.raises(Missing):
            services.withdraw_sign_off(task(place), 999_999, reason="x", by=place.assessor)


@pytest.fixture
def karim(kept: Place, sign_in: SignInAs) -> FlaskClient:
    return sign_in(kept.assessor_id)


def sheet(place: Place) -> str:
    return f"/cohorts/{place.cohort_id}/marks/{place.live_component_id}"


def row(place: Place, mark: str, *, comment: str = "", known: str = "", sitting: str = "1") -> dict[str, str]:
    start = f"p{place.enrolment_id}-"
    return {f"{start}mark": mark, f"{start}comment": comment, f"{start}known": known, f"{start}sitting": sitting}


class TestPages:
    def test_lead_from_the_list_to_the_sheet_and_back(self, kept: Place, karim: FlaskClient) -> None:
        overview = karim.get(f"/cohorts/{kept.cohort_id}/marks").get_data(as_text=True)
        assert sheet(kept) in overview
        assert "0 of 1" in overview

        response = karim.post(sheet(kept), data=row(kept, "12,5"), follow_redirects=True)

        page = response.get_data(as_text=True)
        assert "1 mark is recorded." in page
        assert "<strong>12.5</strong>" in page
        assert 'value="12.5"' in page
        assert "1 of 1" in karim.get(f"/cohorts/{kept.cohort_id}/marks").get_data(as_text=True)

    @pytest.mark.parametrize(("typed", "said"), [
        ("21", "between 0 and 20"), ("-1", "between 0 and 20"), ("twelve", "Write a number"), ("12.345", "at most 2 decimal"),
        ("NaN", "at most 2 decimal"), ("1e1", None), ("١٢٫٥", None), ("", None),
    ])  # fmt: skip
    def test_say_what_is_wrong_beside_the_mark(
        self, kept: Place, karim: FlaskClient, typed: str, said: str | None
    ) -> None:
        response = karim.post(sheet(kept), data=row(kept, typed))

        assert response.status_code == (422 if said else 303)
        assert said is None or said in response.get_data(as_text=True)

    def test_write_a_round_mark_plainly(self, kept: Place, karim: FlaskClient) -> None:
        karim.post(sheet(kept), data=row(kept, "20"))

        assert 'value="20"' in karim.get(sheet(kept)).get_data(as_text=True)

    def test_ask_for_the_reason_and_keep_what_was_typed(self, kept: Place, karim: FlaskClient) -> None:
        with db.transaction():
            record(kept, "9")
            known = str(last(kept).id)

        response = karim.post(sheet(kept), data=row(kept, "11", known=known))

        page = response.get_data(as_text=True)
        assert response.status_code == 422
        assert "Say why this mark changes" in page
        assert 'value="11"' in page
        assert karim.post(sheet(kept), data=row(kept, "", known=known)).status_code == 422

    def test_show_the_mark_of_somebody_faster_beside_ones_own(self, kept: Place, karim: FlaskClient) -> None:
        with db.transaction():
            record(kept, "9")
            known = str(last(kept).id)

        page = karim.post(sheet(kept), data=row(kept, "11")).get_data(as_text=True)

        assert "Somebody else recorded a mark here" in page
        assert "<strong>9</strong>" in page
        assert 'value="11"' in page
        assert f'value="{known}"' in page
        assert karim.post(sheet(kept), data=row(kept, "11", known=known, comment="Both were there")).status_code == 303

    def test_never_list_the_one_who_marks(self, kept: Place, sign_in: SignInAs) -> None:
        with db.transaction() as session:
            session.flush()
            make_grant(session.get_one(type(make_user()), kept.user_id), Role.ASSESSOR, kept.cohort_id)
        browser = sign_in(kept.user_id)

        assert "no active participant other than you" in browser.get(sheet(kept)).get_data(as_text=True)
        browser.post(sheet(kept), data=row(kept, "20"))
        with db.reading() as session:
            assert session.scalars(select(LiveMark)).all() == []

    def test_sign_off_and_withdraw(self, kept: Place, karim: FlaskClient) -> None:
        address = f"/cohorts/{kept.cohort_id}/practice/{kept.task_id}"
        assert "Tick at least one person" in karim.post(address).get_data(as_text=True)
        data = {"enrolment": str(kept.enrolment_id), f"comment-{kept.enrolment_id}": "Lively"}
        assert "1 person is signed off" in karim.post(address, data=data, follow_redirects=True).get_data(as_text=True)
        with db.reading() as session:
            sign_off_id = session.scalars(select(PracticeSignOff.id)).one()
        refused = karim.post(f"{address}/{sign_off_id}/withdraw", data={"reason": ""})
        assert refused.status_code == 422
        assert "Give a reason" in refused.get_data(as_text=True)

        page = karim.post(f"{address}/{sign_off_id}/withdraw", data={"reason": "Wrong person"}, follow_redirects=True)

        assert "The signature is withdrawn" in page.get_data(as_text=True)
        assert "Signed off" not in page.get_data(as_text=True)

    @pytest.mark.parametrize("people", [3, 60])
    def test_cost_the_same_for_three_and_for_sixty(
        self, kept: Place, karim: FlaskClient, statements: Callable[[], Any], people: int
    ) -> None:
        with db.transaction() as session:
            cohort = session.get_one(Cohort, kept.cohort_id)
            for _person in range(people - 1):
                make_enrolment(cohort, make_user())
        found = {}
        for name in ("marks", f"marks/{kept.live_component_id}", f"practice/{kept.task_id}"):
            with statements() as sent:
                assert karim.get(f"/cohorts/{kept.cohort_id}/{name}").status_code == 200
            found[name] = len(sent)

        assert list(found.values()) == [4, 4, 4]
