"""Welcome for visitors, home for those signed in, help for all."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.web.access import PUBLIC, SIGNED_IN, allow

bp = Blueprint("home", __name__)


@bp.get("/")
@allow(PUBLIC)
def welcome() -> ResponseReturnValue:
    return render_template("home/welcome.html")


@bp.get("/home")
@allow(SIGNED_IN)
def home() -> ResponseReturnValue:
    return render_template("home/home.html")
