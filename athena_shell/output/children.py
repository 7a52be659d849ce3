"""What a program that only shows or edits text may see of our environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from athena_shell.core import environment as core

_SECRET: Final = re.compile(
    r"TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE_KEY|ACCESS_KEY|API_?KEY|AUTHORIZATION",
    re.IGNORECASE,
)
_UNWANTED: Final = frozenset({"LESSOPEN", "LESSCLOSE"})


def child_environment(
    environment: Mapping[str, str], secret_names: Iterable[str] = ()
) -> dict[str, str]:
    """Return the environment for a pager, an editor or a pipe.

    Stricter than what a token command gets: every variable whose name speaks of a secret or of its
    place goes too, and so do those that make ``less`` run a program.
    """
    return {
        name: value
        for name, value in core.child_environment(environment, secret_names).items()
        if name not in _UNWANTED and not _SECRET.search(name)
    }
