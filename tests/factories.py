"""``make_…``: the least that is valid, saved in the current frame. Each takes what the test cares about."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from lms import db
from lms.accounts.models import Organisation, OrganisationKind, RoleGrant, User
from lms.accounts.names import search_key
from lms.assessment.models import Outcome, Review, Submission
from lms.catalogue.models import (
    Assignment,
    Component,
    Course,
    CourseVersion,
    Lesson,
    LessonText,
    Module,
    PracticeTask,
    Programme,
    ProgrammeModule,
    ProgrammeVersion,
    Question,
    Quiz,
    Rubric,
)
from lms.clock import now, today
from lms.cohorts.models import Cohort, CohortModule, Enrolment, EnrolmentState
from lms.competencies.models import Competency, Qualification
from lms.competencies.qualifying import Level
from lms.credentials.issuer import issuer
from lms.credentials.models import Certificate, SigningKey
from lms.credentials.pki import KeyFolder, SealCertificate, make_seal_certificate
from lms.credentials.services import issuing
from lms.credentials.services.keys import passphrase
from lms.credentials.states import CertificateState
from lms.notifications.kinds import Kind
from lms.notifications.models import OutboxMessage
from lms.permissions import INSTITUTE, Actor, Role
from lms.results.models import ModuleResult
from lms.results.rules import Reason, ReasonCode
from lms.timetable.calendar_days import HolidayKind, HolidayStatus
from lms.timetable.lifecycle import Half
from lms.timetable.models import Holiday, Room, Site, TrainingSession
from lms.timetable.services import SessionPlan, confirm_session, plan_session
from lms.timetable.staffing import Part

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
        module_id=module.id,
        slug=slug,
        position=number,
        minutes=minutes,
        title_fr=f"Leçon {slug}",
        title_en=f"Lesson {slug}",
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


def make_programme_version(
    modules: Sequence[Module] = (), *, code: str | None = None, is_open: bool = True
) -> ProgrammeVersion:
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


# --- Timetable ------------------------------------------------------------------------------------------------------


def make_site(name: str | None = None) -> Site:
    name = name or f"Site {next(_numbers)}"
    site = Site(name_fr=name, name_en=name, name_ar="", city="Casablanca", region="MA-06", address="")
    db.session().add(site)
    db.session().flush()
    return site


def make_room(site: Site | None = None, *, name: str | None = None, capacity: int = 30) -> Room:
    room = Room(
        site_id=(site or make_site()).id, name=name or f"Room {next(_numbers)}", capacity=capacity, equipment=[]
    )
    db.session().add(room)
    db.session().flush()
    return room


def make_holiday(day: date, days: int = 1, *, is_estimated: bool = False) -> Holiday:
    holiday = Holiday(
        first_day=day, last_day=day + timedelta(days=days - 1), name_fr="Aïd", name_en="Eid",
        kind=HolidayKind.RELIGIOUS if is_estimated else HolidayKind.FIXED,
        status=HolidayStatus.ESTIMATED if is_estimated else HolidayStatus.CONFIRMED,
    )  # fmt: skip
    db.session().add(holiday)
    db.session().flush()
    return holiday


def make_qualification(
    user: User, *, track: str | None = "DEV", module_code: str | None = None, level: Level = Level.FC,
    valid_from: date = date(2020, 1, 1), valid_until: date | None = None,
) -> Qualification:  # fmt: skip
    """The right to teach the track every made module belongs to, unless another is named."""
    qualification = Qualification(
        user_id=user.id, track=None if module_code else track, module_code=module_code, level=level, valid_from=valid_from,
        valid_until=valid_until, source="", recorded_at=now(),
    )  # fmt: skip
    db.session().add(qualification)
    db.session().flush()
    return qualification


def make_facilitator(cohort: Cohort | None = None, *, level: Level | None = Level.FC) -> User:
    """Somebody who leads in this cohort, or in the institute; ``level`` None: accredited for nothing."""
    user = make_staff(Role.FACILITATOR, cohort.id if cohort else None)
    if level is not None:
        make_qualification(user, level=level)
    return user


MORNING = (time(9), time(12, 30))
AFTERNOON = (time(14), time(17, 30))


def make_session(
    cohort: Cohort | None = None, *, day: date | None = None, half: Half = Half.MORNING, room: Room | None = None,
    lead: User | None = None, module_id: int | None = None, confirmed: bool = False,
) -> TrainingSession:  # fmt: skip
    """A session of the cohort's first module, tomorrow unless a day is named; a confirmed one has a room and a leader."""
    cohort = cohort or make_cohort()
    if confirmed:
        room, lead = room or make_room(), lead or make_facilitator(cohort)
    if module_id is None:
        followed = select(CohortModule.module_id).where(CohortModule.cohort_id == cohort.id)
        module_id = db.session().scalars(followed.order_by(CohortModule.position)).first()
    assert module_id is not None
    starts, ends = MORNING if half is Half.MORNING else AFTERNOON
    session = plan_session(
        SessionPlan(
            cohort.id, module_id, day or today() + timedelta(days=1), starts, ends, half, room.id if room else None,
            staff={lead.id: Part.LEAD} if lead else {},
        ),
        by=INSTITUTE,
    )  # fmt: skip
    if confirmed:
        confirm_session(session.id, version=session.version, by=INSTITUTE)
        db.session().flush()
    return session


