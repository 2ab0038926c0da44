"""Author text without its markup: for the lists, mails and counts that take no HTML."""

from lms.markdown.dialect import parse, words_of


def plain(text: str) -> str:
    """The words on one line, code and formulas as they were typed."""
    parts = [
        words_of(token) if token.type == "inline" else token.content
        for token in parse(text)
        if token.type in ("inline", "fence", "code_block", "math_block")
    ]
    return " ".join(" ".join(parts).split())


def words(text: str) -> int:
    """How many words there are to read; blocks of code and display maths are not counted."""
    read = " ".join(words_of(token) for token in parse(text) if token.type == "inline")
    return sum(any(sign.isalnum() for sign in word) for word in read.split())
