"""A throwaway identity provider: signs demo tokens, publishes its key set."""

from __future__ import annotations

import json
import secrets
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from athena_shell.local.clock import Clock
from athena_shell.local.defaults import AUDIENCE, ISSUER

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_KEY_BITS: Final = 2048
_KEY_ID: Final = "demo-1"


class Issuer:
    """An OpenID Connect issuer whose key lives as long as the object; it is made when needed.

    Args:
        clock: gives ``iat`` and ``exp``.
        url: the ``iss`` claim.
        audience: the default ``aud`` claim.
        lifetime: how long a token lives.
    """

    def __init__(
        self,
        clock: Clock,
        url: str = ISSUER,
        audience: str = AUDIENCE,
        lifetime: timedelta = timedelta(hours=1),
    ) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._key: RSAPrivateKey | None = None
        self.url = url
        self.audience = audience
        self.lifetime = lifetime

    def _private_key(self) -> RSAPrivateKey:
        from cryptography.hazmat.primitives.asymmetric import rsa

        with self._lock:
            if self._key is None:
                self._key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
            return self._key

    def token(self, *, lifetime: timedelta | None = None, **claims: Any) -> str:
        """Return a signed token.

        Args:
            lifetime: until ``exp``; may be negative for a token that has expired.
            claims: replace or add to the usual claims; ``None`` leaves a claim out.
        """
        import jwt

        issued = int(self._clock.now().timestamp())
        life = self.lifetime if lifetime is None else lifetime
        payload = {
            "iss": self.url,
            "aud": self.audience,
            "sub": "demo-user",
            "iat": issued,
            "exp": issued + int(life.total_seconds()),
            "jti": secrets.token_hex(8),
            **claims,
        }
        present = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(present, self._private_key(), algorithm="RS256", headers={"kid": _KEY_ID})

    def key_set(self) -> dict[str, Any]:
        """Return the public keys as a JSON Web Key Set."""
        from jwt.algorithms import RSAAlgorithm

        public = json.loads(RSAAlgorithm.to_jwk(self._private_key().public_key()))
        return {"keys": [{**public, "kid": _KEY_ID, "use": "sig", "alg": "RS256"}]}

    def verification_key(self, key_id: str) -> Any:
        """Return the public key named ``key_id``; KeyError when there is none."""
        if key_id != _KEY_ID:
            raise KeyError(key_id)
        return self._private_key().public_key()
