"""What follows from what: the handlers of every event, the jobs, the pages, the commands. Nothing else happens."""

from collections.abc import Mapping, Sequence

import click
from flask import Flask

from lms import events, jobs, models
from lms.accounts import events as accounts
from lms.accounts import views as accounts_views
from lms.assessment import events as assessment
from lms.home import views as home_views
from lms.results import services as results
from lms.results import views as results_views
from lms.timetable import events as timetable

HANDLERS: Mapping[type[events.Event], Sequence[events.Handler]] = {
    accounts.UserInvited: (),
    accounts.PasswordResetAsked: (),
    assessment.AttemptGraded: (results.review_module,),
    assessment.WorkReviewed: (results.review_module,),
    assessment.LiveMarkRecorded: (results.review_module,),
    assessment.PracticeSignedOff: (results.show_first_transmission,),
    timetable.AttendanceRecorded: (results.review_module,),
}

JOBS: Mapping[str, jobs.Handler] = {}

BLUEPRINTS = (home_views.bp, accounts_views.bp, results_views.bp)

COMMANDS: Sequence[click.Command] = ()


def connect() -> None:
    """Install the handlers. Called once a process, before anything happens."""
    events.connect(HANDLERS)


TABLES = models.Base.metadata
"""Every table: importing this module is what makes them known."""


def register(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
