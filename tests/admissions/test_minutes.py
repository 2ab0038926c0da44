"""The minutes on paper: every rank with what it came from, in both languages, page after page."""

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from lms import db, jobs, wiring
from lms.admissions import jobs as admissions_jobs
from lms.admissions import minutes as paper
from lms.admissions import queries
from lms.admissions.lifecycle import ApplicationState, CallState, CriterionKind
from lms.admissions.queries.minutes import minutes_of
from lms.admissions.services import results, scores
from lms.permissions import INSTITUTE, Role
from tests.admissions.makers import make_application, make_call
from tests.factories import actor, make_staff

SignIn = Callable[[int], FlaskClient]


def make_run() -> tuple[int, int]:
    """A ranked call of three, two of them with the same points; its id and the run's."""
    people = [make_staff(Role.ASSESSOR) for _person in range(2)]
    call = make_call(
        places=1, waiting_places=1, examiners=[one.id for one in people], favoured_regions=["MA-06"],
        points={CriterionKind.INTERVIEW: Decimal(30), CriterionKind.EXPERIENCE: Decimal(20)},
    )  # fmt: skip
    files = [make_application(call, ApplicationState.INTERVIEWED, years_teaching=years) for years in (8, 3, 3)]
    scores.share_out(call.id, by=INSTITUTE)
    interview = next(one for one in queries.criteria(call.id) if one.kind == CriterionKind.INTERVIEW)
    for file in files:
        for number, person in enumerate(people):
            scores.record_score(file.id, interview.id, Decimal("20.5") + number, by=actor(person))
    call.state = CallState.CLOSED
    run = results.make_ranking(call.id, by=INSTITUTE, seed="2027")
    scores.record_score(files[0].id, interview.id, Decimal(29), by=actor(people[0]), note="Read again")
    return call.id, run.id


class TestMinutes:
    @pytest.mark.parametrize(("language", "said"), [
        ("fr", ("Procès-verbal", "21 (20,5 · 21,5)", "tirage", "Page 1 sur")),
        ("en", ("Minutes of the selection", "21 (20.5 · 21.5)", "by draw", "Page 1 of")),
    ])  # fmt: skip
    def test_say_how_each_rank_came_about(
        self,
        fresh: Flask,
        sign_in: SignIn,
        language: str,
        said: tuple[str, ...],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with db.transaction():
            (call_id, run_id), manager = make_run(), make_staff().id
        monkeypatch.setattr(paper, "LINES", 2)
        monkeypatch.setattr(admissions_jobs, "LINES", 2)
        client, path = sign_in(manager), f"/admissions/{call_id}"
        asked = client.post(f"{path}/ranking/{run_id}/minutes", data={"language": language})
        assert asked.location == client.post(f"{path}/ranking/{run_id}/minutes", data={"language": language}).location
        with fresh.test_request_context():
            jobs.run_all(wiring.JOBS)
        assert "See the minutes" in client.get(asked.location).text
        with db.reading():
            first, kept = minutes_of(run_id)
        assert [first.part, kept.part] == [1, 2]
        text = "".join(
            " ".join(page.extract_text().split())
            for one in (first, kept)
            for page in PdfReader(io.BytesIO(client.get(f"{path}/minutes/{one.id}.pdf").data)).pages
        )
        for words in (*said, "2027", "Idrissi"):
            assert words in text, words
        assert "29 ·" not in text  # given after the run was made
        assert f"minutes/{kept.id}.pdf" in client.get(f"{path}/ranking").text
        assert client.post(f"{path}/ranking/{run_id}/minutes", data={"language": "de"}).status_code == 404
        assert client.get(f"/admissions/{call_id + 1}/minutes/{kept.id}.pdf").status_code == 404
