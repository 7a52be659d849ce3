"""The built-in token sources as plugins: their parameters and how each is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from athena_shell.auth.command import split_command
from athena_shell.auth.plugin import TokenSourcePlugin
from athena_shell.auth.tokens import CommandToken, EnvironmentToken, FileToken, LiteralToken
from athena_shell.config.checks import integer, pattern
from athena_shell.config.parameters import Parameter
from athena_shell.core.errors import ConfigError
from athena_shell.core.ports import TokenSource

if TYPE_CHECKING:
    from athena_shell.auth.plugin import Surroundings

SOURCE_PARAMETER: Final = Parameter(
    "web_identity_token_source",
    "Where tokens come from, when no other parameter says it: the name of a token source",
    example="github",
)


def _literal(surroundings: Surroundings) -> TokenSource:
    secret = surroundings.profile.secret("web_identity_token")
    if secret is None:
        raise ConfigError("web_identity_token is empty.", "Set it, or choose another source.")
    return LiteralToken(secret, surroundings.clock)


def _environment(surroundings: Surroundings) -> TokenSource:
    variable = surroundings.profile.get("web_identity_token_env")
    return EnvironmentToken(variable, surroundings.environment, surroundings.clock)


def _file(surroundings: Surroundings) -> TokenSource:
    path = Path(surroundings.profile.get("web_identity_token_file")).expanduser()
    return FileToken(path, surroundings.clock)


def _command(surroundings: Surroundings) -> TokenSource:
    profile = surroundings.profile
    return CommandToken(
        split_command(profile.get("web_identity_token_process"), "web_identity_token_process"),
        surroundings.environment,
        surroundings.clock,
        float(profile.get("web_identity_token_process_timeout")),
    )


BUILT_IN: Final = (
    TokenSourcePlugin(
        name="literal",
        summary="A token written in the profile; it cannot renew itself",
        parameters=(
            Parameter(
                "web_identity_token",
                "The token itself; better use a file or a command, which can renew it",
                secret=True,
                jdbc="JwtWebIdentityToken",
            ),
        ),
        build=_literal,
        chosen_by="web_identity_token",
    ),
    TokenSourcePlugin(
        name="file",
        summary="A file, read afresh at each renewal",
        parameters=(
            Parameter(
                "web_identity_token_file",
                "A file that holds the token and is rewritten by whatever renews it",
                fallback=("AWS_WEB_IDENTITY_TOKEN_FILE",),
                example="/run/secrets/token",
            ),
        ),
        build=_file,
        chosen_by="web_identity_token_file",
    ),
    TokenSourcePlugin(
        name="environment",
        summary="An environment variable, as it was when the program started",
        parameters=(
            Parameter(
                "web_identity_token_env",
                "The name of an environment variable that holds the token",
                check=pattern(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable"),
                example="MY_TOKEN",
            ),
        ),
        build=_environment,
        chosen_by="web_identity_token_env",
    ),
    TokenSourcePlugin(
        name="command",
        summary="A command that prints a token, run at each renewal without a shell",
        parameters=(
            Parameter(
                "web_identity_token_process",
                "A command whose one line of output is the token",
                example="/usr/local/bin/get-token --audience sts.amazonaws.com",
            ),
            Parameter(
                "web_identity_token_process_timeout",
                "How many seconds the command may take",
                default="60",
                check=integer(1, 600),
            ),
        ),
        build=_command,
        chosen_by="web_identity_token_process",
    ),
)
"""The sources that come with the program."""
