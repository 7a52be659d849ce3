"""What a plugin may use to build its provider or source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.auth.token_registry import TokenSourceRegistry
    from athena_shell.aws.client import ClientFactory
    from athena_shell.config.profile import Profile
    from athena_shell.core.ports import Clock


def _say_nothing(_message: str) -> None:
    """Swallow a message where nobody reads along."""


@dataclass(frozen=True)
class Surroundings:
    """What a plugin may use to build its provider or source.

    Args:
        profile: the resolved profile; ask it for the plugin's own and the connection's parameters.
        clients: makes AWS clients that keep to the endpoint policy; unsigned without credentials.
        clock: the time.
        environment: the process's variables.
        sources: the token sources, for types that start from a token.
        say: shows a person a line, such as a verification code; never a secret.
    """

    profile: Profile
    clients: ClientFactory
    clock: Clock
    environment: Mapping[str, str]
    sources: TokenSourceRegistry
    say: Callable[[str], None] = field(default=_say_nothing)
