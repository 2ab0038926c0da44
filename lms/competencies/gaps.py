"""Whether one level reaches another: of mastery, or of a language by the CEFR. Pure."""

from collections.abc import Mapping
from typing import Any

MASTERY = ("N1", "N2", "N3", "N4", "N5")
CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")


def reaches(shown: Mapping[str, Any], required: Mapping[str, Any]) -> bool:
    """Both say ``mastery`` or ``cefr`` of the same competency; levels on different scales do not compare."""
    for scale, levels in (("mastery", MASTERY), ("cefr", CEFR)):
        wanted, level = required.get(scale), shown.get(scale)
        if wanted and level:
            return levels.index(level) >= levels.index(wanted)
    return False
