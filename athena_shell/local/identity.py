"""Role sessions: keys that were issued, whose they are, when they end."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from athena_shell.local.clock import Clock
from athena_shell.local.defaults import ACCOUNT

_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_ID_LENGTH: Final = 16


@dataclass(frozen=True)
class Caller:
    """Who signed a request."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)
    arn: str = ""
    user_id: str = ""
    expires: datetime | None = None


def _identifier(prefix: str) -> str:
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))


class Sessions:
    """The keys that are known; expiry follows the injected clock.

    Args:
        clock: decides when a session has expired.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._callers: dict[str, Caller] = {}
        self._revoked: set[str] = set()
        self.issued = 0

    def issue(self, role_arn: str, name: str, seconds: int) -> Caller:
        """Return a new session of ``role_arn`` that lives for ``seconds``."""
        role_id = _identifier("AROA")
        caller = Caller(
            access_key=_identifier("ASIA"),
            secret_key=secrets.token_urlsafe(30),
            session_token=secrets.token_urlsafe(240),
            arn=role_arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + f"/{name}",
            user_id=f"{role_id}:{name}",
            expires=(self._clock.now() + timedelta(seconds=seconds)).replace(microsecond=0),
        )
        with self._lock:
            self._callers[caller.access_key] = caller
            self.issued += 1
        return caller

    def add_user(self, name: str = "demo") -> Caller:
        """Return permanent keys of a user, for profiles that hold keys instead of a role."""
        caller = Caller(
            access_key=_identifier("AKIA"),
            secret_key=secrets.token_urlsafe(30),
            arn=f"arn:aws:iam::{ACCOUNT}:user/{name}",
            user_id=_identifier("AIDA"),
        )
        with self._lock:
            self._callers[caller.access_key] = caller
        return caller

    def find(self, access_key: str) -> Caller | None:
        """Return whose key it is, expired or not."""
        with self._lock:
            return self._callers.get(access_key)

    def is_live(self, caller: Caller) -> bool:
        """Whether the caller's keys are still good."""
        with self._lock:
            if caller.access_key in self._revoked:
                return False
        return caller.expires is None or self._clock.now() < caller.expires

    def expire_all(self) -> None:
        """Make every session issued so far expired now; permanent keys stay good."""
        with self._lock:
            self._revoked.update(
                key for key, caller in self._callers.items() if caller.expires is not None
            )
