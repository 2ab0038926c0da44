"""Views of one's own, and whom somebody called."""

from datetime import date

from sqlalchemy import select

from lms import audit, db
from lms.clock import now, today
from lms.cohorts import queries as cohorts
from lms.errors import Missing, Refused
from lms.i18n import _
from lms.permissions import Actor
from lms.reporting.models import Channel, Contact, SavedView


class NameTaken(Refused):
    """The person has a view of that name already."""


class NotYet(Refused):
    """Nobody was called tomorrow."""


def save_view(cohort_id: int, name: str, address: str, *, by: Actor) -> SavedView:
    """Keep the filters of a cohort's screen. Raises NameTaken."""
    cohorts.cohort(cohort_id)
    _refuse_same_name(cohort_id, name, by, but=None)
    view = SavedView(user_id=by.user_id, cohort_id=cohort_id, name=name.strip(), address=address, created_at=now())
    db.session().add(view)
    return view


def rename_view(view: SavedView, name: str, *, by: Actor) -> None:
    """Raises NameTaken."""
    _refuse_same_name(view.cohort_id, name, by, but=view.id)
    view.name = name.strip()


def delete_view(view: SavedView) -> None:
    db.session().delete(view)


def own_view(view_id: int, cohort_id: int, *, by: Actor) -> SavedView:
    """One of the person's own views of this cohort; Missing for anybody else's."""
    view = db.session().get(SavedView, view_id)
    if view is None or view.user_id != by.user_id or view.cohort_id != cohort_id:
        raise Missing
    return view


def _refuse_same_name(cohort_id: int, name: str, by: Actor, *, but: int | None) -> None:
    same = select(SavedView.id).where(
        SavedView.user_id == by.user_id, SavedView.cohort_id == cohort_id, SavedView.name == name.strip()
    )
    if any(found != but for found in db.session().scalars(same)):
        raise NameTaken(_("You have a view of this name already."), field="name")


def log_contact(enrolment_id: int, contacted_on: date, channel: Channel, note: str, *, by: Actor) -> Contact:
    """Note that somebody was called or written to. Raises NotYet."""
    if contacted_on > today():
        raise NotYet(_("This day is still to come."), field="contacted_on")
    enrolment = cohorts.enrolment(enrolment_id)
    contact = Contact(
        enrolment_id=enrolment_id, contacted_on=contacted_on, channel=channel, note=note.strip(), by=by.user_id, noted_at=now()
    )  # fmt: skip
    db.session().add(contact)
    db.session().flush()  # the audit row names the id
    audit.record(
        "contact.noted", f"enrolment:{enrolment_id}", by=by, cohort_id=enrolment.cohort_id, contact_id=contact.id
    )
    return contact
