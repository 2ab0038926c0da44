"""The attendance sheet of one session: everybody is there, but for those who are not."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from wtforms import FieldList, FormField, HiddenField, RadioField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from lms.db import Record
from lms.i18n import lazy as _
from lms.timetable.sheet import Line, Presence
from lms.web.forms import Form, VersionField, WholeField


class Said(StrEnum):
    """What somebody who takes attendance says of a person, in the order of the buttons."""

    PRESENT = "present"
    LATE = "late"
    LEFT = "left"
    ABSENT = "absent"


SAID = {Said.PRESENT: _("present"), Said.LATE: _("late"), Said.LEFT: _("left early"), Said.ABSENT: _("absent")}
_WITH_MINUTES = (Said.LATE, Said.LEFT)
_TYPED = {Said.PRESENT: Presence.PRESENT, Said.LATE: Presence.LATE, Said.ABSENT: Presence.ABSENT}


class PersonForm(PlainForm):  # type: ignore[misc]
    """One person's line."""

    enrolment_id = HiddenField()
    said = RadioField(_("Attendance"), choices=[SelectChoice(said.value, word) for said, word in SAID.items()])
    minutes = WholeField(
        _("Minutes missed"),
        [Optional(), NumberRange(1, 24 * 60, message=_("This number of minutes is not possible."))],
    )


class SessionSheetForm(Form):
    """``seen``: the latest act on the sheet when the page was made."""

    people = FieldList(FormField(PersonForm))
    seen = VersionField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Minutes are asked for where they mean something."""
        if not super().validate(extra_validators):
            return False
        for line in self.people:
            if Said(line.said.data) in _WITH_MINUTES and not line.minutes.data:
                line.minutes.errors = [_("Write how many minutes were missed.")]
        wrong = [line.errors for line in self.people]
        self.people.errors = wrong if any(wrong) else []
        return not self.people.errors

    def marks(self, length: int) -> dict[int, Line]:
        """The lines as they would stand on the sheet of a session of ``length`` minutes, by enrolment."""
        return {
            int(line.enrolment_id.data): _line(length, Said(line.said.data), line.minutes.data or 0)
            for line in self.people
            if str(line.enrolment_id.data).isdecimal()
        }


def _line(length: int, said: Said, missed: int) -> Line:
    if said is Said.LEFT:
        return Line(length, Presence.PRESENT, max(length - missed, 0))
    return Line(length, _TYPED[said], missed if said is Said.LATE else None)


def fields_of(people: Iterable[Record], lines: Mapping[int, Line]) -> list[dict[str, Any]]:
    """What the form shows of each person; present, where nothing was said yet."""
    return [
        {"enrolment_id": person.id, **said_of(lines.get(person.id))}
        for person in people
        if person.id not in lines or lines[person.id].presence in _TYPED.values()
    ]


def said_of(line: Line | None) -> dict[str, Any]:
    if line is None:
        return {"said": Said.PRESENT.value, "minutes": None}
    if line.presence is Presence.LATE:
        return {"said": Said.LATE.value, "minutes": line.minutes}
    if line.presence is Presence.PRESENT and line.minutes is not None and line.minutes < line.length:
        return {"said": Said.LEFT.value, "minutes": line.missed}
    return {"said": (Said.PRESENT if line.presence is Presence.PRESENT else Said.ABSENT).value, "minutes": None}


class SheetSignForm(Form):
    """``seen`` as on the sheet's own form: what is signed is what was read."""

    seen = VersionField()
