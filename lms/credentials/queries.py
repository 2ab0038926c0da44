"""Certificates: for those who check, hold, issue and seal them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, bindparam, select, tuple_
from sqlalchemy.orm import aliased

from lms import db
from lms.accounts.models import User
from lms.accounts.tokens import hashed
from lms.catalogue.models import Module, Programme, ProgrammeModule, ProgrammeVersion
from lms.clock import now
from lms.cohorts.models import Cohort, Enrolment
from lms.competencies import queries as competencies
from lms.credentials.models import Certificate, CertificateEvent, CertificateFile, ShareLink, SigningKey
from lms.credentials.snapshot import CompetencySaid, ModuleSaid
from lms.credentials.states import LIVE, CertificateState, ReplacementKind, RevocationReason
from lms.credentials.verdict import Record, Successor
from lms.errors import Missing
from lms.jobs import Job, JobState
from lms.paging import Page, key_of, page_of
from lms.permissions import Actor, Permission
from lms.results.models import ModuleResult

PEOPLE_A_PAGE = 100
PURPOSE = "pdf_seal"


def _found(row: db.Record | None) -> db.Record:
    if row is None:
        raise Missing
    return row


def certificate(certificate_id: int) -> Certificate:
    """The certificate itself, for services."""
    found = db.session().get(Certificate, certificate_id)
    if found is None:
        raise Missing
    return found


def certificate_for(certificate_id: int, *, by: Actor, permission: Permission) -> Certificate:
    """One that ``by`` may look after: of a cohort in which they hold the permission. Missing otherwise."""
    query = select(Certificate).where(Certificate.id == certificate_id)
    cohorts = by.scope(permission)
    if cohorts is not None:
        query = query.where(Certificate.cohort_id.in_(cohorts))
    found = db.session().scalars(query).one_or_none()
    if found is None:
        raise Missing
    return found


def own_certificate(certificate_id: int, user_id: int | None) -> Certificate:
    """One's own, once it is issued. Missing otherwise."""
    found = db.session().scalars(
        select(Certificate).where(
            Certificate.id == certificate_id, Certificate.holder_id == user_id, Certificate.state != CertificateState.DRAFT
        )
    ).one_or_none()  # fmt: skip
    if found is None:
        raise Missing
    return found


def live_certificate(enrolment_id: int) -> Certificate | None:
    """The one certificate of this participation that is decided and not ended."""
    return db.session().scalars(
        select(Certificate).where(Certificate.enrolment_id == enrolment_id, Certificate.state.in_(LIVE))
    ).one_or_none()  # fmt: skip


def has_any_certificate(enrolment_id: int) -> bool:
    """Whether one was ever decided, whatever became of it."""
    query = select(Certificate.id).where(Certificate.enrolment_id == enrolment_id).limit(1)
    return db.session().execute(query).first() is not None


_NEXT = aliased(Certificate)
_BY_CODE = (
    select(
        Certificate.code, Certificate.state, Certificate.holder_name, Certificate.shows_name, Certificate.snapshot,
        Certificate.awarded_on, Certificate.valid_from, Certificate.valid_until, Certificate.ended_on,
        Certificate.revocation_reason, Certificate.replacement_kind, _NEXT.state.label("next_state"),
        _NEXT.valid_from.label("next_from"), _NEXT.valid_until.label("next_until"),
    )
    .outerjoin(_NEXT, _NEXT.id == Certificate.replaced_by_id)
    .where(Certificate.code == bindparam("code"))
)  # fmt: skip


def certificate_by_code(code: str) -> Record | None:
    """What an employer may learn of the certificate with this code (as ``code.parse`` gives it). One statement, the same for
    a code that is unknown and for one that is not sealed yet."""
    row = db.read(_BY_CODE, code=code).one_or_none()
    return None if row is None else _record(row)


def _record(row: db.Record) -> Record:
    successor = Successor(CertificateState(row.next_state), row.next_from, row.next_until) if row.next_state else None
    return Record(
        code=row.code, state=CertificateState(row.state), name=row.holder_name, shows_name=row.shows_name,
        title_fr=row.snapshot["title_fr"], title_en=row.snapshot["title_en"], issuer=row.snapshot["issuer"],
        awarded_on=row.awarded_on, valid_from=row.valid_from, valid_until=row.valid_until, ended_on=row.ended_on,
        reason=RevocationReason(row.revocation_reason) if row.revocation_reason else None,
        replacement=ReplacementKind(row.replacement_kind) if row.replacement_kind else None, successor=successor,
    )  # fmt: skip


