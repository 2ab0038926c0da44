"""Mails: waiting, sent, failed."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.i18n import _
from lms.notifications import queries, services
from lms.notifications.kinds import Kind
from lms.notifications.models import OutboxState
from lms.operations.views import bp
from lms.operations.wording import MAILS, OUTBOX_STATES
from lms.permissions import Permission
from lms.web.access import allow


@bp.get("/outbox")
@allow(Permission.OUTBOX_VIEW)
def outbox() -> ResponseReturnValue:
    wanted, named = request.args.get("state", ""), request.args.get("kind", "")
    state = OutboxState(wanted) if wanted in set(OutboxState) else None
    kind = Kind(named) if named in set(Kind) else None
    found = queries.outbox(state=state, kind=kind, after=request.args.get("after"))
    page = {
        "found": found, "state": state, "kind": kind, "states": OUTBOX_STATES, "kinds": MAILS, "state_of": queries.state_of,
        "backlog": queries.backlog(),
    }  # fmt: skip
    return render_template("operations/outbox.html", **page)


@bp.post("/outbox/<int:message_id>/send-again")
@allow(Permission.OUTBOX_VIEW)
def send_again(message_id: int) -> ResponseReturnValue:
    services.send_again(message_id, by=me())
    flash(_("The mail goes out again in a moment."), "success")
    asked = request.args
    return redirect(url_for(".outbox", state=asked.get("state"), kind=asked.get("kind"), after=asked.get("after")), 303)
