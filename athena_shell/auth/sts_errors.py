"""Why STS refused a token, in words that say what to do; by error code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from athena_shell.auth.claims import Claims
from athena_shell.auth.role import Role
from athena_shell.core.errors import AthenaShellError, AuthError, ConfigError, ServiceError
from athena_shell.core.records import dataclass


@dataclass(frozen=True)
class Refusal:
    """What was sent, for the explanation.

    Args:
        code: STS's error code.
        words: STS's own message, secrets cut out.
        claims: the token's, unverified.
        role: the role asked for.
        region: the region called.
        duration: seconds asked for.
    """

    code: str
    words: str
    claims: Claims
    role: Role
    region: str
    duration: int

    @property
    def who(self) -> str:
        """The token's issuer, audience and subject in a line."""
        claims = self.claims
        return (
            f"issuer {claims.issuer or '(none)'}, audience {claims.effective_audience or '(none)'},"
            f" subject {claims.subject or '(none)'}"
        )


# The two names of one code: the API page says ExpiredToken, the wire ExpiredTokenException.
NEEDS_NEW_TOKEN: Final = frozenset({"ExpiredTokenException", "ExpiredToken", "IDPRejectedClaim"})
TRANSIENT: Final = frozenset({"InvalidIdentityToken", "InvalidIdentityTokenException"})


def explain(refusal: Refusal) -> AthenaShellError | None:
    """Return the error for a code of AssumeRoleWithWebIdentity, ``None`` for any other code."""
    make = _EXPLANATIONS.get(refusal.code)
    return None if make is None else make(refusal)


def _expired(refusal: Refusal) -> AuthError:
    issued = refusal.claims.issued
    age = f"; it was issued at {issued:%Y-%m-%d %H:%M:%S} UTC" if issued else ""
    return AuthError(
        f"STS says that the token has expired or is too old{age}.",
        "Get a new token from the identity provider; if it is new, check this machine's clock.",
        code=refusal.code,
    )


def _invalid_token(refusal: Refusal) -> AuthError:
    return AuthError(
        f"STS does not accept the token ({refusal.who}): {refusal.words}",
        f"In account {refusal.role.account}, IAM must have an OIDC provider for exactly this issuer"
        " with this audience; the issuer's keys must be public and at most 100.",
        code=refusal.code,
    )


def _unreachable_provider(refusal: Refusal) -> ServiceError:
    return ServiceError(
        f"STS could not reach the identity provider {refusal.claims.issuer or ''} for its keys.",
        "Try again shortly; the provider's /.well-known/openid-configuration must be reachable from"
        " the internet.",
        code=refusal.code,
        transient=True,
    )


def _rejected_claim(refusal: Refusal) -> AuthError:
    return AuthError(
        f"The identity provider rejected the token ({refusal.who}): {refusal.words}",
        "It may have been revoked; get a new token.",
        code=refusal.code,
    )


def _policy(refusal: Refusal) -> ConfigError:
    return ConfigError(
        f"STS refused the session policy or the token's session tags: {refusal.words}",
        "Ask the identity provider for fewer or shorter https://aws.amazon.com/tags claims.",
        code=refusal.code,
    )


def _region(refusal: Refusal) -> ConfigError:
    return ConfigError(
        f"STS is switched off in region {refusal.region} for this account.",
        "Have it activated in the account's IAM settings, or set StsEndpointOverride ="
        " sts.us-east-1.amazonaws.com (or another active region's).",
        code=refusal.code,
    )


def _denied(refusal: Refusal) -> AuthError:
    return AuthError(
        f"The role {refusal.role.arn} (from {refusal.role.origin}) may not be assumed with this"
        f" token ({refusal.who}).",
        "The role's trust policy must allow sts:AssumeRoleWithWebIdentity for this provider, with"
        " conditions that match this audience and subject; if the token carries session tags, also"
        " sts:TagSession.",
        code=refusal.code,
    )


def _invalid_request(refusal: Refusal) -> ConfigError:
    if "DurationSeconds" in refusal.words or "durationSeconds" in refusal.words:
        return ConfigError(
            f"A session of {refusal.duration} s is longer than the role {refusal.role.arn} allows.",
            "Set duration to a smaller number of seconds (900 always works), or raise the role's"
            " maximum session duration.",
            code=refusal.code,
        )
    return ConfigError(
        f"STS found the request invalid: {refusal.words}",
        "Check preferred_role, role_session_name and duration.",
        code=refusal.code,
    )


_EXPLANATIONS: Final[dict[str, Callable[[Refusal], AthenaShellError]]] = {
    "ExpiredTokenException": _expired,
    "ExpiredToken": _expired,
    "InvalidIdentityToken": _invalid_token,
    "InvalidIdentityTokenException": _invalid_token,
    "IDPCommunicationError": _unreachable_provider,
    "IDPCommunicationErrorException": _unreachable_provider,
    "IDPRejectedClaim": _rejected_claim,
    "IDPRejectedClaimException": _rejected_claim,
    "MalformedPolicyDocument": _policy,
    "MalformedPolicyDocumentException": _policy,
    "PackedPolicyTooLarge": _policy,
    "PackedPolicyTooLargeException": _policy,
    "RegionDisabledException": _region,
    "RegionDisabled": _region,
    "AccessDenied": _denied,
    "AccessDeniedException": _denied,
    "ValidationError": _invalid_request,
    "InvalidParameterValue": _invalid_request,
}
