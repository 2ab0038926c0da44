"""The figures in the reader's words: what each says, how it is worked out, what it leaves out, and its value."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from flask_babel.speaklater import LazyString

from lms.i18n import _, _n, language, lazy
from lms.reporting.kpis import Kpi, Measured, Unit
from lms.web.filters import number


@dataclass(frozen=True)
class Words:
    """``group``: the heading it stands under. ``part`` and ``whole``: what is counted; ``out``: what is not, or counted
    apart; ``waits``: what must be recorded before there is a figure."""

    group: LazyString
    name: LazyString
    says: LazyString
    part: LazyString
    whole: LazyString
    out: LazyString
    waits: LazyString


_ACCESS, _DELAYS = lazy("Access and flow"), lazy("Processing delays")
_DELIVERY, _RESULTS = lazy("Delivery"), lazy("Results")
_NO_CALL = lazy("No application is recorded in this period.")
_NO_PEOPLE = lazy("Nobody is enrolled in a cohort of this period.")
_NO_WORK = lazy("No work was handed in to the cohorts of this period.")
_NO_RESULT = lazy("No module result is complete yet.")
_NOTHING = lazy("Nothing.")

WORDS = {
    "01": Words(_ACCESS, lazy("Selection rate"), lazy("How many of those who apply are admitted at once."),
                lazy("admitted, first list only"), lazy("applications submitted"),
                lazy("Those admitted from the waiting list."), _NO_CALL),
    "02": Words(_ACCESS, lazy("Completeness"), lazy("How many applications hold everything that is asked for."),
                lazy("complete applications"), lazy("applications submitted"), lazy("Drafts that were never sent."), _NO_CALL),
    "03": Words(_ACCESS, lazy("Waiting-list yield"), lazy("How many places offered to the waiting list are taken."),
                lazy("offers accepted"), lazy("offers made to the waiting list"), lazy("Offers still open."), _NO_CALL),
    "04": Words(_ACCESS, lazy("Fill rate"), lazy("How many of the places are taken on the last day of the period."),
                lazy("people who take a place"), lazy("places of the cohorts"),
                lazy("Those who withdrew, were excluded or deferred."),
                _NO_PEOPLE),
    "05": Words(_ACCESS, lazy("Women's share"), lazy("How many of those ever enrolled are women."),
                lazy("women"), lazy("people enrolled who stated it"),
                lazy("Those who did not state it: counted apart."), _NO_PEOPLE),
    "06": Words(_ACCESS, lazy("Regional coverage"), lazy("From how many of the twelve regions people come."),
                lazy("regions with somebody enrolled"), lazy("regions of Morocco"),
                lazy("People whose organisation, and so region, is not known: counted apart."), _NO_PEOPLE),
    "07": Words(_DELAYS, lazy("Delay until work is judged"),
                lazy("Working days from work handed in to its judgement, never the mean."),
                lazy("work judged in the period"), lazy("work judged in the period"),
                lazy("Work that still waits: see the backlog."),
                _NO_WORK),
    "08": Words(_DELAYS, lazy("Delays kept"), lazy("How much of the work was judged within five working days."),
                lazy("judged in time"), lazy("judged in the period, and open work that is overdue"),
                lazy("Work that waits and is not overdue."), _NO_WORK),
    "09": Words(_DELAYS, lazy("Backlog and age"), lazy("How much work waits for a judgement, and since when."),
                lazy("work that waits"), lazy("work that waits, or was judged in the period"), _NOTHING, _NO_WORK),
    "10": Words(_DELIVERY, lazy("Delivery rate"), lazy("How many of the planned half-days took place."),
                lazy("half-days held"), lazy("half-days planned until then"),
                lazy("A half-day that takes another's place is not planned twice."),
                lazy("No half-day is planned in the timetable of these cohorts.")),
    "11": Words(_DELIVERY, lazy("Attendance rate"), lazy("How much of the sessions held people were there for."),
                lazy("minutes present"), lazy("minutes of the sessions held"),
                lazy("Those who left, are suspended or did not succeed."),
                lazy("No attendance is recorded in the cohorts of this period.")),
    "12": Words(_DELIVERY, lazy("Sheets locked within 24 hours"), lazy("How many attendance sheets are closed the day after."),
                lazy("sheets locked within 24 hours"), lazy("half-days held"), _NOTHING,
                lazy("No attendance sheet is recorded yet.")),
    "13": Words(_DELIVERY, lazy("Attrition"), lazy("How many of those ever enrolled left for good."),
                lazy("withdrawn or excluded"), lazy("people ever enrolled"),
                lazy("Those who deferred: counted apart."), _NO_PEOPLE),
    "14": Words(_RESULTS, lazy("Passed at the first sitting"), lazy("How many modules are passed without a second sitting."),
                lazy("module results passed first"), lazy("complete module results"),
                lazy("Modules with a mark or attendance still missing."), _NO_RESULT),
    "15": Words(_RESULTS, lazy("Passed in the end"), lazy("How many modules are passed, second sittings included."),
                lazy("module results passed"), lazy("complete module results"),
                lazy("Modules with a mark or attendance still missing."), _NO_RESULT),
}  # fmt: skip


def percent_of(value: Fraction | None) -> str:
    """One decimal, half-up, as on paper: ``29,1 %`` and ``29.1%``; a dash when there is none."""
    if value is None:
        return "–"
    shown = (Decimal(value.numerator * 100) / value.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{str(shown).replace('.', ',')}\u202f%" if language() == "fr" else f"{shown}%"


def value_of(kpi: Kpi, measured: Measured) -> str:
    """The figure itself."""
    detail = measured.detail
    match kpi.unit:
        case Unit.RATE:
            return percent_of(measured.rate.value)
        case Unit.DELAY:
            middle = Fraction(str(detail["median"]))
            days = str(Decimal(middle.numerator) / middle.denominator)
            return _(
                "median %(median)s d · P90 %(p90)d d",
                median=days.replace(".", ",") if language() == "fr" else days, p90=int(detail["p90"]),
            )  # fmt: skip
        case Unit.BACKLOG:
            waiting = _n("%(num)d waits", "%(num)d wait", int(detail["open"]))
            if "oldest" not in detail:
                return waiting
            return _n(
                "%(waiting)s, the oldest for %(num)d day", "%(waiting)s, the oldest for %(num)d days", int(detail["oldest"]),
                waiting=waiting,
            )  # fmt: skip


def counted(measured: Measured) -> str:
    """``120 / 412``: numerator and denominator."""
    return f"{number(measured.rate.numerator)} / {number(measured.rate.denominator)}"
