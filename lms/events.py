"""Facts emitted by a package for those above it. ``wiring.HANDLERS`` lists what follows from each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Handler = Callable[[Any], None]


class Event:
    """A fact, in the past tense, carrying ids. Subclasses are frozen dataclasses."""


_handlers: Mapping[type[Event], Sequence[Handler]] = {}


def connect(handlers: Mapping[type[Event], Sequence[Handler]]) -> None:
    """Install the one table of handlers. Called once, by ``wiring``."""
    global _handlers
    _handlers = handlers


def emit(event: Event) -> None:
    """Run the handlers of the event now, in order, in the current transaction: if one raises, nothing happened."""
    for handler in _handlers.get(type(event), ()):
        handler(event)
