"""What applicants write, and what staff write about calls and files."""

from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    EmailField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from lms import uploads
from lms.accounts.forms import ARABIC_ONLY, ORGANISATION_KINDS, SEXES, EmailAddress, choices
from lms.accounts.models import OrganisationKind, Sex
from lms.accounts.places import regions
from lms.admissions.lifecycle import CriterionKind
from lms.admissions.models import Application, Call
from lms.cohorts.forms import CODE, DayField
from lms.i18n import language
from lms.i18n import lazy as _
from lms.uploads import Problem, Upload
from lms.web.files import checked_files, worded
from lms.web.forms import DecimalTextField, Form, VersionField, WholeField

_POINTS = NumberRange(0, 100, message=_("Between 0 and 100 points."))


class TrackForm(Form):
    class Meta:
        csrf = False

    cohort_id = HiddenField()
    places = WholeField(_("Places"), [Optional(), NumberRange(0, 1000, message=_("Between 0 and 1,000."))])
    waiting = WholeField(
        _("On the waiting list"), [Optional(), NumberRange(0, 1000, message=_("Between 0 and 1,000."))]
    )


class CallForm(Form):
    """``documents``: one a line, French | English, a star before what may be left out."""

    code = StringField(_("Code"), [InputRequired(_("Give the call a code.")),
                                   Regexp(CODE, message=_("Use 2 to 30 letters, digits and hyphens."))])  # fmt: skip
    title_fr = StringField(_("Title in French"), [InputRequired(_("Give the call a title.")), Length(max=160)])
    title_en = StringField(_("Title in English"), [InputRequired(_("Give the call a title.")), Length(max=160)])
    text_fr = TextAreaField(_("Text in French"), [Length(max=8000)])
    text_en = TextAreaField(_("Text in English"), [Length(max=8000)])
    opens_on = DayField(_("First day"), [InputRequired(_("Choose the first day."))])
    closes_on = DayField(_("Last day"), [InputRequired(_("Choose the last day."))])
    tracks = FieldList(FormField(TrackForm))
    documents = TextAreaField(
        _("Documents asked for"), [Length(max=4000)],
        description=_("One a line: French | English. A star before it: it may be left out."),
    )  # fmt: skip
    test = DecimalTextField(_("Points for the test"), [_POINTS], default=Decimal(40))
    interview = DecimalTextField(_("Points for the interview"), [_POINTS], default=Decimal(30))
    experience = DecimalTextField(_("Points for teaching experience"), [_POINTS], default=Decimal(20))
    balance = DecimalTextField(_("Points for balance"), [_POINTS], default=Decimal(10))
    women_percent = WholeField(
        _("Share of the places for women, in percent"),
        [Optional(), NumberRange(0, 100, message=_("Between 0 and 100."))], default=40,
    )  # fmt: skip
    test_floor = DecimalTextField(
        _("Fewest points at the test for an interview"), [_POINTS], default=Decimal(0), description=_("0: none."),
    )  # fmt: skip
    offer_days = WholeField(
        _("Days to answer an offer"),
        [InputRequired(_("Give the number of days.")), NumberRange(1, 60, message=_("Between 1 and 60 days."))], default=7,
    )  # fmt: skip
    favoured_regions = SelectMultipleField(_("Favoured regions"))
    examiners = SelectMultipleField(_("Examiners"), coerce=int)
    version = VersionField()

    def offer_regions(self) -> None:
        self.favoured_regions.choices = [(region.code, region.name_fr) for region in regions()]

    def points(self) -> dict[CriterionKind, Decimal]:
        return {
            CriterionKind.TEST: self.test.data or Decimal(0), CriterionKind.INTERVIEW: self.interview.data or Decimal(0),
            CriterionKind.EXPERIENCE: self.experience.data or Decimal(0), CriterionKind.BALANCE: self.balance.data or Decimal(0),
        }  # fmt: skip

    def show(self, call: Call) -> None:
        """The facts of a call, in a form that was opened just now."""
        for name in (
            "code",
            "title_fr",
            "title_en",
            "text_fr",
            "text_en",
            "opens_on",
            "closes_on",
            "test_floor",
            "offer_days",
            "version",
        ):
            self[name].data = getattr(call, name)
        self.favoured_regions.data = list(call.favoured_regions)


class ExaminersForm(Form):
    examiners = SelectMultipleField(_("Examiners"), coerce=int)


class SkipForm(Form):
    reason = TextAreaField(
        _("Why is this person passed over?"),
        [InputRequired(_("Give a reason; the record keeps it.")), Length(max=1000)],
    )


class JudgeForm(Form):
    judge = SelectField(_("Who examines it"), coerce=int)


class TurnDownForm(Form):
    reason = TextAreaField(
        _("Why can it not be examined?"),
        [InputRequired(_("Give a reason; the applicant reads it.")), Length(max=2000)],
    )


class DecisionForm(Form):
    outcome = SelectField(_("Decision"))
    reason = TextAreaField(
        _("Reason, as the applicant reads it"),
        [InputRequired(_("Give a reason; the applicant reads it.")), Length(max=2000)],
    )


class ExtendForm(Form):
    closes_on = DayField(_("New last day"), [InputRequired(_("Choose the last day."))])
    reason = TextAreaField(_("Why?"), [InputRequired(_("Give a reason; the record keeps it.")), Length(max=500)])


class TogetherForm(Form):
    """``files``: numbers, with commas between."""

    files = HiddenField()
    state = HiddenField()
    reason = TextAreaField(_("Reason, as the applicants read it"), [Length(max=1000)])