# --- Assessment ----------------------------------------------------------------------------------------------------


def both(text: str) -> dict[str, str]:
    return {"fr": f"{text} (fr)", "en": text}


BODIES: dict[str, dict[str, Any]] = {
    "single_choice": {"choices": {"wait": both("Wait"), "answer": both("Answer")}},
    "multiple_choice": {"choices": {"a": both("A"), "b": both("B"), "c": both("C"), "d": both("D")}},
    "true_false": {},
    "numeric": {"unit": both("hours")},
    "short_text": {},
    "ordering": {"items": {"one": both("One"), "two": both("Two"), "three": both("Three")}},
    "matching": {
        "prompts": {"sun": both("Sun"), "moon": both("Moon")},
        "options": {"day": both("Day"), "night": both("Night"), "tide": both("Tide")},
    },
}
SOLUTIONS: dict[str, dict[str, Any]] = {
    "single_choice": {"key": "wait"},
    "multiple_choice": {"key": ["a", "c"]},
    "true_false": {"key": True},
    "numeric": {"key": "12.5", "tolerance": "0.1"},
    "short_text": {"key": ["commit", "git commit"]},
    "ordering": {"key": ["one", "two", "three"]},
    "matching": {"key": {"sun": "day", "moon": "night"}},
}
RIGHT: dict[str, Any] = {
    "single_choice": "wait", "multiple_choice": ["a", "c"], "true_false": "true", "numeric": "12,5", "short_text": "Git  Commit",
    "ordering": {"one": 1, "two": 2, "three": 3}, "matching": {"sun": "day", "moon": "night"},
}  # fmt: skip
"""A right answer to ``make_question(kind)``, as it is kept."""


def make_question(
    module: Module, kind: str = "single_choice", *, tags: Sequence[str] = ("basics",), points: str = "1"
) -> Question:
    slug = f"question-{next(_numbers)}"
    question = Question(
        module_id=module.id, slug=slug, kind=kind, points=Decimal(points), tags=list(tags), competencies=[],
        body={"text": both(f"Put: {slug}?")} | BODIES[kind],
        solution={"feedback": both(f"CANARY because of {slug}")} | SOLUTIONS[kind],
    )  # fmt: skip
    db.session().add(question)
    db.session().flush()
    return question


def make_quiz(
    module: Module | None = None, *, minutes: int | None = 30, attempts: int = 2, feedback: str = "after_submission",
    draw: list[dict[str, Any]] | None = None, questions: int = 3,
) -> Quiz:  # fmt: skip
    """A quiz that draws ``questions`` out of the module's bank, filled with single choices as far as it is short of them."""
    module = module or make_module()
    bank = db.session().scalars(select(Question.id).where(Question.module_id == module.id)).all()
    for _missing in range(questions - len(bank)):
        make_question(module)
    quiz = Quiz(
        module_id=module.id, slug=f"quiz-{next(_numbers)}", title_fr="Le quiz", title_en="The quiz",
        instructions_fr="<p>Lisez.</p>", instructions_en="<p>Read.</p>", minutes=minutes, attempts=attempts,
        feedback=feedback, draw=draw or [{"tags": ["basics"], "count": questions}],
    )  # fmt: skip
    db.session().add(quiz)
    db.session().flush()
    return quiz


def make_rubric(*, critical: bool = True) -> Rubric:
    """Three criteria of weights 1, 2 and 1; the second may be critical."""
    criteria = [
        {"id": name, "title": both(name), "critical": critical and weight == 2, "weight": weight,
         "levels": {str(level): both(f"{name} at {level}") for level in (1, 2, 3, 4)}}
        for name, weight in (("aim", 1), ("method", 2), ("style", 1))
    ]  # fmt: skip
    number = next(_numbers)
    rubric = Rubric(
        slug=f"rubric-{number}", content_hash=f"{number:064}", title_fr="Grille", title_en="Rubric", criteria=criteria
    )
    db.session().add(rubric)
    db.session().flush()
    return rubric


def make_assignment(
    module: Module | None = None, *, rubric: Rubric | None = None, ai_use: str = "declared", takes_text: bool = True,
    files: int = 3, resubmissions: int = 1,
) -> Assignment:  # fmt: skip
    module = module or make_module()
    assignment = Assignment(
        module_id=module.id, rubric_id=(rubric or make_rubric()).id, slug=f"assignment-{next(_numbers)}",
        title_fr="Le devoir", title_en="The assignment", brief_fr="<p>Faites.</p>", brief_en="<p>Do it.</p>",
        ai_use=ai_use, takes_text=takes_text, files=files, resubmissions=resubmissions,
    )  # fmt: skip
    db.session().add(assignment)
    db.session().flush()
    return assignment


