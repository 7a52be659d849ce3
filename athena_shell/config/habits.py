r"""What users of other programs type, and how it is done here.

The answers are the shipped help topic *habits*, so that what is said after a slip can be read up
there. A key is written as it is typed: ``\du``, ``\pset title``, ``.tables``, ``source``, ``-X``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from athena_shell.core.errors import CommandError
from athena_shell.sql.rules import LEADING
from athena_shell.sql.statement import VERBS

_ENTRY: Final = re.compile(r"^- ((?:`[^`]+`(?:, )?)+): (.*)$", re.MULTILINE)
_KEY: Final = re.compile(r"`([^`]+)`")
_WORD: Final = re.compile(r"(\.[A-Za-z_]+|[A-Za-z]+|\?)(?=[\s;]|\Z)")


@cache
def answers() -> dict[str, str]:
    """Return the answers by what is typed, a line each."""
    from importlib import resources

    topic = resources.files("athena_shell.help").joinpath("habits.md").read_text("utf-8")
    return {
        key: answer.replace("`", "")
        for keys, answer in _ENTRY.findall(topic)
        for key in _KEY.findall(keys)
    }


def answer(typed: str) -> str:
    """Return how the thing typed is done here; empty when it is no known habit."""
    return answers().get(typed, "")


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


def note_of_variable(name: str) -> str:
    """Return what is to be said of a variable that psql obeys; empty for any other."""
    told = answer(f"\\set {name}")
    return f"{name} is a variable like any other here. {told}" if told else ""
