"""What staff write about calls and files."""

from decimal import Decimal

from wtforms import FieldList, FormField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from lms.accounts.places import regions
from lms.admissions.lifecycle import CriterionKind
from lms.admissions.models import Call
from lms.cohorts.forms import CODE, DayField
from lms.i18n import lazy as _
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
