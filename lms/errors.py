"""Refusals. A rule that says no raises a named subclass of Refused; the web layer shows its sentence."""


class Refused(Exception):
    """A rule said no. ``str()`` is a translated sentence for the reader; ``field`` names the input it concerns, if one does."""

    status = 409

    def __init__(self, message: object, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Stale(Refused):
    """Somebody else changed the row since the reader opened it. Nothing was saved."""


class TooMany(Refused):
    """Too many tries. ``retry_after`` is in seconds."""

    status = 429

    def __init__(self, message: object, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Missing(Exception):
    """There is no such row, or not for this reader: the two are not told apart."""


class Forbidden(Exception):
    """The reader is known and may not do this at all."""
