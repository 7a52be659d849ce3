from __future__ import annotations

import pytest

from athena_shell.auth.claims import Claims
from athena_shell.auth.role import Role, resolve_role
from athena_shell.auth.shapes import check_role_arn
from athena_shell.core.errors import ConfigError

ROLE = "arn:aws:iam::123456789012:role/analyst"
SHAPE = "an IAM role's ARN, arn:aws:iam::123456789012:role/NAME"


@pytest.mark.parametrize(
    "arn",
    [
        ROLE,
        "arn:aws-cn:iam::123456789012:role/path/to/name",
        "arn:aws-us-gov:iam::123456789012:role/a+b=c,d.e@f-g_h",
    ],
)
def test_role_arns_pass(arn: str) -> None:
    assert check_role_arn(arn) == arn


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        (
            "arn:aws:IAM::123456789012:id/user1",
            f"{SHAPE}; the sample of the driver's page (…:id/user1) is not a role",
        ),
        (
            "arn:aws:sts::123456789012:assumed-role/analyst/jane",
            f"{SHAPE}; here the service is 'sts' instead of iam",
        ),
        (
            "arn:aws:iam::123456789012:user/jane",
            f"{SHAPE}; here the resource is 'user' instead of role/NAME",
        ),
        ("arn:aws:iam::1234:role/x", f"{SHAPE}; here the account has not 12 digits"),
        (
            "arn:aws:iam:eu:123456789012:role/x",
            f"{SHAPE}; here a region is given, and IAM has none",
        ),
        (
            "arn:azure:iam::123456789012:role/x",
            f"{SHAPE}; here the partition is 'azure' instead of aws (or aws-cn, aws-us-gov)",
        ),
        ("arn:aws:iam::123456789012:role/é", f"{SHAPE}; here the role's name is odd"),
        ("analyst", SHAPE),
        ("", SHAPE),
    ],
)
def test_what_is_no_role_arn_is_told_what_is_wrong(arn: str, message: str) -> None:
    with pytest.raises(ValueError, match="IAM role") as caught:
        check_role_arn(arn)
    assert str(caught.value) == message


def test_the_profile_outranks_the_tokens_claims() -> None:
    claims = Claims(preferred_role=ROLE.replace("analyst", "other"))
    assert resolve_role(ROLE, "config.ini", claims) == Role(ROLE, "config.ini")


def test_the_preferred_claim_outranks_the_list() -> None:
    claims = Claims(preferred_role=ROLE, roles=(ROLE.replace("analyst", "other"),))
    assert resolve_role("", "", claims) == Role(ROLE, "token claim cognito:preferred_role")


def test_a_sole_role_in_the_list_is_taken() -> None:
    assert resolve_role("", "", Claims(roles=(ROLE,))) == Role(ROLE, "token claim cognito:roles")


def test_without_any_role_the_error_tells_the_whole_order() -> None:
    with pytest.raises(ConfigError) as caught:
        resolve_role("", "", Claims())
    assert caught.value.message == (
        "No role is named: preferred_role and AWS_ROLE_ARN are not set, and the token has neither"
        " cognito:preferred_role nor a single entry in cognito:roles."
    )
    assert caught.value.hint == (
        "Add to the profile: preferred_role = arn:aws:iam::123456789012:role/NAME"
    )


def test_of_several_roles_none_is_picked_but_all_are_named() -> None:
    with pytest.raises(ConfigError, match="names 2: one, two"):
        resolve_role("", "", Claims(roles=("one", "two")))


def test_a_claim_that_names_no_role_is_an_error() -> None:
    with pytest.raises(ConfigError, match="cognito:preferred_role does not name a role"):
        resolve_role("", "", Claims(preferred_role="admin"))
