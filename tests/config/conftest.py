"""A configuration written for one test, and an authentication type on a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from athena_shell.config.checks import integer
from athena_shell.config.parameters import Parameter
from athena_shell.core.errors import ConfigError

PARAMETERS = (
    Parameter("preferred_role", "role", jdbc="JwtRoleArn", fallback=("AWS_ROLE_ARN",)),
    Parameter("duration", "seconds", default="900", check=integer(900, 43200), jdbc_default="3600"),
    Parameter("web_identity_token", "the token", secret=True, jdbc="JwtWebIdentityToken"),
    Parameter("web_identity_token_file", "a file"),
    Parameter("web_identity_token_process", "a command"),
    Parameter("role_session_name", "name", jdbc="JwtRoleSessionName"),
)


@dataclass(frozen=True)
class FakeAuth:
    """Knows the types JWT and Keys."""

    extra: tuple[Parameter, ...] = field(default=(Parameter("UID", "key id"),))

    def parameters_of(self, name: str) -> Sequence[Parameter]:
        if name.lower() == "jwt":
            return PARAMETERS
        if name.lower() == "keys":
            return self.extra
        raise ConfigError(f"AuthenticationType {name} is unknown.")

    def all_parameters(self) -> Sequence[Parameter]:
        return (*PARAMETERS, *self.extra)

    def source_parameters(self, name: str) -> Sequence[Parameter]:
        raise ConfigError(f"There is no token source {name}.")


@pytest.fixture
def auth() -> FakeAuth:
    return FakeAuth()


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str | bytes, mode: int = 0o600) -> Path:
        path = tmp_path / "config.ini"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        return path

    return write
