"""The environment of child processes: the user's own without our secrets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from athena_shell.core.redact import redact

_SECRET_NAMES: Final = frozenset(
    {
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "ATHENA_SHELL_CONNECTION_STRING",
    }
)


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
        for name, value in environment.items()
        if name not in hidden and redact(value) == value
    }
