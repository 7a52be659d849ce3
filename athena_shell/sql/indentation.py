"""How far the next line of an unfinished statement is indented."""

from __future__ import annotations

from typing import Final, NamedTuple

from athena_shell.sql.splitter import statement_at
from athena_shell.sql.tokens import BLANK, Kind, Token, scan

STEP: Final = 4
_FARTHEST: Final = 40
_OPENERS: Final = frozenset("([")
_CLOSERS: Final = frozenset(")]")
_CLAUSES: Final = frozenset({
    "SELECT", "FROM", "WHERE", "BY", "HAVING", "SET", "VALUES", "ON", "WITH", "QUALIFY",
})  # fmt: skip
_BETWEEN: Final = frozenset({"DISTINCT", "ALL", "RECURSIVE"})
_GOES_ON: Final = frozenset({
    "AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "THEN", "ELSE", "WHEN", "CASE", "AS", "IS",
})  # fmt: skip


class _Level(NamedTuple):
    """What is open: the bracket's line's margin, and where the clause and its first item stand."""

    margin: int
    base: int
    item: int | None = None
    is_clause: bool = False


def next_margin(before: str) -> str:
    """Return the blanks for the line that begins behind a text.

    What stands in brackets is a step further in; what goes on behind a comma or an operator stands
    under the first item of its list; anything else begins where its clause does. Nothing is put
    into a string or a quoted name, which it would change.

    Args:
        before: the buffer up to the cursor.
    """
    start = statement_at(before, len(before))[0]
    tokens = [*scan(before, start)]
    if tokens and tokens[-1].kind is Kind.UNTERMINATED:
        return _margin(before, len(before)) if tokens[-1].text.startswith("/*") else ""
    words = [token for token in tokens if token.kind not in BLANK]
    if not words or not before[before.rfind("\n") + 1 :].strip():
        return _margin(before, len(before))
    levels = _levels(before, words)
    last, level = words[-1], levels[-1]
    if last.mark in _OPENERS:
        return " " * level.base
    goes_on = last.word in _GOES_ON or bool(last.mark and last.mark not in {")", "]", "*", ";"})
    if goes_on and level.item is not None:
        return " " * min(level.item, _FARTHEST)
    if goes_on or (level.is_clause and level.item is None):
        return " " * max(level.base + STEP * level.is_clause, 0)
    return " " * level.base


def closing_margin(before: str) -> str:
    """Return the blanks before a bracket that closes on a line of its own."""
    start = statement_at(before, len(before))[0]
    words = [token for token in scan(before, start) if token.kind not in BLANK]
    return " " * _levels(before, words)[-1].margin


def _levels(before: str, words: list[Token]) -> list[_Level]:
    """Return the open brackets around the end of a text, the statement itself first."""
    first = _column(before, words[0].start) if words else 0
    levels = [_Level(first, first)]
    for token in words:
        level = levels[-1]
        if level.item is None and token.word not in _BETWEEN and token.word not in _CLAUSES:
            # A list that begins behind a line break has its place there.
            levels[-1] = level = level._replace(item=_column(before, token.start))
        if token.mark in _OPENERS:
            margin = len(_margin(before, token.start))
            levels.append(_Level(margin, margin + STEP))
        elif token.mark in _CLOSERS and len(levels) > 1:
            levels.pop()
        elif token.word in _CLAUSES:
            column = _column(before, token.start)
            is_first = before[: token.start].rstrip(" \t").endswith(("\n", "("))
            base = column if is_first or token is words[0] else level.base
            # Common table expressions stand one below another, not under the first one's name.
            item = base if token.word == "WITH" else None
            levels[-1] = level._replace(base=base, item=item, is_clause=True)
    return levels


def _column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)


def _margin(text: str, offset: int) -> str:
    """Return the blanks at the start of the line around an offset."""
    line = text[text.rfind("\n", 0, offset) + 1 :].split("\n", 1)[0]
    return line[: len(line) - len(line.lstrip(" \t"))].expandtabs(STEP)
