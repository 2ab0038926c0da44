"""Chores that come round, and the walk along the audit chain."""

from itertools import islice

import structlog

from lms import audit, db
from lms.accounts import queries as accounts
from lms.accounts import throttle
from lms.clock import today
from lms.jobs import Running
from lms.notifications.services import announce_audit_head
from lms.operations.schedule import forget_old_rounds
from lms.permissions import Role

MOST_BREAKS = 20
log = structlog.get_logger()


def tidy(job: Running) -> None:
    """Drop what has served its time: throttle windows that are over, rounds that went well."""
    with job.step():
        throttle.purge()
        forget_old_rounds()


def send_audit_head(job: Running) -> None:
    """Let the head of the audit chain leave this machine, so that a tail cut off later shows: by mail, and in the log."""
    with job.step():
        seq, chain_hash = audit.head(db.session())
        for auditor in accounts.holders(Role.AUDITOR):
            announce_audit_head(auditor.id, day=today(), seq=seq, chain_hash=chain_hash)
    log.info("audit head", seq=seq, hash=chain_hash)


def verify_audit(job: Running) -> None:
    with db.reading() as session:
        breaks = list(islice(audit.verify(), MOST_BREAKS))
        seq, chain_hash = audit.head(session)
    for broken in breaks:
        log.error("audit chain broken", seq=broken.seq, problem=broken.problem)
    with job.step(done=1, seq=seq, hash=chain_hash, breaks=[[broken.seq, broken.problem] for broken in breaks]):
        pass
