"""Where a refresh token is kept: in memory, or in the system's keyring (extra ``keyring``)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final, Protocol

from athena_shell.core.errors import AuthError, ConfigError
from athena_shell.core.records import dataclass
from athena_shell.core.secret import Secret

_SERVICE: Final = "athena-shell"


class RefreshStore(Protocol):
    """Keeps one refresh token."""

    def load(self) -> Secret | None:
        """Return it, or ``None``."""

    def save(self, token: Secret) -> None:
        """Keep it in place of the last one."""

    def delete(self) -> None:
        """Forget it."""


@dataclass
class MemoryStore:
    """Keeps it as long as the program runs."""

    _token: Secret | None = None

    def load(self) -> Secret | None:
        """Return it, or ``None``."""
        return self._token

    def save(self, token: Secret) -> None:
        """Keep it in place of the last one."""
        self._token = token

    def delete(self) -> None:
        """Forget it."""
        self._token = None


@dataclass(frozen=True)
class KeyringStore:
    """Keeps it in the system's keyring.

    Args:
        entry: the entry's name: issuer and client.
    """

    entry: str

    def load(self) -> Secret | None:
        """Return it, or ``None``; raises AuthError when the keyring is locked or missing."""
        text = self._call("get_password")
        return Secret(text, "keyring") if text else None

    def save(self, token: Secret) -> None:
        """Keep it in place of the last one; raises AuthError likewise."""
        self._call("set_password", token.reveal())

    def delete(self) -> None:
        """Forget it; a missing entry is fine."""
        with suppress(AuthError):
            self._call("delete_password")

    def _call(self, action: str, *arguments: str) -> Any:
        try:
            import keyring
        except ImportError as error:
            raise ConfigError(
                "oidc_refresh_store = keyring needs the package keyring.",
                "Run: pip install 'athena-shell[keyring]', or set oidc_refresh_store = memory.",
            ) from error
        from keyring.errors import KeyringError

        try:
            return getattr(keyring, action)(_SERVICE, self.entry, *arguments)
        except KeyringError as error:
            raise AuthError(
                f"The keyring cannot be used ({type(error).__name__}).",
                "Unlock it, or set oidc_refresh_store = memory.",
            ) from error
