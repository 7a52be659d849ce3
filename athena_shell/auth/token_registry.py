"""Token sources by name: built in, or offered by other packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Final

from athena_shell.auth.offers import Offers, distinct, load_offer, plain, warnings
from athena_shell.auth.plugin import TokenSourcePlugin
from athena_shell.auth.sources import BUILT_IN, SOURCE_PARAMETER
from athena_shell.config.parameters import Parameter, nearest
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from athena_shell.config.profile import Profile

GROUP: Final = "athena_shell.token_source.v1"


@dataclass(frozen=True, eq=False, repr=False)
class TokenSourceRegistry:
    """The token sources.

    Args:
        built_in: the program's own.
        offered: other packages' entry points by name.
    """

    built_in: tuple[TokenSourcePlugin, ...] = BUILT_IN
    offered: Mapping[str, EntryPoint] = field(default_factory=dict)

    @classmethod
    def installed(cls) -> TokenSourceRegistry:
        """Return the registry of what is installed; imports no plugin."""
        return cls(offered=Offers(GROUP))

    def names(self) -> tuple[str, ...]:
        """Return the sources' names, the built-in ones first; imports nothing."""
        own = tuple(plugin.name for plugin in self.built_in)
        return own + tuple(sorted(set(self.offered) - set(own)))

    def load(self, name: str) -> TokenSourcePlugin:
        """Return the named source; raises ConfigError (unknown) or PluginError (broken)."""
        wanted = plain(name)
        for plugin in self.built_in:
            if plain(plugin.name) == wanted:
                return plugin
        for offered, point in self.offered.items():
            if plain(offered) == wanted:
                return load_offer(point, TokenSourcePlugin, GROUP)
        close = nearest(name, self.names())
        raise ConfigError(
            f"web_identity_token_source {name[:60]!r} is unknown.",
            (f"Did you mean {close}? " if close else "") + f"Known: {', '.join(self.names())}.",
        )

    def parameters(self, name: str = "") -> tuple[Parameter, ...]:
        """Return the parameters of the built-in sources, and of the named one of another package.

        ``web_identity_token_source`` itself is among them.
        """
        plugins = (*self.built_in, *((self.load(name),) if name else ()))
        own = (parameter for plugin in plugins for parameter in plugin.parameters)
        return distinct((SOURCE_PARAMETER, *own))

    def broken(self) -> tuple[str, ...]:
        """Load every offered source and return a warning for each that cannot be loaded."""
        return warnings(self.offered.values(), TokenSourcePlugin, GROUP)

    def choose(self, profile: Profile) -> TokenSourcePlugin:
        """Return the source that the profile names, directly or by one of its parameters.

        Raises:
            ConfigError: the profile names none, or two.
        """
        named = profile.get(SOURCE_PARAMETER.name)
        if named:
            return self.load(named)
        chosen = [p for p in self.built_in if p.chosen_by and profile.is_set(p.chosen_by)]
        if len(chosen) > 1:
            # AWS_WEB_IDENTITY_TOKEN_FILE only speaks when the profile is silent.
            chosen = [
                p
                for p in chosen
                if "AWS_WEB_IDENTITY_TOKEN_FILE" not in profile.origin(p.chosen_by)
            ]
        if len(chosen) == 1:
            return chosen[0]
        keys = [p.chosen_by for p in self.built_in if p.chosen_by]
        if chosen:
            raise ConfigError(
                f"Profile {profile.name} names several token sources:"
                f" {', '.join(p.chosen_by for p in chosen)}.",
                "Keep one of them.",
            )
        raise ConfigError(
            f"Profile {profile.name} says nothing about where its token comes from.",
            f"Set one of {', '.join(keys)} or web_identity_token_source"
            " (or AWS_WEB_IDENTITY_TOKEN_FILE).",
        )
