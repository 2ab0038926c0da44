"""Every table, so that Alembic sees them all."""

from lms import audit, jobs
from lms.accounts import models as accounts
from lms.admissions import models as admissions
from lms.assessment import models as assessment
from lms.catalogue import models as catalogue
from lms.cohorts import models as cohorts
from lms.competencies import models as competencies
from lms.credentials import models as credentials
from lms.db import Base
from lms.exemptions import models as exemptions
from lms.learning import models as learning
from lms.notifications import models as notifications
from lms.reporting import models as reporting
from lms.results import models as results
from lms.timetable import models as timetable

__all__ = [
    "Base", "accounts", "admissions", "assessment", "audit", "catalogue", "cohorts", "competencies", "credentials",
    "exemptions", "jobs", "learning", "notifications", "reporting", "results", "timetable",
]  # fmt: skip