class StepForm(Form):
    state = SelectField(_("Next step"))
    reason = TextAreaField(_("Reason, as the applicant reads it"), [Length(max=1000)])


class ScoreForm(Form):
    criterion = SelectField(_("What for"), coerce=int)
    points = DecimalTextField(_("Points"), [InputRequired(_("Write the points."))])
    note = TextAreaField(
        _("Note"), [Length(max=1000)], description=_("Needed when you correct points you gave before.")
    )


_PHONE = r"^\+?[0-9 ().-]{6,20}$"


class StartForm(Form):
    """The least with which a file can be begun and found again."""

    track_id = SelectField(_("What you apply for"), coerce=int)
    given_name = StringField(_("Given name"), [InputRequired(_("Write the given name.")), Length(max=80)],
                             render_kw={"autocomplete": "given-name"})  # fmt: skip
    family_name = StringField(_("Family name"), [InputRequired(_("Write the family name.")), Length(max=80)],
                              render_kw={"autocomplete": "family-name"})  # fmt: skip
    email = EmailField(
        _("E-mail address"), [InputRequired(_("Write your e-mail address.")), EmailAddress(), Length(max=254)],
        description=_("We write to it at every step, and send the link to your file."), render_kw={"autocomplete": "email"},
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """What the service takes, in the language that the applicant reads."""
        return {
            "track_id": self.track_id.data, "given_name": self.given_name.data, "family_name": self.family_name.data,
            "email": self.email.data, "locale": language(),
        }  # fmt: skip


class ApplicationForm(StartForm):
    """Everything but the documents. What is still missing is said before the file is sent, so that a draft is always saved."""

    given_name_ar = StringField(
        _("Given name in Arabic"), [Length(max=80), ARABIC_ONLY], render_kw={"dir": "rtl", "lang": "ar"}
    )
    family_name_ar = StringField(
        _("Family name in Arabic"), [Length(max=80), ARABIC_ONLY], render_kw={"dir": "rtl", "lang": "ar"}
    )
    sex = SelectField(_("Woman or man"), choices=choices(SEXES),
                      description=_("Counts only for the reserved share and the points that the call publishes."))  # fmt: skip
    phone = StringField(
        _("Telephone"), [Optional(), Regexp(_PHONE, message=_("Write a telephone number, such as 0600 000 000."))],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )  # fmt: skip
    region = SelectField(_("Region"))
    city = StringField(_("City"), [Length(max=80)], render_kw={"autocomplete": "address-level2"})
    organisation_name = StringField(_("Where you work"), [Length(max=160)], render_kw={"autocomplete": "organization"})
    organisation_kind = SelectField(_("Kind of organisation"))
    diploma = StringField(_("Highest diploma"), [Length(max=160)])
    years_teaching = WholeField(
        _("Years of teaching"), [Optional(), NumberRange(0, 60, message=_("Between 0 and 60."))],
        description=_("Whole years; 0 if you have not taught yet."), render_kw={"inputmode": "numeric"},
    )  # fmt: skip
    motivation = TextAreaField(
        _("Why you apply"), [Length(max=6000, message=_("Use at most 6,000 characters."))], render_kw={"rows": 8}
    )
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = SelectChoice("", _("Choose one"))
        self.region.choices = [none, *(SelectChoice(region.code, region.name_fr) for region in regions())]
        self.organisation_kind.choices = [none, *choices(ORGANISATION_KINDS)]

    def show(self, application: Application) -> None:
        """The file as it was saved, in a form that was opened just now."""
        for field in self:
            if field.name not in ("csrf_token", "years_teaching"):
                field.data = getattr(application, field.name) or ""
        self.years_teaching.data = application.years_teaching

    def facts(self) -> dict[str, Any]:
        texts = (
            "given_name_ar",
            "family_name_ar",
            "phone",
            "region",
            "city",
            "organisation_name",
            "diploma",
            "motivation",
        )
        return super().facts() | {name: self[name].data or "" for name in texts} | {
            "sex": Sex(self.sex.data) if self.sex.data else None, "years_teaching": self.years_teaching.data or 0,
            "organisation_kind": OrganisationKind(self.organisation_kind.data) if self.organisation_kind.data else None,
        }  # fmt: skip


class DocumentForm(Form):
    """One file. ``upload`` is what may be kept, once the form is valid."""

    ENDINGS = ("pdf", "jpg", "jpeg", "png", "docx", "odt")
    file = FileField(_("File"), render_kw={"accept": ",".join(f".{ending}" for ending in ENDINGS)})
    upload: Upload

    def validate_file(self, field: FileField) -> None:
        if not field.data or not field.data.filename:
            raise ValidationError(_("Choose a file."))
        name = uploads.safe_name(field.data.filename)
        if uploads.ending_of(name) not in self.ENDINGS:
            raise ValidationError(worded(name, Problem.KIND))
        (self.upload,) = checked_files([field.data])


class LostLinkForm(Form):
    email = EmailField(_("E-mail address"), [InputRequired(_("Write your e-mail address.")), Length(max=254)],
                       render_kw={"autocomplete": "email"})  # fmt: skip


class AnswerForm(Form):
    """Accepting, declining or withdrawing; a reason helps and is not asked for."""

    reason = TextAreaField(_("Reason"), [Length(max=1000)])


class AppealForm(Form):
    text = TextAreaField(
        _("Why you contest the decision"), [InputRequired(_("Say why you contest the decision.")), Length(max=6000)],
        render_kw={"rows": 6},
    )  # fmt: skip
