"""What people type about themselves and each other."""

from typing import Any
from zoneinfo import available_timezones

from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email as _Email
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from lms.accounts import passwords, places
from lms.accounts.models import OrganisationKind, Sex
from lms.i18n import lazy as _
from lms.permissions import Permission, Role
from lms.web.forms import Form, VersionField

WEAKNESSES = {
    "short": _("Use at least 12 characters. Several words make a good password."),
    "long": _("Use at most 128 characters."),
    "common": _(
        "This password is among those that are tried first. Several words that do not belong together make a better one."
    ),
    "personal": _("This password is too close to your name or address. Choose another."),
}
ROLES = {
    Role.PARTICIPANT: _("Participant"), Role.FACILITATOR: _("Facilitator"), Role.ASSESSOR: _("Assessor"),
    Role.COORDINATOR: _("Coordinator"), Role.AUTHOR: _("Author"), Role.COMMITTEE: _("Skills committee"),
    Role.AUDITOR: _("Auditor"), Role.ADMIN: _("Administrator"),
}  # fmt: skip
_P = Permission
PERMISSIONS = {
    _P.LEARN: _("Follow a cohort: read its lessons, see their own results"),
    _P.QUIZ_TAKE: _("Take quizzes"),
    _P.WORK_HAND_IN: _("Hand in work"),
    _P.CATALOGUE_PREVIEW: _("Preview courses as an invented participant; nothing is kept"),
    _P.CATALOGUE_SYNC: _("Bring the catalogue up to date with the course files"),
    _P.COHORT_VIEW: _("See a cohort and its participants"),
    _P.COHORT_OPEN: _("Open a cohort and change its dates"),
    _P.COHORT_ENROL: _("Enrol people in a cohort, suspend or withdraw them"),
    _P.CALL_MANAGE: _("Publish calls for applications, examine files, rank and offer places"),
    _P.APPLICATION_SCORE: _("Score the applications one was given"),
    _P.ACCOMMODATION_MANAGE: _("See and grant extra time, later dates and more attempts"),
    _P.FOLLOW_UP: _("Note who was called, and read what was said"),
    _P.ATTENDANCE_RECORD: _("Record attendance"),
    _P.TIMETABLE_FOLLOW: _("Follow one’s own timetable"),
    _P.TIMETABLE_EDIT: _("Make the timetable, look after rooms and the calendar"),
    _P.WORK_REVIEW: _("Review the work handed in"),
    _P.PERFORMANCE_MARK: _("Mark what is judged on the spot, and sign teaching practice off"),
    _P.RESULTS_VIEW: _("See the results of a cohort"),
    _P.KPI_VIEW: _("See the institute's figures; groups of fewer than five are hidden"),
    _P.CERTIFICATE_ISSUE: _("Issue certificates to those who may have them"),
    _P.CERTIFICATE_CORRECT: _("Correct a certificate by replacing it"),
    _P.CERTIFICATE_REVOKE: _("Revoke a certificate, with its reason"),
    _P.PEOPLE_VIEW: _("See who is known here"),
    _P.PEOPLE_INVITE: _("Invite people and correct their names"),
    _P.PEOPLE_SUSPEND: _("Close somebody's access and open it again"),
    _P.ROLE_GRANT: _("Give roles and take them back"),
    _P.ORGANISATION_EDIT: _("Add and edit organisations"),
    _P.AUDIT_READ: _("Read the audit"),
    _P.JOBS_VIEW: _("See the work done in the background, and start it again"),
    _P.ANNOUNCE: _("Write to a cohort or some of its people, and see who has read it"),
    _P.EXEMPTION_DECIDE: _("Rule on requests for exemption by prior learning, and decide them"),
    _P.EXEMPTION_JUDGE: _("Give an opinion on a request for exemption"),
    _P.OUTBOX_VIEW: _("See which mails were sent and which were not"),
}
ORGANISATION_KINDS = {
    OrganisationKind.OFPPT: _("OFPPT centre"), OrganisationKind.UNIVERSITY: _("University"),
    OrganisationKind.SCHOOL: _("School"), OrganisationKind.TRAINING_BODY: _("Private training body"),
    OrganisationKind.COMPANY: _("Company"), OrganisationKind.MINISTRY: _("Ministry"),
    OrganisationKind.ASSOCIATION: _("Association"),
}  # fmt: skip
SEXES = {"": _("Not stated"), Sex.FEMALE: _("Woman"), Sex.MALE: _("Man")}
LANGUAGES = {"fr": "Français", "en": "English"}
ZONES = (
    "Africa/Abidjan", "Africa/Algiers", "Africa/Cairo", "Africa/Casablanca", "Africa/Dakar", "Africa/El_Aaiun",
    "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "Africa/Tunis", "America/Chicago", "America/Denver",
    "America/Halifax", "America/Los_Angeles", "America/New_York", "America/Sao_Paulo", "America/Toronto", "Asia/Dubai",
    "Asia/Karachi", "Asia/Kolkata", "Asia/Kuala_Lumpur", "Asia/Riyadh", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
    "Europe/Berlin", "Europe/Brussels", "Europe/Istanbul", "Europe/Lisbon", "Europe/London", "Europe/Madrid", "Europe/Moscow",
    "Europe/Paris", "Europe/Rome",
)  # fmt: skip
"""The time zones offered: all four hundred weigh more than the rest of the page. One's own is kept whatever it is."""
ARABIC_ONLY = Regexp(r"^[\u0600-\u06ff\s'’-]*$", message=_("Write this name in Arabic letters."))


