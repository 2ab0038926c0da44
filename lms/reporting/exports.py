"""What files about a cohort's people say: the whole screen, and who is at risk (docs/rules.md §24)."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from lms.accounts.exports import names
from lms.cohorts.wording import ENROLMENT_STATES
from lms.db import Record
from lms.i18n import lazy as _
from lms.reporting.queries.screen import Person, Standings
from lms.reporting.queries.standing import Standing
from lms.reporting.wording import risk_sentence
from lms.results.wording import sentence
from lms.spreadsheets import Cell, Column, Kind, Table

_WHO = (
    Column("enrolment", _("Enrolment"), Kind.NUMBER, of=lambda person: person.row.id),
    *names(lambda person: person.row),
    Column("email", _("E-mail address"), of=lambda person: person.row.email, width=32),
    Column("organisation", _("Organisation"), of=lambda person: person.row.organisation, width=32),
    Column("state", _("State"), of=lambda person: person.row.state, words=ENROLMENT_STATES, width=16),
)
_AT_RISK = (
    Column("at_risk", _("What points to trouble"), of=lambda person: _risks(person), width=60),
    Column("last_contact", _("Last contact"), Kind.DAY, of=lambda person: person.row.contacted_on),
)
_STANDS = (
    Column("may_issue", _("Conditions met"), Kind.YES_NO, of=lambda person: not person.reasons),
    Column("why_not", _("What is missing"), of=lambda person: " ".join(map(sentence, person.reasons)), width=60),
    *_AT_RISK,
)
_COHORT = Column("cohort", _("Cohort"), of=lambda person: person.row.cohort_name, width=32)


def screen(modules: Sequence[Record], people: Sequence[Person], standing: Standings) -> Table:
    """People × modules. The columns of a module are called after its code: ``DEV-1_mark``."""
    parts = (
        ("mark", _("mark out of 20"), Kind.NUMBER, _mark),
        ("lessons_done", _("lessons done"), Kind.NUMBER, _lessons_done),
        ("present_minutes", _("present"), Kind.LENGTH, _present),
        ("held_minutes", _("held"), Kind.LENGTH, _held),
    )
    columns = [
        Column(
            f"{module.code}_{part}", f"{module.code} · {title}", kind, of=_in_module(standing, module.module_id, cell)
        )
        for module in modules
        for part, title, kind, cell in parts
    ]
    return Table(str(_("Participants")), (*_WHO, *columns, *_STANDS), people)


def at_risk(people: Sequence[Person]) -> Table:
    return Table(str(_("People at risk")), (_COHORT, *_WHO, *_AT_RISK), people)


def _in_module(standing: Standings, module_id: int, cell: Callable[[Standing], Cell]) -> Callable[[Person], Cell]:
    return lambda person: cell(standing[(person.row.id, module_id)])


def _mark(standing: Standing) -> Decimal | None:
    return standing.mark


def _lessons_done(standing: Standing) -> int:
    return standing.done


def _present(standing: Standing) -> int | None:
    return standing.attendance.present if standing.attendance else None


def _held(standing: Standing) -> int | None:
    return standing.attendance.held if standing.attendance else None


def _risks(person: Person) -> str:
    return " ".join(risk_sentence(risk) for risk in person.risks)
