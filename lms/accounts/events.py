"""What happens to people here that others must know."""

from dataclasses import dataclass

from lms.events import Event


@dataclass(frozen=True)
class UserInvited(Event):
    user_id: int


@dataclass(frozen=True)
class PasswordResetAsked(Event):
    user_id: int


@dataclass(frozen=True)
class PasswordChanged(Event):
    user_id: int


@dataclass(frozen=True)
class SecondFactorChanged(Event):
    user_id: int
