"""A CSV roster to rows and problems. Pure: nobody is looked up, nothing is changed.

Files come from French and English spreadsheets: with ``;``, ``,`` or tabs, in UTF-8, UTF-16 or Windows-1252, with the columns in
any order and under several names. What is wrong is told with its line; nothing is skipped silently.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5000
LONGEST = {"email": 254, "given": 80, "family": 80, "given_ar": 80, "family_ar": 80, "organisation": 160}
SEPARATORS = (";", ",", "\t")
SHOWN = 80

_NAMES = {
    "email": ("email", "mail", "courriel", "adressemail", "adresseemail", "adresseelectronique", "emailaddress"),
    "given": ("givenname", "firstname", "prenom", "given"),
    "family": ("familyname", "lastname", "surname", "nom", "nomdefamille", "family"),
    "given_ar": ("givennamear", "givennamearabic", "givennameinarabic", "prenomar", "prenomarabe", "prenomenarabe",
                 "الاسمالشخصي"),
    "family_ar": ("familynamear", "familynamearabic", "familynameinarabic", "nomar", "nomarabe", "nomenarabe",
                  "الاسمالعايلي", "النسب"),
    "organisation": ("organisation", "organization", "organisme", "etablissement", "employeur", "employer", "entreprise",
                     "company"),
}  # fmt: skip
_COLUMN = {name: column for column, names in _NAMES.items() for name in names}
REQUIRED = ("email", "given", "family")
TEMPLATE = ("email", "prénom", "nom", "prénom en arabe", "nom en arabe", "organisation")

_FORMULA = ("=", "+", "-", "@")
_ARABIC = re.compile(r"[\u0600-\u06ff\s'’-]*")
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATOR_LINE = re.compile(r"sep=([;,\t])\n")
_SPACES = re.compile("[ \u00a0\u202f]+")


class Fault(StrEnum):
    """What is wrong. The first ones concern the whole file, and nothing of it is read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    SPREADSHEET = "spreadsheet"
    NOT_TEXT = "not_text"
    NO_HEADER = "no_header"  # ``value``: the first line as read
    MISSING_COLUMN = "missing_column"
    COLUMN_TWICE = "column_twice"
    BAD_QUOTES = "bad_quotes"
    NO_ROWS = "no_rows"

    EMAIL_MISSING = "email_missing"
    EMAIL_INVALID = "email_invalid"
    FORMULA = "formula"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    NOT_ARABIC = "not_arabic"
    TOO_MANY_CELLS = "too_many_cells"
    DUPLICATE = "duplicate"  # ``value``: the line that has the address already


@dataclass(frozen=True)
class Problem:
    """``line`` 0: the whole file. ``column`` is one of ``LONGEST``; ``value`` what stands there, shortened; ``email`` the address
    on that line, to find it by."""

    line: int
    fault: Fault
    column: str = ""
    value: str = ""
    email: str = ""


