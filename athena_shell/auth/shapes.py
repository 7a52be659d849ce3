"""The shapes of names that AWS gives: text in, the same text out, or ValueError."""

from __future__ import annotations

import re
from typing import Final

_ROLE: Final = r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,576}"
_SHAPE: Final = "an IAM role's ARN, arn:aws:iam::123456789012:role/NAME"
_LONGEST: Final = 2048
_ARN_PARTS: Final = 6


def check_role_arn(text: str) -> str:
    """Return the ARN, or raise ValueError saying what is wrong with it.

    STS itself takes any printable text here and then answers with an error that names neither.
    """
    if re.fullmatch(_ROLE, text) and len(text) <= _LONGEST:
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


def check_session_name(text: str) -> str:
    r"""Return a role session name, or raise ValueError saying what would be right.

    STS API reference, RoleSessionName: 2 to 64 characters of ``[\w+=,.@-]``.
    """
    if re.fullmatch(r"[A-Za-z0-9_+=,.@-]{2,64}", text) is None:
        raise ValueError("2 to 64 letters, digits and _ + = , . @ - without blanks")
    return text


def check_workgroup_arn(text: str) -> str:
    """Return a workgroup's ARN, or raise ValueError saying what would be right."""
    if re.fullmatch(r"arn:aws[a-z-]*:athena:[a-z0-9-]+:[0-9]{12}:workgroup/.+", text) is None:
        raise ValueError("a workgroup's ARN, arn:aws:athena:REGION:ACCOUNT:workgroup/NAME")
    return text
