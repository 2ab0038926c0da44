"""The intake of 2027 replayed through the services: its totals come out of the software."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Select, func, select

from lms import db
from lms.accounts.models import Sex
from lms.admissions import queries, services
from lms.admissions.lifecycle import SUBMITTED, ApplicationState, CriterionKind
from lms.admissions.models import Application, ApplicationEvent, Call, Offer
from lms.admissions.queries import selection as reads
from lms.admissions.services import results, scores, selection
from lms.admissions.services.calls import CallPlan, TrackPlan, follow_dates
from lms.cohorts.models import Enrolment
from lms.permissions import INSTITUTE, Actor
from tests.admissions.makers import applicant
from tests.conftest import Clock
from tests.factories import actor, make_cohort, make_programme_version, make_user

SCENARIO = json.loads((Path(__file__).parent / "scenario_2027.json").read_text(encoding="utf-8"))
FUNNEL: dict[str, int] = SCENARIO["funnel"]
PLACES: dict[str, int] = SCENARIO["enrolled_by_track"]
WAITING = {"DEV": 10, "CLD": 9, "SEC": 9, "DAT": 8, "AIO": 8}
INTERVIEWED = {"DEV": 45, "CLD": 39, "SEC": 39, "DAT": 37, "AIO": 36}
S = ApplicationState


def ever(call: Call, *states: ApplicationState) -> int:
    """How many files were in one of these states at some time."""
    count = select(func.count(func.distinct(ApplicationEvent.application_id)))
    count = count.join(Application, Application.id == ApplicationEvent.application_id)
    return db.session().execute(
        count.where(Application.call_id == call.id, ApplicationEvent.state.in_(states))
    ).scalar_one()  # fmt: skip


def count(query: Select[int]) -> int:
    return db.session().execute(query).scalar_one()


@pytest.mark.usefixtures("frame")
class TestScenario2027:
    def test_gives_its_totals(self, present: Clock) -> None:
        present.present = datetime(2026, 12, 7, 9, tzinfo=UTC)
        call, by = self.publish()
        files = self.apply(call)
        present.present = datetime(2027, 1, 16, 9, tzinfo=UTC)
        follow_dates()
        self.examine(call, files, by, present)
        run = results.make_ranking(call.id, by=INSTITUTE, seed="2027")
        kept = reads.ranked_rows(run.id)
        again = results.list_of(run.rules, {row.application_id: row.facts for row in reversed(kept)}, run.seed)
        assert [(row["application_id"], row["rank"]) for row in again] == [
            (row.application_id, row.rank) for row in kept
        ]
        results.publish_results(call.id, by=INSTITUTE)
        waiting = ever(call, S.WAITLISTED)
        self.answer(call, present)

        enrolled = db.session().execute(select(func.count()).select_from(Enrolment)).scalar_one()
        lost = select(func.count()).select_from(Offer).where(Offer.outcome.in_(("declined", "expired")))
        called = select(func.count()).select_from(Offer).where(Offer.is_waiting_list)
        accepted = called.where(Offer.outcome == "accepted")
        first = select(func.count()).select_from(Offer).where(~Offer.is_waiting_list, Offer.outcome == "accepted")
        assert {
            "started": sum(reads.funnel(call.id).values()), "submitted": ever(call, *(SUBMITTED - {S.WITHDRAWN})),
            "complete": ever(call, S.COMPLETE), "eligible": ever(call, S.ELIGIBLE), "tested": ever(call, S.TESTED),
            "interviewed": ever(call, S.INTERVIEWED), "admitted": ever(call, S.ADMITTED), "waitlisted": waiting,
            "refused_after_interview": ever(call, S.REFUSED), "confirmed_first_list": count(first),
            "declined_or_expired": count(lost.where(~Offer.is_waiting_list)), "waitlist_called": count(called),
            "waitlist_accepted": count(accepted), "enrolled": enrolled,
        } == FUNNEL  # fmt: skip
        by_track = {track.cohort_code: db.session().execute(
            select(func.count()).select_from(Enrolment).where(Enrolment.cohort_id == track.cohort_id)
        ).scalar_one() for track in queries.tracks(call.id)}  # fmt: skip
        assert by_track == PLACES

    def publish(self) -> tuple[Call, list[Actor]]:
        version = make_programme_version(())
        cohorts = [make_cohort(version, code=code, starts_in=105, capacity=size) for code, size in PLACES.items()]
        examiners = [make_user(f"Examiner {number}") for number in range(6)]
        plan = CallPlan(
            code=SCENARIO["call"]["id"], title_fr="Appel 2027", title_en="Call 2027",
            opens_on=date.fromisoformat(SCENARIO["call"]["published"]), closes_on=date.fromisoformat(SCENARIO["call"]["closes"]),
            tracks=[TrackPlan(cohort.id, cohort.capacity, WAITING[cohort.code]) for cohort in cohorts],
            favoured_regions=["MA-05", "MA-08"], examiners=[user.id for user in examiners],
        )  # fmt: skip
        call = services.open_call(plan, by=INSTITUTE)
        services.publish_call(call, by=INSTITUTE)
        return call, [actor(user) for user in examiners]

    def apply(self, call: Call) -> list[Application]:
        """486 begin, 412 send; 375 of these are complete, 314 eligible, 298 come to the test, 196 to the interview."""
        random = Random(2027)  # noqa: S311 - the same intake each time
        wanted = [track.id for track in queries.tracks(call.id) for _file in range(INTERVIEWED[track.cohort_code])]
        wanted += [random.choice(wanted) for _file in range(FUNNEL["started"] - len(wanted))]
        files = []
        for number, track_id in enumerate(wanted):
            values = applicant(call, track_id=track_id, sex=random.choice(list(Sex)), years_teaching=random.randrange(12),
                               region=random.choice(["MA-05", "MA-06", "MA-04"]))  # fmt: skip
            file = services.start_application(call.id, values, by=services.APPLICANT)
            if number < FUNNEL["submitted"]:
                services.submit(file.id, by=services.APPLICANT)
            files.append(file)
        return files

    def examine(self, call: Call, files: list[Application], by: list[Actor], present: Clock) -> None:
        for file in files[FUNNEL["complete"] : FUNNEL["submitted"]]:
            selection.ask_to_complete(file.id, [], reason="The diploma is missing.", by=INSTITUTE)
        for start, end, good, bad in (
            ("complete", None, S.COMPLETE, None), ("eligible", "complete", S.ELIGIBLE, S.INELIGIBLE),
            ("tested", "eligible", S.TESTED, S.ABSENT),
        ):  # fmt: skip
            moved = selection.examine_many([file.id for file in files[: FUNNEL[start]]], good, by=INSTITUTE)
            assert (moved.done, moved.refused) == (FUNNEL[start], [])
            if end and bad:
                out = [file.id for file in files[FUNNEL[start] : FUNNEL[end]]]
                selection.examine_many(out, bad, by=INSTITUTE, reason="Not within the conditions of the call.")
        present.forward(days=9)
        assert selection.reject_overdue() == FUNNEL["submitted"] - FUNNEL["complete"]
        assert scores.share_out(call.id, by=INSTITUTE) == (FUNNEL["tested"], 0)
        self.score(call, files[: FUNNEL["tested"]], by, CriterionKind.TEST)
        selection.examine_many([file.id for file in files[: FUNNEL["interviewed"]]], S.INTERVIEWED, by=INSTITUTE)
        out = [file.id for file in files[FUNNEL["interviewed"] : FUNNEL["tested"]]]
        selection.examine_many(out, S.NOT_RETAINED, by=INSTITUTE, reason="Below the floor of the test.")
        self.score(call, files[: FUNNEL["interviewed"]], by, CriterionKind.INTERVIEW)

    def score(self, call: Call, files: list[Application], by: list[Actor], kind: CriterionKind) -> None:
        criterion = next(one for one in queries.criteria(call.id) if one.kind == kind)
        people, random = {one.user_id: one for one in by}, Random(kind)  # noqa: S311 - the same each time
        for file_id, readers in reads.assigned(file.id for file in files).items():
            base = random.randrange(8, 24)
            for number, reader in enumerate(readers):
                scores.record_score(file_id, criterion.id, Decimal(base + number), by=people[reader])

    def answer(self, call: Call, present: Clock) -> None:
        """Of 120, six decline and five let it run out; of the fourteen called, two decline and one lets it run out."""
        first = self.open_offers()
        for offer in first[:6]:
            services.decline_offer(offer.application_id, by=services.APPLICANT)
        for offer in first[6:-5]:
            services.accept_offer(offer.application_id, by=services.APPLICANT)
        called = [offer for offer in self.open_offers() if offer.is_waiting_list]
        for offer in called[:2]:
            services.decline_offer(offer.application_id, by=services.APPLICANT)
        called = [offer for offer in self.open_offers() if offer.is_waiting_list]
        for offer in called[:-1]:
            services.accept_offer(offer.application_id, by=services.APPLICANT)
        present.forward(days=8)
        assert services.expire_offers() == 6
        for offer in self.open_offers():
            services.accept_offer(offer.application_id, by=services.APPLICANT)

    def open_offers(self) -> list[Offer]:
        return list(db.session().scalars(select(Offer).where(Offer.ended_at.is_(None)).order_by(Offer.id)))
