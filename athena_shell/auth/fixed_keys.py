"""The IAM Credentials type: keys written down, with or without a session token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athena_shell.core.credentials import Credentials
from athena_shell.core.errors import ConfigError
from athena_shell.core.ports import CredentialProvider
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.auth.surroundings import Surroundings
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


def check(profile: Profile) -> None:
    """Refuse a profile that lacks what this type needs; raises ConfigError."""
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


def build(surroundings: Surroundings) -> CredentialProvider:
    """Make the provider; raises ConfigError."""
    profile = surroundings.profile
    check(profile)
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
