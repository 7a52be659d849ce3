"""The environment of child processes: the user's own without our secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from athena_shell.core.redact import redact

_SECRET_NAMES: Final = frozenset(
    {
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
    }
)
_OWN: Final = re.compile(
    r"ATHENA_SHELL_(CONNECTION_STRING|\w*(TOKEN|SECRET|PASSWORD|PWD|KEY|CREDENTIAL)\w*)",
    re.IGNORECASE,
)


def without_own_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a program that obtains AWS keys: all but this program's secrets.

    AWS's own variables stay, since such a program may start from them.
    """
    return {name: value for name, value in environment.items() if not _OWN.fullmatch(name)}


def child_environment(
    environment: Mapping[str, str], secret_names: Iterable[str] = ()
) -> dict[str, str]:
    """Return the environment for a pager, an editor, a token command or a shell escape.

    Left out are the variables that are known to hold secrets, those the profile takes a secret from
    (``secret_names``), and every other one whose value looks like a token or a key.
    """
    hidden = _SECRET_NAMES.union(secret_names)
    return {
        name: value
        for name, value in without_own_secrets(environment).items()
        if name not in hidden and redact(value) == value
    }
