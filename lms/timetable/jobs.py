"""What time does to the timetable."""

from lms import db
from lms.jobs import Running
from lms.timetable import services


def initialise() -> None:
    """The public holidays known beforehand, and the instants of sessions by the zone rules in use."""
    with db.transaction():
        services.fill_calendar()
        services.follow_zone_rules()


def follow_clock(job: Running) -> None:
    """Confirmed sessions begin and end."""
    with job.step():
        services.follow_clock()


def keep_calendar(job: Running) -> None:
    """A new year's holidays, and instants by new zone rules."""
    with job.step():
        services.fill_calendar()
        services.follow_zone_rules()


def lock_sheets(job: Running) -> None:
    """Attendance sheets are closed a day after their session."""
    with job.step():
        services.lock_overdue()
