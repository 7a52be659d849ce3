"""Authentication types by name: built in, or offered by other packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Final

from athena_shell.auth.offers import Offers, distinct, load_offer, plain, warnings
from athena_shell.auth.plugin import AuthPlugin
from athena_shell.auth.token_registry import TokenSourceRegistry
from athena_shell.auth.types import BUILT_IN, REFUSED
from athena_shell.config.parameters import Parameter, nearest
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "athena_shell.auth.v1"


@dataclass(frozen=True, eq=False, repr=False)
class AuthRegistry:
    """The authentication types.

    Args:
        built_in: the program's own.
        offered: other packages' entry points by name.
        sources: the token sources, for types that start from a token.
    """

    built_in: tuple[AuthPlugin, ...] = BUILT_IN
    offered: Mapping[str, EntryPoint] = field(default_factory=dict)
    sources: TokenSourceRegistry = field(default_factory=TokenSourceRegistry)

    @classmethod
    def installed(cls) -> AuthRegistry:
        """Return the registry of what is installed; imports no plugin."""
        return cls(offered=Offers(GROUP), sources=TokenSourceRegistry.installed())

    def names(self) -> tuple[str, ...]:
        """Return the types' names, the built-in ones first; imports nothing."""
        own = tuple(plugin.name for plugin in self.built_in)
        known = {plain(name) for name in own}
        return own + tuple(sorted(name for name in self.offered if plain(name) not in known))

    def load(self, name: str) -> AuthPlugin:
        """Return the named type; case, blanks, ``-`` and ``_`` make no difference.

        Raises:
            ConfigError: there is no such type, or it is one that the shell cannot do; the hint
                says what to use.
            PluginError: its package is broken.
        """
        wanted = plain(name)
        for plugin in self.built_in:
            if wanted in {plain(plugin.name), *map(plain, plugin.aliases)}:
                return plugin
        for offered, point in self.offered.items():
            if plain(offered) == wanted:
                return load_offer(point, AuthPlugin, GROUP)
        raise self._unknown(name)

    def parameters_of(self, name: str) -> tuple[Parameter, ...]:
        """Return the named type's parameters, with those of the token sources it may use."""
        plugin = self.load(name)
        extra = self.sources.parameters() if plugin.takes_token else ()
        return (*plugin.parameters, *extra)

    def source_parameters(self, name: str) -> tuple[Parameter, ...]:
        """Return the parameters of the named token source; raises as its registry's ``load``."""
        return self.sources.load(name).parameters

    def all_parameters(self) -> tuple[Parameter, ...]:
        """Return the parameters of every built-in type; imports nothing."""
        own = (parameter for plugin in self.built_in for parameter in plugin.parameters)
        return distinct((*own, *self.sources.parameters()))

    def broken(self) -> tuple[str, ...]:
        """Load every offered plugin and return a warning for each that cannot be loaded."""
        return warnings(self.offered.values(), AuthPlugin, GROUP) + self.sources.broken()

    def _unknown(self, name: str) -> ConfigError:
        for refused, advice in REFUSED.items():
            if plain(refused) == plain(name):
                return ConfigError(
                    f"AuthenticationType {refused} needs a browser or a vendor's login form, which"
                    " this shell has not.",
                    advice,
                )
        close = nearest(name, self.names())
        return ConfigError(
            f"AuthenticationType {name[:60]!r} is unknown.",
            (f"Did you mean {close}? " if close else "") + f"Known: {', '.join(self.names())}.",
        )
