"""What participants send about their own attendance."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lms.i18n import lazy as _
from lms.web.forms import Form


class CodeForm(Form):
    code = StringField(
        _("Code on the wall"), [InputRequired(_("Type the code that is on the wall.")), Length(max=20)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )  # fmt: skip


class SignForm(Form):
    """Nothing to fill in: the button is the signature."""