def make_practice_task(module: Module) -> PracticeTask:
    number = next(_numbers)
    task = PracticeTask(
        module_id=module.id, slug=f"practice-{number}", position=number, minutes=20, title_fr="Exposé", title_en="Talk",
        task_fr="<p>Parlez.</p>", task_en="<p>Talk.</p>",
    )  # fmt: skip
    db.session().add(task)
    db.session().flush()
    return task


def make_submission(
    enrolment: Enrolment, assignment: Assignment, *, number: int = 1, body: str = "My work"
) -> Submission:
    submission = Submission(
        enrolment_id=enrolment.id, assignment_id=assignment.id, number=number, body=body, ai_statement="",
        submitted_at=now(),
    )  # fmt: skip
    db.session().add(submission)
    db.session().flush()
    return submission


def make_review(
    submission: Submission, assessor: User, *, number: int = 1, mark: str = "14", outcome: Outcome = Outcome.ACCEPTED
) -> Review:
    review = Review(
        submission_id=submission.id, number=number, assessor_id=assessor.id, comments={}, comment="", mark=Decimal(mark),
        levels={"aim": 3, "method": 3, "style": 3}, outcome=outcome, reviewed_at=now(),
    )  # fmt: skip
    db.session().add(review)
    db.session().flush()
    return review


# --- Notifications and operations -----------------------------------------------------------------------------------


def make_message(user: User, kind: Kind, *, values: dict[str, Any] | None = None) -> OutboxMessage:
    """A mail promised just now."""
    message = OutboxMessage(
        user_id=user.id,
        kind=kind,
        key=f"{kind}:{next(_numbers)}",
        values=values or {},
        created_at=now(),
        next_try_at=now(),
    )
    db.session().add(message)
    db.session().flush()
    return message


# --- Certificates ---------------------------------------------------------------------------------------------------

_seal_certificates: dict[Path, SealCertificate] = {}


def make_signing_key() -> SigningKey:
    """The key that seals. It is made once a session: making one takes a moment."""
    folder = issuer().keys
    if folder not in _seal_certificates:
        keys = KeyFolder(folder, passphrase(issuer()))
        _seal_certificates[folder] = make_seal_certificate(keys, issuer().name, now())
    made = _seal_certificates[folder]
    key = SigningKey(
        purpose="pdf_seal", algorithm="RSA-3072", chain=made.chain, fingerprint=made.fingerprint,
        location=f"file:{made.path.name}", active_from=now(),
    )  # fmt: skip
    db.session().add(key)
    db.session().flush()
    return key


def make_competency(code: str, label_fr: str = "Compétence", label_en: str = "Competency") -> Competency:
    competency = db.session().get(Competency, code)
    if competency is None:
        competency = Competency(
            code=code, family=code.split(".")[0], scale="mastery", position=next(_numbers), label_fr=label_fr,
            label_en=label_en, references={},
        )  # fmt: skip
        db.session().add(competency)
        db.session().flush()
    return competency


def make_passed_result(enrolment: Enrolment, module_id: int, *, passed: bool = True) -> ModuleResult:
    """A module's result that stands, without the marks behind it."""
    result = ModuleResult(
        enrolment_id=enrolment.id, module_id=module_id, mark=Decimal(14), passed=passed, components={}, rules="2026-1",
        reasons=[] if passed else [Reason(ReasonCode.MARK_TOO_LOW, "DEV-1", have="9", need="12").as_json()],
        cause="test:1", decided_at=now(),
    )  # fmt: skip
    db.session().add(result)
    db.session().flush()
    return result


def make_eligible(cohort: Cohort | None = None, user: User | None = None) -> Enrolment:
    """A participant who has passed everything."""
    enrolment = make_enrolment(cohort, user)
    placed = select(CohortModule.module_id).where(CohortModule.cohort_id == enrolment.cohort_id)
    for module_id in db.session().scalars(placed).all():
        make_passed_result(enrolment, module_id)
    return enrolment


def make_certificate(
    enrolment: Enrolment | None = None,
    *,
    state: CertificateState = CertificateState.ISSUED,
    valid_until: date | None = None,
) -> Certificate:
    """A certificate in a state, decided in the ordinary way but with no file: what checks and pages need."""
    certificate = issuing.decide((enrolment or make_eligible()).id, by=INSTITUTE)
    certificate.state = state
    if state != CertificateState.DRAFT:
        certificate.issued_at = now()
    if valid_until is not None:
        certificate.valid_until = valid_until
    db.session().flush()
    return certificate
