"""Who and what is where in a week, for those who plan."""

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.clock import today
from lms.db import Record
from lms.i18n import pick
from lms.permissions import Permission
from lms.timetable import exports, queries
from lms.timetable.views import planning
from lms.timetable.views.cohorts import WORDS
from lms.timetable.weeks import Line, day_in, monday, week_of
from lms.web.access import allow
from lms.web.tables import send_table


@planning.get("/rooms")
@allow(Permission.TIMETABLE_EDIT)
def week() -> ResponseReturnValue:
    first = monday(day_in(request.args.get("week"), today()))
    last = first.fromordinal(first.toordinal() + 6)
    sessions = queries.sessions_on_days(first, last)
    by = "facilitator" if request.args.get("by") == "facilitator" else "room"
    page = {
        "week": week_of(first, sessions), "by": by, "calendar": queries.institute_calendar(first, last),
        "lines": _by_room(sessions) if by == "room" else _by_facilitator(sessions),
        "scope": me().scope(Permission.TIMETABLE_EDIT), "today": today(),
    }  # fmt: skip
    return render_template("planning/week.html", **page, **WORDS)


@planning.post("/rooms/export")
@allow(Permission.TIMETABLE_EDIT, own_frame=True)
def export_week() -> ResponseReturnValue:
    """The sessions of the week; of other cohorts than one's own the page says only that a room is taken."""
    first, scope = monday(day_in(request.args.get("week"), today())), me().scope(Permission.TIMETABLE_EDIT)
    sessions = [
        row
        for row in queries.sessions_on_days(first, first.fromordinal(first.toordinal() + 6))
        if scope is None or row.cohort_id in scope
    ]
    table = exports.sessions(sessions, queries.staff_of_sessions([row.id for row in sessions]))
    return send_table(table, f"sessions-week-{first.isoformat()}")


def _by_room(sessions: Sequence[Record]) -> list[Line]:
    """Every room sessions may be planned in, and those that have some."""
    used = {session.room_id for session in sessions}
    return [
        Line(room.name, pick(room.site_fr, room.site_en), [one for one in sessions if one.room_id == room.id])
        for room in queries.rooms() if room.is_open or room.id in used
    ]  # fmt: skip


def _by_facilitator(sessions: Sequence[Record]) -> list[Line]:
    lines: dict[tuple[str, int], list[Record]] = {}
    staff = queries.staff_of_sessions([session.id for session in sessions])
    for session in sessions:
        for one in staff.get(session.id, ()):
            lines.setdefault((f"{one.family_name} {one.given_name}", one.user_id), []).append(session)
    return [Line(name, "", mine) for (name, _user), mine in sorted(lines.items(), key=lambda item: item[0])]
