"""What a JSON web token says about itself: unverified, for hints and early refusals only.

STS alone verifies tokens. Nothing here decides whom to trust.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from athena_shell.core.errors import AuthError
from athena_shell.core.records import dataclass
from athena_shell.core.redact import redact

# STS API reference, AssumeRoleWithWebIdentity: WebIdentityToken is 4 to 20000 characters long.
LONGEST_TOKEN: Final = 20_000
# IAM user guide, "Create an OpenID Connect identity provider": exp is accepted 5 minutes late.
EXPIRY_GRACE: Final = timedelta(minutes=5)

_SIGNED_SEGMENTS: Final = 3
_ENCRYPTED_SEGMENTS: Final = 5
_ALGORITHMS: Final = frozenset({"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"})


@dataclass(frozen=True)
class Claims:
    """The claims that help to explain a refusal; empty or ``None`` where the token is silent."""

    issuer: str = ""
    audience: tuple[str, ...] = ()
    authorized_party: str = ""
    subject: str = ""
    issued: datetime | None = None
    not_before: datetime | None = None
    expires: datetime | None = None
    algorithm: str = ""
    preferred_role: str = ""
    roles: tuple[str, ...] = ()

    @property
    def effective_audience(self) -> str:
        """The audience STS compares: ``azp`` when present, else the sole ``aud``."""
        return self.authorized_party or ", ".join(self.audience)


def read_claims(text: str, origin: str = "") -> Claims:
    """Return what the token says, after checking its shape.

    Raises:
        AuthError: the text cannot be a token that STS accepts; the message names the origin and
            what is wrong, never the token.
    """
    name = f"The token from {origin}" if origin else "The token"
    header, payload = _segments(text, name)
    algorithm = str(header.get("alg", ""))
    if algorithm not in _ALGORITHMS:
        raise AuthError(
            f"{name} is not signed."
            if algorithm.lower() == "none" or not algorithm
            else f"{name} is signed with {redact(algorithm)[:20]!r}, which STS does not accept.",
            "STS accepts RS256, RS384, RS512, ES256, ES384 and ES512; change the identity"
            " provider's signing algorithm.",
        )
    return Claims(
        issuer=_text(payload.get("iss")),
        audience=_texts(payload.get("aud")),
        authorized_party=_text(payload.get("azp")),
        subject=_text(payload.get("sub")),
        issued=_moment(payload.get("iat")),
        not_before=_moment(payload.get("nbf")),
        expires=_moment(payload.get("exp")),
        algorithm=algorithm,
        preferred_role=_text(payload.get("cognito:preferred_role")),
        roles=_roles(payload.get("cognito:roles")),
    )


def check_expiry(claims: Claims, now: datetime, origin: str = "") -> None:
    """Refuse a token that STS would call too old; the five minutes' grace is IAM's own.

    Raises:
        AuthError: with code ``ExpiredToken``; the message says when it ended.
    """
    if claims.expires is None or now < claims.expires + EXPIRY_GRACE:
        return
    ended = claims.expires.strftime("%Y-%m-%d %H:%M:%S UTC")
    raise AuthError(
        f"The token{f' from {origin}' if origin else ''} expired at {ended}.",
        "Get a new one from the identity provider. If it is new, check this machine's clock.",
        code="ExpiredToken",
    )


def raw_claim(text: str, name: str) -> str:
    """Return one text claim of a token made by AWS; an empty string when it has none."""
    parts = text.split(".")
    payload = _decoded(parts[1]) if len(parts) == _SIGNED_SEGMENTS else None
    return _text((payload or {}).get(name))


def _segments(text: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if not text:
        raise AuthError(f"{name} is empty.", "Check what should have written it.")
    if len(text) > LONGEST_TOKEN:
        raise AuthError(
            f"{name} has {len(text)} characters; STS takes at most {LONGEST_TOKEN}.",
            "Ask the identity provider for fewer claims, such as groups.",
        )
    if not text.isascii() or not text.isprintable() or " " in text:
        raise AuthError(
            f"{name} has characters that no JSON web token has.",
            "Copy it again, whole and without quotes, blanks or line breaks.",
        )
    parts = text.split(".")
    if len(parts) == _ENCRYPTED_SEGMENTS:
        raise AuthError(
            f"{name} is encrypted (five segments); STS cannot read it.",
            "Configure the identity provider to issue signed tokens (JWS), not encrypted ones.",
        )
    if len(parts) != _SIGNED_SEGMENTS:
        raise AuthError(
            f"{name} has {len(parts)} segment{'s' if len(parts) > 1 else ''} instead of three.",
            "A token looks like eyJ….eyJ….…; check that it was copied whole and is an ID token,"
            " not an opaque access token.",
        )
    header, payload = _decoded(parts[0]), _decoded(parts[1])
    if header is None or payload is None:
        raise AuthError(
            f"The {'header' if header is None else 'payload'} of "
            f"{name[0].lower()}{name[1:]} is not base64url-encoded JSON.",
            "It may be cut or damaged; copy or fetch it again.",
        )
    return header, payload


def _decoded(segment: str) -> dict[str, Any] | None:
    try:
        padded = segment + "=" * (-len(segment) % 4)
        value = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _roles(value: Any) -> tuple[str, ...]:
    # Cognito's ID-token page shows an array, its role-based access page a comma-separated string.
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return _texts(value)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None
