"""Mails leave here, and nowhere else."""

import smtplib

import structlog
from flask import current_app

from lms import db
from lms.jobs import LeaseLost, Running
from lms.mail import MailServer, MailServerAway, Message
from lms.notifications import letters, queries, services
from lms.settings import Settings

BATCH = 100
STEP = 200
log = structlog.get_logger()


def send_pending(job: Running) -> None:
    """Send what is due, each message in steps of its own, so that no address holds up the others.

    Taken first, then sent outside of any transaction, then noted. A worker that dies in between leaves the message to be sent
    again under the same Message-ID: at least once, and mail programs show it once.
    """
    server = mail_server()
    with db.reading():
        due = queries.due_messages(BATCH)
    for number, message_id in enumerate(due, start=1):
        with job.step(done=number, total=len(due)):
            taken = services.claim(message_id)
        if not taken:
            continue
        try:
            _send(job, server, message_id)
        except LeaseLost:
            raise
        except MailServerAway as error:
            log.warning("mail server away", error=type(error).__name__)
            with job.step():
                services.put_off(message_id)
            return
        except smtplib.SMTPRecipientsRefused as error:
            with job.step():
                given_up = _note_refused(message_id, error)
            _tell(message_id, error, given_up=given_up)
        except Exception as error:
            with job.step():
                given_up = services.note_failure(message_id, f"{type(error).__name__}: {error}")
            _tell(message_id, error, given_up=given_up)


def _note_refused(message_id: int, error: smtplib.SMTPRecipientsRefused) -> bool:
    """An answer of 5xx is for good; any other is tried again. Says whether the message is given up."""
    if all(500 <= code < 600 for code, _answer in error.recipients.values()):
        services.note_refusal(message_id, f"{type(error).__name__}: {error}")
        return True
    return services.note_failure(message_id, f"{type(error).__name__}: {error}")


def mail_announcement(job: Running) -> None:
    """Promise the mails of an announcement, two hundred a step; a step that was done is not done again."""
    announcement_id, done, last = job.arguments["announcement_id"], job.done, int(job.result.get("last", 0))
    while True:
        with db.reading():
            people = queries.addressees_after(announcement_id, last, STEP)
        if not people:
            return
        done, last = done + len(people), people[-1]
        with job.step(done=done, last=last):
            services.promise_announcement(announcement_id, people)


def _send(job: Running, server: MailServer, message_id: int) -> None:
    with job.step():
        message = _written(message_id)
    if message is not None:
        server.send(message)
        with job.step():
            services.note_sent(message_id)


def _written(message_id: int) -> Message | None:
    """The mail; None when nobody needs it any more."""
    try:
        return letters.compose(queries.message(message_id))
    except letters.NotNeeded as reason:
        services.drop(message_id, str(reason))
        return None


def _tell(message_id: int, error: Exception, *, given_up: bool) -> None:
    """Our own defects with their trace; refusals of the server, which may quote an address, by their name only."""
    refused = isinstance(error, (OSError, smtplib.SMTPException))
    log.error(
        "mail given up" if given_up else "mail not sent", message_id=message_id, error=type(error).__name__,
        exc_info=None if refused else error,
    )  # fmt: skip


def mail_server() -> MailServer:
    settings: Settings = current_app.config["SETTINGS"]
    return MailServer(settings.smtp, settings.mail_from, settings.data / "mail")
