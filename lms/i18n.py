"""``_`` and the reader's language. English is the source; ``translations/`` holds French and English.

Flask-Babel chooses the language; it is asked once a request, because a page asks for it hundreds of times.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.support import NullTranslations, Translations
from flask_babel import force_locale, get_locale
from flask_babel.speaklater import LazyString

from lms.settings import LOCALES

__all__ = ["LOCALES", "_", "_n", "direction", "in_language", "language", "lazy", "new_reader", "no_reader", "pick"]

TRANSLATIONS = Path(__file__).parent / "translations"


@dataclass
class _Reader:
    """Whom the present request writes for. ``language`` None: not asked yet."""

    language: str | None = None


_reader: ContextVar[_Reader | None] = ContextVar("reader", default=None)


def new_reader() -> None:
    """A request begins: forget who read the one before."""
    _reader.set(_Reader())


def no_reader() -> None:
    """The request is over."""
    _reader.set(None)


def language() -> str:
    """The two letters of the language being written: fr or en. English outside of any reader's context."""
    reader = _reader.get()
    if reader is None:
        return _asked()
    if reader.language is None:
        reader.language = _asked()
    return reader.language


def _asked() -> str:
    locale = get_locale()
    return locale.language if locale else "en"


def direction() -> str:
    """``ltr`` or ``rtl``, for the ``dir`` attribute."""
    return _direction(language())


@cache
def _direction(code: str) -> str:
    return Locale.parse(code).text_direction


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Write in this language for a while: mails and certificates follow their reader, not the person who caused them."""
    before = _reader.set(_Reader(code))
    try:
        with force_locale(code):
            yield
    finally:
        _reader.reset(before)


def pick(fr: str, en: str) -> str:
    """The side of a bilingual pair that the reader wants."""
    return fr if language() == "fr" else en


@cache
def _sentences(code: str) -> NullTranslations:
    return Translations.load(str(TRANSLATIONS), [code])


def _(sentence: str, /, **values: object) -> str:
    """The sentence in the reader's language, with its ``%(values)s``."""
    text: str = _sentences(language()).gettext(sentence)
    return text % values if values else text


def _n(one: str, many: str, number: int, /, **values: object) -> str:
    """The same for one or for many; ``%(num)d`` is the number."""
    text: str = _sentences(language()).ngettext(one, many, number)
    return text % {"num": number, **values}


def lazy(sentence: str, /, **values: object) -> LazyString:
    """The sentence in the language of whoever reads it later: labels of forms, tables of words."""
    return LazyString(_, sentence, **values)
