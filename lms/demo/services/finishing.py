"""What follows once everything has happened: certificates are sealed, by the jobs that always do it; then a few are corrected
or revoked. Safe to repeat, and to leave to the worker half-way."""

from sqlalchemy import select

from lms import db, jobs
from lms.accounts import queries as accounts
from lms.accounts import services as people
from lms.accounts.models import User
from lms.accounts.services.people import Names
from lms.credentials import services as credentials
from lms.credentials.models import Certificate
from lms.credentials.states import CertificateState, RevocationReason
from lms.demo import queries
from lms.demo.services.cast import COORDINATOR, Progress
from lms.demo.services.mails import settle_mails
from lms.demo.stories import DOMAIN, STORIES, AfterIssue, Story
from lms.operations.plan import plan
from lms.permissions import Actor

NAME_NOTE = "Nom mal transcrit à l'inscription ; corrigé d'après la pièce d'identité."
DUPLICATE_NOTE = "Doublon : la même personne était inscrite sous deux adresses ; l'autre certificat reste valable."


def finish(progress: Progress) -> int:
    """Seal what waits, then do what is still to be done to certificates that are out. Returns how many could not be sealed
    now: the worker tries them again."""
    sealed = _seal(progress)
    with db.transaction():
        by = accounts.actor_of(_user(COORDINATOR).id)
        for story in STORIES:
            if story.after is not None:
                _go_on(story, by)
    _seal(progress, before=sealed)
    with db.transaction():
        settle_mails()
        return queries.drafts_left()


def _seal(progress: Progress, *, before: int = 0) -> int:
    """Run the jobs that are due, and say how many that was. ``before``: how many were run earlier."""
    with db.reading():
        waiting = queries.drafts_left()
    done = 0
    while done < waiting and jobs.run_next(plan().jobs):
        done += 1
        progress(before + done, before + waiting)
    return done


def _go_on(story: Story, by: Actor) -> None:
    holder = _user(story.key)
    certificate = db.session().scalars(
        select(Certificate).where(Certificate.holder_id == holder.id).order_by(Certificate.id)
    ).first()  # fmt: skip
    if certificate is None or certificate.state != CertificateState.ISSUED:
        return  # not sealed yet, or done before
    if story.after is AfterIssue.DUPLICATE_REVOKED:
        credentials.revoke(certificate.id, reason=RevocationReason.OUR_ERROR, note=DUPLICATE_NOTE, by=by)
        return
    names = Names(story.given, story.family, story.given_ar, story.family_ar)
    people.change_profile(
        holder, names, by=by, version=holder.version, locale=holder.locale, timezone=holder.timezone,
        organisation_id=holder.organisation_id, sex=holder.sex,
    )  # fmt: skip
    credentials.correct(certificate.id, name=holder.name, name_ar=holder.name_ar, note=NAME_NOTE, by=by)


def _user(key: str) -> User:
    return db.session().scalars(select(User).where(User.email == f"{key}@{DOMAIN}")).one()
