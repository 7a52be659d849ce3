"""A token source: the newest token of a vault's directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from athena_shell.auth.plugin import TokenSourcePlugin
from athena_shell.auth.surroundings import Surroundings
from athena_shell.auth.tokens import checked_token
from athena_shell.config.parameters import Parameter
from athena_shell.core.errors import AuthError

if TYPE_CHECKING:
    from athena_shell.core.credentials import Token
    from athena_shell.core.ports import Clock, TokenSource


@dataclass(frozen=True)
class VaultTokens:
    """Reads the vault afresh at each renewal."""

    directory: Path
    clock: Clock
    renewable: bool = True

    @property
    def description(self) -> str:
        """Name the vault."""
        return f"vault {self.directory}"

    def obtain(self) -> Token:
        """Return the newest token; AuthError when there is none."""
        tokens = sorted(self.directory.glob("*.jwt"))
        if not tokens:
            raise AuthError(f"The vault {self.directory} holds no token.", "Fill the vault.")
        return checked_token(tokens[-1].read_text().strip(), self.description, self.clock.now())


def _build(surroundings: Surroundings) -> TokenSource:
    return VaultTokens(Path(surroundings.profile.get("vault_directory")), surroundings.clock)


PLUGIN = TokenSourcePlugin(
    name="vault",
    summary="The newest token of a vault's directory",
    parameters=(Parameter("vault_directory", "The vault's directory", required=True),),
    build=_build,
)
