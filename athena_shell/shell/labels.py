"""Texts made of the shell's facts: prompt, toolbar, window title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from athena_shell.core.prompt_fields import FIELDS

if TYPE_CHECKING:
    from athena_shell.core.session import Session

_FIELD: Final = re.compile(r"\{([a-z_]+)\}")


def filled(pattern: str, facts: Mapping[str, str]) -> str:
    """Return the pattern with its fields filled in, sanitised; unknown fields stay as they are."""
    text = _FIELD.sub(lambda found: facts.get(found[1], found[0]), pattern)
    if text.isascii() and text.isprintable():
        return text
    from athena_shell.output.sanitize import sanitize

    return sanitize(text)


def fitted(pattern: str, facts: Mapping[str, str], width: int) -> str:
    """Return the filled pattern, without its last blank-separated parts that do not fit."""
    parts = [filled(part, facts) for part in pattern.split()]
    kept: list[str] = []
    used = -2
    for part in parts:
        if part and used + len(part) + 2 <= width:
            kept.append(part)
            used += len(part) + 2
    return "  ".join(kept)


def early_facts(session: Session) -> Mapping[str, str]:
    """Return what is known of the facts before anything is connected."""
    return {
        **dict.fromkeys(FIELDS, ""),
        "profile": session.profile,
        "region": session.region,
        "catalog": session.catalog,
        "database": session.database,
        "workgroup": session.workgroup,
        "production": "!" if session.production else "",
        "expires": "connecting",
        "notice": "connecting",
    }
