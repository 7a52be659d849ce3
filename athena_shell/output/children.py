"""What a program that we start may see of our environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_SECRET: Final = re.compile(
    r"TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE_KEY|ACCESS_KEY|API_?KEY|AUTHORIZATION",
    re.IGNORECASE,
)
_JWT: Final = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
_UNWANTED: Final = frozenset({"LESSOPEN", "LESSCLOSE"})


def child_environment(
    environment: Mapping[str, str], secrets: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Return the environment for a pager, an editor or a pipe.

    Left out are variables whose name speaks of a secret, whose value is a JSON web token, which are
    named in ``secrets``, or which would make ``less`` run a program. Locations of secrets, such as
    ``AWS_WEB_IDENTITY_TOKEN_FILE``, go too: no child of ours needs them.
    """
    return {
        name: value
        for name, value in environment.items()
        if name not in _UNWANTED
        and name not in secrets
        and not _SECRET.search(name)
        and not _JWT.search(value)
    }
