"""What is typed about a session."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from wtforms import SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import URL, InputRequired, Length, Optional, ValidationError

from lms.cohorts.forms import DayField
from lms.db import Record
from lms.i18n import lazy as _
from lms.timetable.staffing import Part
from lms.web.forms import Form, VersionField


class ClockField(TimeField):  # type: ignore[misc]
    """A time on the wall; says so plainly when it is not one."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata([value[:5] for value in valuelist])
        except ValueError:
            raise ValueError(_("Write a time, such as 09:00.")) from None


def number(value: Any) -> int | None:
    """The id a list sends; None for the entry that names nothing."""
    return int(value) if str(value).isdecimal() else None


def _choice(label: Any, nothing: Any, **kwargs: Any) -> SelectField:
    """A list that starts with the entry that names nothing; the view fills in the rest."""
    return SelectField(label, coerce=number, choices=[SelectChoice("", nothing)], **kwargs)


class PlaceAndStaff(Form):
    """Where, and who leads. The view offers rooms and people by ``offer``."""

    version = VersionField()
    room = _choice(_("Room"), _("No room: at a distance, or not known yet"))
    remote_link = StringField(
        _("Link for those at a distance"),
        [Optional(), Length(max=500), URL(message=_("Write a whole address, https:// included."))],
    )
    lead = _choice(_("Who leads"), _("Nobody yet"))
    colead = _choice(_("Who leads with them"), _("Nobody"))
    assistant = _choice(_("Who assists"), _("Nobody"))

    def offer(self, rooms: Sequence[Record], people: Sequence[Record]) -> None:
        """What the lists hold. Rooms are written as a reader of the form's language reads them."""
        self.room.choices = [
            *self.room.choices, *(SelectChoice(room.id, f"{room.site_fr} · {room.name} ({room.capacity})") for room in rooms)
        ]  # fmt: skip
        known = [SelectChoice(row.id, f"{row.family_name} {row.given_name}") for row in people]
        for field in (self.lead, self.colead, self.assistant):
            field.choices = [*field.choices, *known]

    def validate_assistant(self, field: SelectField) -> None:
        chosen = [one.data for one in (self.lead, self.colead, field) if one.data is not None]
        if len(set(chosen)) < len(chosen):
            raise ValidationError(_("The same person is named twice."))

    def staff(self) -> dict[int, Part]:
        parts = ((self.lead.data, Part.LEAD), (self.colead.data, Part.LEAD), (self.assistant.data, Part.ASSISTANT))
        return {user_id: part for user_id, part in parts if user_id is not None}


def staff_fields(staff: Mapping[int, str]) -> dict[str, int | None]:
    """What the three lists show for these people."""
    leads = [user_id for user_id, part in staff.items() if part == Part.LEAD]
    others = [user_id for user_id, part in staff.items() if part != Part.LEAD]
    return {
        "lead": leads[0] if leads else None, "colead": leads[1] if len(leads) > 1 else None,
        "assistant": others[0] if others else None,
    }  # fmt: skip


class When(Form):
    """A day, and from when to when."""

    day = DayField(_("Day"), [InputRequired(_("Choose the day."))])
    starts = ClockField(_("From"), [InputRequired(_("Write when it starts."))], default=time(9))
    ends = ClockField(_("To"), [InputRequired(_("Write when it ends."))], default=time(12, 30))

    def validate_ends(self, field: ClockField) -> None:
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(_("The session ends before it starts."))


class SessionForm(When, PlaceAndStaff):
    module = SelectField(_("Module"), coerce=int)
    group = _choice(_("For whom"), _("The whole cohort"))


class MoveForm(When):
    version = VersionField()
    room = _choice(_("Room"), _("The same room"))
    reason = TextAreaField(
        _("Why is it moved?"), [InputRequired(_("Say why; those concerned read it.")), Length(max=500)]
    )


class CancelForm(Form):
    version = VersionField()
    reason = TextAreaField(
        _("Why is it cancelled?"), [InputRequired(_("Say why; those concerned read it.")), Length(max=500)]
    )


class ConfirmForm(Form):
    version = VersionField()


def next_weekday(day: date) -> date:
    """The day itself, or the Monday after it."""
    return date.fromordinal(day.toordinal() + (7 - day.weekday() if day.weekday() > 4 else 0))
