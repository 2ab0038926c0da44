"""Calls: the list, drafting one, its page and what is done next."""

from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.admissions import queries, services
from lms.admissions.forms import CallForm, ExaminersForm, ExtendForm
from lms.admissions.lifecycle import CallState
from lms.admissions.models import Call
from lms.admissions.queries import lists, selection
from lms.admissions.services import calls as calling
from lms.admissions.services import scores
from lms.admissions.services.calls import CallPlan, DocumentPlan, TrackPlan
from lms.admissions.views import bp
from lms.admissions.wording import CALL_KINDS, CALL_STATES, CRITERIA, STATE_KINDS, STATES
from lms.errors import Forbidden
from lms.i18n import _, _n
from lms.permissions import Permission
from lms.web.access import allow

EXTENDABLE = frozenset({CallState.PUBLISHED, CallState.OPEN, CallState.CLOSED})
RANKABLE = frozenset({CallState.CLOSED, CallState.IN_SELECTION})

NAMING = EXTENDABLE | {CallState.IN_SELECTION}


@bp.get("/admissions")
@allow(Permission.CALL_MANAGE)
def calls() -> ResponseReturnValue:
    page = {
        "found": lists.calls(me(), after=request.args.get("after")), "states": CALL_STATES, "kinds": CALL_KINDS,
        "may_open": _manages_everywhere(),
    }  # fmt: skip
    return render_template("admissions/calls.html", **page)


def _manages_everywhere() -> bool:
    """Opening a call is for those whose right is not limited to some cohorts."""
    return me().scope(Permission.CALL_MANAGE) is None


@bp.route("/admissions/open", methods=["GET", "POST"])
@allow(Permission.CALL_MANAGE)
def open_call() -> ResponseReturnValue:
    if not _manages_everywhere():
        raise Forbidden
    form = _form(None)
    if form.validate_on_submit():
        with form.refusals():
            call = services.open_call(_plan(form), by=me())
            flash(_("The call is drafted. Nobody sees it before you publish it."), "success")
            return redirect(url_for(".call", call_id=call.id), 303)
    return render_template("admissions/open_call.html", form=form, call=None, names=_cohort_names()), form.status


@bp.route("/admissions/<int:call_id>/edit", methods=["GET", "POST"])
@allow(Permission.CALL_MANAGE)
def edit_call(call_id: int) -> ResponseReturnValue:
    call = lists.call_for(call_id, me())
    form = _form(call)
    if form.validate_on_submit():
        with form.refusals():
            services.change_call(call, _plan(form), version=form.version.value, by=me())
            flash(_("The changes are saved."), "success")
            return redirect(url_for(".call", call_id=call_id), 303)
    return render_template("admissions/open_call.html", form=form, call=call, names=_cohort_names()), form.status


@bp.get("/admissions/<int:call_id>")
@allow(Permission.CALL_MANAGE)
def call(call_id: int) -> ResponseReturnValue:
    return _page(lists.call_for(call_id, me()), ExtendForm())


@bp.post("/admissions/<int:call_id>/publish")
@allow(Permission.CALL_MANAGE)
def publish(call_id: int) -> ResponseReturnValue:
    services.publish_call(lists.call_for(call_id, me()), by=me())
    calling.follow_dates()
    flash(_("The call is published."), "success")
    return redirect(url_for(".call", call_id=call_id), 303)


@bp.post("/admissions/<int:call_id>/extend")
@allow(Permission.CALL_MANAGE)
def extend(call_id: int) -> ResponseReturnValue:
    row, form = lists.call_for(call_id, me()), ExtendForm()
    if form.validate_on_submit():
        with form.refusals():
            services.extend_call(row, form.closes_on.data, reason=form.reason.data, by=me())
            flash(_("The last day is put off."), "success")
            return redirect(url_for(".call", call_id=call_id), 303)
    return _page(lists.call_for(call_id, me()), form)


@bp.post("/admissions/<int:call_id>/share")
@allow(Permission.CALL_MANAGE)
def share(call_id: int) -> ResponseReturnValue:
    lists.call_for(call_id, me())
    given, lacking = scores.share_out(call_id, by=me())
    flash(_n("One file has two examiners now.", "%(num)d files have two examiners now.", given), "success")
    if lacking:
        flash(_n("One file still lacks one: name more examiners.", "%(num)d files still lack one: name more examiners.", lacking),
              "warning")  # fmt: skip
    return redirect(url_for(".call", call_id=call_id), 303)


