"""The référentiel brought to what its files say, and levels noted as people show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, TypeVar

from sqlalchemy import select

from lms import audit, db
from lms.accounts import queries as people
from lms.clock import now, today
from lms.competencies import schema
from lms.competencies.models import Attainment, Competency, JobProfile, Qualification
from lms.competencies.qualifying import Level
from lms.errors import Missing, Refused
from lms.i18n import _
from lms.permissions import Actor

Act = Literal["added", "changed", "removed"]
Entry = Competency | JobProfile
E = TypeVar("E", Competency, JobProfile)


@dataclass(frozen=True)
class Change:
    """One difference between the référentiel in force and its files. ``order`` stands for the order of a whole list."""

    kind: Literal["competency", "job_profile"]
    act: Act
    code: str
    title_fr: str
    title_en: str


@dataclass(frozen=True)
class Rescaled:
    """A competency cannot change its scale: levels already shown would mean nothing."""

    code: str
    scale: str


def changes_in(competencies: Sequence[schema.Competency], job_profiles: Sequence[schema.JobProfile]) -> list[Change]:
    """What ``publish`` would change. Where entries stand among others is told only through those others."""
    return [
        *_differences(Competency, "competency", _competency_columns(competencies)),
        *_differences(JobProfile, "job_profile", _profile_columns(job_profiles)),
    ]


def rescaled(competencies: Iterable[schema.Competency]) -> list[Rescaled]:
    """What must not be published."""
    known = {row.code: row.scale for row in db.session().execute(select(Competency.code, Competency.scale))}
    return [
        Rescaled(item.code, known[item.code]) for item in competencies if known.get(item.code, item.scale) != item.scale
    ]


def publish(competencies: Sequence[schema.Competency], job_profiles: Sequence[schema.JobProfile]) -> None:
    """Bring the référentiel to its files. What is gone is retired: attainments rest on it."""
    _bring(Competency, _competency_columns(competencies))
    _bring(JobProfile, _profile_columns(job_profiles))


def _competency_columns(competencies: Sequence[schema.Competency]) -> dict[str, dict[str, Any]]:
    return {
        item.code: {
            "family": item.family, "scale": item.scale, "position": position, "label_fr": item.label.fr,
            "label_en": item.label.en, "references": {name: list(codes) for name, codes in item.references.items()},
        }
        for position, item in enumerate(competencies)
    }  # fmt: skip


def _profile_columns(job_profiles: Sequence[schema.JobProfile]) -> dict[str, dict[str, Any]]:
    return {
        item.code: {
            "position": position, "title_fr": item.title.fr, "title_en": item.title.en, "title_ar": item.title.ar,
            "isco": item.isco, "requirements": [asked.model_dump(exclude_none=True) for asked in item.requirements],
        }
        for position, item in enumerate(job_profiles)
    }  # fmt: skip


def _differences(table: type[E], kind: Literal["competency", "job_profile"], wanted: Mapping[str, Any]) -> list[Change]:
    rows = {row.code: row for row in _all(table) if row.retired_at is None}
    found = []
    for code, columns in wanted.items():
        row = rows.get(code)
        if row is None:
            found.append(Change(kind, "added", code, *_titles(table(**columns))))
        elif any(getattr(row, name) != value for name, value in columns.items() if name != "position"):
            found.append(Change(kind, "changed", code, *_titles(table(**columns))))
    found += [Change(kind, "removed", row.code, *_titles(row)) for row in rows.values() if row.code not in wanted]
    common = [code for code in rows if code in wanted]
    if common != [code for code in wanted if code in rows]:
        found.append(Change(kind, "changed", "order", "", ""))
    return found


def _titles(entry: Entry) -> tuple[str, str]:
    if isinstance(entry, Competency):
        return entry.label_fr, entry.label_en
    return entry.title_fr, entry.title_en


def _bring(table: type[E], wanted: Mapping[str, Any]) -> None:
    rows = {row.code: row for row in _all(table)}
    for code, columns in wanted.items():
        row = rows.pop(code, None)
        if row is None:
            db.session().add(table(code=code, **columns))
            continue
        for name, value in columns.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        row.retired_at = None
    for row in rows.values():
        row.retired_at = row.retired_at or now()


def _all(table: type[E]) -> Sequence[E]:
    return db.session().scalars(select(table).order_by(table.position)).all()


@dataclass(frozen=True)
class Shown:
    """A level in one competency."""

    code: str
    mastery: str | None = None
    transmission: str | None = None
    cefr: str | None = None


Evidenced = Mapping[str, Sequence[Shown]]
"""What each piece of evidence shows of one person, by the evidence's key."""


def settle_attainments(user_id: int, shown: Evidenced) -> None:
    """As ``settle_attainments_of``, for one person."""
    settle_attainments_of({user_id: shown})


def settle_attainments_of(people: Mapping[int, Evidenced]) -> None:
    """Bring what each piece of evidence shows of each person to this. New levels are noted once, however often they are looked
    at; those the evidence no longer shows (an empty list) stay on record and no longer count, until it shows them again.
    One statement reads them, however many people. The caller holds whatever keeps two of these for one person apart."""
    keys = [evidence for shown in people.values() for evidence in shown]
    known = {
        (row.user_id, row.evidence, row.competency_code): row
        for row in db.session().scalars(
            select(Attainment).where(Attainment.user_id.in_(list(people)), Attainment.evidence.in_(keys))
        )
    }
    levels = [
        (user_id, evidence, level)
        for user_id, shown in people.items()
        for evidence, levels in shown.items()
        for level in levels
    ]
    for user_id, evidence, level in levels:
        row = known.pop((user_id, evidence, level.code), None)
        if row is None:
            db.session().add(Attainment(
                user_id=user_id, competency_code=level.code, mastery=level.mastery, transmission=level.transmission,
                cefr=level.cefr, evidence=evidence, shown_at=now(),
            ))  # fmt: skip
        else:
            row.withdrawn_at = None
    for row in known.values():
        row.withdrawn_at = row.withdrawn_at or now()


class NobodyKnown(Refused):
    """Nobody has that address."""


def qualify(
    email: str, *, level: Level, track: str | None, module_code: str | None, valid_from: date, valid_until: date | None,
    source: str, by: Actor,
) -> Qualification:  # fmt: skip
    """Record that somebody may teach a track, or a module (docs/rules.md §9). Raises NobodyKnown."""
    user = people.user_by_email(email)
    if user is None:
        raise NobodyKnown(_("Nobody here has this address. Invite them first."), field="email")
    qualification = Qualification(
        user_id=user.id, level=level, track=track, module_code=module_code, valid_from=valid_from, valid_until=valid_until,
        source=source.strip(), recorded_by=by.user_id, recorded_at=now(),
    )  # fmt: skip
    db.session().add(qualification)
    db.session().flush()  # the audit row names the id
    audit.record(
        "qualification.recorded", f"user:{user.id}", by=by, qualification_id=qualification.id, level=level,
        covers=track or module_code,
    )  # fmt: skip
    return qualification


def end_qualification(qualification_id: int, *, by: Actor) -> None:
    """It counts up to yesterday, or not at all when it starts today or later. One that is over stays as it was."""
    qualification = db.session().get(Qualification, qualification_id, with_for_update=True)
    if qualification is None:
        raise Missing
    last = today() - timedelta(days=1)
    if qualification.valid_until is not None and qualification.valid_until <= last:
        return
    if qualification.valid_from > last:
        qualification.valid_from = last
    qualification.valid_until, qualification.ended_by = last, by.user_id
    audit.record("qualification.ended", f"user:{qualification.user_id}", by=by, qualification_id=qualification_id)
