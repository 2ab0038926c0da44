"""What somebody wants to be told, and what they want to tell."""

from uuid import uuid4

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.i18n import lazy as _
from lms.notifications.kinds import Topic
from lms.notifications.models import Audience
from lms.web.forms import Form


class TopicsForm(Form):
    enrolments = BooleanField(_("I am enrolled in a cohort"))
    work = BooleanField(_("My work has been assessed, or comes back to me"))
    timetable = BooleanField(_("A session I count on is moved or cancelled"))
    certificates = BooleanField(_("My certificate is ready"))

    announcements = BooleanField(_("Somebody announces something to my cohort"))

    @property
    def wanted(self) -> frozenset[Topic]:
        return frozenset(topic for topic in Topic if self._fields[topic].data)


class AnnouncementForm(Form):
    """``group`` counts only when the audience is a group."""

    title = StringField(_("Subject"), [InputRequired(_("Say in a few words what it is about.")), Length(max=120)])
    body = TextAreaField(
        _("Message"), [InputRequired(_("Write what they should know.")), Length(max=5000)],
        description=_("Plain text; an empty line begins a paragraph."), render_kw={"rows": 8},
    )  # fmt: skip
    audience = RadioField(_("Who is it for?"), default=Audience.COHORT)
    group = SelectField(_("Group"), coerce=int, validate_choice=False)
    key = HiddenField(validators=[Length(max=64)], default=lambda: uuid4().hex)

    def offer(self, groups: list[tuple[int, str]], chosen: int) -> None:
        """The audiences there are: a group only when the cohort has some, those chosen only when somebody is."""
        self.group.choices = groups
        self.audience.choices = [
            (Audience.COHORT, _("Everybody in the cohort")),
            *([(Audience.GROUP, _("One group"))] if groups else []),
            (Audience.AT_RISK, _("Those at risk")),
            *([(Audience.CHOSEN, _("The people you chose (%(number)d)", number=chosen))] if chosen else []),
        ]
