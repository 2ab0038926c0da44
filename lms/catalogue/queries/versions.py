"""Versions of courses and programmes, and the syncs that published them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from lms import db
from lms.accounts.models import User
from lms.catalogue.models import (
    CatalogueSync,
    Course,
    CourseVersion,
    Module,
    Programme,
    ProgrammeModule,
    ProgrammeVersion,
    SourceText,
)
from lms.errors import Missing
from lms.paging import SIZE, Page, key_of, page_of


def programmes() -> Sequence[db.Record]:
    """The current version of each programme, with its ``code``, by track and code."""
    return db.session().execute(_current_programmes()).all()


def open_programme_versions() -> Sequence[db.Record]:
    """Those of them that a cohort may start on now."""
    return db.session().execute(_current_programmes().where(ProgrammeVersion.is_open)).all()


def _current_programmes() -> Select[Any]:
    query = select(Programme.code, *ProgrammeVersion.__table__.c)
    current = query.join(Programme, Programme.current_version_id == ProgrammeVersion.id)
    return current.order_by(ProgrammeVersion.track, Programme.code)


def programme_version(programme_version_id: int) -> db.Record:
    """One version, current or not, with the programme's ``code``. Raises Missing."""
    query = select(Programme.code, *ProgrammeVersion.__table__.c).join(
        Programme, Programme.id == ProgrammeVersion.programme_id
    )
    found = db.session().execute(query.where(ProgrammeVersion.id == programme_version_id)).one_or_none()
    if found is None:
        raise Missing
    return found


def modules_of(programme_version_id: int) -> Sequence[db.Record]:
    """The modules of a programme version in its order; no sheets."""
    query = (
        select(
            Module.id, Module.code, Module.title_fr, Module.title_en, Module.minutes, Module.is_published,
            Module.content_hash, ProgrammeModule.position,
        )
        .join(ProgrammeModule, ProgrammeModule.module_id == Module.id)
        .where(ProgrammeModule.programme_version_id == programme_version_id)
        .order_by(ProgrammeModule.position)
    )  # fmt: skip
    return db.session().execute(query).all()


def module(module_id: int) -> db.Record:
    """A module of any version, with its sheet. Raises Missing."""
    query = select(
        Module.id, Module.course_version_id, Module.code, Module.title_fr, Module.title_en, Module.minutes,
        Module.is_published, Module.content_hash, Module.sheet,
    ).where(Module.id == module_id)  # fmt: skip
    found = db.session().execute(query).one_or_none()
    if found is None:
        raise Missing
    return found


def course_versions() -> Sequence[db.Record]:
    """The current version of each course, retired ones included (their number is then None), by code; ``versions`` is how
    many there are, ``given_name`` and ``family_name`` whose sync published it."""
    every = aliased(CourseVersion)
    count = select(func.count()).where(every.course_id == Course.id).scalar_subquery()
    query = (
        select(
            Course.code, count.label("versions"), CourseVersion.number, CourseVersion.content_hash,
            CourseVersion.published_at, CourseVersion.sync_id, CourseVersion.title_fr, CourseVersion.title_en,
            User.given_name, User.family_name,
        )
        .outerjoin(CourseVersion, CourseVersion.id == Course.current_version_id)
        .outerjoin(CatalogueSync, CatalogueSync.id == CourseVersion.sync_id)
        .outerjoin(User, User.id == CatalogueSync.by).order_by(Course.code)
    )  # fmt: skip
    return db.session().execute(query).all()


def syncs(after: str | None = None) -> Page[db.Record]:
    """What was published, newest first: ``id``, ``at``, how many ``changes``, whose."""
    changes = func.json_array_length(CatalogueSync.changes).label("changes")
    query = (
        select(CatalogueSync.id, CatalogueSync.at, changes, User.given_name, User.family_name)
        .outerjoin(User, User.id == CatalogueSync.by).order_by(CatalogueSync.id.desc()).limit(SIZE + 1)
    )  # fmt: skip
    place = key_of(after, 1)
    if place and isinstance(place[0], int):
        query = query.where(CatalogueSync.id < place[0])
    return page_of(db.session().execute(query).all(), lambda row: (row.id,))


def latest_sync() -> int | None:
    """The number of the last sync that changed something."""
    return db.session().execute(select(func.max(CatalogueSync.id))).scalar_one()


def sync_of(sync_id: int) -> db.Record:
    """One sync: its ``changes``, the ``files`` it found, whose it was. Raises Missing."""
    query = select(
        CatalogueSync.id, CatalogueSync.at, CatalogueSync.changes, CatalogueSync.files, User.given_name, User.family_name
    ).outerjoin(User, User.id == CatalogueSync.by)  # fmt: skip
    found = db.session().execute(query.where(CatalogueSync.id == sync_id)).one_or_none()
    if found is None:
        raise Missing
    return found


def texts_of(hashes: Collection[str]) -> Mapping[str, str]:
    """The texts of course files, by their hash."""
    found = select(SourceText.hash, SourceText.text).where(SourceText.hash.in_(hashes))
    return {row.hash: row.text for row in db.session().execute(found)}
