"""Verbs of exemption by prior learning: the participant's, and the institute's."""

from lms.exemptions.services.requests import (
    NotEditable,
    NotExemptable,
    NotReady,
    Words,
    add_proof,
    remove_proof,
    save_words,
    start_request,
    submit_request,
    withdraw_request,
)
from lms.exemptions.services.rulings import (
    Advice,
    ConflictOfInterest,
    Decision,
    DecisionRefused,
    OpinionRefused,
    admit_request,
    ask_assessor,
    decide_request,
    give_opinion,
    turn_request_down,
)
from lms.exemptions.services.steps import StepRefused

__all__ = [
    "Advice",
    "ConflictOfInterest",
    "Decision",
    "DecisionRefused",
    "NotEditable",
    "NotExemptable",
    "NotReady",
    "OpinionRefused",
    "StepRefused",
    "Words",
    "add_proof",
    "admit_request",
    "ask_assessor",
    "decide_request",
    "give_opinion",
    "remove_proof",
    "save_words",
    "start_request",
    "submit_request",
    "turn_request_down",
    "withdraw_request",
]
