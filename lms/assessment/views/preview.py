"""A quiz as participants will meet it, for staff. Marked in memory; nothing is kept."""

from secrets import randbelow

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.assessment import services
from lms.assessment.draw import Put
from lms.assessment.queries import attempts as reading
from lms.assessment.queries.attempts import PutQuestion
from lms.assessment.responses import from_form
from lms.assessment.services.attempts import drawn
from lms.assessment.views import bp
from lms.db import Record
from lms.errors import Forbidden
from lms.permissions import Permission
from lms.web.access import allow

SEEDS = 10_000


@bp.get("/preview/quizzes")
@allow(Permission.CATALOGUE_PREVIEW)
def previews() -> ResponseReturnValue:
    return render_template("assessment/previews.html", quizzes=reading.quizzes_to_preview())


@bp.route("/preview/quizzes/<int:quiz_id>", methods=["GET", "POST"])
@allow(Permission.CATALOGUE_PREVIEW, own_frame=True)
def preview(quiz_id: int) -> ResponseReturnValue:
    """``?seed=`` names one draw; without it another is chosen. A POST only reads, so it opens no writing frame."""
    quiz = reading.quiz_to_preview(quiz_id, me().user_id)
    if quiz.is_followed:
        raise Forbidden  # they are to take it themselves
    text = request.args.get("seed", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return redirect(url_for(".preview", quiz_id=quiz_id, seed=randbelow(SEEDS)), 303)
    return _page(quiz, int(text))


def _page(quiz: Record, seed: int) -> str:
    put = drawn(quiz, seed)
    page = {"quiz": quiz, "seed": seed, "next_seed": (seed + 1) % SEEDS}
    if request.method == "POST":
        fields = request.form.to_dict(flat=False)
        raw = {item.question_id: from_form(item, fields) for item in put}
        marked, questions = services.preview_marks(quiz, seed, raw)
        return render_template("assessment/preview.html", **page, marked=marked, questions=questions)
    return render_template("assessment/preview.html", **page, marked=None, questions=_unanswered(put))


def _unanswered(put: list[Put]) -> list[PutQuestion]:
    rows = reading.questions([item.question_id for item in put])
    return [
        PutQuestion(number, item, rows[item.question_id].body, rows[item.question_id].points, None)
        for number, item in enumerate(put, 1)
    ]
