"""From a profile to credentials that renew themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from athena_shell.auth.registry import AuthRegistry
from athena_shell.auth.renewal import RenewingCredentials
from athena_shell.auth.surroundings import Surroundings
from athena_shell.aws.client import ClientFactory
from athena_shell.config.profile import Profile
from athena_shell.core.ports import Clock, CredentialProvider


def _say_nothing(_message: str) -> None:
    """Swallow a message where nobody reads along."""


def sign_in(
    profile: Profile,
    *,
    registry: AuthRegistry,
    clients: ClientFactory,
    clock: Clock,
    environment: Mapping[str, str],
    say: Callable[[str], None] = _say_nothing,
) -> RenewingCredentials:
    """Return the profile's credentials; no network is used before they are first asked for.

    Args:
        profile: the resolved profile.
        registry: the authentication types.
        clients: makes AWS clients that keep to the endpoint policy.
        clock: the time.
        environment: the process's variables.
        say: shows a person a line, such as a verification code.

    Raises:
        ConfigError: the type is unknown or a parameter is missing.
        PluginError: the named type's package is broken.
    """
    provider = make_provider(
        profile,
        registry=registry,
        clients=clients,
        clock=clock,
        environment=environment,
        say=say,
    )
    return RenewingCredentials(provider, clock)


def make_provider(
    profile: Profile,
    *,
    registry: AuthRegistry,
    clients: ClientFactory,
    clock: Clock,
    environment: Mapping[str, str],
    say: Callable[[str], None] = _say_nothing,
) -> CredentialProvider:
    """Return what obtains the profile's sessions; arguments and errors as ``sign_in``."""
    plugin = registry.load(profile.get("AuthenticationType"))
    plugin.check(profile)
    return plugin.build(Surroundings(profile, clients, clock, environment, registry.sources, say))
