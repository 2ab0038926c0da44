"""Who is known here, how they sign in, and what they may do."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.permissions import Role


class OrganisationKind(StrEnum):
    OFPPT = "ofppt"
    UNIVERSITY = "university"
    SCHOOL = "school"
    TRAINING_BODY = "training_body"
    COMPANY = "company"
    MINISTRY = "ministry"
    ASSOCIATION = "association"


class Organisation(db.Base):
    """Who sends participants, or employs them. ``region`` is ISO 3166-2 (``MA-06``); ``ice`` the 15-digit company number."""

    __tablename__ = "organisations"

    id: Mapped[db.Id]
    name: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(String(20))
    region: Mapped[str] = mapped_column(String(5))
    city: Mapped[str] = mapped_column(String(80))
    ice: Mapped[str | None] = mapped_column(String(15), unique=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class Sex(StrEnum):
    """As people state it, for figures about groups only."""

    FEMALE = "female"
    MALE = "male"


class User(db.Base):
    """A person the institute knows, signed in yet or not. No password yet: invited. ``certificate_name`` None prints given
    and family names. ``sex`` None: not stated. ``search_name`` is what searches compare with (names.search_key)."""

    __tablename__ = "users"
    __table_args__ = (Index("ix_users_search_name", "search_name"), Index("ix_users_family_name", "family_name", "id"))

    id: Mapped[db.Id]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    given_name_ar: Mapped[str] = mapped_column(String(80), default="")
    family_name_ar: Mapped[str] = mapped_column(String(80), default="")
    certificate_name: Mapped[str | None] = mapped_column(String(160))
    search_name: Mapped[str] = mapped_column(String(400))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    sex: Mapped[Sex | None] = mapped_column(String(6))
    locale: Mapped[str] = mapped_column(String(5), default="fr")
    timezone: Mapped[str] = mapped_column(String(40), default="Africa/Casablanca")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(200))  # encrypted with the installation's key
    totp_last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    refused_email: Mapped[str | None] = mapped_column(String(254))  # an address of theirs that took no mail
    kept_until: Mapped[datetime | None]  # an exam is under way: no sign-in of theirs ends by time before
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def takes_no_mail(self) -> bool:
        """Their present address was refused for good the last time somebody wrote to it."""
        return self.refused_email == self.email

    @property
    def name_ar(self) -> str:
        return f"{self.given_name_ar} {self.family_name_ar}".strip()


class RecoveryCode(db.Base):
    """A way in when the second factor is lost. Kept as a hash, good once."""

    __tablename__ = "recovery_codes"

    id: Mapped[db.Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class SignIn(db.Base):
    """One browser signed in as one user. The cookie holds a random token; only its hash is here.
    ``factor_passed`` False: the password was right and the second factor is still asked for; nothing else is open."""

    __tablename__ = "sign_ins"

    id: Mapped[db.Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    factor_passed: Mapped[bool]
    device: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]  # when the password was last typed; what is dangerous asks again
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LinkPurpose(StrEnum):
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a purpose, no password


class OneTimeLink(db.Base):
    """A link sent by mail: the token's hash, good once and for a while, and only while the password it was made for stands."""

    __tablename__ = "one_time_links"

    id: Mapped[db.Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    bound_to: Mapped[str] = mapped_column(String(64))  # hash of e-mail and password hash at the time
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RoleGrant(db.Base):
    """A role somebody holds, in the institute (``cohort_id`` None) or in one cohort. Ended, never deleted."""

    __tablename__ = "role_grants"
    __table_args__ = (
        Index("one_live_grant", "user_id", "role", text("coalesce(cohort_id, 0)"), unique=True,
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("cohort_id IS NULL OR role IN ('participant','facilitator','assessor','coordinator')",
                        name="cohort_role"),
    )  # fmt: skip

    id: Mapped[db.Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[Role] = mapped_column(String(20))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohorts.id"), index=True)
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ThrottleWindow(db.Base):
    """How many times something was tried in a window of time: shared by all processes. ``key`` is a hash, never an address."""

    __tablename__ = "throttle_windows"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
