"""What participants, coordinators and assessors write about an exemption. Lengths are typed in hours, kept in minutes."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    FileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lms import uploads
from lms.cohorts.forms import DayField
from lms.db import Record
from lms.exemptions.lifecycle import RequestState
from lms.exemptions.services.requests import LONGEST_STATEMENT
from lms.exemptions.wording import FINDINGS, OUTCOMES
from lms.i18n import lazy as _
from lms.uploads import Upload
from lms.web.files import checked_files
from lms.web.filters import pair
from lms.web.forms import DecimalTextField, Form, VersionField, WholeField

MOST_YEARS = 60


class TicksField(SelectMultipleField):  # type: ignore[misc]
    """Several of a few, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class HoursField(DecimalTextField):
    """Hours with a fraction; ``minutes`` is the same in whole minutes."""

    @property
    def minutes(self) -> int:
        return int((self.data or Decimal(0)) * 60)


def competency_choices(rows: Iterable[Record], among: Sequence[str] | None = None) -> list[tuple[str, str]]:
    return [(row.code, f"{row.code} {pair(row, 'label')}") for row in rows if among is None or row.code in among]


class WordsForm(Form):
    statement = TextAreaField(
        _("What have you done, where, and for how long?"), [Length(max=LONGEST_STATEMENT)],
        description=_("Name posts, projects and training you gave or followed: each with its dates."), render_kw={"rows": 8},
    )  # fmt: skip
    experience_years = WholeField(
        _("Years of experience, in all"),
        [Optional(), NumberRange(0, MOST_YEARS, message=_("Between 0 and 60 years."))],
        description=_("At least three are needed."),
    )
    experience_months = WholeField(
        _("and months"), [Optional(), NumberRange(0, 11, message=_("Between 0 and 11 months."))]
    )
    claimed = TicksField(_("Competencies you claim"))
    version = VersionField()
    send = SubmitField(_("Send the request"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.statement.flags.required = True  # a draft may lack it, what is sent may not

    @property
    def months(self) -> int:
        return (self.experience_years.data or 0) * 12 + (self.experience_months.data or 0)


class ProofForm(Form):
    """``upload``: the file that may be kept, once the form is valid."""

    title = StringField(
        _("What the document proves"), [InputRequired(_("Say what the document proves.")), Length(max=160)]
    )
    dated_on = DayField(
        _("Date of what it proves"), [InputRequired(_("Write the date of what it proves."))],
        description=_("The last day of a post, the day of a diploma."),
    )  # fmt: skip
    file = FileField(
        _("File"), description=_("At most 10 MB: PDF, picture, text or office document."),
        render_kw={"accept": uploads.ACCEPT},
    )  # fmt: skip
    upload: Upload

    def validate_file(self, field: FileField) -> None:
        taken = checked_files([field.data])
        if not taken:
            raise ValidationError(_("Choose a file."))
        self.upload = taken[0]


class WithdrawRequestForm(Form):
    reason = TextAreaField(_("Why do you withdraw it?"), [Length(max=1000)], render_kw={"rows": 3})


class AdmissibilityForm(Form):
    ruling = RadioField(
        _("Admissibility"), [InputRequired(_("Choose one."))],
        choices=[
            SelectChoice(RequestState.ADMISSIBLE.value, _("Admissible: it will be examined")),
            SelectChoice(RequestState.NOT_ADMISSIBLE.value, _("Not admissible")),
        ],
    )  # fmt: skip
    reason = TextAreaField(
        _("Reason, as the participant reads it"), [Length(max=2000)],
        description=_("Needed when it is not admissible."), render_kw={"rows": 3},
    )  # fmt: skip


class AssessorForm(Form):
    assessor = SelectField(_("Assessor"), coerce=int)

    def offer(self, rows: Iterable[Record]) -> None:
        self.assessor.choices = [(row.id, row.name) for row in rows]


class OpinionForm(Form):
    findings = TicksField(_("The evidence is"), choices=[SelectChoice(name, words) for name, words in FINDINGS.items()])
    outcome = RadioField(
        _("Opinion"), [InputRequired(_("Choose one."))],
        choices=[SelectChoice(state.value, words) for state, words in OUTCOMES.items()],
    )  # fmt: skip
    hours = HoursField(
        _("Hours, for a part"), [Optional(), NumberRange(0, 1000, message=_("Between 0 and 1,000 hours."))]
    )
    comment = TextAreaField(
        _("What you found, and why"), [InputRequired(_("Say what you found.")), Length(max=4000)], render_kw={"rows": 5}
    )
    no_tie = BooleanField(
        _("I am neither mentor, line manager, colleague nor relative of this person."),
        [InputRequired(_("Confirm it, or tell the coordinator: somebody else judges then."))],
    )


class DecisionForm(Form):
    outcome = RadioField(
        _("Decision"), [InputRequired(_("Choose one."))],
        choices=[SelectChoice(state.value, words) for state, words in OUTCOMES.items()],
    )  # fmt: skip
    hours = HoursField(
        _("Hours exempted, for a part"), [Optional(), NumberRange(0, 1000, message=_("Between 0 and 1,000 hours."))]
    )
    recognised = TicksField(_("Competencies recognised"))
    prescriptions = TextAreaField(
        _("What is still to be done, for a part"), [Length(max=2000)],
        description=_("Within 24 months."), render_kw={"rows": 3},
    )  # fmt: skip
    reason = TextAreaField(
        _("Reason, as the participant reads it"),
        [InputRequired(_("Give a reason; the participant reads it.")), Length(max=2000)], render_kw={"rows": 4},
    )  # fmt: skip


def words_of(request: Record) -> dict[str, Any]:
    """What is kept of a draft, for its form."""
    return {
        "statement": request.statement, "experience_years": request.experience_months // 12 or None,
        "experience_months": request.experience_months % 12 or None, "claimed": request.claimed, "version": request.version,
    }  # fmt: skip
