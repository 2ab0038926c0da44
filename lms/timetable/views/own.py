"""Everybody's own timetable, and the calendar feed that other programs read."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import queries as people
from lms.accounts.current import me
from lms.accounts.tokens import hashed, new_token
from lms.clock import now, today
from lms.db import Record
from lms.errors import Missing
from lms.i18n import _, in_language, pick
from lms.permissions import Permission
from lms.timetable import queries, services
from lms.timetable.feed import Entry, calendar_of
from lms.timetable.lifecycle import SessionState
from lms.timetable.models import CalendarFeed
from lms.timetable.views import agenda
from lms.timetable.views.cohorts import WORDS
from lms.timetable.weeks import day_in, monday, week_of
from lms.web.access import PUBLIC, allow
from lms.web.links import absolute

BACK, AHEAD = timedelta(days=60), timedelta(days=400)


@agenda.get("/timetable")
@allow(Permission.TIMETABLE_FOLLOW)
def mine() -> ResponseReturnValue:
    user_id = me().user_id or 0
    first = monday(day_in(request.args.get("week"), today()))
    last = first.fromordinal(first.toordinal() + 6)
    sessions = queries.my_sessions(user_id, first, last)
    feed = queries.calendar_feed(user_id)
    page = {
        "week": week_of(first, sessions), "staff": queries.staff_of_sessions([session.id for session in sessions]),
        "calendar": queries.institute_calendar(first, last), "today": today(), "scope": me().scope(Permission.COHORT_VIEW),
        "address": _address(feed) if feed else None, "coming": queries.next_sessions(user_id),
    }  # fmt: skip
    return render_template("agenda/mine.html", **page, **WORDS)


@agenda.post("/timetable/address")
@allow(Permission.TIMETABLE_FOLLOW)
def renew_address() -> ResponseReturnValue:
    user_id, nonce = me().user_id or 0, new_token()
    services.keep_feed(user_id, nonce, hashed(_token(user_id, nonce)), by=me())
    flash(_("Your calendar has a new private address. An earlier one no longer answers."), "success")
    return redirect(url_for(".mine", _anchor="address"), 303)


def _token(user_id: int, nonce: str) -> str:
    """Made of the installation's secret, so that it can be shown again though only its hash is kept."""
    secret: str = current_app.config["SETTINGS"].secret_key
    digest = hmac.new(secret.encode(), f"calendar:{user_id}:{nonce}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _address(feed: CalendarFeed) -> str | None:
    """None once the installation's secret has changed: the address cannot be shown any more, only renewed."""
    token = _token(feed.user_id, feed.nonce)
    return absolute("agenda.feed", token=token) if hashed(token) == feed.token_hash else None


@agenda.get("/calendar/<token>.ics")
@allow(PUBLIC)
def feed(token: str) -> ResponseReturnValue:
    """Who knows the address reads it: calendar programs do not sign in."""
    owner = queries.feed_owner(hashed(token))
    user = people.user(owner)
    if user.suspended_at is not None:
        raise Missing
    sessions = queries.my_sessions(owner, today() - BACK, today() + AHEAD)
    staff = queries.staff_of_sessions([session.id for session in sessions])
    with in_language(user.locale):
        entries = [_entry(row, ", ".join(f"{one.given_name} {one.family_name}" for one in staff.get(row.id, ())))
                   for row in sessions]  # fmt: skip
        title = _("Takwin: sessions of %(name)s", name=user.name)
    base: str = current_app.config["SETTINGS"].base_url
    content = calendar_of(
        title, entries, stamp=now().replace(microsecond=0), domain=urlsplit(base).hostname or "takwin"
    )
    return Response(
        content, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, max-age=300"}
    )


def _entry(row: Record, leaders: str) -> Entry:
    title = pick(row.title_fr, row.title_en)
    place = (
        ", ".join(filter(None, (row.room, pick(row.site_fr, row.site_en), row.address, row.city))) if row.room else ""
    )
    lines = [
        _("Cohort: %(name)s", name=row.cohort_name), _("Led by: %(names)s", names=leaders) if leaders else "",
        _("Join at a distance: %(link)s", link=row.remote_link) if row.remote_link else "",
        _("To be confirmed") if row.state == SessionState.PLANNED else "",
    ]  # fmt: skip
    return Entry(
        uid=row.uid, sequence=row.sequence, day=row.day, starts=row.starts, ends=row.ends, zone=row.zone,
        summary=f"{row.code} · {title}", location=place or row.remote_link, description="\n".join(filter(None, lines)),
        url=absolute("agenda.mine", week=row.day.isoformat()), is_cancelled=row.state == SessionState.CANCELLED,
        is_tentative=row.state == SessionState.PLANNED,
    )  # fmt: skip