_OPEN_LINK = and_(
    ShareLink.certificate_id == Certificate.id, ShareLink.ended_at.is_(None), ShareLink.expires_at > bindparam("now")
)
_HELD = (
    select(
        Certificate.id, Certificate.code, Certificate.state, Certificate.replacement_kind, Certificate.holder_name,
        Certificate.shows_name, Certificate.awarded_on, Certificate.valid_from, Certificate.valid_until,
        Certificate.ended_on, ProgrammeVersion.certificate_title_fr.label("title_fr"),
        ProgrammeVersion.certificate_title_en.label("title_en"), ShareLink.expires_at.label("shared_until"),
    )
    .join(ProgrammeVersion, ProgrammeVersion.id == Certificate.programme_version_id)
    .outerjoin(ShareLink, _OPEN_LINK)
    .where(Certificate.holder_id == bindparam("user"), Certificate.state != CertificateState.DRAFT)
    .order_by(Certificate.awarded_on.desc(), Certificate.id.desc())
)  # fmt: skip


def certificates_of(user_id: int) -> Sequence[db.Record]:
    """Somebody's certificates that are issued, newest first, each with when its share link ends (None: there is none)."""
    return db.read(_HELD, user=user_id, now=now()).all()


def history_of(certificate_id: int) -> Sequence[db.Record]:
    """What happened to it, oldest first: seq, at, what, reason, note, given_name, family_name (None: the institute)."""
    return db.session().execute(
        select(
            CertificateEvent.seq, CertificateEvent.at, CertificateEvent.what, CertificateEvent.reason, CertificateEvent.note,
            User.given_name, User.family_name,
        )
        .outerjoin(User, User.id == CertificateEvent.by)
        .where(CertificateEvent.certificate_id == certificate_id).order_by(CertificateEvent.seq)
    ).all()  # fmt: skip


def _files() -> Select[*tuple[Any, ...]]:
    return select(
        CertificateFile.key, CertificateFile.sha256, CertificateFile.size, CertificateFile.sealed_at, Certificate.id,
        Certificate.code, Certificate.holder_name, Certificate.holder_id, Certificate.cohort_id,
    ).join(Certificate, Certificate.id == CertificateFile.certificate_id)  # fmt: skip


_FILE_OF = _files().where(Certificate.id == bindparam("certificate"))


def file_for(certificate_id: int, *, by: Actor) -> db.Record:
    """Where the sealed PDF is, for its holder and for those who look after results. Missing otherwise."""
    cohorts = by.scope(Permission.RESULTS_VIEW)
    row = _found(db.read(_FILE_OF, certificate=certificate_id).one_or_none())
    if row.holder_id != by.user_id and cohorts is not None and row.cohort_id not in cohorts:
        raise Missing
    return row


def file_of(certificate_id: int) -> db.Record | None:
    return db.read(_FILE_OF, certificate=certificate_id).one_or_none()


def file_by_digest(sha256: str) -> db.Record | None:
    """The certificate whose sealed file has exactly these bytes."""
    return db.session().execute(_files().where(CertificateFile.sha256 == sha256)).one_or_none()


def files_of_cohort(cohort_id: int) -> Sequence[db.Record]:
    """The sealed files that count, by name: id, key, sha256, code, holder_name and what a list of them says."""
    return db.session().execute(
        _files().add_columns(
            Certificate.awarded_on, Certificate.valid_until, ProgrammeVersion.certificate_title_fr.label("title_fr")
        )
        .join(ProgrammeVersion, ProgrammeVersion.id == Certificate.programme_version_id)
        .where(Certificate.cohort_id == cohort_id, Certificate.state.in_((CertificateState.ISSUED, CertificateState.SUSPENDED)))
        .order_by(Certificate.holder_name, Certificate.id)
    ).all()  # fmt: skip


def shared(token: str) -> Certificate:
    """The certificate behind a share link that is still open. Missing otherwise."""
    found = db.session().scalars(
        select(Certificate).join(ShareLink, ShareLink.certificate_id == Certificate.id)
        .where(
            ShareLink.token_hash == hashed(token), ShareLink.ended_at.is_(None), ShareLink.expires_at > now(),
            Certificate.state != CertificateState.DRAFT,
        )
    ).one_or_none()  # fmt: skip
    if found is None:
        raise Missing
    return found


