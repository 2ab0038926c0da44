"""The sheet of one module: who was there for how long."""

from typing import Any

from wtforms import FieldList, FormField, HiddenField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.i18n import lazy as _
from lms.timetable.rates import Attendance
from lms.web.forms import Form, WholeField

MOST_MINUTES = 60 * 1000


def _minutes(label: Any, *, least: int = 0, required: Any = None, **kwargs: Any) -> WholeField:
    presence = InputRequired(required) if required else Optional()
    amount = NumberRange(least, MOST_MINUTES, message=_("This number of minutes is not possible."))
    return WholeField(label, [presence, amount], **kwargs)


class LineForm(PlainForm):  # type: ignore[misc]
    """One participant. Left empty, ``present`` records nothing."""

    enrolment_id = HiddenField()
    held = _minutes(_("Held"))
    present = _minutes(_("Present"))


class SheetForm(Form):
    """``held`` filled in replaces the held minutes of every line."""

    scheduled = _minutes(_("Minutes scheduled in all"), least=1, required=_("Write how many minutes are scheduled."))
    held = _minutes(
        _("Minutes held so far, for everybody"), description=_("Fill this in once instead of in every line.")
    )
    lines = FieldList(FormField(LineForm))
    reason = TextAreaField(
        _("Why is something corrected?"), [Length(max=500)],
        description=_("Only when what was recorded before changes; adding sessions needs no reason."),
    )  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """Each line is possible minutes, said beside the line."""
        if not super().validate(extra_validators):
            return False
        for line in self.lines:
            minutes = self._minutes_of(line)
            if minutes is not None and not minutes.is_valid:
                line.present.errors = [
                    _("Present is at most what was held, and held at most what is scheduled (%(scheduled)d).",
                      scheduled=minutes.scheduled)
                ]  # fmt: skip
        wrong = [line.errors for line in self.lines]
        self.lines.errors = wrong if any(wrong) else []
        return not self.lines.errors

    def _minutes_of(self, line: LineForm) -> Attendance | None:
        if line.present.data is None:
            return None
        held = line.held.data if self.held.data is None else self.held.data
        return Attendance(self.scheduled.data or 0, held or 0, line.present.data)

    def entries(self) -> dict[int, Attendance]:
        """The lines that say something, by enrolment."""
        filled = {str(line.enrolment_id.data): self._minutes_of(line) for line in self.lines}
        return {int(key): minutes for key, minutes in filled.items() if minutes is not None and key.isdecimal()}
