"""For jobs of every package: in whose name one works."""

from lms import db
from lms.accounts import queries
from lms.jobs import Running
from lms.permissions import INSTITUTE, Actor


def actor_of(job: Running) -> Actor:
    """Who asked for it, with the rights they hold now; the institute when nobody did. Opens a reading frame."""
    if job.created_by is None:
        return INSTITUTE
    with db.reading():
        return queries.actor_of(job.created_by)
