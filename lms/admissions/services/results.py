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
from lms.admissions.lifecycle import SCORED, ApplicationState, CallState, CriterionKind, may_follow
from lms.admissions.models import Call, RankedApplication, RankingRun
from lms.admissions.queries import selection
from lms.admissions.ranking import Candidate, Outcome, Places, Reason, ranked
from lms.admissions.services.calls import move_call
from lms.admissions.services.offers import make_offer, offer_freed_seats
from lms.admissions.services.steps import Step, locked, locked_all, note_all
from lms.clock import now
from lms.cohorts.events import SeatFreed
from lms.db import Record
from lms.errors import Refused
from lms.events import emit
from lms.i18n import _, _n, in_language
from lms.jobs import enqueue
from lms.permissions import Actor

RANKING_JOB = "admissions.make_ranking"
RESULTS_JOB = "admissions.publish_results"
AT_ONCE = 200
"""So many files are ranked or told within a request."""


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
    """Tell everybody by the latest ranking: places are offered, the waiting list stands, the others read why not. Raises
    RankingOutdated, seats.CohortFull."""
    run = decide_results(call_id, by=by)
    tell_next(run.id, 0, selection.count_not_admitted(run.id), by=by)
    finish_results(call_id)
    return run


def decide_results(call_id: int, *, by: Actor) -> RankingRun:
    """The decision itself: the latest ranking is in force and every place of it is offered. The others are told next, by
    ``tell_next``. Raises RankingOutdated, seats.CohortFull."""
    call = queries.call(call_id)
    run = publishable(call_id)
    if call.state == CallState.CLOSED:
        move_call(call, CallState.IN_SELECTION, by=by)
    move_call(call, CallState.RESULTS_PUBLISHED, by=by)
    run.published_at = call.results_published_at = now()
    cohort_of = {track.id: track.cohort_id for track in queries.tracks(call_id)}
    for row in selection.admitted_rows(run.id):
        make_offer(locked(row.application_id), cohort_of[row.track_id], call.offer_days, is_waiting_list=False, by=by)
    audit.record("results.published", f"call:{call_id}", by=by, run=run.id)
    return run


def publishable(call_id: int) -> RankingRun:
    """The latest ranking, if it may be published. Raises RankingOutdated."""
    call, run = queries.call(call_id), selection.latest_run(call_id)
    if run is None or run.published_at is not None:
        raise RankingOutdated(_("There is no ranking to publish."))
    if run.digest != _digest(_rules(call), _facts(call)):
        raise RankingOutdated(_("Files or points changed since this ranking was made: make it again."))
    return run


def tell_next(run_id: int, start: int, many: int, *, by: Actor) -> None:
    """Tell those who are not admitted, ``many`` from ``start`` on in the order of rank. Whoever withdrew meanwhile is left."""
    rows = {row.application_id: row for row in selection.not_admitted_rows(run_id, start, many)}
    steps = []
    for application in locked_all(rows):
        row = rows[application.id]
        state = ApplicationState.WAITLISTED if row.outcome == Outcome.WAITLISTED else ApplicationState.REFUSED
        if may_follow(ApplicationState(application.state), state):
            with in_language(application.locale):
                reason = sentence(row)
            detail = {"rank": row.rank, "total": f"{row.total:f}", "code": row.reason}
            steps.append(Step(application, state, reason, detail))
    note_all(steps, by=by)


def finish_results(call_id: int) -> None:
    """Everybody is told: places that were freed since the decision go to the waiting list."""
    for track in queries.tracks(call_id):
        offer_freed_seats(SeatFreed(track.cohort_id))
    emit(ResultsPublished(call_id))


def is_large(call_id: int) -> bool:
    """Whether ranking or publishing it takes longer than a request should: a job does it then."""
    return selection.count_candidates(call_id) > AT_ONCE


def promise_ranking(call_id: int, *, by: Actor) -> int:
    """Have a large call ranked; the job's id. Asking twice is asking once. Raises ScoresMissing."""
    call = queries.call(call_id)
    facts, last = _facts(call), selection.latest_run(call_id)
    key = f"ranking:{call_id}:{last.id if last else 0}:{_digest(_rules(call), facts)[:16]}"
    return enqueue(RANKING_JOB, key, arguments={"call_id": call_id}, by=by.user_id, total=len(facts))


def promise_results(call_id: int, *, by: Actor) -> int:
    """Have the results of a large call published; the job's id. Raises RankingOutdated."""
    run = publishable(call_id)
    return enqueue(
        RESULTS_JOB, f"results:{run.id}", arguments={"call_id": call_id}, by=by.user_id,
        total=selection.count_candidates(call_id),
    )  # fmt: skip


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
