"""``make_…``: the least that is valid, saved in the current frame. Each takes what the test cares about."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from lms import db
from lms.accounts.models import Organisation, OrganisationKind, RoleGrant, User
from lms.accounts.names import search_key
from lms.catalogue.models import (
    Component,
    Course,
    CourseVersion,
    Lesson,
    LessonText,
    Module,
    Programme,
    ProgrammeModule,
    ProgrammeVersion,
)
from lms.clock import now, today
from lms.cohorts.models import Cohort, CohortModule, Enrolment, EnrolmentState
from lms.permissions import Actor, Role

_numbers = count(1)


def make_user(
    given: str = "Amina", family: str = "Bennani", *, email: str | None = None, password_hash: str | None = None
) -> User:
    email = email or f"user{next(_numbers)}@example.ma"
    user = User(
        email=email, given_name=given, family_name=family, search_name=search_key(given, family, email), created_at=now(),
        password_hash=password_hash, given_name_ar="", family_name_ar="", locale="en",
    )  # fmt: skip
    db.session().add(user)
    db.session().flush()
    return user


def make_grant(user: User, role: Role, cohort_id: int | None = None) -> RoleGrant:
    grant = RoleGrant(user_id=user.id, role=role, cohort_id=cohort_id, granted_at=now())
    db.session().add(grant)
    db.session().flush()
    return grant


def make_staff(role: Role = Role.COORDINATOR, cohort_id: int | None = None) -> User:
    user = make_user("Karim", "Alaoui")
    make_grant(user, role, cohort_id)
    return user


def actor(user: User) -> Actor:
    """The user as one who acts, with no role at all: for services, which leave permissions to the door."""
    return Actor(user.id, user.name)


def make_organisation(name: str | None = None) -> Organisation:
    name = name or f"OFPPT {next(_numbers)}"
    organisation = Organisation(name=name, kind=OrganisationKind.OFPPT, region="MA-06", city="Casablanca")
    db.session().add(organisation)
    db.session().flush()
    return organisation


# --- Catalogue, cohorts and learning -------------------------------------------------------------------------------


def make_course_version(code: str | None = None) -> CourseVersion:
    code = code or f"course-{next(_numbers)}"
    course = Course(code=code)
    db.session().add(course)
    db.session().flush()
    version = CourseVersion(
        course_id=course.id, number=1, content_hash="c" * 64, track="DEV", title_fr="Cours", title_en="Course",
        summary_fr="", summary_en="", history=[], published_at=now(),
    )  # fmt: skip
    db.session().add(version)
    db.session().flush()
    course.current_version_id = version.id
    return version


def make_module(
    code: str | None = None, *, course_version: CourseVersion | None = None, minutes: int = 2100, is_published: bool = True,
    sheet: dict[str, Any] | None = None,
) -> Module:  # fmt: skip
    number = next(_numbers)
    code = code or f"DEV-{number}"
    module = Module(
        course_version_id=(course_version or make_course_version()).id, code=code, position=number, content_hash="m" * 64,
        is_published=is_published, title_fr=f"Module {code}", title_en=f"Module {code}", minutes=minutes,
        sheet=sheet or {"aim": {"fr": "But", "en": "Aim"}, "objectives": [{"fr": "Savoir", "en": "Know"}], "competencies": []},
    )  # fmt: skip
    db.session().add(module)
    db.session().flush()
    return module


def make_lesson(module: Module, slug: str | None = None, *, html: str = "<p>Text.</p>", minutes: int = 20) -> Lesson:
    number = next(_numbers)
    slug = slug or f"lesson-{number}"
    lesson = Lesson(
        module_id=module.id, slug=slug, position=number, minutes=minutes, title_fr=f"Leçon {slug}", title_en=f"Lesson {slug}"
    )
    db.session().add(lesson)
    db.session().flush()
    for locale in ("fr", "en"):
        db.session().add(LessonText(lesson_id=lesson.id, locale=locale, objectives=[f"Objective {locale}"], html=html))
    db.session().flush()
    return lesson


def make_component(
    module: Module, slug: str | None = None, *, kind: str = "live", weight: int = 100, is_practical: bool = False,
    competencies: list[str] | None = None,
) -> Component:  # fmt: skip
    number = next(_numbers)
    slug = slug or f"component-{number}"
    component = Component(
        module_id=module.id, slug=slug, position=number, kind=kind, title_fr=f"Épreuve {slug}", title_en=f"Assessment {slug}",
        weight=weight, is_practical=is_practical, competencies=competencies or [],
    )  # fmt: skip
    db.session().add(component)
    db.session().flush()
    return component


def make_programme_version(modules: Sequence[Module] = (), *, code: str | None = None, is_open: bool = True) -> ProgrammeVersion:
    """A programme and its current version, of these modules in order; of one module of its own when none is given."""
    programme = Programme(code=code or f"programme-{next(_numbers)}")
    db.session().add(programme)
    db.session().flush()
    modules = modules or [make_module()]
    version = ProgrammeVersion(
        programme_id=programme.id, number=1, content_hash="p" * 64, is_open=is_open, track="DEV", title_fr="Programme",
        title_en="Programme", summary_fr="", summary_en="", audience_fr="", audience_en="",
        minutes=sum(module.minutes for module in modules), certificate_kind="CMP", certificate_title_fr="Certificat",
        certificate_title_en="Certificate", validity_months=36, published_at=now(),
    )  # fmt: skip
    db.session().add(version)
    db.session().flush()
    programme.current_version_id = version.id
    db.session().add_all(
        ProgrammeModule(programme_version_id=version.id, module_id=module.id, position=position)
        for position, module in enumerate(modules)
    )
    db.session().flush()
    return version


def make_cohort(
    programme_version: ProgrammeVersion | None = None, *, modules: Sequence[Module] = (), code: str | None = None,
    starts_in: int = -10, days: int = 60, capacity: int = 30,
) -> Cohort:  # fmt: skip
    """A cohort that started ``starts_in`` days from today; each module is open from the first day to the last."""
    version = programme_version or make_programme_version(modules)
    code = code or f"C-{next(_numbers)}"
    starts_on = today() + timedelta(days=starts_in)
    ends_on = starts_on + timedelta(days=days)
    cohort = Cohort(
        code=code, name=f"Cohort {code}", programme_version_id=version.id, starts_on=starts_on, ends_on=ends_on,
        capacity=capacity, created_at=now(),
    )  # fmt: skip
    db.session().add(cohort)
    db.session().flush()
    placed = select(ProgrammeModule).where(ProgrammeModule.programme_version_id == version.id)
    for place in db.session().scalars(placed).all():
        db.session().add(CohortModule(
            cohort_id=cohort.id, module_id=place.module_id, position=place.position, opens_on=starts_on, due_on=ends_on
        ))  # fmt: skip
    db.session().flush()
    return cohort


def make_enrolment(
    cohort: Cohort | None = None, user: User | None = None, *, state: EnrolmentState = EnrolmentState.ACTIVE
) -> Enrolment:
    """A participant, with the role that lets them in."""
    cohort, user = cohort or make_cohort(), user or make_user()
    enrolment = Enrolment(cohort_id=cohort.id, user_id=user.id, state=state, enrolled_at=now())
    db.session().add(enrolment)
    make_grant(user, Role.PARTICIPANT, cohort.id)
    return enrolment
