"""Credentials that renew themselves: expiry windows, single flight, valid keys served on."""

from __future__ import annotations

import copy
import logging
import threading
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from athena_shell.auth.capabilities import Forgets, LogsIn, TakesToken
from athena_shell.core.credentials import Credentials
from athena_shell.core.errors import AthenaShellError, AuthError, LoginRequired
from athena_shell.core.ports import Clock, CredentialProvider
from athena_shell.core.records import dataclass

_log = logging.getLogger(__name__)

SIGNED_OUT: Final = "SignedOut"
"""The code of the LoginRequired that ``forget`` leaves behind."""

_LONGEST_ADVISORY: Final = timedelta(seconds=300)
_LONGEST_MANDATORY: Final = timedelta(seconds=60)
_ADVISORY_SHARE: Final = 4
_MANDATORY_SHARE: Final = 15
_LONGEST_PAUSE: Final = timedelta(seconds=30)
_PAUSE_SHARE: Final = 10


class _Age(Enum):
    FRESH = 1
    ADVISORY = 2
    MANDATORY = 3
    EXPIRED = 4


@dataclass(frozen=True)
class _Generation:
    """One set of keys with the windows that its own life sets.

    A session of 900 s is renewed from 225 s before its end, so one STS call serves its first
    eleven minutes; botocore's fixed window of 15 minutes would renew it at every signature.
    """

    keys: Credentials
    obtained: datetime

    def age(self, now: datetime) -> _Age:
        if self.keys.expires is None:
            return _Age.FRESH
        life = self.keys.expires - self.obtained
        left = self.keys.expires - now
        if left <= timedelta():
            return _Age.EXPIRED
        if left <= min(_LONGEST_MANDATORY, life / _MANDATORY_SHARE):
            return _Age.MANDATORY
        if left <= min(_LONGEST_ADVISORY, life / _ADVISORY_SHARE):
            return _Age.ADVISORY
        return _Age.FRESH

    def next_try(self, now: datetime) -> datetime:
        """When to try again after a renewal failed while these keys are still valid."""
        left = (self.keys.expires or now) - now
        return now + min(_LONGEST_PAUSE, left / _PAUSE_SHARE)


