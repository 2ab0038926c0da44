"""The référentiel as it stands, and the levels people showed."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, tuple_

from lms import db
from lms.accounts.models import User
from lms.competencies.models import Attainment, Competency, JobProfile, Qualification
from lms.paging import SIZE, Page, key_of, page_of


def competencies() -> Sequence[db.Record]:
    """Those in force: ``code``, ``family``, ``scale``, labels, ``references``, in the order of the file."""
    query = select(
        Competency.code,
        Competency.family,
        Competency.scale,
        Competency.label_fr,
        Competency.label_en,
        Competency.references,
    )
    return db.session().execute(query.where(Competency.retired_at.is_(None)).order_by(Competency.position)).all()


def labels_of(codes: Collection[str]) -> dict[str, db.Record]:
    """By code, retired ones included: what rests on them keeps its words."""
    query = select(Competency.code, Competency.scale, Competency.label_fr, Competency.label_en)
    return {row.code: row for row in db.session().execute(query.where(Competency.code.in_(codes)))}


def job_profiles() -> Sequence[db.Record]:
    """Those in force: ``code``, titles, ``isco``, ``requirements``, in the order of the file."""
    query = select(
        JobProfile.code, JobProfile.title_fr, JobProfile.title_en, JobProfile.title_ar, JobProfile.isco,
        JobProfile.requirements,
    )  # fmt: skip
    return db.session().execute(query.where(JobProfile.retired_at.is_(None)).order_by(JobProfile.position)).all()


def attainments_of(user_ids: Collection[int]) -> Sequence[db.Record]:
    """Every level these people showed and that still counts, by person, competency and time."""
    query = select(
        Attainment.user_id, Attainment.competency_code, Attainment.mastery, Attainment.transmission, Attainment.cefr,
        Attainment.evidence, Attainment.shown_at,
    )  # fmt: skip
    query = query.where(Attainment.user_id.in_(user_ids), Attainment.withdrawn_at.is_(None))
    order = (Attainment.user_id, Attainment.competency_code, Attainment.shown_at)
    return db.session().execute(query.order_by(*order)).all()


def qualifications(*, after: str | None = None, size: int = SIZE) -> Page[db.Record]:
    """Who may teach what, by name: id, user_id, names, track, module_code, level, valid_from, valid_until, source."""
    query = (
        select(
            Qualification.id, Qualification.user_id, User.given_name, User.family_name, Qualification.track,
            Qualification.module_code, Qualification.level, Qualification.valid_from, Qualification.valid_until,
            Qualification.source,
        )
        .join(User, User.id == Qualification.user_id).order_by(User.family_name, Qualification.id).limit(size + 1)
    )  # fmt: skip
    match key_of(after, 2):
        case [str(name), int(last)]:
            query = query.where(tuple_(User.family_name, Qualification.id) > tuple_(name, last))
    return page_of(db.session().execute(query).all(), lambda row: (row.family_name, row.id), size=size)
