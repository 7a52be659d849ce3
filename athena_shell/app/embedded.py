"""The embedded endpoint of this process: made on demand, gone with the process."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from athena_shell.app.scratch import Scratch
from athena_shell.core.errors import ConfigError
from athena_shell.local import defaults

if TYPE_CHECKING:
    from athena_shell.auth.registry import AuthRegistry
    from athena_shell.config.paths import Paths
    from athena_shell.core.credentials import Token
    from athena_shell.core.ports import Clock
    from athena_shell.local.embedded import LocalEndpoint

_SOURCE: Final = "local"
_SAMPLES: Final = "sampledb"
_FILES: Final = "default"
_MOST_WARNINGS: Final = 5


class Embedded:
    """The endpoint with the profile that leads to it.

    Args:
        clock: judges the expiry of its sessions.
        data: a directory whose files become tables; ``None`` for the sample database alone.

    Raises:
        ConfigError: the directory does not exist.
    """

    def __init__(self, clock: Clock, data: Path | None) -> None:
        if data is not None and not data.is_dir():
            raise ConfigError(
                f"--local {data}: there is no such directory.",
                "Name one that holds CSV, JSON or Parquet files, or leave it out for the samples.",
            )
        self._clock = clock
        self._data = data
        self._lock = threading.Lock()
        self._scratch: Scratch | None = None
        self._endpoint: LocalEndpoint | None = None
        self._closed = False

    def parameters(self) -> Mapping[str, str]:
        """Return the profile's parameters."""
        return {
            "AwsRegion": defaults.REGION,
            "AuthenticationType": "JWT",
            "web_identity_token_source": _SOURCE,
            "preferred_role": defaults.ROLE,
            "role_session_name": "local",
            "S3OutputLocation": defaults.OUTPUT_LOCATION,
            "Schema": _FILES if self._data is not None else _SAMPLES,
        }

    def paths(self, paths: Paths) -> Paths:
        """Return the program's paths with what lives no longer than the endpoint inside it."""
        root = self.directory()
        return replace(paths, journal=root / "journal", cache=root / "names")

    def registry(self) -> AuthRegistry:
        """Return the authentication types with this endpoint's issuer among the token sources."""
        from athena_shell.auth.plugin import TokenSourcePlugin
        from athena_shell.auth.registry import AuthRegistry

        installed = AuthRegistry.installed()
        source = TokenSourcePlugin(
            name=_SOURCE,
            summary="The embedded endpoint's own issuer",
            parameters=(),
            build=lambda _: IssuedToken(self),
        )
        own = replace(installed.sources, built_in=(*installed.sources.built_in, source))
        return replace(installed, sources=own)

    def endpoint(self) -> LocalEndpoint:
        """Return the endpoint, opened at the first call.

        Raises ConfigError without the extra, and once the endpoint is closed: a thread that comes
        late must not open another one.
        """
        with self._lock:
            if self._closed:
                raise ConfigError("The embedded endpoint is closed.")
            if self._endpoint is None:
                self._endpoint = self._open()
            return self._endpoint

    def warnings(self) -> tuple[str, ...]:
        """Return sentences about the files that became no table; opens the endpoint if need be."""
        found = self.endpoint().warnings if self._data is not None else ()
        more = len(found) - _MOST_WARNINGS
        shown = found[:_MOST_WARNINGS]
        return (*shown, f"{more} more files became no table") if more > 0 else shown

    def close(self) -> None:
        """Close the endpoint and remove its directory."""
        with self._lock:
            self._closed = True
            if self._endpoint is not None:
                self._endpoint.close()
                self._endpoint = None
            if self._scratch is not None:
                self._scratch.close()
                self._scratch = None

    def _open(self) -> LocalEndpoint:
        try:
            from athena_shell.local.embedded import LocalEndpoint
        except ModuleNotFoundError as error:
            raise ConfigError(
                f"The embedded endpoint needs the extra “local” ({error.name} is missing).",
                "Install it: pip install 'athena-shell[local]'",
            ) from error
        return LocalEndpoint.open(self.directory(), clock=self._clock, data=self._data)

    def directory(self) -> Path:
        """Return the directory that the endpoint keeps its files in, made at the first call."""
        if self._scratch is None:
            self._scratch = Scratch()
        return self._scratch.path


@dataclass(frozen=True)
class IssuedToken:
    """Tokens that the embedded endpoint's issuer signs."""

    embedded: Embedded
    description: str = "embedded issuer"
    renewable: bool = True

    def obtain(self) -> Token:
        """Return a token that was signed just now."""
        from athena_shell.core.credentials import Token
        from athena_shell.core.secret import Secret

        expires: datetime | None = None
        return Token(Secret(self.embedded.endpoint().token(), self.description), expires)
