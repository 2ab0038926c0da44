"""Welcome for visitors, home for those signed in, help for all; and the bar above every page."""

from flask import Blueprint, current_app, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts.current import me
from lms.home.navigation import FOR_VISITORS, IN_BAR, ON_PHONE, entries_for
from lms.settings import VERSION
from lms.web.access import PUBLIC, SIGNED_IN, allow
from lms.web.headers import cacheable

bp = Blueprint("home", __name__)

FIVE_MINUTES = 300


@bp.app_context_processor
def navigation() -> dict[str, object]:
    entries = entries_for(me()) if current_user.factor_passed else list(FOR_VISITORS)
    known = [entry for entry in entries if entry.endpoint in current_app.view_functions]
    return {"bar": known[:IN_BAR], "menu_from": ON_PHONE, "menu": known[ON_PHONE:], "beyond_bar": known[IN_BAR:], "version": VERSION, "url_rules": current_app.view_functions}


@bp.get("/")
@allow(PUBLIC)
def welcome() -> ResponseReturnValue:
    return cacheable(make_response(render_template("home/welcome.html")), FIVE_MINUTES)


@bp.get("/help")
@allow(PUBLIC)
def help_page() -> ResponseReturnValue:
    return cacheable(make_response(render_template("home/help.html")), FIVE_MINUTES)


@bp.get("/home")
@allow(SIGNED_IN)
def home() -> ResponseReturnValue:
    return render_template("home/home.html")
