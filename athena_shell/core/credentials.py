"""Tokens and the credentials they are exchanged for."""

from __future__ import annotations

from datetime import datetime

from athena_shell.core.records import dataclass
from athena_shell.core.secret import Secret


@dataclass(frozen=True)
class Token:
    """A JSON web token and when it ends, if that is known."""

    secret: Secret
    expires: datetime | None = None

    @property
    def origin(self) -> str:
        """Where the token came from."""
        return self.secret.origin


@dataclass(frozen=True)
class Identity:
    """Who a session is, as far as the exchange told; for display only."""

    role: str = ""
    subject: str = ""
    audience: str = ""
    issuer: str = ""
    account: str = ""


@dataclass(frozen=True)
class Credentials:
    """The keys of one session; ``expires`` is ``None`` for keys without an end."""

    access_key: str
    secret_key: Secret
    session_token: Secret | None = None
    expires: datetime | None = None
    origin: str = ""
    identity: Identity = Identity()
