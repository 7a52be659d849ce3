"""Highlighting by the line, for a text that is edited while it is seen.

A line's colours depend on the line and on what is open at its start. Both are remembered, so a key
costs what it changed and what is on the screen, not the length of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pygments.token import Error, _TokenType

from athena_shell.sql.lexer import TYPE_BY_KIND, word_type
from athena_shell.sql.tokens import TOKEN

Colours = list[tuple[_TokenType, str]]

_CLOSERS: Final = {"'": "string", '"': "quoted", "`": "backtick", "/*": "comment"}
_PARTNERS: Final = {")": "(", "]": "["}


class _Line(NamedTuple):
    """A line's tokens as (kind, start, text), its brackets, and what is open behind it."""

    tokens: tuple[tuple[str, int, str], ...]
    brackets: tuple[tuple[int, str], ...]
    open_after: str


class LineLexer:
    """Colours the lines of one buffer.

    Holds one immutable value that is replaced whole, so any thread may use it.
    """

    def __init__(self) -> None:
        self._last: tuple[list[str], list[str]] = ([], [""])

    def lex(self, lines: Sequence[str]) -> Callable[[int], Colours]:
        """Return a function from a line's number, from 0, to its colours.

        The texts of a line's colours join up to the line; beyond the last line there is nothing.
        """
        now = list(lines)
        states = self._states(now)
        unclosed = _unclosed_from(now, states)
        unmatched: set[tuple[int, int]] | None = None

        def line(number: int) -> Colours:
            nonlocal unmatched
            if not 0 <= number < len(now):
                return []
            lexed = _lex(now[number], states[number])
            if lexed.brackets and unmatched is None:
                unmatched = _unmatched(now, states)
            bad = {start for at, start in unmatched or () if at == number}
            return _colours(lexed, now[number], bad, (number, unclosed))

        return line

    def _states(self, lines: list[str]) -> list[str]:
        """Return what is open at the start of each line, and behind the last."""
        before, states = self._last
        same = _common(before, lines)
        tail = _common(before[::-1], lines[::-1])
        again = states[: same + 1]
        shift = len(before) - len(lines)
        for number in range(same, len(lines)):
            again.append(_lex(lines[number], again[-1]).open_after)
            following = number + 1
            if following >= len(lines) - tail and again[-1] == states[following + shift]:
                again.extend(states[following + shift + 1 :])
                break
        self._last = (lines, again)
        return again


def _common(one: list[str], other: list[str]) -> int:
    """Return how many leading lines two texts share."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low


@lru_cache(maxsize=20_000)
def _lex(line: str, state: str) -> _Line:
    tokens: list[tuple[str, int, str]] = []
    start = 0
    if state:
        start, closed = _close(line, state)
        tokens.append((_CLOSERS[state], 0, line[:start]))
        if not closed:
            return _Line(tuple(tokens), (), state)
    brackets: list[tuple[int, str]] = []
    open_after = ""
    for match in TOKEN.finditer(line, start):
        kind, text = match.lastgroup or "other", match.group()
        if kind == "mark" and text in "()[];":
            brackets.append((match.start(), text))
        elif kind == "unterminated":
            open_after = "/*" if text.startswith("/*") else text.lstrip("xXuU&")[0]
            kind = _CLOSERS[open_after]
        tokens.append((kind, match.start(), text))
    return _Line(tuple(tokens), tuple(brackets), open_after)


def _close(line: str, state: str) -> tuple[int, bool]:
    """Return where what is open ends in a line, and whether it does."""
    if state == "/*":
        found = line.find("*/")
        return (found + 2, True) if found >= 0 else (len(line), False)
    place = line.find(state)
    while place >= 0 and line.startswith(state, place + 1):
        place = line.find(state, place + 2)
    return (place + 1, True) if place >= 0 else (len(line), False)


def _unclosed_from(lines: list[str], states: list[str]) -> int:
    """Return the line on which what never ends begins; behind the last if all ends."""
    number = len(lines)
    if not states[-1]:
        return number
    while number > 0:
        number -= 1
        opened_here = (
            not states[number] or _lex(lines[number], states[number]).open_after != states[number]
        )
        if opened_here or len(_lex(lines[number], states[number]).tokens) > 1:
            break
    return number


def _unmatched(lines: list[str], states: list[str]) -> set[tuple[int, int]]:
    """Return (line, offset) of every bracket without a partner in its statement."""
    opened: list[tuple[str, int, int]] = []
    bad: set[tuple[int, int]] = set()
    for number, line in enumerate(lines):
        for start, text in _lex(line, states[number]).brackets:
            if text in "([":
                opened.append((text, number, start))
            elif text == ";":
                bad.update((at, place) for _, at, place in opened)
                opened.clear()
            elif opened and opened[-1][0] == _PARTNERS[text]:
                opened.pop()
            else:
                bad.add((number, start))
    bad.update((at, place) for _, at, place in opened)
    return bad


def _colours(lexed: _Line, line: str, bad: set[int], place: tuple[int, int]) -> Colours:
    number, unclosed = place
    colours: Colours = []
    before = ""
    last = len(lexed.tokens) - 1
    for index, (kind, start, text) in enumerate(lexed.tokens):
        if number > unclosed or (number == unclosed and index == last) or start in bad:
            colours.append((Error, text))
        elif kind == "word":
            colours.append((word_type(text, before, line, start + len(text)), text))
        else:
            colours.append((TYPE_BY_KIND[kind], text))
        if kind not in {"space", "comment"}:
            before = text
    return colours
