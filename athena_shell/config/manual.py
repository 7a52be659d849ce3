"""The text of ``--help``, made from the table of flags."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from athena_shell.config.exit_codes import EXIT_CODES
from athena_shell.config.flags import EVERY_FLAG

USAGE: Final = "athena-shell [FLAG …] [FILE.sql …]"
_SUMMARY: Final = (
    "The terminal for Amazon Athena. Without files it opens the interactive shell, or reads\n"
    "statements from standard input when that is no terminal."
)
_COLUMN: Final = 30


def help_text() -> str:
    """Return the whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f"Usage: {USAGE}"
    yield ""
    yield _SUMMARY
    for group, flags in groupby(EVERY_FLAG, key=lambda flag: flag.group):
        yield ""
        yield f"{group}:"
        for flag in flags:
            yield _line(flag.usage, flag.summary)
    yield ""
    yield "Exit codes:"
    for code, meaning in EXIT_CODES:
        yield _line(str(code), meaning)
    yield ""
    yield "Secrets are never taken from the command line: name a file, a command or a variable"
    yield r"in the profile. Inside the shell, \? lists the commands and \help TOPIC explains."


def _line(left: str, right: str) -> str:
    if len(left) > _COLUMN - 4:
        return f"  {left}\n{'':{_COLUMN}}{right}"
    return f"  {left:{_COLUMN - 2}}{right}"
