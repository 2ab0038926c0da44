"""Course files to rows: everything a page shows is rendered here, once, in both languages."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lms.catalogue import reader, schema
from lms.competencies.schema import LANGUAGES, Prose
from lms.markdown import inline_html, to_html

Row = dict[str, Any]
Pictures = Mapping[str, str] | None
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


def pictures_of(module: reader.Module) -> Pictures:
    """Where each picture of a module is served, by the name its texts use. None when there are none: the reader lets no
    text show one then, and cleaning by the usual list is twice as fast."""
    return {
        picture.name: f"/media/{picture.sha256}.{EXTENSIONS[picture.media_type]}" for picture in module.pictures
    } or None


def module_row(module: reader.Module) -> Row:
    sheet = module.sheet
    return {
        "code": sheet.code, "is_published": sheet.is_published, "title_fr": sheet.title.fr, "title_en": sheet.title.en,
        "minutes": sheet.hours.minutes, "sheet": sheet.model_dump(mode="json"),
    }  # fmt: skip


def lesson_row(lesson: reader.Lesson, position: int) -> Row:
    return {
        "slug": lesson.id, "position": position, "minutes": lesson.fr.head.minutes, "title_fr": lesson.fr.head.title,
        "title_en": lesson.en.head.title,
    }  # fmt: skip


def lesson_text_rows(lesson: reader.Lesson, pictures: Pictures) -> list[Row]:
    """One for each language."""
    rows = []
    for language in LANGUAGES:
        text = lesson.fr if language == "fr" else lesson.en
        html = to_html(text.body, language, pictures=pictures)
        rows.append({"locale": language, "objectives": list(text.head.objectives), "html": html})
    return rows


def question_row(question: schema.Question, pictures: Pictures) -> Row:
    prefix = f"q-{question.id}"
    body: Row = {"text": _block(question.text, pictures, prefix)}
    solution: Row = {"feedback": _block(question.feedback, pictures, f"{prefix}-why")}
    match question:
        case schema.SingleChoice() | schema.MultipleChoice():
            body["choices"] = _lines(question.choices, pictures, prefix)
        case schema.Ordering():
            body["items"] = _lines(question.items, pictures, prefix)
        case schema.Matching():
            body["prompts"] = _lines(question.prompts, pictures, f"{prefix}-p")
            body["options"] = _lines(question.options, pictures, f"{prefix}-o")
        case schema.Numeric():
            body["unit"] = question.unit.model_dump() if question.unit else None
            solution["tolerance"] = question.tolerance
        case _:
            pass
    solution["key"] = question.model_dump(mode="json")["key"]
    return {
        "slug": question.id, "kind": question.kind, "points": Decimal(question.points), "tags": list(question.tags),
        "competencies": list(question.competencies), "body": body, "solution": solution,
    }  # fmt: skip


def quiz_row(quiz: schema.Quiz, pictures: Pictures) -> Row:
    instructions = _block(quiz.instructions, pictures, "quiz")
    return {
        "slug": quiz.id, "title_fr": quiz.title.fr, "title_en": quiz.title.en, "instructions_fr": instructions["fr"],
        "instructions_en": instructions["en"], "minutes": quiz.minutes, "attempts": quiz.attempts,
        "feedback": quiz.feedback, "draw": [{"tags": list(line.tags), "count": line.count} for line in quiz.draw],
    }  # fmt: skip


def rubric_row(rubric: schema.Rubric) -> Row:
    return {
        "slug": rubric.id, "title_fr": rubric.title.fr, "title_en": rubric.title.en,
        "criteria": [
            {
                "id": criterion.id, "title": criterion.title.model_dump(), "critical": criterion.critical,
                "weight": criterion.weight,
                "levels": {
                    str(level): _line(criterion.levels[level], None, f"{criterion.id}-{level}")
                    for level in sorted(criterion.levels)
                },
            }
            for criterion in rubric.criteria
        ],
    }  # fmt: skip


def assignment_row(assignment: schema.Assignment, pictures: Pictures) -> Row:
    brief = _block(assignment.brief, pictures, "brief")
    return {
        "slug": assignment.id, "title_fr": assignment.title.fr, "title_en": assignment.title.en, "brief_fr": brief["fr"],
        "brief_en": brief["en"], "ai_use": assignment.ai_use, "takes_text": assignment.text, "files": assignment.files,
        "resubmissions": assignment.resubmissions,
    }  # fmt: skip


def component_rows(sheet: schema.Module) -> list[Row]:
    return [
        {
            "slug": assessment.id, "position": position, "kind": assessment.kind, "title_fr": assessment.title.fr,
            "title_en": assessment.title.en, "weight": assessment.weight, "is_practical": assessment.practical,
            "competencies": list(assessment.competencies),
        }
        for position, assessment in enumerate(sheet.assessments)
    ]  # fmt: skip


def practice_rows(sheet: schema.Module, pictures: Pictures) -> list[Row]:
    rows = []
    for position, practice in enumerate(sheet.teaching_practice):
        task = _block(practice.task, pictures, f"practice-{practice.id}")
        rows.append({
            "slug": practice.id, "position": position, "minutes": practice.minutes, "title_fr": practice.title.fr,
            "title_en": practice.title.en, "task_fr": task["fr"], "task_en": task["en"],
        })  # fmt: skip
    return rows


def course_version_row(course: reader.Course) -> Row:
    sheet = course.sheet
    return {
        "track": sheet.track, "title_fr": sheet.title.fr, "title_en": sheet.title.en, "summary_fr": sheet.summary.fr,
        "summary_en": sheet.summary.en, "history": [change.model_dump(mode="json") for change in sheet.history],
    }  # fmt: skip


def programme_version_row(programme: schema.Programme) -> Row:
    offer = programme.certificate
    return {
        "track": programme.track, "title_fr": programme.title.fr, "title_en": programme.title.en,
        "summary_fr": programme.summary.fr, "summary_en": programme.summary.en, "audience_fr": programme.audience.fr,
        "audience_en": programme.audience.en, "certificate_kind": offer.kind, "certificate_title_fr": offer.title.fr,
        "certificate_title_en": offer.title.en, "validity_months": offer.validity_months,
    }  # fmt: skip


def _block(text: Prose, pictures: Pictures, prefix: str) -> dict[str, str]:
    return {
        "fr": to_html(text.fr, "fr", prefix=f"{prefix}-fr", pictures=pictures),
        "en": to_html(text.en, "en", prefix=f"{prefix}-en", pictures=pictures),
    }


def _line(text: Prose, pictures: Pictures, prefix: str) -> dict[str, str]:
    return {
        "fr": inline_html(text.fr, "fr", prefix=f"{prefix}-fr", pictures=pictures),
        "en": inline_html(text.en, "en", prefix=f"{prefix}-en", pictures=pictures),
    }


def _lines(texts: Mapping[str, Prose], pictures: Pictures, prefix: str) -> dict[str, dict[str, str]]:
    """In the order of the file, which ``JSON`` columns keep."""
    return {name: _line(text, pictures, f"{prefix}-{name}") for name, text in texts.items()}
