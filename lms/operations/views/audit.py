"""Who did what to which, and when."""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.operations import queries, services
from lms.operations.views import bp
from lms.operations.wording import BREAKS
from lms.permissions import Permission
from lms.web.access import allow

YEARS = range(2000, 2200)


@bp.get("/audit")
@allow(Permission.AUDIT_READ)
def audit() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "").strip()[:120] for name in ("action", "subject", "who", "since", "until")}
    found = queries.audit_page(
        action=asked["action"], subject=asked["subject"], who=asked["who"], since=_day(asked["since"]),
        until=_day(asked["until"]), after=request.args.get("after"),
    )  # fmt: skip
    page = {"found": found, "asked": asked, "verification": queries.last_verification(), "breaks": BREAKS}
    return render_template("operations/audit.html", **page)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


@bp.post("/audit/verify")
@allow(Permission.AUDIT_READ)
def verify_audit() -> ResponseReturnValue:
    return redirect(url_for(".job", job_id=services.ask_verification(by=me())), 303)
