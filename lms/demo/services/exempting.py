"""Two participants of a running intake ask to be spared its last module: one has an answer, the other waits for it."""

from datetime import date, timedelta
from functools import partial
from random import Random

from lms.demo import dates
from lms.demo.diary import Diary
from lms.demo.services.cast import COORDINATOR, Crew, Group, Member, Part
from lms.demo.stories import Intake, Turn
from lms.errors import Missing
from lms.exemptions import queries
from lms.exemptions import services as exemptions
from lms.exemptions.lifecycle import RequestState
from lms.exemptions.services import Advice, Decision, Words
from lms.uploads import Upload

TRACK = "AIO"
"""Two people assess there."""
DAY = timedelta(days=1)
EXEMPTED = 600
PROOF = Upload(
    "attestation.txt", "text/plain; charset=utf-8", "Attestation d'emploi, pour la démonstration.\n".encode()
)


def note_exemptions(diary: Diary, group: Group, part: Part, crew: Crew) -> None:
    if group.term.intake is not Intake.RUNNING or group.track != TRACK or not part.is_last:
        return
    first, random = group.term.starts_on, Random(f"exemptions {group.code}")
    answered, waiting, *_others = [member for member in group.members if member.fate.turn is Turn.SMOOTH]
    for member, asked_on in ((answered, first + DAY), (waiting, first + 9 * DAY)):
        diary.note(dates.in_the_evening(asked_on, random), partial(_ask, part, member, first))
        diary.note(dates.at_work(asked_on + 2 * DAY, random), partial(_admit, part, member, crew))
    diary.note(dates.at_work(first + 7 * DAY, random), partial(_judge, part, answered, crew))
    diary.note(dates.at_work(first + 8 * DAY, random), partial(_decide, part, answered, crew))


def _ask(part: Part, member: Member, first: date) -> None:
    by = member.actor
    request_id = exemptions.start_request(member.enrolment_id, part.content.id, by=by)
    row = queries.request_row(request_id)
    codes = tuple(competency.code for competency in queries.competencies_of(row.sheet))
    words = "J’ai conçu et animé des formations internes pendant six ans, du besoin à la fiche séance."
    exemptions.save_words(request_id, Words(words, 72, codes), version=row.version, by=by)
    exemptions.add_proof(request_id, PROOF, title="Attestation de l’employeur", dated_on=first - 60 * DAY, by=by)
    exemptions.submit_request(request_id, by=by)


def _request_of(part: Part, member: Member) -> int:
    found = queries.live_request(member.enrolment_id, part.content.id)
    if found is None:
        raise Missing
    return int(found.id)


def _admit(part: Part, member: Member, crew: Crew) -> None:
    request_id, by = _request_of(part, member), crew.actor(COORDINATOR)
    exemptions.admit_request(request_id, by=by)
    for assessor in (crew.assessor(TRACK), crew.second_assessor(TRACK)):
        exemptions.ask_assessor(request_id, assessor.user_id or 0, by=by)


def _judge(part: Part, member: Member, crew: Crew) -> None:
    for assessor in (crew.assessor(TRACK), crew.second_assessor(TRACK)):
        advice = Advice(
            RequestState.PARTIAL, EXEMPTED, ["authentic", "current", "relevant"],
            "Les objectifs et la fiche séance sont acquis ; l’analyse du besoin n’est pas prouvée.",
        )  # fmt: skip
        exemptions.give_opinion(_request_of(part, member), advice, by=assessor)


def _decide(part: Part, member: Member, crew: Crew) -> None:
    request_id = _request_of(part, member)
    decision = Decision(
        RequestState.PARTIAL, "La conception est prouvée par six ans de pratique ; l’analyse du besoin ne l’est pas.", EXEMPTED,
        tuple(queries.request_row(request_id).claimed[-1:]), "Suivre les séances sur l’analyse du besoin et rendre le dossier.",
    )  # fmt: skip
    exemptions.decide_request(request_id, decision, by=crew.actor(COORDINATOR))
