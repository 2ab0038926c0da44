"""What people type about certificates."""

from wtforms import HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp

from lms.accounts.forms import ARABIC_ONLY
from lms.credentials.states import RevocationReason
from lms.i18n import lazy as _
from lms.web.forms import Form

REASONS = {
    RevocationReason.OUR_ERROR: _("Error on our side"),
    RevocationReason.REQUIREMENTS_NOT_MET: _("Requirements found not met"),
    RevocationReason.MISCONDUCT: _("Misconduct established"),
    RevocationReason.HOLDER_REQUEST: _("Holder’s request"),
    RevocationReason.OTHER: _("Other"),
}


class OnceForm(Form):
    """``request`` names the click, so that a form sent twice is one job."""

    request = HiddenField(validators=[Regexp(r"^[0-9a-f]{16}$")])


class IssueForm(OnceForm):
    people = SelectMultipleField(
        _("Participants"), [InputRequired(_("Choose at least one participant."))], coerce=int, validate_choice=False
    )


class CorrectForm(Form):
    name = StringField(
        _("Name on the certificate"), [InputRequired(_("Write the name as it must be printed.")), Length(max=160)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    name_ar = StringField(
        _("Name in Arabic letters"), [Length(max=160), ARABIC_ONLY],
        render_kw={"dir": "rtl", "lang": "ar", "autocomplete": "off"},
    )  # fmt: skip
    note = TextAreaField(
        _("Why is it corrected?"), [InputRequired(_("Give a reason; the record keeps it.")), Length(max=500)],
        description=_("For the record; the public does not see it."),
    )  # fmt: skip


class RevokeForm(Form):
    reason = RadioField(
        _("Reason that everybody can read"), [InputRequired(_("Choose a reason."))],
        choices=[SelectChoice(reason.value, words) for reason, words in REASONS.items()],
    )  # fmt: skip
    note = TextAreaField(
        _("Why is it revoked?"), [InputRequired(_("Give a reason; the record keeps it.")), Length(max=500)],
        description=_("For the record; the public does not see it."),
    )  # fmt: skip