def people_of(cohort_id: int, *, after: str | None = None, size: int = PEOPLE_A_PAGE) -> Page[db.Record]:
    """Participants by name with the certificate that counts (columns None: there is none): enrolment_id, names, id, code,
    state, awarded_on."""
    live = and_(Certificate.enrolment_id == Enrolment.id, Certificate.state.in_(LIVE))
    query = (
        select(
            Enrolment.id.label("enrolment_id"), Enrolment.user_id, User.given_name, User.family_name, User.certificate_name,
            Certificate.id.label("certificate_id"), Certificate.code, Certificate.state, Certificate.awarded_on,
        )
        .join(User, User.id == Enrolment.user_id).outerjoin(Certificate, live)
        .where(Enrolment.cohort_id == cohort_id).order_by(User.family_name, User.id).limit(size + 1)
    )  # fmt: skip
    place = key_of(after, 2)
    if place:
        query = query.where(tuple_(User.family_name, User.id) > tuple_(*place))
    return page_of(db.session().execute(query).all(), lambda row: (row.family_name, row.user_id), size=size)


def enrolments_in(cohort_id: int, enrolment_ids: Collection[int]) -> list[int]:
    """Those of these that are the cohort's, in the order of names."""
    query = (
        select(Enrolment.id).join(User, User.id == Enrolment.user_id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.id.in_(enrolment_ids)).order_by(User.family_name, User.id)
    )  # fmt: skip
    return list(db.session().scalars(query).all())


@dataclass(frozen=True)
class Facts:
    """What is true of a participation today, as far as a certificate says it."""

    holder_id: int
    name: str
    name_ar: str
    cohort_id: int
    cohort: str
    starts_on: date
    ends_on: date
    issues_certificates: bool
    programme_version_id: int
    programme: str
    programme_version: int
    programme_fr: str
    programme_en: str
    title_fr: str
    title_en: str
    kind: str
    minutes: int
    validity_months: int | None
    modules: tuple[ModuleSaid, ...]
    competencies: tuple[CompetencySaid, ...]


def facts_of(enrolment_id: int) -> Facts:
    """Four statements. Raises Missing."""
    row = _found(db.session().execute(
        select(
            Enrolment.user_id, Enrolment.cohort_id, User.given_name, User.family_name, User.given_name_ar, User.family_name_ar,
            User.certificate_name, Cohort.code.label("cohort"), Cohort.starts_on, Cohort.ends_on, Cohort.issues_certificates,
            ProgrammeVersion.id.label("programme_version_id"), ProgrammeVersion.number, ProgrammeVersion.title_fr,
            ProgrammeVersion.title_en, ProgrammeVersion.certificate_title_fr, ProgrammeVersion.certificate_title_en,
            ProgrammeVersion.certificate_kind, ProgrammeVersion.minutes, ProgrammeVersion.validity_months,
            Programme.code.label("programme"),
        )
        .join(User, User.id == Enrolment.user_id).join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(ProgrammeVersion, ProgrammeVersion.id == Cohort.programme_version_id)
        .join(Programme, Programme.id == ProgrammeVersion.programme_id)
        .where(Enrolment.id == enrolment_id)
    ).one_or_none())  # fmt: skip
    modules = db.session().execute(
        select(Module.code, Module.title_fr, Module.title_en, Module.minutes, Module.sheet, ModuleResult.is_exempted)
        .join(ProgrammeModule, ProgrammeModule.module_id == Module.id)
        .outerjoin(ModuleResult, and_(
            ModuleResult.module_id == Module.id, ModuleResult.enrolment_id == enrolment_id, ModuleResult.superseded_at.is_(None)
        ))
        .where(ProgrammeModule.programme_version_id == row.programme_version_id).order_by(ProgrammeModule.position)
    ).all()  # fmt: skip
    taught = list(dict.fromkeys(level["code"] for module in modules for level in module.sheet.get("competencies", ())))
    return Facts(
        holder_id=row.user_id, name=row.certificate_name or f"{row.given_name} {row.family_name}",
        name_ar=f"{row.given_name_ar} {row.family_name_ar}".strip(), cohort_id=row.cohort_id, cohort=row.cohort,
        starts_on=row.starts_on, ends_on=row.ends_on, issues_certificates=row.issues_certificates,
        programme_version_id=row.programme_version_id, programme=row.programme, programme_version=row.number,
        programme_fr=row.title_fr, programme_en=row.title_en, title_fr=row.certificate_title_fr,
        title_en=row.certificate_title_en, kind=row.certificate_kind, minutes=row.minutes,
        validity_months=row.validity_months,
        modules=tuple(
            ModuleSaid(module.code, module.title_fr, module.title_en, module.minutes, bool(module.is_exempted))
            for module in modules
        ),
        competencies=_shown_levels(row.user_id, enrolment_id, taught),
    )  # fmt: skip


