"""What is typed about cohorts and their people."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from lms.accounts.forms import ARABIC_ONLY, LANGUAGES, ROLES, EmailAddress, choices
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.services.staff import COHORT_STAFF
from lms.i18n import lazy as _
from lms.web.forms import Form, VersionField, WholeField

CODE = r"^[A-Za-z0-9][A-Za-z0-9-]{1,29}$"
MOST_PLACES = 10_000


class DayField(DateField):  # type: ignore[misc]
    """A calendar day; says so plainly when it is not one."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a day, such as 2026-11-23.")) from None


class CohortForm(Form):
    code = StringField(_("Code"), [InputRequired(_("Give the cohort a code.")),
                                   Regexp(CODE, message=_("Use 2 to 30 letters, digits and hyphens."))],
                       description=_("Short and unique, such as DEV-2027-A."))  # fmt: skip
    name = StringField(_("Name"), [InputRequired(_("Give the cohort a name.")), Length(max=160)])
    starts_on = DayField(_("First day"), [InputRequired(_("Choose the first day."))])
    ends_on = DayField(_("Last day"), [InputRequired(_("Choose the last day."))])
    capacity = WholeField(_("Places"), [InputRequired(_("Give the number of places.")),
                                        NumberRange(1, MOST_PLACES, message=_("Between 1 and 10,000 places."))])  # fmt: skip
    least_people = WholeField(
        _("Fewest people to start with"), default=0,
        validators=[Optional(), NumberRange(0, MOST_PLACES, message=_("Between 0 and 10,000 people."))],
        description=_("You are told 14, 7 and 2 days before the first day when fewer are enrolled; 0: never."),
    )  # fmt: skip
    issues_certificates = BooleanField(_("Issue each certificate as soon as its conditions are met"), default=True,
                                       description=_("Otherwise a coordinator issues them for the cohort."))  # fmt: skip

    def validate_ends_on(self, field: DateField) -> None:
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day comes before the first."))

    def validate_least_people(self, field: WholeField) -> None:
        if self.capacity.data and field.data and field.data > self.capacity.data:
            raise ValidationError(_("There are fewer places than that."))


class OpenCohortForm(CohortForm):
    programme = SelectField(
        _("Programme"), coerce=int, description=_("The cohort keeps this version of the programme for life.")
    )


class EditCohortForm(CohortForm):
    version = VersionField()


class ModuleDatesForm(PlainForm):  # type: ignore[misc]
    """One module's line on the dates page."""

    module_id = HiddenField()
    opens_on = DayField(_("Opens on"), [InputRequired(_("Choose the day it opens."))])
    due_on = DayField(_("Due on"), [InputRequired(_("Choose the day it is due."))])

    def validate_due_on(self, field: DateField) -> None:
        if self.opens_on.data and field.data and field.data < self.opens_on.data:
            raise ValidationError(_("It is due before it opens."))


class DatesForm(Form):
    modules = FieldList(FormField(ModuleDatesForm))
    version = VersionField()


class EnrolForm(Form):
    """The names are asked for only of somebody nobody knows yet."""

    email = EmailField(
        _("E-mail address"), [InputRequired(_("Write the e-mail address.")), EmailAddress(), Length(max=254)]
    )
    given = StringField(_("Given name"), [Length(max=80)])
    family = StringField(
        _("Family name"), [Length(max=80)], description=_("With its particle: El Idrissi, Ben Ali, Aït Lahcen.")
    )
    given_ar = StringField(
        _("Given name in Arabic"), [Length(max=80), ARABIC_ONLY], render_kw={"dir": "rtl", "lang": "ar"}
    )
    family_ar = StringField(
        _("Family name in Arabic"), [Length(max=80), ARABIC_ONLY], render_kw={"dir": "rtl", "lang": "ar"}
    )
    organisation = SelectField(_("Organisation"), coerce=int)
    locale = SelectField(_("Language"), choices=choices(LANGUAGES))


class ChangeEnrolmentForm(Form):
    """``state`` offers only what may follow the present one, ``later`` the cohorts to come."""

    state = SelectField(_("What happens"))
    reason = TextAreaField(_("Why?"), [InputRequired(_("Give a reason; the record keeps it.")), Length(max=500)])
    heard_on = DayField(_("To exclude: heard on"), [Optional()], description=_("Nobody is excluded unheard."))
    report = TextAreaField(_("To exclude: what was said"), [Length(max=4000)])
    later = SelectField(
        _("To defer: the later cohort"), coerce=int, default=0, description=_("A place is kept there for them.")
    )


class TransferForm(Form):
    cohort = SelectField(_("To which cohort?"), coerce=int)
    reason = TextAreaField(_("Why?"), [InputRequired(_("Give a reason; the record keeps it.")), Length(max=500)])


def _extra(label: Any, most: int) -> WholeField:
    checks = [Optional(), NumberRange(0, most, message=_("Between 0 and %(most)d.", most=most))]
    return WholeField(label, checks, default=0)


class AccommodationForm(Form):
    extra_percent = _extra(_("More time in quizzes, in percent"), 200)
    extra_days = _extra(_("Days after each date"), 60)
    extra_attempts = _extra(_("More attempts"), 5)
    note = TextAreaField(_("Why (confidential)"), [Length(max=2000)],
                         description=_("For those who coordinate and for the person; whoever judges never sees it."))  # fmt: skip


class ExtensionForm(Form):
    module = SelectField(_("Module"), coerce=int)
    extra_days = _extra(_("Days after its dates"), 60)
    extra_minutes = _extra(_("Minutes more in its quiz"), 600)
    extra_attempts = _extra(_("More attempts"), 5)
    reason = TextAreaField(_("Why?"), [InputRequired(_("Give a reason; the record keeps it.")), Length(max=500)])


class SplitForm(Form):
    count = WholeField(_("Number of groups"), [InputRequired(_("Write how many groups.")),
                                               NumberRange(1, 20, message=_("Between 1 and 20 groups."))])  # fmt: skip


ACTS = {
    EnrolmentState.ACTIVE: _("Take back as active"), EnrolmentState.SUSPENDED: _("Suspend"),
    EnrolmentState.FAILED: _("End without success"),
    EnrolmentState.WITHDRAWN: _("Withdraw"), EnrolmentState.EXCLUDED: _("Exclude"),
    EnrolmentState.DEFERRED: _("Defer to a later cohort"),
}  # fmt: skip


class StaffForm(Form):
    email = EmailField(
        _("E-mail address"), [InputRequired(_("Write the e-mail address.")), EmailAddress(), Length(max=254)]
    )
    role = SelectField(_("Role"), choices=[SelectChoice(role.value, ROLES[role]) for role in COHORT_STAFF])


class RosterForm(Form):
    file = FileField(_("CSV file"), [FileRequired(_("Choose a file."))],
                     description=_("At most 5,000 people and 2 MB; UTF-8 or Windows encoding; semicolons, commas or tabs."),
                     render_kw={"accept": ".csv,text/csv,text/plain"})  # fmt: skip


class YesForm(Form):
    """Nothing to fill in: the button is the answer."""
