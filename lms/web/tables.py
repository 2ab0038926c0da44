"""Lists sent as files. A list at ``/people`` is downloaded by a POST to ``/people/export`` with the same filters in the address:
a POST, because who took a list away is written down."""

from flask import Flask, Response, request
from flask_login import current_user

from lms import audit, db
from lms.clock import today
from lms.spreadsheets import Table, as_csv, as_xlsx
from lms.web.access import Visitor
from lms.web.addresses import below
from lms.web.downloads import attachment
from lms.web.filters import zone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WHERE = ("after", "size", "as")  # which page was looked at, and in what form: not what the list holds


def init_app(app: Flask) -> None:
    app.jinja_env.globals["export_address"] = export_address


def export_address() -> str:
    """Where the list that is being looked at is downloaded: every page of it, with its filters."""
    return below("export", *_WHERE)


def send_table(table: Table, name: str) -> Response:
    """The table as ``?as=xlsx`` (what is sent unless asked otherwise) or ``csv``, and a line in the audit that says who took how
    much of which list. The view's own frame reads; that line has a frame of its own, so nobody waits while the file is written.
    """
    kind = "csv" if request.values.get("as") == "csv" else "xlsx"
    content = as_csv(table, zone()) if kind == "csv" else as_xlsx(table, zone())
    _note(table, kind)
    type_ = "text/csv; charset=utf-8" if kind == "csv" else XLSX
    return attachment(content, f"{name}-{today().isoformat()}.{kind}", type_)


def _note(table: Table, kind: str) -> None:
    """What was searched for may be somebody's name: only that there was a search is kept."""
    visitor: Visitor = current_user
    filters = {
        name: "…" if name == "search" else value[:100] for name, value in request.args.items() if name not in _WHERE
    }
    with db.transaction():
        audit.record(
            "list.exported", f"list:{request.path.removesuffix('/export')}"[:80], by=visitor.actor,
            cohort_id=(request.view_args or {}).get("cohort_id"), rows=len(table.rows), format=kind, filters=filters,
        )  # fmt: skip
