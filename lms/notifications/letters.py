"""From a promised message to the mail itself: in the reader's language, with links from LMS_BASE_URL only."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import current_app, render_template

from lms.accounts.models import LinkPurpose
from lms.accounts.services import make_link
from lms.admissions import services as admissions_services
from lms.admissions import wording as admissions_wording
from lms.admissions.queries import own
from lms.credentials.code import printed
from lms.exemptions import queries as exemptions
from lms.i18n import in_language
from lms.jobs import JobState
from lms.mail import Message
from lms.notifications import queries
from lms.notifications.kinds import Kind
from lms.notifications.models import OutboxMessage
from lms.timetable import queries as timetable
from lms.web.links import absolute

SUBJECT = "Subject:"


class NotNeeded(Exception):
    """The mail has become pointless; the text says why, for the outbox page."""


def compose(message: OutboxMessage) -> Message:
    """The mail of a row. Raises NotNeeded. Makes the one-time link, if there is one, so needs a writing frame."""
    reader = queries.reader_of(message)
    if reader.suspended_at is not None:
        raise NotNeeded("suspended")
    if message.kind == Kind.INVITATION and reader.has_password:
        raise NotNeeded("joined already")
    kind = Kind(message.kind)
    with in_language(reader.locale):
        name = " ".join(reader.given_name.split())
        facts = {"reader": reader, "name": name, "home": absolute("home.welcome")} | _FACTS[kind](message)
        first, _end, body = render_template(f"email/{kind}.txt", **facts).strip().partition("\n")
    return Message(_id_of(message), to=reader.email, subject=first.removeprefix(SUBJECT).strip(), body=_evened(body))


def _evened(body: str) -> str:
    """One blank line between paragraphs, whatever the template's conditions left."""
    paragraphs: list[str] = []
    for line in (line.rstrip() for line in body.strip().splitlines()):
        if line or (paragraphs and paragraphs[-1]):
            paragraphs.append(line)
    return "\n".join(paragraphs) + "\n"


def _id_of(message: OutboxMessage) -> str:
    """The same at each try, another for each message of each installation."""
    base = current_app.config["SETTINGS"].base_url
    return f"{message.id}-{hashlib.sha256(f'{base} {message.key}'.encode()).hexdigest()[:24]}"


def _user_of(message: OutboxMessage) -> int:
    """For the letters that only somebody with an account gets."""
    if message.user_id is None:
        raise NotNeeded("no account")
    return message.user_id


def _invitation(message: OutboxMessage) -> dict[str, Any]:
    token = make_link(_user_of(message), LinkPurpose.INVITATION)
    return {"link": absolute("accounts.invitation", token=token)}


def _password_reset(message: OutboxMessage) -> dict[str, Any]:
    token = make_link(_user_of(message), LinkPurpose.PASSWORD_RESET)
    return {"link": absolute("accounts.reset", token=token)}


def _account_change(message: OutboxMessage) -> dict[str, Any]:
    zone: str = current_app.config["SETTINGS"].timezone
    return {
        "at": datetime.fromisoformat(message.values["at"]), "zone": zone.replace("_", " "),
        "forgotten": absolute("accounts.forgotten"),
    }  # fmt: skip


def _enrolment(message: OutboxMessage) -> dict[str, Any]:
    return {"enrolment": queries.enrolment_facts(message.values["enrolment_id"]), "link": absolute("home.home")}


def _head_count(message: OutboxMessage) -> dict[str, Any]:
    values = message.values
    cohort = queries.cohort_facts(values["cohort_id"])
    return {"cohort": cohort, "people": values["people"], "least": values["least"],
            "link": absolute("cohorts.cohort", cohort_id=cohort.id)}  # fmt: skip


def _review(message: OutboxMessage) -> dict[str, Any]:
    review = queries.review_facts(message.values["review_id"])
    link = absolute("assessment.assignment", enrolment_id=review.enrolment_id, assignment_id=review.assignment_id)
    return {"review": review, "link": link}


def _session_moved(message: OutboxMessage) -> dict[str, Any]:
    return {
        "session": timetable.session_facts(message.values["session_id"]),
        "before": timetable.session_facts(message.values["moved_from_id"]),
        "reason": timetable.reason_of(message.values["moved_from_id"]), "link": absolute("agenda.mine"),
    }  # fmt: skip


def _session_cancelled(message: OutboxMessage) -> dict[str, Any]:
    session_id = message.values["session_id"]
    return {
        "session": timetable.session_facts(session_id), "reason": timetable.reason_of(session_id),
        "link": absolute("agenda.mine"),
    }  # fmt: skip


def _sheet_overdue(message: OutboxMessage) -> dict[str, Any]:
    session = timetable.session_facts(message.values["session_id"])
    return {"session": session, "link": absolute("timetable.sheet", cohort_id=session.cohort_id, session_id=session.id)}


def _certificate(message: OutboxMessage) -> dict[str, Any]:
    certificate = queries.certificate_facts(message.values["certificate_id"])
    return {
        "certificate": certificate, "code": printed(certificate.code),
        "new_code": printed(certificate.new_code) if certificate.new_code else None,
        "check": absolute("credentials.verify", code=certificate.code), "mine": absolute("credentials.mine"),
    }  # fmt: skip


