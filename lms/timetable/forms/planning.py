"""What is typed about sites, rooms, the calendar and who may lead."""

from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.accounts import places
from lms.accounts.forms import ARABIC_ONLY, EmailAddress, choices
from lms.cohorts.forms import DayField
from lms.competencies.qualifying import Level
from lms.i18n import lazy as _
from lms.timetable.calendar_days import PeriodKind
from lms.timetable.forms.sessions import ClockField
from lms.timetable.services.calendar import HolidayFacts, PeriodFacts
from lms.timetable.services.places import RoomFacts, SiteFacts
from lms.timetable.wording import HOLIDAY_KINDS, HOLIDAY_STATES, PERIOD_KINDS
from lms.web.forms import Form, VersionField, WholeField

MOST_SEATS = 2000
LEVELS = {
    Level.FA: _("FA: assists, co-delivers"),
    Level.FC: _("FC: delivers alone"),
    Level.FM: _("FM: trains trainers"),
}


class SiteForm(Form):
    version = VersionField()
    name_fr = StringField(_("Name in French"), [InputRequired(_("Write the name.")), Length(max=160)])
    name_en = StringField(_("Name in English"), [InputRequired(_("Write the name.")), Length(max=160)])
    name_ar = StringField(
        _("Name in Arabic"), [Optional(), Length(max=160), ARABIC_ONLY], render_kw={"dir": "rtl", "lang": "ar"}
    )
    city = StringField(_("City"), [InputRequired(_("Write the city.")), Length(max=80)], render_kw={"list": "cities"})
    region = SelectField(_("Region"))
    address = StringField(_("Address"), [Optional(), Length(max=240)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region.choices = [SelectChoice(region.code, region.name_fr) for region in places.regions()]

    def facts(self) -> SiteFacts:
        return SiteFacts(
            self.name_fr.data or "", self.name_en.data or "", self.name_ar.data or "", self.city.data or "", self.region.data,
            self.address.data or "",
        )  # fmt: skip


class RoomForm(Form):
    version = VersionField()
    name = StringField(_("Name"), [InputRequired(_("Write the name.")), Length(max=80)])
    capacity = WholeField(
        _("Places"),
        [InputRequired(_("Give the number of places.")), NumberRange(1, MOST_SEATS, message=_("At least one place."))],
    )
    equipment = StringField(
        _("Equipment"),
        [Optional(), Length(max=400)],
        description=_("Separated by commas, such as: projector, 24 computers."),
    )
    is_open = BooleanField(_("Sessions may be planned here"), default=True)

    def facts(self) -> RoomFacts:
        return RoomFacts(
            self.name.data or "",
            self.capacity.data or 0,
            tuple((self.equipment.data or "").split(",")),
            bool(self.is_open.data),
        )


class TravelForm(Form):
    other = SelectField(_("To"), coerce=int)
    minutes = WholeField(
        _("Minutes"),
        [InputRequired(_("Write a whole number.")), NumberRange(0, 1440, message=_("Between 0 and 1440 minutes."))],
    )


class DaysForm(Form):
    version = VersionField()
    name_fr = StringField(_("Name in French"), [InputRequired(_("Write the name.")), Length(max=120)])
    name_en = StringField(_("Name in English"), [InputRequired(_("Write the name.")), Length(max=120)])
    first_day = DayField(_("First day"), [InputRequired(_("Choose the first day."))])
    last_day = DayField(_("Last day"), [InputRequired(_("Choose the last day."))])


class HolidayForm(DaysForm):
    name_ar = StringField(
        _("Name in Arabic"), [Optional(), Length(max=120), ARABIC_ONLY], render_kw={"dir": "rtl", "lang": "ar"}
    )
    kind = SelectField(_("Kind"), choices=choices(HOLIDAY_KINDS))
    certainty = RadioField(_("Its date"), choices=choices(HOLIDAY_STATES), default="confirmed")

    def facts(self) -> HolidayFacts:
        return HolidayFacts(
            self.first_day.data, self.last_day.data, self.name_fr.data or "", self.name_en.data or "", self.name_ar.data or "",
            self.kind.data, self.certainty.data,
        )  # fmt: skip


class PeriodForm(DaysForm):
    kind = SelectField(_("Kind"), choices=choices(PERIOD_KINDS))
    opens = ClockField(_("The day starts at"), [Optional()])
    closes = ClockField(_("The day ends at"), [Optional()])

    def validate_opens(self, field: ClockField) -> None:
        if self.kind.data == PeriodKind.FRIDAY and field.data is None:
            raise ValidationError(_("Write when Friday afternoons start."))

    def facts(self) -> PeriodFacts:
        return PeriodFacts(
            PeriodKind(self.kind.data), self.name_fr.data or "", self.name_en.data or "", self.first_day.data,
            self.last_day.data, self.opens.data, self.closes.data,
        )  # fmt: skip


class QualificationForm(Form):
    email = StringField(_("E-mail address"), [InputRequired(_("Write the e-mail address.")), EmailAddress()])
    covers = SelectField(_("For what"))
    level = SelectField(_("Level"), choices=choices(LEVELS))
    valid_from = DayField(_("From"), [InputRequired(_("Choose the first day."))])
    valid_until = DayField(_("Until"), [Optional()], description=_("Leave empty when no end is known."))
    source = StringField(
        _("What it rests on"), [InputRequired(_("Say what it rests on.")), Length(max=160)],
        description=_("Such as the number of the accreditation."),
    )  # fmt: skip

    def validate_valid_until(self, field: DayField) -> None:
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("The last day comes before the first."))
