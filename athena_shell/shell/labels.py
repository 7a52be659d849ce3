"""Texts made of the shell's facts: prompt, toolbar, window title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from athena_shell.core.prompt_fields import FIELDS

if TYPE_CHECKING:
    from athena_shell.core.session import Session

_FIELD: Final = re.compile(r"\{([a-z_]+)\}")
_ROOM: Final = 30
_BETWEEN: Final = "  "


def filled(pattern: str, facts: Mapping[str, str]) -> str:
    """Return the pattern with its fields filled in, sanitised; unknown fields stay as they are."""
    text = _FIELD.sub(lambda found: facts.get(found[1], found[0]), pattern)
    if text.isascii() and text.isprintable():
        return text
    from athena_shell.output.sanitize import sanitize

    return sanitize(text)


def fitted(pattern: str, facts: Mapping[str, str], width: int) -> str:
    """Return the filled pattern, without the blank-separated parts that there is no room for.

    The first parts come first; a later one may still fit where a longer one before it did not.
    """
    parts = [filled(part, facts) for part in pattern.split()]
    kept: list[str] = []
    room = width + len(_BETWEEN)
    for part in parts:
        needed = _columns(part) + len(_BETWEEN)
        if part and needed <= room:
            kept.append(part)
            room -= needed
    return _BETWEEN.join(kept)


def with_room(prompt: str, width: int) -> str:
    """Return a prompt that leaves room to type: its middle is cut out when it is too long.

    It takes half of a narrow window at most, and leaves 30 columns of a wide one.
    """
    most = max(width // 2, width - _ROOM)
    if _columns(prompt) <= most:
        return prompt
    from athena_shell.output.widths import cut_middle

    return cut_middle(prompt, most)


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    from athena_shell.output.widths import display_width  # the first paint seldom needs it

    return display_width(text)


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
