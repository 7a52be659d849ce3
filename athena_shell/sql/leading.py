"""Comments in front of a statement that belong to it and are sent with it.

Tools tag their queries by a comment in front of them, and people write there what a query is for.
Such comments touch the statement: they stand on its line or on the lines right above it. Comments
above a blank line, or behind another statement on its line, are not the statement's own, nor are
``-- @timeout 5m`` and its kind, which speak to the script runner, and what stands above them.

Hive's parser, which reads Athena's DDL, knows no ``/* … */``: in front of ``MSCK REPAIR TABLE`` it
fails with *cannot recognize input near '/' '*'* (https://github.com/getredash/redash/issues/2399).
So nothing is sent in front of Hive DDL.
"""

from __future__ import annotations

import re
from typing import Final

from athena_shell.sql.rules import BLOCK_COMMENT, LINE_COMMENT
from athena_shell.sql.tokens import scan

_DIRECTIVE: Final = r"(?P<directive>--[ \t]*+@[^\n]*+)"
_PIECE: Final = re.compile(rf"(?P<blank>\s++)|{_DIRECTIVE}|{LINE_COMMENT}|{BLOCK_COMMENT}")
_SHORTEST: Final = 3
_HIVE: Final = frozenset({"ALTER", "DESC", "DESCRIBE", "DROP", "MSCK", "SHOW", "TRUNCATE"})
_WORD: Final = re.compile(r"\w*+")


def lead_start(text: str, begin: int, first: int, end: int, *, follows: bool) -> int:
    """Return where the comments that belong to a statement start; ``first`` when there are none.

    Args:
        text: what holds the statement.
        begin: where the blanks and comments in front of it start.
        first: where its first token starts.
        end: where it ends.
        follows: whether another piece ends at ``begin``, on the same line.
    """
    if first - begin < _SHORTEST or text[begin:first].isspace():
        return first
    found = first
    on_line_before = follows and "\n" in text[begin:first]
    for match in _PIECE.finditer(text, begin, first):
        if match["directive"] is not None:
            found = first
        elif match["blank"] is None:
            if found == first and not on_line_before:
                found = match.start()
        else:
            breaks = match[0].count("\n")
            on_line_before = on_line_before and not breaks
            if breaks > 1:
                found = first
    return first if found < first and _is_hive(text, first, end) else found


def _is_hive(text: str, first: int, end: int) -> bool:
    """Whether Hive's parser reads the statement."""
    match = _WORD.match(text, first)
    word = match[0].upper() if match else ""
    if word != "CREATE":
        return word in _HIVE
    words = {token.word for token in scan(text, first, end)}
    return "EXTERNAL" in words or not words & {"AS", "VIEW"}
