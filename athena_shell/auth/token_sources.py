"""How the token sources that need no network are made from a profile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from athena_shell.auth.command import split_command
from athena_shell.auth.tokens import CommandToken, EnvironmentToken, FileToken, LiteralToken
from athena_shell.core.errors import ConfigError
from athena_shell.core.ports import TokenSource

if TYPE_CHECKING:
    from athena_shell.auth.surroundings import Surroundings


def literal(surroundings: Surroundings) -> TokenSource:
    """Make the literal source; raises ConfigError."""
    secret = surroundings.profile.secret("web_identity_token")
    if secret is None:
        raise ConfigError("web_identity_token is empty.", "Set it, or choose another source.")
    return LiteralToken(secret, surroundings.clock)


def environment(surroundings: Surroundings) -> TokenSource:
    """Make the environment source; raises ConfigError."""
    variable = surroundings.profile.get("web_identity_token_env")
    return EnvironmentToken(variable, surroundings.environment, surroundings.clock)


def file(surroundings: Surroundings) -> TokenSource:
    """Make the file source; raises ConfigError."""
    path = Path(surroundings.profile.get("web_identity_token_file")).expanduser()
    return FileToken(path, surroundings.clock)


def command(surroundings: Surroundings) -> TokenSource:
    """Make the command source; raises ConfigError."""
    profile = surroundings.profile
    return CommandToken(
        split_command(profile.get("web_identity_token_process"), "web_identity_token_process"),
        surroundings.environment,
        surroundings.clock,
        float(profile.get("web_identity_token_process_timeout")),
    )
