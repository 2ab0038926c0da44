"""What every page of a request shows, and its documents as downloads."""

from datetime import date, datetime
from typing import Any

from flask.typing import ResponseReturnValue

from lms import storage
from lms.clock import CASABLANCA, today
from lms.db import Record
from lms.errors import Missing
from lms.exemptions import queries
from lms.exemptions.lifecycle import APPEALABLE
from lms.exemptions.limits import is_current, years_current
from lms.exemptions.wording import FINDINGS, OUTCOMES, STATE_KINDS, STATES
from lms.web.downloads import attachment

WORDS: dict[str, Any] = {"states": STATES, "kinds": STATE_KINDS, "outcomes": OUTCOMES, "findings": FINDINGS}


def facts(request: Record) -> dict[str, Any]:
    """The request with its documents, competencies and history. Three statements."""
    proofs = queries.proofs_of(request.id)
    day = _day(request.submitted_at) if request.submitted_at else today()
    return WORDS | {
        "asked": request, "proofs": proofs, "events": queries.events_of(request.id),
        "competencies": queries.competencies_of(request.sheet), "years": years_current(request.code),
        "too_old": {row.id for row in proofs if not is_current(row.dated_on, max(day, _day(row.added_at)), request.code)},
        "may_appeal": request.state in APPEALABLE, "day": today(),
    }  # fmt: skip


def _day(moment: datetime) -> date:
    return moment.astimezone(CASABLANCA).date()


def send_proof(request_id: int, proof_id: int) -> ResponseReturnValue:
    """A document as it was handed in; never a page of ours."""
    proof = queries.proof_of(request_id, proof_id)
    try:
        return attachment(storage.get(proof.key), proof.name, proof.content_type)
    except FileNotFoundError:
        raise Missing from None
