"""The minutes of a ranking promised, and kept once they are printed."""

from lms import audit, db
from lms.admissions.models import RankingMinutes, RankingRun
from lms.clock import now
from lms.jobs import enqueue
from lms.permissions import Actor

MINUTES_JOB = "admissions.print_minutes"
LANGUAGES = ("fr", "en")


def promise_minutes(run: RankingRun, language: str, *, by: Actor) -> int:
    """Have a run's minutes printed; the job's id. Asking twice is asking once."""
    return enqueue(
        MINUTES_JOB, f"minutes:{run.id}:{language}", by=by.user_id,
        arguments={"call_id": run.call_id, "run_id": run.id, "language": language},
    )  # fmt: skip


def keep_minutes(run_id: int, track_id: int, language: str, part: int, *, key: str, size: int, by: Actor) -> None:
    db.session().add(
        RankingMinutes(
            run_id=run_id, track_id=track_id, language=language, part=part, key=key, size=size, made_at=now()
        )
    )
    audit.record("minutes.printed", f"ranking:{run_id}", by=by, track=track_id, language=language)
