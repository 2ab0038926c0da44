"""Who is told of each step of a request for exemption, and in which words."""

import pytest
from flask import Flask
from sqlalchemy import select

from lms import db
from lms.accounts.models import User
from lms.exemptions import services
from lms.exemptions.lifecycle import RequestState
from lms.notifications.kinds import Kind
from lms.notifications.letters import compose
from lms.notifications.models import OutboxMessage
from lms.permissions import INSTITUTE
from lms.web.links import outside_requests
from tests.exemptions.makers import make_candidate, make_draft, make_judged, make_partly_exempted
from tests.factories import actor, make_staff

S = RequestState
pytestmark = pytest.mark.usefixtures("frame")


def promised() -> list[tuple[int | None, str]]:
    rows = db.session().execute(select(OutboxMessage.user_id, OutboxMessage.kind).order_by(OutboxMessage.id))
    return [(row.user_id, row.kind) for row in rows if row.kind.startswith("exemption")]


class TestSteps:
    def test_tell_each_of_what_waits_for_them(self) -> None:
        candidate = make_candidate()
        staff = make_staff(cohort_id=candidate.cohort.id)
        who = make_partly_exempted(candidate)
        told = promised()
        assert told[:2] == [(who.user.id, Kind.EXEMPTION_ANSWERED), (staff.id, Kind.EXEMPTION_TO_RULE)]
        assert [kind for user, kind in told if user == who.user.id] == [Kind.EXEMPTION_ANSWERED] * 3
        assert sum(kind == Kind.EXEMPTION_TO_JUDGE for _user, kind in told) == 2
        assert told.count((staff.id, Kind.EXEMPTION_TO_DECIDE)) == 1

    def test_tell_nobody_of_a_draft_given_up(self) -> None:
        who = make_draft()
        services.withdraw_request(who.request_id, by=actor(who.user))
        assert promised() == []

    def test_tell_coordinators_of_one_taken_back(self) -> None:
        candidate = make_candidate()
        staff = make_staff(cohort_id=candidate.cohort.id)
        who = make_judged(candidate)
        services.withdraw_request(who.request_id, by=actor(who.user))
        assert (staff.id, Kind.EXEMPTION_WITHDRAWN) in promised()


class TestLetters:
    @pytest.mark.parametrize("locale", ["fr", "en"])
    def test_can_all_be_written(self, fresh: Flask, locale: str) -> None:
        candidate = make_candidate()
        make_staff(cohort_id=candidate.cohort.id)
        who = make_partly_exempted(candidate)
        messages = db.session().scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        for message in messages:
            _speaks(message, locale)
        with outside_requests(fresh):
            letters = {(m.kind, m.values.get("state")): compose(m) for m in messages if m.kind.startswith("exemption")}
        answer = letters[(Kind.EXEMPTION_ANSWERED, S.PARTIAL)]
        assert f"/exemptions/{who.request_id}" in answer.body
        assert "Half is proved." in answer.body
        assert "The practical assessment." in answer.body
        assert len({kind for kind, _state in letters}) == 4
        assert all(letter.subject and "%(" not in letter.body for letter in letters.values())

    def test_says_how_to_appeal_only_against_what_goes_against_somebody(self, fresh: Flask) -> None:
        who = make_judged()
        services.decide_request(who.request_id, services.Decision(S.FULL, "Yes.", recognised=("DEV.1",)), by=INSTITUTE)
        last = db.session().scalars(
            select(OutboxMessage).where(OutboxMessage.kind == Kind.EXEMPTION_ANSWERED).order_by(OutboxMessage.id.desc())
        ).first()  # fmt: skip
        assert last is not None
        with outside_requests(fresh):
            assert "disagree" not in compose(last).body


def _speaks(message: OutboxMessage, locale: str) -> None:
    if message.user_id is not None:
        db.session().get_one(User, message.user_id).locale = locale
