"""A certificate as a page: what the snapshot says, in French and in English, on one sheet. The drawing is the renderer's."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import segno
from babel.dates import format_date
from markupsafe import Markup

from lms.credentials import code
from lms.credentials.seal import FIELD
from lms.credentials.snapshot import CompetencySaid, ModuleSaid, Snapshot
from lms.credentials.zellige import ornament
from lms.i18n import _, in_language
from lms.paper.renderer import Page
from lms.paper.stationery import Stationery, style, template
from lms.web.filters import hours

QR_MASK = 3  # choosing the best of eight costs five times the drawing; any of them scans
INK = "#1b2a33"
NAME_SIZES = ((28, "xl"), (36, "l"), (47, "m"), (64, "s"))
ROWS = ("wide", "airy", "snug", "tight")
RUNNING = ("flow", "close", "dense", "codes")  # the last one leaves the labels out
LINE = 62  # characters of a label that fit on one line of a row
ATTENDANCE = "ATT"
LOCALES = {"fr": "fr", "en": "en_GB"}


@dataclass(frozen=True)
class Words:
    """The sentences of one side."""

    awarded_to: str
    statement: str
    modules: str
    competencies: str
    done: str
    validity: str
    check: str
    seal: str


def compose(snapshot: Snapshot) -> Page:
    """Everything the renderer is told: the page in each density that may fit, closest last. Needs the application's context, for
    its translations."""
    sides = {language: _words(snapshot, language) for language in ("fr", "en")}
    with in_language("fr"):
        qr_label, seal_label = _("QR code: where this certificate is checked"), _("Electronic seal")
    cohort = Markup('<span class="whole">{}</span>').format(snapshot.cohort)
    facts = {
        **_facts(snapshot),
        **sides,
        "cohort": snapshot.cohort,
        "whole_cohort": cohort,
        "qr": qr_svg(snapshot.address + snapshot.code, qr_label),
    }
    blank = template("certificate.html")
    pages = [blank.render(facts, density=density, in_rows=density in ROWS) for density in _densities(snapshot)]
    return Page(certificate_paper(), pages, snapshot.code, FIELD, seal_label)


@cache
def certificate_paper() -> Stationery:
    """One sheet, lying, with the institute's ornament under it."""
    return Stationery("certificate", style("certificate.css"), most_pages=1, forms=tuple(ornament()))


def qr_svg(address: str, label: str) -> Markup:
    """The address as a QR code, level Q, with its quiet zone."""
    out = io.BytesIO()
    segno.make_qr(address, error="q", boost_error=False, mask=QR_MASK).save(
        out,
        kind="svg",
        xmldecl=False,
        border=4,
        dark=INK,
        omitsize=True,
        title=label,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - segno's own drawing; it escapes the title


def short_address(address: str) -> str:
    """``takwin.example/v/``, as people type it."""
    parts = urlsplit(address)
    return parts.netloc + parts.path


def _words(snapshot: Snapshot, language: str) -> Words:
    with in_language(language):
        said = {
            "programme": snapshot.programme_fr if language == "fr" else snapshot.programme_en,
            "hours": hours(snapshot.minutes), "start": _day(snapshot.starts_on, language),
            "end": _day(snapshot.ends_on, language), "cohort": snapshot.cohort,
        }  # fmt: skip
        if snapshot.kind == ATTENDANCE:
            statement = _(
                "for attending the programme “%(programme)s”, %(hours)s of training, from %(start)s to %(end)s "
                "(cohort %(cohort)s).",
                **said,
            )
        else:
            statement = _(
                "for following and passing the programme “%(programme)s”, %(hours)s of training, from %(start)s to %(end)s "
                "(cohort %(cohort)s).",
                **said,
            )
        until = snapshot.valid_until
        return Words(
            awarded_to=_("awarded to"), statement=statement, modules=_("Modules passed"),
            competencies=_("Competencies (N: mastery, T: transmission)"),
            done=_("%(place)s, %(day)s", place=snapshot.place, day=_day(snapshot.awarded_on, language)),
            validity=_("Valid until %(day)s.", day=_day(until, language)) if until else _("It has no expiry date."),
            check=_(
                "To check this certificate, scan the QR code or type its code at %(address)s",
                address=short_address(snapshot.address),
            ),
            seal=_("Document sealed electronically by the institute’s own certification authority."),
        )  # fmt: skip


def _day(day: date, language: str) -> str:
    return format_date(day, "long", locale=LOCALES[language])


def _facts(snapshot: Snapshot) -> dict[str, Any]:
    heading_fr, detail_fr = _split(snapshot.title_fr)
    heading_en, detail_en = _split(snapshot.title_en)
    return {
        "issuer": snapshot.issuer, "code": code.printed(snapshot.code), "title_fr": snapshot.title_fr,
        "title_en": snapshot.title_en, "heading_fr": heading_fr, "detail_fr": detail_fr, "heading_en": heading_en,
        "detail_en": detail_en, "name": snapshot.name, "name_ar": snapshot.name_ar, "name_size": _size(snapshot.name),
        "name_ar_size": _size(snapshot.name_ar), "modules": [_module(module) for module in snapshot.modules],
        "competencies": [_competency(competency) for competency in snapshot.competencies],
        "created": datetime.combine(snapshot.awarded_on, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip


def _module(module: ModuleSaid) -> dict[str, str]:
    return {
        "code": module.code, "fr": module.title_fr, "en": module.title_en, "figure": _unbroken(hours(module.minutes)),
        "note_fr": _exempted(module, "fr"), "note_en": _exempted(module, "en"),
    }  # fmt: skip


def _exempted(module: ModuleSaid, language: str) -> str:
    """What stands beside a module that was not followed here."""
    with in_language(language):
        return f" ({_('exempted by prior learning')})" if module.is_exempted else ""


def _competency(competency: CompetencySaid) -> dict[str, str]:
    return {
        "code": competency.code, "fr": competency.label_fr, "en": competency.label_en,
        "figure": _unbroken(" · ".join(competency.levels)), "note_fr": "", "note_en": "",
    }  # fmt: skip


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0")


def _split(title: str) -> tuple[str, str]:
    """``Certificat : fondations`` is set on two lines, without the mark between them."""
    for mark in (" : ", "\u00a0: ", ": ", " — "):
        heading, found, detail = title.partition(mark)
        if found:
            return heading, detail
    return title, ""


def _size(name: str) -> str:
    return next((size for most, size in NAME_SIZES if len(name) <= most), "xs")


def _densities(snapshot: Snapshot) -> tuple[str, ...]:
    """From the roomiest that has a chance to the closest there is: each try costs a layout."""
    labels = [
        (item.title_fr + _exempted(item, "fr"), item.title_en + _exempted(item, "en")) for item in snapshot.modules
    ]
    labels += [(item.label_fr, item.label_en) for item in snapshot.competencies]
    lines = sum(-(-max(map(len, pair)) // LINE) for pair in labels)
    long_name = len(snapshot.name) > NAME_SIZES[0][0]
    if lines <= 4:
        return (*ROWS, *RUNNING)
    if lines <= 7 + long_name:
        return (*ROWS[1:], *RUNNING)
    if lines <= 10 + long_name:
        return (*ROWS[2:], *RUNNING)
    if lines <= 15:
        return (*ROWS[3:], *RUNNING)
    characters = max(sum(len(pair[side]) + 14 for pair in labels) for side in (0, 1))
    return RUNNING if characters < 2300 else RUNNING[1:]
