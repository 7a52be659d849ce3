"""The External Credentials type: a command that prints keys, as ``credential_process`` does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from athena_shell.auth.command import run_command, split_command
from athena_shell.core.credentials import Credentials
from athena_shell.core.environment import child_environment
from athena_shell.core.errors import AuthError, ConfigError
from athena_shell.core.ports import CredentialProvider
from athena_shell.core.records import dataclass
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from athena_shell.auth.surroundings import Surroundings
    from athena_shell.config.profile import Profile

_PARAMETER: Final = "ExecutablePath"
_SECONDS: Final = 60.0
_VERSION: Final = 1


@dataclass(frozen=True)
class ExternalKeys:
    """Runs the command afresh at each renewal; no shell is used."""

    words: Sequence[str]
    environment: Mapping[str, str]

    @property
    def description(self) -> str:
        """Name the program."""
        return f"command {self.words[0]}"

    def obtain(self) -> Credentials:
        """Return the keys that the command prints.

        Raises:
            AuthError: the command fails, or prints something else.
        """
        output = run_command(
            self.words,
            environment=child_environment(self.environment),
            seconds=_SECONDS,
            parameter=_PARAMETER,
        )
        return parse_keys(output, self.description)


def parse_keys(output: str, origin: str) -> Credentials:
    """Return the keys of a ``credential_process`` document.

    Raises:
        AuthError: it is no such document; the message names what is wrong, never a value.
    """
    try:
        document: Any = json.loads(output)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise _refused("is no JSON object")
    if document.get("Version") != _VERSION:
        raise _refused("has not Version 1")
    for name in ("AccessKeyId", "SecretAccessKey"):
        if not isinstance(document.get(name), str) or not document[name]:
            raise _refused(f"has no {name}")
    token = document.get("SessionToken")
    return Credentials(
        document["AccessKeyId"],
        Secret(document["SecretAccessKey"], origin),
        Secret(token, origin) if isinstance(token, str) and token else None,
        _moment(document.get("Expiration")),
        origin=origin,
    )


def _moment(text: Any) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise _refused("has an Expiration that is no ISO 8601 time") from None
    if moment.tzinfo is None:
        raise _refused("has an Expiration without a time zone")
    return moment


def _refused(what: str) -> AuthError:
    return AuthError(
        f"{_PARAMETER}: the command's output {what}.",
        'It must print {"Version": 1, "AccessKeyId": …, "SecretAccessKey": …, "SessionToken": …,'
        ' "Expiration": …}, as the AWS CLI\'s credential_process does.',
    )


def check(profile: Profile) -> None:
    """Refuse a profile that lacks what this type needs; raises ConfigError."""
    if not profile.get(_PARAMETER):
        raise ConfigError(
            f"Profile {profile.name}: {_PARAMETER} is missing.",
            "Set it to a program that prints keys as credential_process does.",
        )


def build(surroundings: Surroundings) -> CredentialProvider:
    """Make the provider; raises ConfigError."""
    profile = surroundings.profile
    check(profile)
    arguments = profile.get("ArgumentList")
    words = (
        profile.get(_PARAMETER),
        *(split_command(arguments, "ArgumentList") if arguments else ()),
    )
    return ExternalKeys(words, surroundings.environment)
