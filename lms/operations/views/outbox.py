"""Mails: waiting, sent, failed."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.i18n import _, _n
from lms.notifications import queries, services
from lms.notifications.kinds import Kind
from lms.notifications.models import OutboxState
from lms.operations import exports
from lms.operations.views import bp
from lms.operations.wording import MAILS, OUTBOX_STATES, words_of
from lms.permissions import Permission
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import allow
from lms.web.tables import send_table

LONGEST = 100


@bp.get("/outbox")
@allow(Permission.OUTBOX_VIEW)
def outbox() -> ResponseReturnValue:
    state = _state()
    found = queries.outbox(state=state, kind=_kind(), search=_search(), after=request.args.get("after"))
    page = {
        "found": found, "state": state, "kind": _kind(), "search": _search(), "states": OUTBOX_STATES,
        "state_words": words_of(OUTBOX_STATES), "kinds": MAILS, "state_of": queries.state_of, "backlog": queries.backlog(),
    }  # fmt: skip
    return render_template("operations/outbox.html", **page)


@bp.post("/outbox/export")
@allow(Permission.OUTBOX_VIEW, own_frame=True)
def export_outbox() -> ResponseReturnValue:
    found = queries.outbox(state=_state(), kind=_kind(), search=_search(), size=MOST_ROWS)
    return send_table(exports.mails(whole(found)), "mails")


def _state() -> OutboxState | None:
    wanted = request.args.get("state", "")
    return OutboxState(wanted) if wanted in set(OutboxState) else None


@bp.post("/outbox/<int:message_id>/send-again")
@allow(Permission.OUTBOX_VIEW)
def send_again(message_id: int) -> ResponseReturnValue:
    services.send_again(message_id, by=me())
    flash(_("The mail goes out again in a moment."), "success")
    return _back()


@bp.post("/outbox/<int:message_id>/stop")
@allow(Permission.OUTBOX_VIEW)
def stop_message(message_id: int) -> ResponseReturnValue:
    if services.stop(message_id, by=me()):
        flash(_("The mail will not be sent."), "success")
    else:
        flash(_("It is too late: the mail does not wait any more."), "warning")
    return _back()


@bp.post("/outbox/send-failed-again")
@allow(Permission.OUTBOX_VIEW)
def send_failed_again() -> ResponseReturnValue:
    """All that failed of the filter in the address, on this page and the others."""
    count = services.send_failed_again(kind=_kind(), search=_search(), by=me())
    flash(_n("%(num)d mail goes out again in a moment.", "%(num)d mails go out again in a moment.", count), "success")
    return _back()


def _kind() -> Kind | None:
    named = request.args.get("kind", "")
    return Kind(named) if named in set(Kind) else None


def _search() -> str:
    return request.args.get("search", "").strip()[:LONGEST]


def _back() -> ResponseReturnValue:
    """To the list as it was filtered."""
    asked = {name: request.args.get(name) or None for name in ("state", "kind", "search", "after")}
    there = url_for(".outbox", state=asked["state"], kind=asked["kind"], search=asked["search"], after=asked["after"])
    return redirect(there, 303)
