"""The IAM Credentials type: keys written down, with or without a session token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from athena_shell.auth.plugin import AuthPlugin
from athena_shell.config.checks import pattern
from athena_shell.config.parameters import Parameter
from athena_shell.core.credentials import Credentials
from athena_shell.core.errors import ConfigError
from athena_shell.core.ports import CredentialProvider

if TYPE_CHECKING:
    from athena_shell.auth.plugin import Surroundings
    from athena_shell.config.profile import Profile


@dataclass(frozen=True)
class FixedKeys:
    """Keys that never change; also the source that signs with one given set."""

    keys: Credentials

    @property
    def description(self) -> str:
        """Say where they were written."""
        return f"IAM keys from {self.keys.origin}"

    def obtain(self) -> Credentials:
        """Return the keys."""
        return self.keys

    def current(self) -> Credentials:
        """Return the keys."""
        return self.keys


def _check(profile: Profile) -> None:
    for name in ("UID", "PWD"):
        if not profile.is_set(name):
            raise ConfigError(
                f"Profile {profile.name}: {name} is missing.",
                "IAM Credentials needs UID (the access key id) and PWD (the secret access key), and"
                " SessionToken for temporary keys.",
            )
    if profile.get("UID").startswith("ASIA") and not profile.is_set("SessionToken"):
        raise ConfigError(
            f"Profile {profile.name}: SessionToken is missing.",
            "An access key id that begins with ASIA is temporary and has a session token.",
        )


def _build(surroundings: Surroundings) -> CredentialProvider:
    profile = surroundings.profile
    _check(profile)
    secret = profile.secret("PWD")
    if secret is None:
        raise AssertionError("checked above")
    return FixedKeys(
        Credentials(
            profile.get("UID"),
            secret,
            profile.secret("SessionToken"),
            origin=profile.origin("UID"),
        )
    )


PLUGIN: Final = AuthPlugin(
    name="IAM Credentials",
    summary="An access key id and a secret access key, written in the profile",
    parameters=(
        Parameter(
            "UID",
            "The access key id",
            check=pattern(r"\w{16,128}", "an access key id, such as AKIAIOSFODNN7EXAMPLE"),
            jdbc="User",
        ),
        Parameter("PWD", "The secret access key", secret=True, jdbc="Password"),
        Parameter("SessionToken", "The session token of temporary keys", secret=True),
    ),
    build=_build,
    check=_check,
    aliases=("IAMCredentials", "StaticCredentials"),
)
