"""The month's figures kept, from its fifth day on."""

from lms import db
from lms.jobs import Running
from lms.reporting.queries.kpis import months_to_freeze
from lms.reporting.services.freezing import freeze


def freeze_figures(job: Running) -> None:
    """Keep every closed month that is not kept yet, each in a step of its own."""
    with db.reading():
        months = months_to_freeze()
    for number, month in enumerate(months, 1):
        with job.step(done=number):
            freeze(month)
