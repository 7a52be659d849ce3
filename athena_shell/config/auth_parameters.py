"""The port to the authentication types: which parameters they own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from athena_shell.config.parameters import Parameter


class AuthParameters(Protocol):
    """What is needed of the registry of authentication types."""

    def parameters_of(self, name: str) -> Sequence[Parameter]:
        """Return a type's parameters; raises ConfigError or PluginError for an unusable name."""

    def all_parameters(self) -> Sequence[Parameter]:
        """Return the parameters of every type that is known without loading a plugin."""

    def source_parameters(self, name: str) -> Sequence[Parameter]:
        """Return a token source's parameters; raises as ``parameters_of``."""
