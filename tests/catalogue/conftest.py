from collections.abc import Iterator

import pytest

from lms import events, wiring
from lms.catalogue.events import CourseVersionPublished, ProgrammeVersionPublished


@pytest.fixture
def heard(fresh: object) -> Iterator[list[events.Event]]:
    """What a sync tells, in order."""
    told: list[events.Event] = []
    events.connect({CourseVersionPublished: (told.append,), ProgrammeVersionPublished: (told.append,)})
    yield told
    wiring.connect()
