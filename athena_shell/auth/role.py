"""Which role a token is exchanged for."""

from __future__ import annotations

from athena_shell.auth.claims import Claims
from athena_shell.auth.shapes import check_role_arn
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass


@dataclass(frozen=True)
class Role:
    """A role's ARN with who named it."""

    arn: str
    origin: str

    @property
    def account(self) -> str:
        """The twelve digits of the role's account."""
        return self.arn.split(":")[4]


def resolve_role(preferred: str, origin: str, claims: Claims) -> Role:
    """Return the role to assume.

    Args:
        preferred: ``preferred_role``, or ``AWS_ROLE_ARN`` when the profile is silent; may be empty.
        origin: who named it.
        claims: the token's, for Cognito's role claims.

    Raises:
        ConfigError: no role is named anywhere, or a claim names something else than a role.
    """
    if preferred:
        return Role(preferred, origin)
    if claims.preferred_role:
        return _claimed(claims.preferred_role, "cognito:preferred_role")
    if len(claims.roles) == 1:
        return _claimed(claims.roles[0], "cognito:roles")
    several = (
        f" Its cognito:roles names {len(claims.roles)}: {', '.join(claims.roles)}."
        if claims.roles
        else ""
    )
    raise ConfigError(
        "No role is named: preferred_role and AWS_ROLE_ARN are not set, and the token has neither"
        f" cognito:preferred_role nor a single entry in cognito:roles.{several}",
        "Add to the profile: preferred_role = arn:aws:iam::123456789012:role/NAME",
    )


def _claimed(arn: str, claim: str) -> Role:
    try:
        return Role(check_role_arn(arn), f"token claim {claim}")
    except ValueError as error:
        raise ConfigError(
            f"The token's claim {claim} does not name a role that can be assumed.",
            f"It must be {error}. Set preferred_role in the profile to name one yourself.",
        ) from error
