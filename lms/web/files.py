"""Files that came with a form, told apart by ``lms.uploads``: kept, or refused with a sentence for each."""

from collections.abc import Iterable
from typing import Any

from wtforms.validators import ValidationError

from lms import uploads
from lms.i18n import _
from lms.uploads import Problem, Upload


def checked_files(sent: Iterable[Any]) -> list[Upload]:
    """The files that may be kept, out of what a file field holds. Raises ValidationError when one may not, naming each."""
    taken, problems = list[Upload](), list[str]()
    for file in sent:
        if isinstance(file, str) or not file or not file.filename:
            continue
        found = uploads.checked(file.filename, file.stream.read(uploads.MOST_BYTES + 1))
        if isinstance(found, Problem):
            problems.append(worded(uploads.safe_name(file.filename), found))
        else:
            taken.append(found)
    if problems:
        raise ValidationError(" ".join(problems))
    return taken


def worded(name: str, problem: Problem) -> str:
    """The sentence for whoever sent it. ``name`` as ``safe_name`` left it."""
    match problem:
        case Problem.EMPTY:
            return _("“%(name)s” is empty.", name=name)
        case Problem.TOO_LARGE:
            return _("“%(name)s” is larger than 10 MB.", name=name)
        case Problem.KIND:
            return _("“%(name)s” is of a kind that cannot be handed in.", name=name)
        case Problem.CONTENT:
            return _("The content of “%(name)s” is not what its name says; save it again in that format.", name=name)
