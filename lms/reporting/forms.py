"""What is typed about views and contacts."""

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.accounts.forms import choices
from lms.cohorts.forms import DayField
from lms.i18n import lazy as _
from lms.reporting.wording import CHANNELS
from lms.web.forms import Form


class ViewForm(Form):
    """``address``: the filters, as they stand behind the question mark."""

    name = StringField(_("Name of the view"), [InputRequired(_("Give the view a name.")), Length(max=60)])
    address = HiddenField(validators=[Length(max=500)])


class BulkForm(Form):
    """What one act on several asks for."""


class WithdrawForm(BulkForm):
    reason = TextAreaField(_("Why?"), [InputRequired(_("Give a reason; the record keeps it.")), Length(max=500)])


class GroupForm(BulkForm):
    group = SelectField(_("Group"), [InputRequired(_("Choose a group."))], coerce=int)


class ContactForm(BulkForm):
    contacted_on = DayField(_("When"), [InputRequired(_("Choose the day."))])
    channel = SelectField(_("How"), choices=choices(CHANNELS))
    note = TextAreaField(_("What was said and agreed"), [InputRequired(_("Write a line or two for whoever reads it next.")),
                                                         Length(max=2000)])  # fmt: skip


class ContactManyForm(ContactForm):
    """The same contact with several people, such as a meeting."""