class RenewingCredentials:
    """The session's credentials, for any number of threads.

    In the advisory window one thread renews while the others go on with the keys they have; in the
    mandatory window they wait for it. When a renewal fails, keys that are still valid are served on
    and the next attempt comes after a pause. It never prompts: when only a person can help,
    ``LoginRequired`` is raised to whoever asked.

    Args:
        provider: obtains a new session.
        clock: the time; expiries are compared with it.
    """

    def __init__(self, provider: CredentialProvider, clock: Clock) -> None:
        self._provider = provider
        self._clock = clock
        self._generation: _Generation | None = None
        self._renewing = threading.Lock()
        self._attempts = 0
        self._failure: AthenaShellError | None = None
        self._next_try: datetime | None = None
        self._signed_out = False
        self._handed = threading.local()

    @property
    def description(self) -> str:
        """Say how credentials are obtained, without any secret."""
        return self._provider.description

    @property
    def can_replace_token(self) -> bool:
        """Whether ``replace_token`` can help."""
        return isinstance(self._provider, TakesToken)

    @property
    def can_log_in(self) -> bool:
        """Whether ``login`` can send a person to a browser."""
        provider = self._provider
        return isinstance(provider, LogsIn) and bool(getattr(provider, "can_log_in", True))

    @property
    def is_renewing(self) -> bool:
        """Whether a session is being obtained at this moment."""
        return self._renewing.locked()

    @property
    def last_failure(self) -> AthenaShellError | None:
        """Why the last renewal failed, ``None`` when it did not."""
        return self._failure

    def status(self) -> Credentials | None:
        """Return the keys in memory, expired or not; uses no network."""
        generation = self._generation
        return None if generation is None else generation.keys

    def current(self) -> Credentials:
        """Return keys that are valid now, renewed first when it is time.

        Raises:
            LoginRequired: only a person can help.
            AuthError: the session could not be renewed and its keys are past their end.
            ServiceError: likewise, because a service could not be reached.
        """
        if self._signed_out:
            raise LoginRequired(
                "The session was signed out.", r"Sign in again with \login.", code=SIGNED_OUT
            )
        generation = self._generation
        now = self._clock.now()
        age = _Age.EXPIRED if generation is None else generation.age(now)
        if age is not _Age.FRESH and not self._pausing(age, now):
            self._renew_in_time(wait=age is not _Age.ADVISORY)
            generation = self._generation
        if generation is None:
            raise AuthError("The session was signed out meanwhile.", r"Sign in again with \login.")
        self._handed.access_key = generation.keys.access_key
        return generation.keys

    def renew(self) -> Credentials:
        r"""Obtain a new session now (``\login``), unless another thread just has; return it."""
        self._signed_out = False
        return self._renew_unless_newer(self._generation)

    def login(self) -> Credentials:
        r"""Renew (``\login``); when only a person can help, let them log in in a browser.

        For the main thread only: the log-in may take minutes. Raises as ``current``.
        """
        try:
            return self.renew()
        except LoginRequired:
            provider = self._provider
            if not (self.can_log_in and isinstance(provider, LogsIn)):
                raise
        provider.log_in()
        return self.renew()

    def renew_rejected(self) -> None:
        """Renew because a service refused the keys this thread signed with last.

        Returns at once when they have been replaced meanwhile: one renewal per failure, however
        many threads saw it. Raises as ``current``.
        """
        generation = self._generation
        handed = getattr(self._handed, "access_key", None)
        if generation is not None and handed not in {None, generation.keys.access_key}:
            return
        self._renew_unless_newer(generation)

    def replace_token(self, text: str) -> None:
        """Use a person's new token and obtain a session with it.

        Raises:
            AuthError: the text is no token, or STS refuses it; it is forgotten again.
            ServiceError: STS could not be reached; the token is kept for the next attempt.
        """
        provider = self._provider
        if not isinstance(provider, TakesToken):
            raise AuthError(
                f"{self.description} takes no token.", "Change AuthenticationType in the profile."
            )
        provider.replace_token(text)
        try:
            self.renew()
        except AuthError:
            provider.discard_token()
            raise

    def forget(self) -> None:
        r"""Forget the session (``\logout``), in memory and wherever the provider keeps it."""
        with self._renewing:
            self._signed_out = True
            self._generation = None
            self._failure = None
            if isinstance(self._provider, TakesToken):
                self._provider.discard_token()
            if isinstance(self._provider, Forgets):
                self._provider.forget()

    def _pausing(self, age: _Age, now: datetime) -> bool:
        return age is not _Age.EXPIRED and self._next_try is not None and now < self._next_try

    def _renew_in_time(self, *, wait: bool) -> None:
        """Renew unless another thread does; failures count only without valid keys."""
        attempts = self._attempts
        if not self._renewing.acquire(blocking=wait):
            return
        try:
            generation = self._generation
            age = _Age.EXPIRED if generation is None else generation.age(self._clock.now())
            if age is _Age.FRESH:
                return
            if self._attempts != attempts and self._failure is not None:
                # Another thread tried while this one waited: its answer is this one's too.
                if age is _Age.EXPIRED:
                    raise copy.copy(self._failure) from self._failure
                return
            try:
                self._obtain()
            except AthenaShellError:
                if age is _Age.EXPIRED:
                    raise
        finally:
            self._renewing.release()

    def _renew_unless_newer(self, seen: _Generation | None) -> Credentials:
        with self._renewing:
            generation = self._generation
            if generation is None or generation is seen:
                return self._obtain()
            return generation.keys

    def _obtain(self) -> Credentials:
        """Obtain a generation; the caller holds the lock."""
        self._attempts += 1
        started = self._clock.now()
        try:
            keys = self._provider.obtain()
            self._refuse_dead(keys, self._clock.now())
        except AthenaShellError as error:
            _log.debug("the session could not be renewed: %s", error.message)
            self._failure = error
            if self._generation is not None:
                self._next_try = self._generation.next_try(self._clock.now())
            raise
        self._failure = None
        self._next_try = None
        self._generation = _Generation(keys, started)
        _log.debug("a session was obtained by %s; it ends at %s", self.description, keys.expires)
        return keys

    def _refuse_dead(self, keys: Credentials, now: datetime) -> None:
        if keys.expires is not None and keys.expires <= now:
            ago = round((now - keys.expires).total_seconds())
            raise AuthError(
                f"The new session ended {ago} s ago by this machine's clock, which must be ahead.",
                "Set the clock (for example with `sudo timedatectl set-ntp true`).",
                code="ClockSkew",
            )
