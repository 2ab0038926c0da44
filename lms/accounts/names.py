"""Names in Latin and in Arabic script, folded for search: both databases then compare the same plain text."""

import unicodedata

_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ى": "ي", "ـ": None})
_PARTICLES = {"al": "el"}


def search_key(*names: str) -> str:
    """``Fatima-Zahra El Idrissi`` and ``fatima zahra al idrissi`` fold to the same key; so do أحمد and احمد."""
    folded = unicodedata.normalize("NFKD", " ".join(names)).casefold().translate(_ARABIC)
    letters = "".join(" " if c in "-'’." else c for c in folded if not unicodedata.combining(c))
    return " ".join(_PARTICLES.get(word, word) for word in letters.split())
