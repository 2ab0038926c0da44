"""How often something may be tried, counted in the database so that every process counts together.

Failures are counted, successes are not: a classroom behind one address signs in freely, one account guessed at does not.
Windows and limits are ``limits``' own; only the storage is ours, because it has none for SQL.
"""

import hashlib
from datetime import timedelta

from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import bindparam, delete, select

from lms import db
from lms.accounts.models import ThrottleWindow
from lms.clock import now
from lms.errors import TooMany
from lms.i18n import _

_OPEN_WINDOWS = select(ThrottleWindow.key, ThrottleWindow.tries, ThrottleWindow.expires_at).where(
    ThrottleWindow.key.in_(bindparam("keys", expanding=True)), ThrottleWindow.expires_at > bindparam("now")
)
_READ = "throttle windows read"


class _DatabaseStorage(Storage):
    """Counts in ``throttle_windows``. ``incr`` needs a writing frame; the rest only reads."""

    STORAGE_SCHEME = None  # not built from an address

    @property
    def base_exceptions(self) -> type[Exception]:
        return Exception

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        row = db.session().get(ThrottleWindow, _hash(key), with_for_update=True)
        if row is None or row.expires_at <= now():
            if row is not None:
                db.session().delete(row)
                db.session().flush()  # the same key is inserted again
            row = ThrottleWindow(key=_hash(key), tries=0, expires_at=now() + timedelta(seconds=expiry))
            db.session().add(row)
        row.tries += amount
        return row.tries

    def get(self, key: str) -> int:
        row = self._row(key)
        return row.tries if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._row(key)
        return row.expires_at.timestamp() if row else now().timestamp()

    def clear(self, key: str) -> None:
        db.session().execute(delete(ThrottleWindow).where(ThrottleWindow.key == _hash(key)))

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        return None

    def _row(self, key: str) -> db.Record | None:
        read: dict[str, db.Record | None] = db.session().info.get(_READ, {})
        if _hash(key) in read:
            return read[_hash(key)]
        return db.read(_OPEN_WINDOWS, keys=[_hash(key)], now=now()).one_or_none()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


_limiter = FixedWindowRateLimiter(_DatabaseStorage())

SIGN_IN_ACCOUNT = parse("10 per 10 minutes")
SIGN_IN_BLOCK = parse("200 per 10 minutes")
FACTOR = parse("8 per 10 minutes")
RESET_ACCOUNT = parse("3 per hour")
RESET_BLOCK = parse("60 per hour")
CHECK_MISSES = parse("10 per 10 minutes")
APPLY_ADDRESS = parse("6 per hour")
APPLY_BLOCK = parse("80 per hour")
APPLY_FILES = parse("60 per hour")
LINK_ADDRESS = parse("3 per hour")
LINK_BLOCK = parse("60 per hour")


def windows(*tries: tuple[RateLimitItem, str]) -> int:
    """Read the windows of several limits in one statement, for the rest of this reading frame; how many are open."""
    keys = [_hash(limit.key_for(key)) for limit, key in tries]
    found = {row.key: row for row in db.read(_OPEN_WINDOWS, keys=keys, now=now())}
    db.session().info[_READ] = {key: found.get(key) for key in keys}
    return len(found)


def refuse_when_spent(limit: RateLimitItem, *key: str) -> None:
    """Raises TooMany when the limit is used up. Counts nothing."""
    if not _limiter.test(limit, *key):
        until = _limiter.get_window_stats(limit, *key).reset_time
        wait = max(1, int(until - now().timestamp()))
        minutes = -(-wait // 60)
        raise TooMany(_("Too many tries. Try again in %(minutes)d min.", minutes=minutes), retry_after=wait)


def count(limit: RateLimitItem, *key: str) -> bool:
    """Count one try; False when it was one too many. Needs a writing frame."""
    return _limiter.hit(limit, *key)


def forget(limit: RateLimitItem, *key: str) -> None:
    """Start over: the right person got in."""
    _limiter.clear(limit, *key)


def purge() -> None:
    """Drop windows that are over."""
    db.session().execute(delete(ThrottleWindow).where(ThrottleWindow.expires_at <= now()))
