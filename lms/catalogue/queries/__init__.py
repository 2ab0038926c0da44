"""What is published: ``content`` below a version, ``versions`` across them, ``shelf`` what everybody may see now."""

from lms.catalogue.queries.content import (
    assignments_of,
    components_of,
    lesson,
    lesson_text,
    lessons_of,
    picture,
    practice_tasks_of,
    questions_of,
    quizzes_of,
    rubric,
    solutions_of,
)
from lms.catalogue.queries.shelf import (
    Catalogue,
    CourseOnShelf,
    ModuleOnShelf,
    ProgrammeOnShelf,
    catalogue,
    forget,
    stamp,
)
from lms.catalogue.queries.versions import (
    course_versions,
    latest_sync,
    module,
    modules_of,
    open_programme_versions,
    programme_version,
    programmes,
    sync_of,
    syncs,
    texts_of,
)

__all__ = [
    "Catalogue", "CourseOnShelf", "ModuleOnShelf", "ProgrammeOnShelf", "assignments_of", "catalogue", "components_of",
    "course_versions", "forget", "latest_sync", "lesson", "lesson_text", "lessons_of", "module", "modules_of",
    "open_programme_versions", "picture", "practice_tasks_of", "programme_version", "programmes", "questions_of",
    "quizzes_of", "rubric", "solutions_of", "stamp", "sync_of", "syncs", "texts_of",
]  # fmt: skip
