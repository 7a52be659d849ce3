"""Tokens by the device authorization grant (RFC 8628): log in with any browser, anywhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from athena_shell.auth.device_poll import DEFAULT_INTERVAL, poll, printable
from athena_shell.auth.oidc import OidcProvider
from athena_shell.auth.refresh_store import KeyringStore, MemoryStore, RefreshStore
from athena_shell.auth.tokens import checked_token
from athena_shell.aws.web import check_url
from athena_shell.core.credentials import Token
from athena_shell.core.errors import AuthError, LoginRequired
from athena_shell.core.ports import Clock, TokenSource
from athena_shell.core.records import dataclass
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from athena_shell.auth.surroundings import Surroundings

_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_LONGEST_WAIT: Final = 1800.0
_DEFAULT_WAIT: Final = 600.0
_MARGIN: Final = timedelta(seconds=60)


@dataclass
class DeviceSource:
    """Yields the log-in's ID token, refreshed as long as the provider's refresh token lasts.

    Args:
        provider: the identity provider.
        clock: the time.
        say: shows a person where to log in.
        store: keeps the refresh token.
        scope: what to ask for; ``openid`` makes the provider issue an ID token.
        audience: the audience to ask for, or an empty string.
    """

    provider: OidcProvider
    clock: Clock
    say: Callable[[str], None]
    store: RefreshStore
    scope: str = "openid"
    audience: str = ""
    renewable: bool = True
    _token: Token | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def description(self) -> str:
        """Name the provider."""
        return f"log-in at {self.provider.name}"

    def obtain(self) -> Token:
        """Return the ID token, refreshed when its time is nearly over; never asks a person."""
        with self._lock:
            token = self._token
            if token is not None and (
                token.expires is None or self.clock.now() < token.expires - _MARGIN
            ):
                return token
            refresh = self.store.load()
            if refresh is None:
                raise LoginRequired(
                    f"A log-in at {self.provider.name} is needed.", r"Log in with \login."
                )
            form = {"grant_type": "refresh_token", "refresh_token": refresh.reveal()}
            try:
                return self._accept(self.provider.request_token(form))
            except LoginRequired:
                self.store.delete()
                raise

    def reject(self) -> None:
        """Refresh at the next call."""
        self._token = None

    def forget(self) -> None:
        """Forget the log-in."""
        self._token = None
        self.store.delete()

    def log_in(self) -> None:
        """Show the address and the code, and wait until the person has logged in there."""
        device = self.provider.request_device_code(self.scope, self.audience)
        address = str(device["verification_uri"])
        check_url(address, f"The log-in address of {self.provider.name}")
        self.say(
            f"To log in, open {printable(address)} and enter the code"
            f" {printable(str(device['user_code']))}"
        )
        form = {"grant_type": _GRANT, "device_code": str(device["device_code"])}
        answer = poll(
            lambda: self.provider.request_token(form),
            interval=_number(device.get("interval"), DEFAULT_INTERVAL),
            seconds=min(_number(device.get("expires_in"), _DEFAULT_WAIT), _LONGEST_WAIT),
            clock=self.clock,
        )
        with self._lock:
            self._accept(answer)

    def _accept(self, answer: Mapping[str, Any]) -> Token:
        refresh = answer.get("refresh_token")
        if isinstance(refresh, str) and refresh:
            self.store.save(Secret(refresh, self.description))
        text = answer.get("id_token")
        if not isinstance(text, str) or not text:
            raise AuthError(
                f"{self.provider.name} answered without an ID token.",
                "oidc_scope must hold openid; some providers want offline_access too.",
            )
        self._token = checked_token(text, self.description, self.clock.now())
        return self._token


def _number(value: Any, otherwise: float) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    return float(value) if good else otherwise


def build(surroundings: Surroundings) -> TokenSource:
    """Make the source; raises ConfigError."""
    profile = surroundings.profile
    provider = OidcProvider.of(profile, surroundings.clients.web())
    store: RefreshStore = MemoryStore()
    if profile.get("oidc_refresh_store") == "keyring":
        store = KeyringStore(f"{provider.issuer or provider.name} {provider.client_id}")
    return DeviceSource(
        provider,
        surroundings.clock,
        surroundings.say,
        store,
        profile.get("oidc_scope"),
        profile.get("oidc_audience"),
    )
