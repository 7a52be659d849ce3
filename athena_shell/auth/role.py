"""Which role a token is exchanged for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from athena_shell.auth.claims import Claims
from athena_shell.core.errors import ConfigError

_ROLE: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,576}", re.ASCII)
_SHAPE: Final = "an IAM role's ARN, arn:aws:iam::123456789012:role/NAME"
_LONGEST: Final = 2048
_ARN_PARTS: Final = 6


@dataclass(frozen=True)
class Role:
    """A role's ARN with who named it."""

    arn: str
    origin: str

    @property
    def account(self) -> str:
        """The twelve digits of the role's account."""
        return self.arn.split(":")[4]


def check_role_arn(text: str) -> str:
    """Return the ARN, or raise ValueError saying what is wrong with it.

    STS itself takes any printable text here and then answers with an error that names neither.
    """
    if _ROLE.fullmatch(text) and len(text) <= _LONGEST:
        return text
    parts = text.split(":")
    if text.endswith(":id/user1"):
        raise ValueError(f"{_SHAPE}; the sample of the driver's page (…:id/user1) is not a role")
    if text.startswith("arn:") and len(parts) == _ARN_PARTS:
        raise ValueError(f"{_SHAPE}; here {_fault(parts)}")
    raise ValueError(_SHAPE)


def _fault(parts: list[str]) -> str:
    _arn, partition, service, region, account, resource = parts
    faults = {
        f"the partition is {partition!r} instead of aws (or aws-cn, aws-us-gov)": not re.fullmatch(
            r"aws[a-z-]*", partition
        ),
        f"the service is {service!r} instead of iam": service != "iam",
        "a region is given, and IAM has none": region != "",
        "the account has not 12 digits": not re.fullmatch(r"\d{12}", account, re.ASCII),
        f"the resource is {resource.split('/')[0]!r} instead of role/NAME": not resource.startswith(
            "role/"
        ),
    }
    return next((fault for fault, found in faults.items() if found), "the role's name is odd")


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