def choices(labels: dict[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in labels.items()]


def _required(message: Any) -> InputRequired:
    return InputRequired(message)


class EmailAddress(_Email):  # type: ignore[misc]
    """A deliverable form of address; no look-up is made."""

    def __init__(self) -> None:
        super().__init__(_("Write an e-mail address, such as name@example.ma."), allow_empty_local=False)


class LoginForm(Form):
    email = EmailField(_("E-mail address"), [_required(_("Write your e-mail address.")), Length(max=254)],
                       render_kw={"autocomplete": "username", "autofocus": True})  # fmt: skip
    password = PasswordField(_("Password"), [_required(_("Write your password.")), Length(max=128)],
                             render_kw={"autocomplete": "current-password"})  # fmt: skip


class ConfirmForm(Form):
    password = PasswordField(_("Password"), [_required(_("Write your password."))],
                             render_kw={"autocomplete": "current-password", "autofocus": True})  # fmt: skip


class CodeForm(Form):
    code = StringField(_("Code from your app"), [_required(_("Write the six digits, or a recovery code.")), Length(max=20)],
                       render_kw={"autocomplete": "one-time-code", "autofocus": True})  # fmt: skip


class NewFactorForm(CodeForm):
    secret = HiddenField(validators=[Regexp(r"^[A-Z2-7]{32}$")])


class ForgottenForm(Form):
    email = EmailField(_("E-mail address"), [_required(_("Write your e-mail address.")), Length(max=254)],
                       render_kw={"autocomplete": "username", "autofocus": True})  # fmt: skip


class NewPasswordForm(Form):
    """``personal``: names and address that the password must not be made of."""

    password = PasswordField(_("New password"), [_required(_("Choose a password."))],
                             description=_("At least 12 characters; several words are easy to remember."),
                             render_kw={"autocomplete": "new-password", "minlength": passwords.SHORTEST})  # fmt: skip
    personal: tuple[str, ...] = ()

    def validate_password(self, field: PasswordField) -> None:
        weakness = passwords.weakness(field.data or "", *self.personal)
        if weakness:
            raise ValidationError(WEAKNESSES[weakness])


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(_("Present password"), [_required(_("Write your present password."))],
                            render_kw={"autocomplete": "current-password"})  # fmt: skip


class NamesForm(Form):
    given = StringField(_("Given name"), [_required(_("Write the given name.")), Length(max=80)])
    family = StringField(_("Family name"), [_required(_("Write the family name.")), Length(max=80)],
                         description=_("With its particle: El Idrissi, Ben Ali, Aït Lahcen."))  # fmt: skip
    given_ar = StringField(
        _("Given name in Arabic"), [Length(max=80), ARABIC_ONLY], render_kw={"dir": "rtl", "lang": "ar"}
    )
    family_ar = StringField(
        _("Family name in Arabic"), [Length(max=80), ARABIC_ONLY], render_kw={"dir": "rtl", "lang": "ar"}
    )
    organisation = SelectField(_("Organisation"), coerce=int)
    locale = SelectField(_("Language"), choices=choices(LANGUAGES))


class InviteForm(NamesForm):
    email = EmailField(
        _("E-mail address"), [_required(_("Write the e-mail address.")), EmailAddress(), Length(max=254)]
    )


class ProfileForm(NamesForm):
    certificate = StringField(_("Name as on certificates"), [Length(max=160)],
                              description=_("Leave empty to print given name and family name."))  # fmt: skip
    sex = SelectField(_("Woman or man"), choices=choices(SEXES),
                      description=_("For figures about groups only; groups of fewer than five are never shown."))  # fmt: skip
    timezone = SelectField(_("Time zone"))
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {self.timezone.data} & available_timezones()
        self.timezone.choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in sorted({*ZONES, *own})]


class RoleForm(Form):
    role = SelectField(_("Role"), choices=choices(ROLES))


class SuspendForm(Form):
    reason = TextAreaField(
        _("Why is access closed?"), [_required(_("Give a reason; the record keeps it.")), Length(max=500)]
    )


class OrganisationForm(Form):
    name = StringField(_("Name"), [_required(_("Write the name.")), Length(max=160)])
    kind = SelectField(_("Kind"), choices=choices(ORGANISATION_KINDS))
    region = SelectField(_("Region"))
    city = StringField(_("City"), [_required(_("Write the city.")), Length(max=80)], render_kw={"list": "cities"})
    ice = StringField(_("ICE"), [Optional(), Regexp(r"^\d{15}$", message=_("An ICE has 15 digits."))],
                      description=_("Common company identifier, 15 digits; leave empty if there is none."))  # fmt: skip
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region.choices = [SelectChoice(region.code, region.name_fr) for region in places.regions()]
