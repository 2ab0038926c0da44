"""The public code of a certificate: 60 random bits and a check character, ``K7MQ-4T9X-WB2R-J``.

Letters that look like digits are left out, and read as those digits when typed. The check character is a weighted sum in
GF(32): every single wrong character and every swap of two is caught, so "mistyped" is told without looking anything up.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_REDUCTION = 0b100101  # x^5 + x^2 + 1
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_IGNORED = str.maketrans(dict.fromkeys(" \t\u00a0\u202f-\u2010\u2011\u2012\u2013\u2014._"))


class Mistyped(ValueError):
    """No certificate can have this code: its characters are not ours, or do not go together."""


def new_code() -> str:
    """A code that cannot be guessed, with its check character."""
    characters = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    return characters + check_character(characters)


def check_character(characters: str) -> str:
    """The thirteenth character. Weights 2^1 to 2^12 are all different, so a swap at any distance shows."""
    total, weight = 0, 1
    for character in characters:
        weight = _times(weight, 2)
        total ^= _times(ALPHABET.index(character), weight)
    return ALPHABET[total]


def _times(a: int, b: int) -> int:
    """Multiply in GF(32)."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0b100000:
            a ^= _REDUCTION
        b >>= 1
    return product


def parse(text: str) -> str:
    """What somebody typed, as the code is stored. Case, spaces and hyphens do not matter. Raises Mistyped."""
    characters = text.translate(_IGNORED).upper().translate(_LOOK_ALIKE)
    if len(characters) != LENGTH + 1 or any(character not in ALPHABET for character in characters):
        raise Mistyped(text)
    if check_character(characters[:LENGTH]) != characters[LENGTH]:
        raise Mistyped(text)
    return characters


def printed(code: str) -> str:
    """In groups, as on paper."""
    return "-".join((code[0:4], code[4:8], code[8:12], code[12:]))
