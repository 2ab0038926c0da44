"""What ``wiring`` tells the worker and ``lms init``: which jobs there are, which come round, what an installation needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from flask import Flask, current_app

from lms.jobs import Handler


@dataclass(frozen=True)
class Periodic:
    """A job that comes round ``every`` so often. ``is_due`` reads whether there is anything to do (a false answer, such as an
    empty list, says no); None: always."""

    kind: str
    every: timedelta
    is_due: Callable[[], object] | None = None


@dataclass(frozen=True)
class Plan:
    """``initialisers`` run at ``lms init``, each in a transaction of its own making, and are safe to repeat."""

    jobs: Mapping[str, Handler]
    periodic: Sequence[Periodic] = ()
    initialisers: Sequence[Callable[[], None]] = ()


def init_app(app: Flask, plan: Plan) -> None:
    app.extensions["takwin.plan"] = plan


def plan() -> Plan:
    return cast("Plan", current_app.extensions["takwin.plan"])