@dataclass(frozen=True)
class RosterRow:
    """One person as the file names them; only the address is sure to be there."""

    line: int
    email: str
    given: str = ""
    family: str = ""
    given_ar: str = ""
    family_ar: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class Roster:
    """What a file holds. ``ignored``: columns nobody asked for. Without rows, ``problems`` says why the file cannot be read."""

    rows: tuple[RosterRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    encoding: str = ""
    separator: str = ""
    ignored: tuple[str, ...] = ()

    @property
    def is_readable(self) -> bool:
        return not any(problem.line == 0 for problem in self.problems)


class _Unreadable(Exception):
    """Nothing can be read of the file."""

    def __init__(self, fault: Fault, *, column: str = "", value: str = "") -> None:
        super().__init__(fault)
        self.problem = Problem(0, fault, column, value[:SHOWN])


@dataclass
class _Reading:
    """What was found so far."""

    rows: list[RosterRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)  # by address


def read(content: bytes) -> Roster:
    """The rows that could be people, and every problem of the others."""
    try:
        return _read(content)
    except _Unreadable as unreadable:
        return Roster(problems=(unreadable.problem,))


def _read(content: bytes) -> Roster:
    text, encoding = _decoded(content)
    declared = _SEPARATOR_LINE.match(text)  # what spreadsheets write on top to remember their separator
    body = text[declared.end() :] if declared else text
    body = body.lstrip("\n")
    first_line = text.count("\n") - body.count("\n") + 1
    header = body.split("\n", 1)[0]
    separator = declared[1] if declared else _separator_of(header)
    lines = _lines(body, separator, first_line)
    _line, names = next(lines, (first_line, []))
    columns = _columns(names, header)
    reading, count = _Reading(), 0
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise _Unreadable(Fault.TOO_MANY_ROWS)
        _read_row(reading, line, cells, columns, len(names))
    if not count:
        raise _Unreadable(Fault.NO_ROWS)
    ignored = tuple(name.strip()[:SHOWN] for place, name in enumerate(names) if name.strip() and place not in columns)
    return Roster(tuple(reading.rows), tuple(reading.problems), encoding, separator, ignored)


def _decoded(content: bytes) -> tuple[str, str]:
    if len(content) > MOST_BYTES:
        raise _Unreadable(Fault.TOO_LARGE)
    if content.startswith(_SPREADSHEETS):
        raise _Unreadable(Fault.SPREADSHEET)
    text, encoding = _text(content)
    if "\0" in text:
        raise _Unreadable(Fault.NOT_TEXT)
    if not text.strip():
        raise _Unreadable(Fault.EMPTY)
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def _text(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            raise _Unreadable(Fault.NOT_TEXT) from None
    for encoding, name in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return content.decode(encoding), name
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "Latin-1"


def _fold(name: str) -> str:
    """``Prénom (en arabe)`` and ``prenom_en_arabe`` are one column name."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in letters if c.isalnum())


def _separator_of(header: str) -> str:
    """The separator under which most column names are known."""
    return max(SEPARATORS, key=lambda separator: sum(_fold(name) in _COLUMN for name in header.split(separator)))


def _lines(text: str, separator: str, first_line: int) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on."""
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    line = first_line
    try:
        for cells in reader:
            yield line, cells
            line = first_line + reader.line_num
    except csv.Error:
        raise _Unreadable(Fault.BAD_QUOTES, value=str(line)) from None


def _columns(names: Sequence[str], header: str) -> Mapping[int, str]:
    """Which column of ours stands at which place."""
    columns: dict[int, str] = {}
    for place, name in enumerate(names):
        column = _COLUMN.get(_fold(name))
        if column is None:
            continue
        if column in columns.values():
            raise _Unreadable(Fault.COLUMN_TWICE, column=column)
        columns[place] = column
    if not columns:
        raise _Unreadable(Fault.NO_HEADER, value=header)
    for column in REQUIRED:
        if column not in columns.values():
            raise _Unreadable(Fault.MISSING_COLUMN, column=column, value=header)
    return columns


def _read_row(reading: _Reading, line: int, cells: Sequence[str], columns: Mapping[int, str], width: int) -> None:
    values = {column: _SPACES.sub(" ", cells[place]).strip() for place, column in columns.items() if place < len(cells)}
    problems = [problem for column, value in values.items() for problem in _cell_problems(line, column, value)]
    if any(cell.strip() for cell in cells[width:]):
        problems.append(Problem(line, Fault.TOO_MANY_CELLS, value=cells[width][:SHOWN]))
    email = values.get("email", "").lower()
    if not email:
        problems.append(Problem(line, Fault.EMAIL_MISSING, "email"))
    elif email in reading.lines:
        problems.append(Problem(line, Fault.DUPLICATE, "email", str(reading.lines[email])))
    else:
        reading.lines[email] = line
        if not problems and not _is_address(email):
            problems.append(Problem(line, Fault.EMAIL_INVALID, "email", email[:SHOWN]))
    if problems:
        reading.problems += [replace(problem, email=email[:SHOWN]) for problem in problems]
    else:
        reading.rows.append(RosterRow(line, **{**values, "email": email}))


def _cell_problems(line: int, column: str, value: str) -> Iterator[Problem]:
    if value.startswith(_FORMULA):
        yield Problem(line, Fault.FORMULA, column, value[:SHOWN])
    elif any(unicodedata.category(c) == "Cc" for c in value):
        yield Problem(line, Fault.CONTROL_CHARACTER, column)
    elif len(value) > LONGEST[column]:
        yield Problem(line, Fault.TOO_LONG, column, value[:SHOWN])
    elif column in ("given_ar", "family_ar") and not _ARABIC.fullmatch(value):
        yield Problem(line, Fault.NOT_ARABIC, column, value[:SHOWN])


def _is_address(email: str) -> bool:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
