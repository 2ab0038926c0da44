"""The base Form, and fields of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField, StringField
from wtforms.validators import ValidationError

from lms import db
from lms.errors import Refused
from lms.i18n import lazy as _

_ARABIC_INDIC = str.maketrans("٠١٢٣٤٥٦٧٨٩٫", "0123456789.")


class Form(FlaskForm):  # type: ignore[misc]
    """Fields and checks on input. A rule that needs the database is a service's: call it inside ``refusals()``."""

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Show a service's refusal beside the field it names, or on top of the form; whatever it had begun is undone."""
        try:
            yield
        except Refused as refusal:
            db.session().rollback()
            self._show(refusal)

    def _show(self, refusal: Refused) -> None:
        field: Field | None = self._fields.get(refusal.field) if refusal.field else None
        if field is None:
            self.form_errors.append(str(refusal))
        else:
            field.errors = [*field.errors, str(refusal)]

    @property
    def status(self) -> int:
        """200 while nothing is wrong, else 422."""
        return 422 if self.errors or self.form_errors else 200


class VersionField(HiddenField):  # type: ignore[misc]
    """The row's version when the form was opened, so that a stale edit is noticed."""

    @property
    def value(self) -> int:
        return int(self.data) if str(self.data).isdecimal() else -1


class DecimalTextField(StringField):  # type: ignore[misc]
    """A decimal with at most ``places`` places; a comma or a point, Arabic-Indic digits welcome. ``data`` is Decimal or None."""

    data: Any

    def __init__(self, label: Any = None, validators: Any = None, *, places: int = 2, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.places = places

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip().translate(_ARABIC_INDIC).replace(",", ".") if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            self.data = Decimal(text)
        except InvalidOperation:
            self.data = None
            raise ValueError(_("Write a number, such as 12.5.")) from None
        if not self.data.is_finite() or -self.data.as_tuple().exponent > self.places:
            self.data = None
            raise ValueError(_("Write a number with at most %(places)d decimal places.", places=self.places))


class MarkField(DecimalTextField):
    """A mark out of 20 with at most two places."""

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and not 0 <= self.data <= 20:
            raise ValidationError(_("A mark is between 0 and 20."))


class WholeField(IntegerField):  # type: ignore[misc]
    """A whole number; says so plainly when it is not one."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip().translate(_ARABIC_INDIC) if valuelist else ""
        self.data = None
        if text:
            if not text.lstrip("-").isdecimal() or len(text) > 9:
                raise ValueError(_("Write a whole number."))
            self.data = int(text)


def safe_next(target: str | None, default: str) -> str:
    """``target`` when it is a path of this site, else ``default``: never another site, however it is written."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return default
    if any(ord(character) <= 0x20 or character in "\\@" for character in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target
