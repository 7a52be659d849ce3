"""An authentication type: keys from a vault's file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from athena_shell.auth.plugin import AuthPlugin
from athena_shell.auth.surroundings import Surroundings
from athena_shell.config.parameters import Parameter
from athena_shell.core.credentials import Credentials
from athena_shell.core.errors import AuthError
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from athena_shell.core.ports import CredentialProvider


@dataclass(frozen=True)
class VaultKeys:
    """Reads the two lines of a file: key id and secret key."""

    path: Path

    @property
    def description(self) -> str:
        """Name the file."""
        return f"vault keys {self.path}"

    def obtain(self) -> Credentials:
        """Return the keys; AuthError when the file has not two lines."""
        lines = self.path.read_text().split()
        try:
            number, secret = lines
        except ValueError:
            raise AuthError(f"{self.path} has {len(lines)} lines instead of two.") from None
        return Credentials(number, Secret(secret, self.description), origin=self.description)


def _build(surroundings: Surroundings) -> CredentialProvider:
    return VaultKeys(Path(surroundings.profile.get("vault_keys")))


PLUGIN = AuthPlugin(
    name="Vault Keys",
    summary="Keys from a vault's file",
    parameters=(Parameter("vault_keys", "The vault's file", required=True),),
    build=_build,
)