def _shown_levels(user_id: int, enrolment_id: int, taught: Sequence[str]) -> tuple[CompetencySaid, ...]:
    """The best levels shown in this participation, in the order in which the modules teach them."""
    best: dict[str, dict[str, str]] = {}
    for row in competencies.attainments_of([user_id]):
        if not row.evidence.startswith(f"enrolment:{enrolment_id} "):
            continue
        levels = best.setdefault(row.competency_code, {})
        for scale in ("mastery", "transmission", "cefr"):
            level = getattr(row, scale)
            if level:
                levels[scale] = max(level, levels.get(scale, ""))
    labels = competencies.labels_of(best)
    return tuple(
        CompetencySaid(code, labels[code].label_fr, labels[code].label_en, **best[code])
        for code in taught
        if code in best
    )


def active_key() -> SigningKey | None:
    """The key that seals now: the newest that is neither retired nor compromised."""
    return db.session().scalars(
        select(SigningKey)
        .where(SigningKey.purpose == PURPOSE, SigningKey.retired_at.is_(None), SigningKey.compromised_at.is_(None))
        .order_by(SigningKey.active_from.desc(), SigningKey.id.desc()).limit(1)
    ).one_or_none()  # fmt: skip


def signing_keys() -> Sequence[SigningKey]:
    """All there ever were, newest first."""
    return db.session().scalars(select(SigningKey).order_by(SigningKey.active_from.desc(), SigningKey.id.desc())).all()


def decision_of(certificate_id: int) -> CertificateEvent | None:
    """The recorded act that decided it."""
    return db.session().scalars(
        select(CertificateEvent)
        .where(CertificateEvent.certificate_id == certificate_id, CertificateEvent.what.in_(("decided", "corrects")))
    ).one_or_none()  # fmt: skip


def replaced_by(certificate_id: int) -> Certificate | None:
    """The certificate in whose place this one stands; None when it is a first one."""
    return db.session().scalars(select(Certificate).where(Certificate.replaced_by_id == certificate_id)).one_or_none()


def is_borne_out(certificate: Certificate, module_codes: Collection[str]) -> bool:
    """Whether the participation is the holder's, in that cohort, and each of these modules stands as passed in it."""
    passed = db.session().scalars(
        select(Module.code).join(ModuleResult, ModuleResult.module_id == Module.id)
        .join(Enrolment, Enrolment.id == ModuleResult.enrolment_id)
        .where(
            Enrolment.id == certificate.enrolment_id, Enrolment.user_id == certificate.holder_id,
            Enrolment.cohort_id == certificate.cohort_id, ModuleResult.superseded_at.is_(None), ModuleResult.passed,
        )
    ).all()  # fmt: skip
    return bool(module_codes) and set(module_codes) <= set(passed)


def archive_of(cohort_id: int, job_id: int) -> db.Record:
    """The result of a finished archive job of this cohort. Missing otherwise."""
    row = _found(db.session().execute(
        select(Job.arguments, Job.result).where(
            Job.id == job_id, Job.kind == "credentials.cohort_archive", Job.state == JobState.DONE
        )
    ).one_or_none())  # fmt: skip
    if row.arguments.get("cohort_id") != cohort_id or "key" not in row.result:
        raise Missing
    return row


def without_certificate(cohort_id: int) -> Sequence[db.Record]:
    """Participants that have no certificate in force, by name: enrolment_id, given_name, family_name."""
    live = and_(Certificate.enrolment_id == Enrolment.id, Certificate.state.in_(LIVE))
    return db.session().execute(
        select(Enrolment.id.label("enrolment_id"), User.given_name, User.family_name)
        .join(User, User.id == Enrolment.user_id).outerjoin(Certificate, live)
        .where(Enrolment.cohort_id == cohort_id, Certificate.id.is_(None)).order_by(User.family_name, User.id)
    ).all()  # fmt: skip


def id_of(code: str) -> int:
    """The certificate with this code. Missing when there is none."""
    found = db.session().execute(select(Certificate.id).where(Certificate.code == code)).scalar_one_or_none()
    if found is None:
        raise Missing
    return found


def cohort_id_of(code: str) -> int:
    """The cohort with this code. Missing when there is none."""
    found = db.session().execute(select(Cohort.id).where(Cohort.code == code)).scalar_one_or_none()
    if found is None:
        raise Missing
    return found
