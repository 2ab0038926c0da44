"""What files about people and organisations say. The columns of ``PERSON`` are called as a roster's are, so that a list of people
can be enrolled from (docs/rules.md §24)."""

from collections.abc import Callable, Sequence
from typing import Any

from lms import db
from lms.accounts import places
from lms.accounts.forms import ORGANISATION_KINDS, PERMISSIONS, ROLES
from lms.accounts.models import Organisation
from lms.i18n import lazy as _
from lms.permissions import GRANTS, Permission, Role
from lms.spreadsheets import Column, Kind, Table


def names(person: Callable[[Any], Any] = lambda row: row) -> tuple[Column, Column]:
    """The two columns of a name; ``person`` takes who it is out of a row that holds more."""
    return (
        Column("family", _("Family name"), of=lambda row: person(row).family_name),
        Column("given", _("Given name"), of=lambda row: person(row).given_name),
    )


NAMES = names()
PERSON = (*NAMES, Column("email", _("E-mail address"), width=32))
_ACCESS = {"open": _("Open"), "invited": _("Invited"), "closed": _("Closed")}
_PEOPLE = (
    Column("person", _("Number"), Kind.NUMBER, of=lambda row: row.id),
    *PERSON,
    Column("family_ar", _("Family name in Arabic"), of=lambda row: row.family_name_ar),
    Column("given_ar", _("Given name in Arabic"), of=lambda row: row.given_name_ar),
    Column("organisation", _("Organisation"), width=32),
    Column("language", _("Language"), of=lambda row: row.locale, words={"fr": "Français", "en": "English"}, width=12),
    Column("access", _("Access"), of=lambda row: _access(row), words=_ACCESS, width=12),
)
_ORGANISATIONS = (
    Column("number", _("Number"), Kind.NUMBER, of=lambda row: row.id),
    Column("name", _("Name"), width=40),
    Column("kind", _("Kind"), words=ORGANISATION_KINDS),
    Column("city", _("City")),
    Column("region", _("Region"), words={region.code: region.name_fr for region in places.regions()}, width=32),
    Column("ice", _("ICE"), width=18),
)


def people(rows: Sequence[db.Record]) -> Table:
    return Table(str(_("People")), _PEOPLE, rows)


def _access(row: db.Record) -> str:
    if row.suspended_at:
        return "closed"
    return "open" if row.has_joined else "invited"


def organisations(rows: Sequence[Organisation]) -> Table:
    return Table(str(_("Organisations")), _ORGANISATIONS, rows)


def _allows(role: Role) -> Callable[[Permission], bool]:
    return lambda permission: permission in GRANTS[role]


def roles() -> Table:
    """The whole matrix: one line for each thing that can be done, one column for each role."""
    columns = (
        Column("permission", _("Permission"), of=lambda permission: permission.value),
        Column("meaning", _("What it allows"), of=lambda permission: str(PERMISSIONS[permission]), width=60),
        *(Column(role.value, ROLES[role], Kind.YES_NO, of=_allows(role), width=14) for role in Role),
    )
    return Table(str(_("Roles")), columns, tuple(PERMISSIONS))
