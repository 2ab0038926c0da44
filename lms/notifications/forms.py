"""What somebody wants to be told."""

from wtforms import BooleanField

from lms.i18n import lazy as _
from lms.notifications.kinds import Topic
from lms.web.forms import Form


class TopicsForm(Form):
    enrolments = BooleanField(_("I am enrolled in a cohort"))
    work = BooleanField(_("My work has been assessed, or comes back to me"))
    timetable = BooleanField(_("A session I count on is moved or cancelled"))
    certificates = BooleanField(_("My certificate is ready"))

    @property
    def wanted(self) -> frozenset[Topic]:
        return frozenset(topic for topic in Topic if self._fields[topic].data)
