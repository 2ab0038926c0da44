"""What participants hand in, and what those who judge write."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, MultipleFileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from lms import uploads
from lms.assessment.models import Outcome
from lms.i18n import language
from lms.i18n import lazy as _
from lms.uploads import LONGEST_TEXT, Upload
from lms.web.files import checked_files
from lms.web.forms import Form, MarkField, VersionField

LEVELS = {1: _("Level 1, insufficient"), 2: _("Level 2"), 3: _("Level 3"), 4: _("Level 4, exemplary")}


class DraftForm(Form):
    """The text typed so far. ``revision``: of the draft the page showed."""

    body = TextAreaField(_("Your text"), [Length(max=LONGEST_TEXT, message=_("This text is too long to be handed in."))],
                         render_kw={"rows": 14, "spellcheck": "true"})  # fmt: skip
    revision = VersionField()


class HandInForm(DraftForm):
    """``uploads``: the files that may be kept, once the form is valid. ``number``: the version this page hands in."""

    files = MultipleFileField(_("Files"), render_kw={"accept": uploads.ACCEPT})
    ai_statement = TextAreaField(_("Use of AI"), [Length(max=4000)], render_kw={"rows": 3})
    no_ai = BooleanField(_("I did this work without any AI tool."))
    number = VersionField()

    def __init__(self, assignment: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ai_use = assignment.ai_use
        self.body.flags.required = not assignment.files
        self.ai_statement.flags.required = self.ai_use == "required"
        self.uploads: list[Upload] = []

    def validate_files(self, field: MultipleFileField) -> None:
        self.uploads = checked_files(field.data or ())

    def validate_ai_statement(self, field: TextAreaField) -> None:
        if self.ai_use == "required" and not (field.data or "").strip():
            raise ValidationError(_("Say which AI tool you used, what for, and what you checked."))

    def validate_no_ai(self, field: BooleanField) -> None:
        if self.ai_use == "forbidden" and not field.data:
            raise ValidationError(_("Confirm that no AI tool was used: this assignment asks for it."))


class ReviewForm(Form):
    """Made for a rubric by ``review_form``: ``level_0``, ``comment_0`` and so on, in the order of its criteria."""

    comment = TextAreaField(_("Overall comment"), [Length(max=8000)], render_kw={"rows": 4})
    outcome = RadioField(
        _("Decision"), [InputRequired(_("Choose a decision."))],
        choices=[
            SelectChoice(Outcome.ACCEPTED.value, _("Accept")),
            SelectChoice(Outcome.RETURNED.value, _("Return with comments")),
        ],
    )  # fmt: skip
    number = VersionField()
    criteria: Sequence[Mapping[str, Any]] = ()

    @property
    def levels(self) -> dict[str, int]:
        return {row["id"]: int(self[f"level_{index}"].data) for index, row in enumerate(self.criteria)}

    @property
    def comments(self) -> dict[str, str]:
        return {row["id"]: self[f"comment_{index}"].data or "" for index, row in enumerate(self.criteria)}


def review_form(criteria: Sequence[Mapping[str, Any]], **values: Any) -> ReviewForm:
    """The form of a rubric, filled with what an earlier review said."""
    fields: dict[str, Any] = {"criteria": criteria}
    for index, row in enumerate(criteria):
        title = _title(row)
        fields[f"level_{index}"] = RadioField(
            title,
            [InputRequired(_("Choose a level."))],
            choices=[SelectChoice(str(level), text) for level, text in LEVELS.items()],
        )
        fields[f"comment_{index}"] = TextAreaField(_("Comment"), [Length(max=4000)], render_kw={"rows": 2})
    form: ReviewForm = type("RubricForm", (ReviewForm,), fields)(**values)
    return form


def _title(row: Mapping[str, Any]) -> str:
    return str(row["title"][language()])


class MarkRow(Form):
    """One person's line on a mark sheet. ``known``: the mark it showed."""

    class Meta:
        csrf = False  # the sheet around it carries the token

    mark = MarkField(_("Mark out of 20"), render_kw={"inputmode": "decimal", "size": 6, "autocomplete": "off"})
    sitting = SelectField(_("Sitting"), choices=[SelectChoice("1", _("First")), SelectChoice("2", _("Second"))])
    comment = StringField(_("Comment, or reason for the change"), [Length(max=1000)])
    known = HiddenField()

    @property
    def known_id(self) -> int | None:
        return int(self.known.data) if str(self.known.data).isdecimal() else None


class WithdrawForm(Form):
    reason = StringField(_("Why is the signature withdrawn?"),
                         [InputRequired(_("Give a reason; the record keeps it.")), Length(max=500)])  # fmt: skip
