"""Our credentials as botocore's signers expect them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.credentials import Credentials as BotocoreCredentials
from botocore.credentials import ReadOnlyCredentials

if TYPE_CHECKING:
    from athena_shell.aws.client import CredentialSource


class SigningCredentials(BotocoreCredentials):  # type: ignore[misc]  # botocore carries no types
    """Asks the source for a whole, current set of keys at every signature.

    A signer freezes the keys once per request, so the parts of two generations are never mixed and
    existing clients go on with renewed keys.
    """

    def __init__(self, source: CredentialSource) -> None:
        super().__init__("", "", method="athena-shell")
        self._source = source

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return one generation of keys."""
        keys = self._source.current()
        token = keys.session_token
        return ReadOnlyCredentials(
            keys.access_key, keys.secret_key.reveal(), None if token is None else token.reveal()
        )
