"""Staff pages of admissions: a call drafted and published, files examined together, scored blind, ranked and published."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal

from flask import Flask
from flask.testing import FlaskClient

from lms import db
from lms.admissions import queries, services
from lms.admissions.lifecycle import ApplicationState, CallState, CriterionKind
from lms.admissions.models import Application, Call, RankSkip
from lms.admissions.queries import selection
from lms.admissions.services import results, scores
from lms.clock import today
from lms.permissions import INSTITUTE, Role
from tests.admissions.makers import DOCUMENTS, make_application, make_call
from tests.conftest import Statements
from tests.factories import actor, make_cohort, make_staff

S = ApplicationState
SignIn = Callable[[int], FlaskClient]


def coordinator() -> int:
    with db.transaction():
        return make_staff().id


class TestCalls:
    def test_are_drafted_changed_and_published(self, fresh: Flask, sign_in: SignIn) -> None:
        client = sign_in(coordinator())
        with db.transaction():
            cohort_id = make_cohort(starts_in=60, capacity=24).id
        answers = {
            "code": "AAC-1", "title_fr": "Appel", "title_en": "The call", "opens_on": today().isoformat(),
            "closes_on": (today() + timedelta(days=9)).isoformat(), "tracks-0-cohort_id": cohort_id, "tracks-0-places": "24",
            "tracks-0-waiting": "16", "documents": "CV | CV\n*Lettre | Letter", "test": "40", "interview": "30",
            "experience": "20", "balance": "10", "women_percent": "40",
            "test_floor": "16,5", "offer_days": "10",
        }  # fmt: skip
        assert "No call yet" in client.get("/admissions").text
        too_many = client.post("/admissions/open", data=answers | {"tracks-0-places": "25"})
        assert too_many.status_code == 422
        assert "has 24 places only" in too_many.text
        made = client.post("/admissions/open", data=answers)
        assert made.status_code == 303
        edit = client.get(f"{made.location}/edit").text
        assert re.search(r'name="test_floor"[^>]*value="16.50?"', edit)
        assert "*Lettre | Letter" in edit
        with db.reading():
            call_id, version, days = db.session().query(Call.id, Call.version, Call.offer_days).one()
        assert days == 10
        changed = client.post(
            f"/admissions/{call_id}/edit", data=answers | {"title_en": "Call 2027", "version": version}
        )
        assert changed.status_code == 303
        page = client.post(f"/admissions/{call_id}/publish", follow_redirects=True).text
        assert "The call is published." in page
        assert "Call 2027" in client.get("/admissions").text
        assert client.post(f"/admissions/{call_id}/extend", data={"reason": "x"}).status_code == 422

    def test_are_told_apart_by_cohort(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            mine, other = make_call(), make_call()
            user = make_staff(Role.COORDINATOR, queries.tracks(mine.id)[0].cohort_id)
            ids = mine.id, other.id
        client = sign_in(user.id)
        assert [client.get(f"/admissions/{number}").status_code for number in ids] == [200, 404]
        assert client.get("/admissions/open").status_code == 403
        assert client.post(f"/admissions/{ids[1]}/ranking").status_code == 404

    def test_are_closed_to_participants(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            user = make_staff(Role.PARTICIPANT)
        client = sign_in(user.id)
        assert [client.get(path).status_code for path in ("/admissions", "/examining")] == [403, 403]


class TestFiles:
    def test_go_on_together_after_a_summary(self, fresh: Flask, sign_in: SignIn) -> None:
        client = sign_in(coordinator())
        with db.transaction():
            call = make_call(documents=DOCUMENTS)
            good = [make_application(call, S.COMPLETE).id for _file in range(3)]
            make_application(call, S.SUBMITTED)
            path = f"/admissions/{call.id}"
        summary = client.get(f"{path}/together?who=all&step=eligible").text
        assert "3 files become: eligible." in summary
        assert "One stays as it is" in summary
        numbers = ",".join(map(str, good))
        page = client.post(f"{path}/together", data={"files": numbers, "state": "eligible"}, follow_redirects=True).text
        assert "3 files went on." in page
        refused = client.post(
            f"{path}/together", data={"files": numbers, "state": "absent"}, follow_redirects=True
        ).text
        assert "3 files went on." in refused
        assert client.get(f"{path}/files?state=eligible").text.count("No file matches") == 1
        one = client.get(f"{path}/files/{good[0]}").text
        assert "absent from the test" in one

    def test_ask_for_a_reason_at_the_field(self, fresh: Flask, sign_in: SignIn) -> None:
        client = sign_in(coordinator())
        with db.transaction():
            file = make_application(make_call())
            path = f"/admissions/{file.call_id}/files/{file.id}"
        refused = client.post(path, data={"state": "incomplete", "reason": " "})
        assert refused.status_code == 422
        assert "the applicant reads it" in refused.text
        assert client.post(path, data={"state": "incomplete", "reason": "No diploma"}).status_code == 303

    def test_keep_their_statements_from_3_to_60(
        self, fresh: Flask, sign_in: SignIn, statements: Callable[[], AbstractContextManager[Statements]]
    ) -> None:
        client = sign_in(coordinator())
        with db.transaction():
            call = make_call()
            for _file in range(3):
                make_application(call)
            call_id = call.id
        counts = []
        for more in (0, 57):
            with db.transaction():
                for _file in range(more):
                    make_application(db.session().get_one(Call, call_id))
            for path in ("files", ""):
                with statements() as sent:
                    assert client.get(f"/admissions/{call_id}/{path}".rstrip("/")).status_code == 200
                counts.append(len(sent))
        assert counts[:2] == counts[2:]
        assert max(counts) <= 12

    def test_below_the_floor_of_the_test_stay(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            people = [make_staff(Role.ASSESSOR) for _person in range(2)]
            call = make_call(examiners=[one.id for one in people], test_floor=Decimal(20))
            low, high, unscored = (make_application(call, S.TESTED).id for _file in range(3))
            scores.share_out(call.id, by=INSTITUTE)
            test = next(row.id for row in queries.criteria(call.id) if row.kind == CriterionKind.TEST)
            for file, points in ((low, "19.5"), (high, "20")):
                for one in people:
                    scores.record_score(file, test, Decimal(points), by=actor(one))
            path = f"/admissions/{call.id}"
        client = sign_in(coordinator())
        numbers = f"{low},{high},{unscored}"
        page = client.post(
            f"{path}/together", data={"files": numbers, "state": "interviewed"}, follow_redirects=True
        ).text
        assert "One file went on." in page
        assert "19.50 points at the test: the call asks for 20" in page
        assert "The test is not scored yet." in page
        refused = client.post(f"{path}/files/{low}", data={"state": "interviewed"})
        assert (refused.status_code, "the call asks for 20" in refused.text) == (422, True)


class TestExaminers:
    def test_are_named_later_and_left_out_without_losing_their_files(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            first, second, third = (make_staff(Role.ASSESSOR) for _person in range(3))
            call = make_call(examiners=[first.id, second.id])
            make_application(call, S.ELIGIBLE)
            scores.share_out(call.id, by=INSTITUTE)
            path, ids = f"/admissions/{call.id}", (first.id, second.id, third.id)
        client = sign_in(coordinator())
        page = client.post(f"{path}/examiners", data={"examiners": list(ids[1:])}, follow_redirects=True).text
        assert "The examiners are named." in page
        with db.reading():
            assert {row.id: row.files for row in selection.examiners(call.id)} == {ids[1]: 1, ids[2]: 0}
        assert "Idrissi" in sign_in(ids[0]).get("/examining").text
        client.post(f"{path}/examiners", data={"examiners": list(ids)})
        with db.reading():
            assert len(selection.examiners(call.id)) == 3


class TestExamining:
    def test_hides_what_the_other_gave_until_both_have(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            one, other = make_staff(Role.ASSESSOR), make_staff(Role.ASSESSOR)
            call = make_call(examiners=[one.id, other.id])
            file = make_application(call, S.TESTED)
            elsewhere = make_application(call, S.TESTED)
            scores.share_out(call.id, by=INSTITUTE)
            test = next(row.id for row in queries.criteria(call.id) if row.kind == CriterionKind.TEST)
            path = f"/examining/{file.id}"
            assert elsewhere.id
        first, second = sign_in(one.id), sign_in(other.id)
        assert first.post(path, data={"criterion": test, "points": "41"}).status_code == 422
        assert first.post(path, data={"criterion": test, "points": "33,5"}).status_code == 303
        assert "33.5" not in second.get(path).text
        second.post(path, data={"criterion": test, "points": "30"})
        assert "33.5" in second.get(path).text
        assert "one score of yours" in second.get("/examining").text
        with db.transaction():
            stranger = make_staff(Role.ASSESSOR)
        assert sign_in(stranger.id).get(path).status_code == 404


class TestRanking:
    def test_is_made_read_and_published(self, fresh: Flask, sign_in: SignIn) -> None:
        client = sign_in(coordinator())
        with db.transaction():
            call = make_call(
                places=1, waiting_places=1, women_percent=0, points={CriterionKind.EXPERIENCE: Decimal(20)}
            )
            ids = [make_application(call, S.INTERVIEWED, years_teaching=9 - number).id for number in range(3)]
            call.state = CallState.CLOSED
            path = f"/admissions/{call.id}"
        page = client.post(f"{path}/ranking", follow_redirects=True).text
        assert "by points" in page
        assert "the places went to the ranks before" in page
        assert "results published" in client.post(f"{path}/results", follow_redirects=True).text
        with db.reading():
            states = [db.session().get_one(Application, number).state for number in ids]
        assert states == ["admitted", "waitlisted", "refused"]
        assert client.post(f"{path}/results").status_code == 409


class TestWaitingList:
    def test_passes_somebody_over_only_when_two_people_agree(self, fresh: Flask, sign_in: SignIn) -> None:
        one, other = sign_in(coordinator()), sign_in(coordinator())
        with db.transaction():
            call = make_call(
                places=1, waiting_places=2, women_percent=0, points={CriterionKind.EXPERIENCE: Decimal(20)}
            )
            ids = [make_application(call, S.INTERVIEWED, years_teaching=9 - number).id for number in range(3)]
            call.state = CallState.CLOSED
            results.make_ranking(call.id, by=INSTITUTE)
            results.publish_results(call.id, by=INSTITUTE)
            path = f"/admissions/{call.id}"
        assert "Pass over" in one.get(f"{path}/waiting").text
        empty = one.post(f"{path}/files/{ids[1]}/skip", data={"reason": " "})
        assert (empty.status_code, "the record keeps it" in empty.text) == (422, True)
        page = one.post(f"{path}/files/{ids[1]}/skip", data={"reason": "Moved abroad"}, follow_redirects=True).text
        assert "Somebody else has to confirm this." in page
        with db.reading():
            skip_id = db.session().query(RankSkip.id).one()[0]
            elsewhere = db.session().query(Call.id).count() + 1
        assert one.post(f"{path}/skips/{skip_id}/confirm").status_code == 409
        assert other.post(f"/admissions/{elsewhere}/skips/{skip_id}/confirm").status_code == 404
        assert other.post(f"{path}/skips/{skip_id}/confirm").status_code == 303
        assert "confirmed by" in one.get(f"{path}/waiting").text
        assert other.post(f"{path}/skips/{skip_id}/drop").status_code == 404
        with db.transaction():
            services.decline_offer(ids[0], by=services.APPLICANT)
        with db.reading():
            assert [db.session().get_one(Application, number).state for number in ids[1:]] == ["waitlisted", "offered"]

    def test_keeps_its_statements_from_3_to_60(
        self, fresh: Flask, sign_in: SignIn, statements: Callable[[], AbstractContextManager[Statements]]
    ) -> None:
        client, counts = sign_in(coordinator()), []
        for many in (3, 60):
            with db.transaction():
                call = make_call(
                    places=1, waiting_places=many, women_percent=0, points={CriterionKind.EXPERIENCE: Decimal(9)}
                )
                for _file in range(many + 1):
                    make_application(call, S.INTERVIEWED)
                call.state = CallState.CLOSED
                results.make_ranking(call.id, by=INSTITUTE)
                results.publish_results(call.id, by=INSTITUTE)
                path = f"/admissions/{call.id}/waiting"
            with statements() as sent:
                assert client.get(path).status_code == 200
            counts.append(len(sent))
        assert counts[0] == counts[1] <= 10
