"""Which mails somebody wants; what is announced to a cohort, and who has read it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.cohorts import queries as cohorts
from lms.cohorts.wording import PURPOSES
from lms.i18n import _
from lms.notifications import exports, queries, services
from lms.notifications.forms import AnnouncementForm, TopicsForm
from lms.notifications.kinds import Topic
from lms.notifications.models import Audience
from lms.notifications.wording import AUDIENCES
from lms.permissions import Permission
from lms.reporting import queries as reporting
from lms.reporting.bulk import MOST
from lms.reporting.filters import Filter
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import SIGNED_IN, allow
from lms.web.tables import send_table

bp = Blueprint("notifications", __name__)


@bp.route("/profile/notices", methods=["GET", "POST"])
@allow(SIGNED_IN)
def notices() -> ResponseReturnValue:
    unwanted = queries.unwanted_topics(me().user_id or 0)
    form = TopicsForm(data={topic.value: topic not in unwanted for topic in Topic})
    if form.validate_on_submit():
        services.choose_topics(form.wanted, by=me())
        flash(_("Your choice is saved."), "success")
        return redirect(url_for(".notices"), 303)
    return render_template("notifications/notices.html", form=form), form.status


@bp.get("/announcements")
@allow(SIGNED_IN)
def announcements() -> ResponseReturnValue:
    found = queries.announcements_for(me().user_id or 0, request.args.get("after"))
    return render_template("notifications/announcements.html", found=found)


@bp.get("/announcements/<int:announcement_id>")
@allow(SIGNED_IN)
def announcement(announcement_id: int) -> ResponseReturnValue:
    row = queries.announcement_for(me().user_id or 0, announcement_id)
    return render_template("notifications/announcement.html", row=row)


@bp.post("/announcements/<int:announcement_id>/read")
@allow(SIGNED_IN)
def note_read(announcement_id: int) -> ResponseReturnValue:
    services.note_read(announcement_id, by=me())
    flash(_("Noted: you have read it."), "success")
    return redirect(url_for(".announcements"), 303)


@bp.get("/cohorts/<int:cohort_id>/announcements")
@allow(Permission.ANNOUNCE)
def cohort(cohort_id: int) -> ResponseReturnValue:
    page = {
        "cohort": cohorts.cohort_row(cohort_id), "found": queries.announcements_in(cohort_id, request.args.get("after")),
        "audiences": AUDIENCES,
    }  # fmt: skip
    return render_template("notifications/cohort.html", **page)


@bp.get("/cohorts/<int:cohort_id>/announcements/<int:announcement_id>")
@allow(Permission.ANNOUNCE)
def readers(cohort_id: int, announcement_id: int) -> ResponseReturnValue:
    page = {
        "cohort": cohorts.cohort_row(cohort_id), "row": queries.announcement_in(cohort_id, announcement_id),
        "found": queries.readers_of(announcement_id, request.args.get("after")), "audiences": AUDIENCES,
    }  # fmt: skip
    return render_template("notifications/readers.html", **page)


@bp.post("/cohorts/<int:cohort_id>/announcements/<int:announcement_id>/export")
@allow(Permission.ANNOUNCE, own_frame=True)
def export_readers(cohort_id: int, announcement_id: int) -> ResponseReturnValue:
    queries.announcement_in(cohort_id, announcement_id)
    found = whole(queries.readers_of(announcement_id, size=MOST_ROWS))
    return send_table(exports.readers(found), f"{cohorts.cohort_row(cohort_id).code}-readers-{announcement_id}")


@bp.get("/cohorts/<int:cohort_id>/announcements/new")
@allow(Permission.ANNOUNCE)
def new_announcement(cohort_id: int) -> ResponseReturnValue:
    """Chosen people come in the address, ticked on the cohort's page; with ``everybody``, all whom its filters show."""
    if request.args.get("everybody"):
        people = [person.row.id for person in reporting.whole_cohort(cohort_id, Filter.of(request.args))[1]][:MOST]
    else:
        people = _numbers(request.args.getlist("person"))
    audience = Audience.CHOSEN if people else Audience.COHORT
    return _writing(cohort_id, AnnouncementForm(formdata=None, audience=audience), people)


@bp.post("/cohorts/<int:cohort_id>/announcements/new")
@allow(Permission.ANNOUNCE)
def announce(cohort_id: int) -> ResponseReturnValue:
    form, people = AnnouncementForm(), _numbers(request.form.getlist("person"))
    _offer(form, cohort_id, people)
    if form.validate_on_submit():
        with form.refusals():
            draft = services.Draft(
                form.title.data,
                form.body.data,
                form.key.data,
                Audience(form.audience.data),
                form.group.data,
                tuple(people),
            )
            written = services.announce(cohort_id, draft, by=me())
            flash(_("The announcement is on their pages; the mails go out now."), "success")
            return redirect(url_for(".readers", cohort_id=cohort_id, announcement_id=written), 303)
    return _writing(cohort_id, form, people)


def _numbers(texts: list[str]) -> list[int]:
    return list(dict.fromkeys(int(one) for one in texts if one.isascii() and one.isdecimal() and len(one) < 10))[:MOST]


def _offer(form: AnnouncementForm, cohort_id: int, people: list[int]) -> None:
    groups = [(row.id, f"{PURPOSES[row.purpose]} · {row.name}") for row in reporting.groups_of_cohort(cohort_id)]
    form.offer(groups, len(people))


def _writing(cohort_id: int, form: AnnouncementForm, people: list[int]) -> ResponseReturnValue:
    _offer(form, cohort_id, people)
    page = {
        "cohort": cohorts.cohort_row(cohort_id), "form": form,
        "people": reporting.people_by_id(cohort_id, people) if people else [],
    }  # fmt: skip
    return render_template("notifications/new_announcement.html", **page), form.status
