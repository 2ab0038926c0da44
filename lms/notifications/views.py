"""Which mails somebody wants."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.i18n import _
from lms.notifications import queries, services
from lms.notifications.forms import TopicsForm
from lms.notifications.kinds import Topic
from lms.web.access import SIGNED_IN, allow

bp = Blueprint("notifications", __name__)


@bp.route("/profile/notices", methods=["GET", "POST"])
@allow(SIGNED_IN)
def notices() -> ResponseReturnValue:
    unwanted = queries.unwanted_topics(me().user_id or 0)
    form = TopicsForm(data={topic.value: topic not in unwanted for topic in Topic})
    if form.validate_on_submit():
        services.choose_topics(form.wanted, by=me())
        flash(_("Your choice is saved."), "success")
        return redirect(url_for(".notices"), 303)
    return render_template("notifications/notices.html", form=form), form.status
