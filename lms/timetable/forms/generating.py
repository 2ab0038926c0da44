"""What is typed to plan many sessions at once."""

from datetime import time

from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Regexp, ValidationError

from lms.cohorts.forms import CODE, MOST_PLACES, DayField
from lms.i18n import lazy as _
from lms.timetable.forms.sessions import ClockField, PlaceAndStaff
from lms.timetable.generator import HalfDay
from lms.timetable.lifecycle import Half
from lms.timetable.services.generating import Wish
from lms.web.forms import Form, WholeField

WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"))
HALVES = ((Half.MORNING, _("morning")), (Half.AFTERNOON, _("afternoon")))


class PatternForm(PlaceAndStaff):
    pattern = SelectMultipleField(
        _("Which half-days of the week"),
        choices=[
            SelectChoice(f"{number}-{half}", word) for number, day in enumerate(WEEKDAYS) for half, word in HALVES
        ],
        validators=[InputRequired(_("Choose at least one half-day."))],
    )  # fmt: skip
    morning_starts = ClockField(_("Mornings from"), [InputRequired(_("Write when it starts."))], default=time(9))
    morning_ends = ClockField(_("to"), [InputRequired(_("Write when it ends."))], default=time(12, 30))
    afternoon_starts = ClockField(_("Afternoons from"), [InputRequired(_("Write when it starts."))], default=time(14))
    afternoon_ends = ClockField(_("to"), [InputRequired(_("Write when it ends."))], default=time(17, 30))
    modules = SelectMultipleField(
        _("For which modules"), coerce=int, validators=[InputRequired(_("Choose at least one module."))]
    )
    first = DayField(_("Not before"), [InputRequired(_("Choose the first day."))])

    def validate_morning_ends(self, field: ClockField) -> None:
        _refuse_crossed(self.morning_starts, field)

    def validate_afternoon_ends(self, field: ClockField) -> None:
        _refuse_crossed(self.afternoon_starts, field)

    def wish(self) -> Wish:
        hours = {
            Half.MORNING: (self.morning_starts.data, self.morning_ends.data),
            Half.AFTERNOON: (self.afternoon_starts.data, self.afternoon_ends.data),
        }  # fmt: skip
        chosen = [value.split("-") for value in self.pattern.data or ()]
        pattern = [HalfDay(int(weekday), Half(half), *hours[Half(half)]) for weekday, half in chosen]
        return Wish(
            pattern, frozenset(self.modules.data or ()), self.first.data, self.room.data, self.remote_link.data or "",
            self.staff(),
        )  # fmt: skip


def _refuse_crossed(starts: ClockField, ends: ClockField) -> None:
    if starts.data and ends.data and ends.data <= starts.data:
        raise ValidationError(_("The session ends before it starts."))


class CopyForm(Form):
    code = StringField(_("Code"), [InputRequired(_("Give the cohort a code.")),
                                   Regexp(CODE, message=_("Use 2 to 30 letters, digits and hyphens."))],
                       description=_("Short and unique, such as DEV-2027-A."))  # fmt: skip
    name = StringField(_("Name"), [InputRequired(_("Give the cohort a name.")), Length(max=160)])
    starts_on = DayField(_("First day"), [InputRequired(_("Choose the first day."))])
    capacity = WholeField(_("Places"), [InputRequired(_("Give the number of places.")),
                                        NumberRange(1, MOST_PLACES, message=_("At least one place."))])  # fmt: skip
