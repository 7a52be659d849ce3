"""Words that users of other clients type at an empty prompt, without a backslash."""

from __future__ import annotations

import re
from typing import Final

from athena_shell.core.errors import CommandError

_WORDS: Final = {"help": r"\?", "quit": r"\quit", "exit": r"\quit"}
_DOT_COMMAND: Final = re.compile(r"\.([a-z]+)([^\S\n][^\n;]*)?;?\s*\Z")
_HERE: Final = {
    "databases": r"\l lists databases",
    "edit": r"\e opens the editor",
    "exit": r"\q leaves",
    "help": r"\? lists the commands",
    "mode": r"\format NAME chooses the output format",
    "once": r"\once FILE or \g FILE sends results to a file",
    "output": r"\o FILE sends results to a file",
    "quit": r"\q leaves",
    "read": r"\i FILE runs a file",
    "schema": r"\ddl TABLE shows how a table was made",
    "tables": r"\dt lists tables",
    "timer": r"\timing turns the line after results on or off",
}


def is_bare_word(text: str) -> bool:
    """Whether a text is no SQL but a word that is understood, or answered, at once."""
    return _word(text) in _WORDS or _DOT_COMMAND.match(text) is not None


def as_command(text: str) -> str:
    """Return the backslash command that a bare word stands for, any other text as it is.

    Raises:
        CommandError: for a dot command of duckdb or sqlite; the hint names the command here.
    """
    dotted = _DOT_COMMAND.match(text)
    if dotted is not None:
        raise CommandError(
            f"“.{dotted[1]}” is no statement: commands begin with a backslash here.",
            _HERE.get(dotted[1], r"\? lists the commands") + ".",
        )
    return _WORDS.get(_word(text), text)


def _word(text: str) -> str:
    return text.strip().removesuffix(";").rstrip().casefold()
