"""``_`` and the reader's language. English is the source; ``translations/`` holds French and English."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from babel import Locale
from flask_babel import force_locale, get_locale, gettext, lazy_gettext, ngettext

from lms.settings import LOCALES

_: Callable[..., str] = gettext
_n: Callable[..., str] = ngettext
lazy = lazy_gettext

__all__ = ["LOCALES", "_", "_n", "direction", "in_language", "language", "lazy", "pick"]


def language() -> str:
    """The two letters of the language being written: fr or en. English outside of any reader's context."""
    locale = get_locale()
    return locale.language if locale else "en"


def direction() -> str:
    """``ltr`` or ``rtl``, for the ``dir`` attribute."""
    return Locale.parse(language()).text_direction


def in_language(code: str) -> AbstractContextManager[None]:
    """Write in this language for a while: mails and certificates follow their reader, not the person who caused them."""
    return force_locale(code)


def pick(fr: str, en: str) -> str:
    """The side of a bilingual pair that the reader wants."""
    return fr if language() == "fr" else en
