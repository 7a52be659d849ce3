"""What a provider or a token source can do beyond yielding: asked for by ``isinstance``."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class TakesToken(Protocol):
    """A provider that a person can give a new token."""

    def replace_token(self, text: str) -> None:
        """Use this token from now on; AuthError when it cannot be one."""

    def discard_token(self) -> None:
        """Forget that token."""


@runtime_checkable
class LogsIn(Protocol):
    """A provider or source that a person can log in to, in a browser of theirs."""

    def log_in(self) -> None:
        """Show where to log in and wait for it; on the calling thread, perhaps for minutes.

        Raises:
            AuthError: the person refused, or the time is over.
            ServiceError: the identity provider could not be reached.
        """


@runtime_checkable
class Forgets(Protocol):
    """A provider or source that keeps secrets beyond one call."""

    def forget(self) -> None:
        """Delete them, in memory, on disk and in the keyring."""


@runtime_checkable
class Rereads(Protocol):
    """A source that keeps its last token and can be told that it was refused."""

    def reject(self) -> None:
        """Get another token at the next call, if possible without a person."""
