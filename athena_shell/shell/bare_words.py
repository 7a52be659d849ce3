"""Words that users of other clients type at an empty prompt, without a backslash."""

from __future__ import annotations

import re
from typing import Final

from athena_shell.script.foreign import foreign_word

_WORDS: Final = {"help": r"\?", "?": r"\?", "quit": r"\quit", "exit": r"\quit"}
_USE: Final = re.compile(r"use\s+[^\s;]+", re.IGNORECASE)


def is_bare_word(text: str) -> bool:
    """Whether a line is no SQL that may go on, but is understood, or answered, at once."""
    line = text.strip()
    if "\n" in line:
        return False
    return _word(line) in _WORDS or bool(_USE.fullmatch(line) or foreign_word(line))


def as_command(text: str) -> str:
    """Return the backslash command that a bare word stands for, any other text as it is."""
    return _WORDS.get(_word(text), text)


def _word(text: str) -> str:
    return text.strip().removesuffix(";").rstrip().removeprefix(".").casefold()
