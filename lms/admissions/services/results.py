"""The ranking made, kept and published (docs/rules.md §22)."""

import hashlib
import json
import secrets
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from lms import audit, db
from lms.accounts.models import Sex
from lms.admissions import points, queries
from lms.admissions.events import ResultsPublished
from lms.admissions.lifecycle import SCORED, ApplicationState, CallState, CriterionKind
from lms.admissions.models import Call, RankedApplication, RankingRun
from lms.admissions.queries import selection
from lms.admissions.ranking import Candidate, Outcome, Places, Reason, ranked
from lms.admissions.services.calls import move_call
from lms.admissions.services.offers import make_offer
from lms.admissions.services.steps import locked, step
from lms.clock import now
from lms.db import Record
from lms.errors import Refused
from lms.events import emit
from lms.i18n import _, _n, in_language
from lms.permissions import Actor


class ScoresMissing(Refused):
    """Not everybody who is to be ranked has all their points."""


class RankingOutdated(Refused):
    """Something the ranking is made of changed since."""


def make_ranking(call_id: int, *, by: Actor, seed: str | None = None) -> RankingRun:
    """Rank everybody who was interviewed; the run keeps all it took. Raises ScoresMissing, Refused."""
    call = queries.call(call_id)
    if call.state not in (CallState.CLOSED, CallState.IN_SELECTION):
        raise Refused(_("The ranking is made between the closing of the call and its results."))
    facts = _facts(call)
    seed = seed or secrets.token_hex(16)
    rules = _rules(call)
    run = RankingRun(
        call_id=call_id, seed=seed, rules=rules, digest=_digest(rules, facts), made_at=now(), made_by=by.user_id
    )  # fmt: skip
    db.session().add(run)
    db.session().flush()  # its rows name the id
    rows = list_of(rules, facts, seed)
    if rows:
        db.session().execute(insert(RankedApplication), [{"run_id": run.id, **row} for row in rows])
    audit.record("ranking.made", f"call:{call_id}", by=by, run=run.id, files=len(rows), digest=run.digest)
    return run


def list_of(rules: dict[str, Any], facts: dict[int, dict[str, Any]], seed: str) -> list[dict[str, Any]]:
    """The ranking's rows from what a run keeps, and nothing else: made again at any time, they are the same."""
    candidates = [
        Candidate(number, fact["track_id"], Decimal(fact["total"]), fact["favoured"], fact["completed_at"], fact["sex"])
        for number, fact in facts.items()
    ]  # fmt: skip
    places = {int(track): Places(*pair) for track, pair in rules["places"].items()}
    return [
        {
            "application_id": row.id, "track_id": row.track_id, "rank": row.rank, "total": Decimal(facts[row.id]["total"]),
            "facts": facts[row.id] | {"merit": row.merit}, "draw": row.draw, "outcome": row.outcome, "reason": row.reason,
            "tie_break": row.tie_break,
        }
        for row in ranked(candidates, places, rules["shares"], seed)
    ]  # fmt: skip


def publish_results(call_id: int, *, by: Actor) -> RankingRun:
    """Tell everybody at once, by the latest ranking: places are offered, the waiting list stands, the others read why not.
    Raises RankingOutdated, seats.CohortFull."""
    call = queries.call(call_id)
    run = selection.latest_run(call_id)
    if run is None or run.published_at is not None:
        raise RankingOutdated(_("There is no ranking to publish."))
    if run.digest != _digest(_rules(call), _facts(call)):
        raise RankingOutdated(_("Files or points changed since this ranking was made: make it again."))
    if call.state == CallState.CLOSED:
        move_call(call, CallState.IN_SELECTION, by=by)
    move_call(call, CallState.RESULTS_PUBLISHED, by=by)
    run.published_at = call.results_published_at = now()
    cohort_of = {track.id: track.cohort_id for track in queries.tracks(call_id)}
    for row in selection.ranked_rows(run.id):
        _tell(row, cohort_of[row.track_id], call.offer_days, by)
    audit.record("results.published", f"call:{call_id}", by=by, run=run.id)
    emit(ResultsPublished(call_id))
    return run


def _tell(row: Record, cohort_id: int, days: int, by: Actor) -> None:
    application = locked(row.application_id)
    if row.outcome == Outcome.ADMITTED:
        make_offer(application, cohort_id, days, is_waiting_list=False, by=by)
        return
    state = ApplicationState.WAITLISTED if row.outcome == Outcome.WAITLISTED else ApplicationState.REFUSED
    with in_language(application.locale):
        reason = sentence(row)
    step(
        application,
        state,
        by=by,
        reason=reason,
        detail={"rank": row.rank, "total": f"{row.total:f}", "code": row.reason},
    )


def sentence(row: Record) -> str:
    """Why somebody was not admitted, in the present language."""
    if row.reason == Reason.DISPLACED:
        return str(_(
            "Rank %(rank)s with %(total)s points: places went to the reserved share that the call announced.",
            rank=row.rank, total=f"{row.total:f}",
        ))  # fmt: skip
    return str(_("Rank %(rank)s with %(total)s points: the places went to the ranks before.", rank=row.rank,
                 total=f"{row.total:f}"))  # fmt: skip


def _rules(call: Call) -> dict[str, Any]:
    return {
        "places": {str(track.id): [track.places, track.waiting_places] for track in queries.tracks(call.id)},
        "shares": {quota.sex: quota.percent for quota in queries.quotas(call.id)},
        "points": {criterion.kind: f"{criterion.most_points:f}" for criterion in queries.criteria(call.id)},
        "favoured_regions": call.favoured_regions, "region_points": f"{call.region_points:f}",
        "women_points": f"{call.women_points:f}", "points_per_year": f"{call.points_per_year:f}",
    }  # fmt: skip


def _facts(call: Call) -> dict[int, dict[str, Any]]:
    """What is known of each candidate, as it is kept. Raises ScoresMissing."""
    criteria = queries.criteria(call.id)
    scores = selection.live_scores(call.id, ApplicationState.INTERVIEWED)
    facts, lacking = {}, 0
    for row in selection.candidates(call.id):
        given: dict[str, Decimal] = {}
        for criterion in criteria:
            found = _points(call, criterion.kind, criterion.most_points, row, scores.get((row.id, criterion.id), []))
            if found is not None:
                given[criterion.kind] = found
        lacking += len(given) < len(criteria)
        facts[row.id] = {
            "track_id": row.track_id, "total": f"{sum(given.values(), Decimal(0)):f}", "sex": row.sex or "",
            "favoured": row.region in call.favoured_regions, "region": row.region,
            "completed_at": row.completed_at.isoformat() if row.completed_at else "9999",
            "points": {kind: f"{value:f}" for kind, value in given.items()},
        }  # fmt: skip
    if lacking:
        raise ScoresMissing(_n("One file lacks points.", "%(num)d files lack points.", lacking))
    return facts


def _points(call: Call, kind: str, most: Decimal, row: Record, scores: list[Decimal]) -> Decimal | None:
    if kind in SCORED:
        return points.consolidated(scores, most).points
    if kind == CriterionKind.EXPERIENCE:
        return points.experience_points(row.years_teaching, call.points_per_year, most)
    return points.balance_points(
        row.region, call.favoured_regions, call.region_points, call.women_points, most, is_woman=row.sex == Sex.FEMALE
    )


def _digest(rules: dict[str, Any], facts: dict[int, dict[str, Any]]) -> str:
    kept = json.dumps([rules, sorted(facts.items())], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(kept.encode()).hexdigest()
