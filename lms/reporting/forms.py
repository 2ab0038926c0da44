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


class ContactForm(Form):
    contacted_on = DayField(_("When"), [InputRequired(_("Choose the day."))])
    channel = SelectField(_("How"), choices=choices(CHANNELS))
    note = TextAreaField(_("What was said and agreed"), [InputRequired(_("Write a line or two for whoever reads it next.")),
                                                         Length(max=2000)])  # fmt: skip