@bp.route("/admissions/<int:call_id>/examiners", methods=["GET", "POST"])
@allow(Permission.CALL_MANAGE)
def examiners(call_id: int) -> ResponseReturnValue:
    row, form = lists.call_for(call_id, me()), ExaminersForm()
    form.examiners.choices = _people()
    if form.validate_on_submit():
        calling.name_examiners(call_id, form.examiners.data or (), by=me())
        flash(_("The examiners are named. Share the files out to give them some."), "success")
        return redirect(url_for(".call", call_id=call_id), 303)
    if request.method == "GET":
        form.examiners.data = [one.id for one in selection.examiners(call_id)]
    return render_template("admissions/examiners.html", call=row, form=form), form.status


def _page(row: Call, form: ExtendForm) -> ResponseReturnValue:
    page = {
        "call": row, "form": form, "tracks": queries.tracks(row.id), "criteria": queries.criteria(row.id), "words": CRITERIA,
        "funnel": selection.funnel(row.id), "states": STATES, "kinds": STATE_KINDS, "call_states": CALL_STATES,
        "call_kinds": CALL_KINDS, "examiners": selection.examiners(row.id), "run": selection.latest_run(row.id),
        "is_draft": row.state == CallState.DRAFT, "may_extend": row.state in EXTENDABLE, "may_rank": row.state in RANKABLE,
        "may_name": row.state in NAMING, "is_out": row.state == CallState.RESULTS_PUBLISHED,
    }  # fmt: skip
    return render_template("admissions/call.html", **page), form.status


def _people() -> list[tuple[int, str]]:
    return [(row.id, f"{row.given_name} {row.family_name}") for row in lists.possible_examiners()]


def _cohort_names() -> dict[str, str]:
    return {str(row.id): f"{row.code} · {row.name}" for row in lists.cohorts_ahead()}


def _form(call: Call | None) -> CallForm:
    """The form with its choices, and with the call's facts the first time."""
    form = CallForm()
    form.offer_regions()
    form.examiners.choices = _people()
    if request.method == "GET":
        known = {track.cohort_id: track for track in queries.tracks(call.id)} if call else {}
        for row in lists.cohorts_ahead():
            track = known.get(row.id)
            form.tracks.append_entry({"cohort_id": row.id, "places": track.places if track else None,
                                      "waiting": track.waiting_places if track else None})  # fmt: skip
        if call:
            _show(form, call)
    return form


def _show(form: CallForm, call: Call) -> None:
    form.show(call)
    form.documents.data = "\n".join(
        f"{'' if asked.is_required else '*'}{asked.name_fr} | {asked.name_en}"
        for asked in queries.documents_asked(call.id)
    )
    form.examiners.data = [row.id for row in selection.examiners(call.id)]
    form.women_percent.data = next((quota.percent for quota in queries.quotas(call.id)), 0)
    for criterion in queries.criteria(call.id):
        form[criterion.kind].data = criterion.most_points


def _plan(form: CallForm) -> CallPlan:
    return CallPlan(
        code=form.code.data, title_fr=form.title_fr.data, title_en=form.title_en.data, text_fr=form.text_fr.data or "",
        text_en=form.text_en.data or "", opens_on=form.opens_on.data, closes_on=form.closes_on.data,
        tracks=[
            TrackPlan(int(entry.cohort_id.data), entry.places.data, entry.waiting.data or 0)
            for entry in form.tracks if entry.places.data and str(entry.cohort_id.data).isdecimal()
        ],
        documents=[_document(line) for line in (form.documents.data or "").splitlines() if line.strip(" *|")],
        points=form.points(), women_percent=form.women_percent.data or 0, favoured_regions=form.favoured_regions.data or (),
        test_floor=form.test_floor.data or Decimal(0), offer_days=form.offer_days.data or 7, examiners=form.examiners.data or (),
    )  # fmt: skip


def _document(line: str) -> DocumentPlan:
    french, _bar, english = line.strip().removeprefix("*").partition("|")
    return DocumentPlan(
        french.strip()[:120], (english.strip() or french.strip())[:120], not line.strip().startswith("*")
    )
