"""Requests for exemption at each point of their road."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lms import db
from lms.accounts.models import User
from lms.catalogue.models import Module
from lms.clock import today
from lms.cohorts.models import Cohort, Enrolment
from lms.exemptions import services
from lms.exemptions.lifecycle import RequestState
from lms.exemptions.services import Advice, Decision, Words
from lms.permissions import INSTITUTE, Role
from lms.uploads import Upload
from tests.factories import (
    actor,
    make_cohort,
    make_competency,
    make_component,
    make_enrolment,
    make_module,
    make_staff,
    make_user,
)

PROOF = Upload("attestation.pdf", "application/pdf", b"%PDF-1.7 attestation")


@dataclass(frozen=True)
class Candidate:
    """A participant of a cohort of two modules, one of which may be spared; ``request_id`` None: nothing was asked."""

    user: User
    cohort: Cohort
    enrolment: Enrolment
    module: Module
    request_id: int = 0


def make_sheet(*codes: str) -> dict[str, Any]:
    return {
        "aim": {"fr": "But", "en": "Aim"}, "objectives": [{"fr": "Savoir", "en": "Know"}],
        "competencies": [{"code": code, "mastery": "N3", "transmission": "T2"} for code in codes],
    }  # fmt: skip


def make_candidate(
    *, minutes: int = 600, other_minutes: int = 1400, assessments: tuple[str, ...] = ("practical",), code: str | None = None
) -> Candidate:  # fmt: skip
    """A module of ten hours in a programme of 33 h 20 min: it may be exempted whole."""
    make_competency("DEV.1", "Programmer", "Program")
    module = make_module(code, minutes=minutes, sheet=make_sheet("DEV.1"))
    for slug in assessments:
        make_component(module, slug, weight=100 // len(assessments), competencies=["DEV.1"])
    cohort = make_cohort(modules=[module, make_module(minutes=other_minutes)])
    user = make_user("Salma", "Idrissi")
    enrolment = make_enrolment(cohort, user)
    db.session().flush()
    return Candidate(user, cohort, enrolment, module)


def make_draft(candidate: Candidate | None = None, *, dated_on: date | None = None) -> Candidate:
    """Written and proved, ready to be sent."""
    who = candidate or make_candidate()
    by = actor(who.user)
    request_id = services.start_request(who.enrolment.id, who.module.id, by=by)
    services.save_words(request_id, Words("Eight years of programming.", 96, ("DEV.1",)), version=1, by=by)
    db.session().flush()
    services.add_proof(request_id, PROOF, title="Attestation", dated_on=dated_on or today() - timedelta(days=90), by=by)
    return Candidate(who.user, who.cohort, who.enrolment, who.module, request_id)


def make_submitted(candidate: Candidate | None = None) -> Candidate:
    who = make_draft(candidate)
    services.submit_request(who.request_id, by=actor(who.user))
    return who


def make_admissible(candidate: Candidate | None = None) -> Candidate:
    who = make_submitted(candidate)
    services.admit_request(who.request_id, by=INSTITUTE)
    return who


def make_judged(candidate: Candidate | None = None) -> Candidate:
    """With two opinions."""
    who = make_admissible(candidate)
    for _number in range(2):
        assessor = make_staff(Role.ASSESSOR, who.cohort.id)
        services.ask_assessor(who.request_id, assessor.id, by=INSTITUTE)
        advice = Advice(RequestState.FULL, 0, ["authentic", "current"], "Seen at work.")
        services.give_opinion(who.request_id, advice, by=actor(assessor))
    return who


def make_exempted(candidate: Candidate | None = None) -> Candidate:
    who = make_judged(candidate)
    decision = Decision(RequestState.FULL, "Proved at work.", recognised=("DEV.1",))
    services.decide_request(who.request_id, decision, by=INSTITUTE)
    db.session().flush()
    return who


def make_partly_exempted(candidate: Candidate | None = None, *, minutes: int = 300) -> Candidate:
    who = make_judged(candidate)
    decision = Decision(RequestState.PARTIAL, "Half is proved.", minutes, ("DEV.1",), "The practical assessment.")
    services.decide_request(who.request_id, decision, by=INSTITUTE)
    db.session().flush()
    return who
