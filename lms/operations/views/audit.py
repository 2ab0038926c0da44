"""Who did what to which, and when."""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.db import Record
from lms.operations import exports, queries, services
from lms.operations.views import bp
from lms.operations.wording import BREAKS
from lms.paging import SIZE, Page
from lms.permissions import Permission
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import allow
from lms.web.tables import send_table

YEARS = range(2000, 2200)


@bp.get("/audit")
@allow(Permission.AUDIT_READ)
def audit() -> ResponseReturnValue:
    asked = _asked()
    found = _acts(asked, after=request.args.get("after"))
    page = {"found": found, "asked": asked, "verification": queries.last_verification(), "breaks": BREAKS}
    return render_template("operations/audit.html", **page)


@bp.post("/audit/export")
@allow(Permission.AUDIT_READ, own_frame=True)
def export_audit() -> ResponseReturnValue:
    return send_table(exports.audit(whole(_acts(_asked(), size=MOST_ROWS))), "audit")


def _asked() -> dict[str, str]:
    names = ("action", "subject", "who", "since", "until")
    return {name: request.args.get(name, "").strip()[:120] for name in names}


def _acts(asked: dict[str, str], *, after: str | None = None, size: int = SIZE) -> Page[Record]:
    return queries.audit_page(
        action=asked["action"], subject=asked["subject"], who=asked["who"], since=_day(asked["since"]),
        until=_day(asked["until"]), after=after, size=size,
    )  # fmt: skip


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
