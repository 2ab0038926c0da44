"""What people type about the catalogue."""

from wtforms import HiddenField

from lms.web.forms import Form


class PublishForm(Form):
    """``seen`` is the fingerprint of the files whose changes were shown: nothing else is published."""

    seen = HiddenField()
