"""Texts that are commands of other programs: known by their first word, answered, never sent."""

from __future__ import annotations

import re
from typing import Final

from athena_shell.config.habits import answer
from athena_shell.core.errors import CommandError
from athena_shell.sql.rules import LEADING
from athena_shell.sql.statement import VERBS

_WORD: Final = re.compile(r"(\.[A-Za-z_]+|[A-Za-z]+|\?)(?=[\s;]|\Z)")


def foreign_word(text: str) -> str:
    """Return the word that makes a text no SQL but a command of another program; else nothing.

    That is any dot command, or a known word that begins no statement, such as ``source``.
    """
    lead = LEADING.match(text)
    found = _WORD.match(text, lead.end() if lead else 0)
    if found is None or found[1].upper() in VERBS:
        return ""
    return found[1] if found[1][0] == "." or answer(found[1].lower()) else ""


def refuse_foreign(text: str) -> None:
    """Refuse a text that is a command of another program; raises CommandError naming ours."""
    if word := foreign_word(text):
        raise CommandError(
            f"“{word}” is no statement: commands begin with a backslash here.",
            answer(word.lower()) or r"\? lists the commands.",
        )