def _own_exemption(message: OutboxMessage) -> dict[str, Any]:
    """What the institute says to the participant, as the event has it: the request may have gone on since."""
    request_id, event_id = message.values["request_id"], message.values["event_id"]
    return {
        "asked": exemptions.request_row(request_id), "state": message.values["state"],
        "reason": exemptions.reason_of(event_id), "link": absolute("exemptions.own", request_id=request_id),
    }  # fmt: skip


def _exemption_in_hand(message: OutboxMessage) -> dict[str, Any]:
    request_id = message.values["request_id"]
    link = absolute("exemptions.request_page", request_id=request_id)
    return {"asked": exemptions.request_row(request_id), "link": link}


def _exemption_to_judge(message: OutboxMessage) -> dict[str, Any]:
    request_id = message.values["request_id"]
    return {"asked": exemptions.request_row(request_id), "link": absolute("exemptions.opinion", request_id=request_id)}


def _announcement(message: OutboxMessage) -> dict[str, Any]:
    """As it was written; the page says it again, and asks whether it was read."""
    announcement_id = message.values["announcement_id"]
    return {
        "announcement": queries.announcement_facts(announcement_id),
        "link": absolute("notifications.announcement", announcement_id=announcement_id),
    }  # fmt: skip


def _application(message: OutboxMessage) -> dict[str, Any]:
    """What every mail about a file says, and a link of its own to it."""
    application_id = message.values["application_id"]
    token = admissions_services.new_link(application_id)
    return {"file": own.file_facts(application_id), "link": absolute("apply.file", key=token)}


def _application_step(message: OutboxMessage) -> dict[str, Any]:
    return _application(message) | {"event": own.event(message.values["event_id"]), "states": admissions_wording.STATES}


def _application_offer(message: OutboxMessage) -> dict[str, Any]:
    """Of no use once it is answered."""
    offer = own.offer(message.values["offer_id"])
    if offer.ended_at is not None:
        raise NotNeeded("answered already")
    return _application(message) | {"offer": offer}


def _application_result(message: OutboxMessage) -> dict[str, Any]:
    return _application(message) | {"result": own.result_of(message.values["application_id"])}


def _appeal(message: OutboxMessage) -> dict[str, Any]:
    return _application(message) | {
        "appeal": own.appeal(message.values["appeal_id"]), "outcomes": admissions_wording.APPEAL_OUTCOMES
    }  # fmt: skip


def _audit_head(message: OutboxMessage) -> dict[str, Any]:
    return dict(message.values, day=date.fromisoformat(message.values["day"]), link=absolute("operations.audit"))


def _parked_job(message: OutboxMessage) -> dict[str, Any]:
    job_id = message.values["job_id"]
    return {
        "job_id": job_id, "link": absolute("operations.job", job_id=job_id),
        "others": absolute("operations.jobs", state=JobState.PARKED),
    }  # fmt: skip


_FACTS: Mapping[Kind, Callable[[OutboxMessage], dict[str, Any]]] = {
    Kind.INVITATION: _invitation,
    Kind.PASSWORD_RESET: _password_reset,
    Kind.PASSWORD_CHANGED: _account_change,
    Kind.FACTOR_CHANGED: _account_change,
    Kind.ENROLLED: _enrolment,
    Kind.HEAD_COUNT_LOW: _head_count,
    Kind.WORK_RETURNED: _review,
    Kind.WORK_ACCEPTED: _review,
    Kind.SESSION_MOVED: _session_moved,
    Kind.SESSION_CANCELLED: _session_cancelled,
    Kind.SHEET_OVERDUE: _sheet_overdue,
    Kind.CERTIFICATE_ISSUED: _certificate,
    Kind.CERTIFICATE_REPLACED: _certificate,
    Kind.CERTIFICATE_REVOKED: _certificate,
    Kind.EXEMPTION_ANSWERED: _own_exemption,
    Kind.EXEMPTION_TO_DECIDE: _exemption_in_hand,
    Kind.EXEMPTION_TO_JUDGE: _exemption_to_judge,
    Kind.EXEMPTION_TO_RULE: _exemption_in_hand,
    Kind.EXEMPTION_WITHDRAWN: _exemption_in_hand,
    Kind.ANNOUNCEMENT: _announcement,
    Kind.APPLICATION_STARTED: _application,
    Kind.APPLICATION_RECEIVED: _application,
    Kind.APPLICATION_INCOMPLETE: _application_step,
    Kind.APPLICATION_STOPPED: _application_step,
    Kind.APPLICATION_OFFER: _application_offer,
    Kind.APPLICATION_OFFER_DUE: _application_offer,
    Kind.APPLICATION_RESULT: _application_result,
    Kind.APPLICATION_ENDED: _application_step,
    Kind.APPLICATION_LINK: _application,
    Kind.APPEAL_LODGED: _appeal,
    Kind.APPEAL_ANSWERED: _appeal,
    Kind.AUDIT_HEAD: _audit_head,
    Kind.JOB_PARKED: _parked_job,
}
