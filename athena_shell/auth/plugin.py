"""The contracts of authentication types and token sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.auth.surroundings import Surroundings
    from athena_shell.config.parameters import Parameter
    from athena_shell.config.profile import Profile
    from athena_shell.core.ports import CredentialProvider, TokenSource


def _accept(_profile: Profile) -> None:
    """Find nothing wrong."""


@dataclass(frozen=True, eq=False, repr=False)
class AuthPlugin:
    """An authentication type: how a profile becomes credentials.

    Another package offers one by the entry point group ``athena_shell.auth.v1``; the entry point's
    name is the type's name and its object an ``AuthPlugin``.

    Args:
        name: the value of ``AuthenticationType``; look-up ignores case, blanks, ``-`` and ``_``.
        summary: one line for help.
        parameters: the profile parameters it owns; they are checked before any network.
        build: makes the provider; does no network. Raises ConfigError.
        check: refuses combinations of parameters; raises ConfigError. Does no network.
        aliases: other values of ``AuthenticationType`` that mean this type.
        takes_token: whether it starts from a token, so that token sources' parameters apply.
        experimental: whether help marks it as such.
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    build: Callable[[Surroundings], CredentialProvider]
    check: Callable[[Profile], None] = _accept
    aliases: tuple[str, ...] = ()
    takes_token: bool = False
    experimental: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class TokenSourcePlugin:
    """A token source: where JSON web tokens come from.

    Another package offers one by the entry point group ``athena_shell.token_source.v1``; the entry
    point's name is the source's name and its object a ``TokenSourcePlugin``.

    Args:
        name: the value of ``web_identity_token_source``.
        summary: one line for help.
        parameters: the profile parameters it owns.
        build: makes the source; does no network. Raises ConfigError.
        chosen_by: the parameter that chooses this source when ``web_identity_token_source`` is
            silent, such as ``web_identity_token_file``.
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    build: Callable[[Surroundings], TokenSource]
    chosen_by: str = ""
