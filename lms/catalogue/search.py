"""Finding by words, whatever their accents and case. Pure."""

import unicodedata


def folded(*texts: str) -> str:
    """``Sécurité`` and ``securite`` fold to the same words, apart by one space."""
    plain = unicodedata.normalize("NFKD", " ".join(texts)).casefold()
    letters = (sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return " ".join("".join(letters).split())


def is_in(search: str, haystack: str) -> bool:
    """Whether every word of ``search`` begins a word of the folded ``haystack``."""
    text = f" {haystack}"
    return all(f" {word}" in text for word in folded(search).split())
