"""What the environment decides. Read once, at start; nothing else looks at the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

VERSION = "0.1.0"
CHECKOUT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32
LOCALES = ("fr", "en")


class BadSettings(Exception):
    """The environment holds something this product must not start with; the message is one sentence for the operator."""


@dataclass(frozen=True)
class Settings:
    """One installation. ``database`` is a SQLAlchemy URL; ``files`` a folder or an ``s3://`` address; ``smtp`` None writes
    mails into ``data/mail`` instead of sending them; ``redis`` None keeps shared counters in the database.
    ``place`` is where certificates are issued; ``key_passphrase_file`` opens the keys that seal them (None: one is made, in
    development only)."""

    env: Literal["development", "production"]
    data: Path
    database: str
    files: str
    secret_key: str
    base_url: str
    courses: Path
    locale: str = "fr"
    timezone: str = "Africa/Casablanca"
    smtp: str | None = None
    mail_from: str = "Takwin <ne-pas-repondre@institut.example>"
    institute: str = "Institut de formation de formateurs"
    place: str = "Casablanca"
    trusted_proxies: int = 0
    metrics_token: str | None = None
    secret_fallbacks: tuple[str, ...] = ()
    key_passphrase_file: Path | None = None

    @property
    def is_production(self) -> bool:
        return self.env == "production"

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read ``LMS_…``. Raises BadSettings, naming the variable, when production lacks or weakens one."""
    env = environ.get("LMS_ENV", "development")
    if env not in ("development", "production"):
        raise BadSettings(f"LMS_ENV is {env!r}; it must be development or production.")
    production = env == "production"
    data = Path(environ.get("LMS_DATA", CHECKOUT / "var")).resolve()
    settings = Settings(
        env="production" if production else "development",
        data=data,
        database=environ.get("LMS_DATABASE") or f"sqlite:///{data / 'lms.sqlite'}",
        files=environ.get("LMS_FILES") or str(data / "files"),
        secret_key=environ.get("LMS_SECRET_KEY") or ("" if production else _development_key(data)),
        base_url=environ.get("LMS_BASE_URL", "" if production else "http://127.0.0.1:8000").rstrip("/"),
        courses=Path(environ.get("LMS_COURSES", CHECKOUT / "courses")).resolve(),
        locale=environ.get("LMS_LOCALE", "fr"),
        timezone=environ.get("LMS_TIMEZONE", "Africa/Casablanca"),
        smtp=environ.get("LMS_SMTP") or None,
        mail_from=environ.get("LMS_MAIL_FROM", Settings.mail_from),
        institute=environ.get("LMS_INSTITUTE", Settings.institute),
        place=environ.get("LMS_PLACE", Settings.place),
        trusted_proxies=_whole_number(environ, "LMS_TRUSTED_PROXIES"),
        metrics_token=environ.get("LMS_METRICS_TOKEN") or None,
        secret_fallbacks=tuple(filter(None, environ.get("LMS_SECRET_KEY_FALLBACKS", "").split(","))),
        key_passphrase_file=Path(environ["LMS_KEY_PASSPHRASE_FILE"])
        if environ.get("LMS_KEY_PASSPHRASE_FILE")
        else None,
    )
    _refuse_what_is_unsafe(settings)
    return settings


def _whole_number(environ: Mapping[str, str], name: str) -> int:
    text = environ.get(name, "0")
    if not text.isdecimal():
        raise BadSettings(f"{name} is {text!r}; it must be a whole number.")
    return int(text)


def _refuse_what_is_unsafe(settings: Settings) -> None:
    if settings.locale not in LOCALES:
        raise BadSettings(f"LMS_LOCALE is {settings.locale!r}; it must be one of {', '.join(LOCALES)}.")
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadSettings(f"LMS_TIMEZONE is {settings.timezone!r}, which is no known time zone.") from None
    address = urlsplit(settings.base_url)
    if address.scheme not in ("http", "https") or not address.netloc:
        raise BadSettings("LMS_BASE_URL must be the full public address, such as https://takwin.example.")
    if not settings.is_production:
        return
    if len(settings.secret_key) < SHORTEST_SECRET:
        raise BadSettings(f"LMS_SECRET_KEY must have at least {SHORTEST_SECRET} characters in production.")
    if len(set(settings.secret_key)) < 10:
        raise BadSettings("LMS_SECRET_KEY is too regular to be a secret; generate it with: python -m secrets")
    if address.scheme != "https":
        raise BadSettings("LMS_BASE_URL must start with https:// in production.")
    if settings.smtp is None:
        raise BadSettings(
            "LMS_SMTP must name the mail server in production, such as smtp://user:password@mail.example:587."
        )


def _development_key(data: Path) -> str:
    """A key of this checkout's own, so that nobody ever deploys one that was published."""
    path = data / "secret.key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
