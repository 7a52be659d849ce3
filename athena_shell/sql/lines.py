"""Highlighting by the line, for a text that is edited while it is seen.

A line's colours depend on the line and on what is open at its start. Both are remembered, so a key
costs what it changed and what is on the screen, not the length of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final, NamedTuple

from pygments.token import Error, _TokenType

from athena_shell.sql.incremental import common_prefix
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


class _Lexed(NamedTuple):
    """A text by lines: the lines, what is open at the start of each and behind the last, tokens."""

    lines: list[str]
    states: list[str]
    tokens: list[_Line]


class LineLexer:
    """Colours the lines of one buffer.

    Holds one immutable value that is replaced whole, so any thread may use it.
    """

    def __init__(self) -> None:
        self._last = _Lexed([], [""], [])

    def lex(self, lines: Sequence[str]) -> Callable[[int], Colours]:
        """Return a function from a line's number, from 0, to its colours.

        The texts of a line's colours join up to the line; beyond the last line there is nothing.
        """
        lexed = self._last = _lexed_again(self._last, list(lines))
        unclosed = _unclosed_from(lexed)
        brackets = _Unmatched(lexed.tokens)

        def line(number: int) -> Colours:
            if not 0 <= number < len(lexed.lines):
                return []
            tokens = lexed.tokens[number]
            bad = brackets.on(number) if tokens.brackets else frozenset()
            return _colours(tokens, lexed.lines[number], bad, (number, unclosed))

        return line


def _lexed_again(last: _Lexed, lines: list[str]) -> _Lexed:
    """Lex a text of which much is as it was."""
    before, states, tokens = last
    same = common_prefix(before, lines)
    tail = common_prefix(before[::-1], lines[::-1])
    again, parsed = states[: same + 1], tokens[:same]
    shift = len(before) - len(lines)
    for number in range(same, len(lines)):
        line = _lex(lines[number], again[-1])
        parsed.append(line)
        again.append(line.open_after)
        following = number + 1
        if following >= len(lines) - tail and again[-1] == states[following + shift]:
            again.extend(states[following + shift + 1 :])
            parsed.extend(tokens[following + shift :])
            break
    return _Lexed(lines, again, parsed)


@lru_cache(maxsize=2_000)
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


def _unclosed_from(lexed: _Lexed) -> int:
    """Return the line on which what never ends begins; behind the last if all ends."""
    lines, states, tokens = lexed
    number = len(lines)
    if not states[-1]:
        return number
    while number > 0:
        number -= 1
        opened_here = not states[number] or tokens[number].open_after != states[number]
        if opened_here or len(tokens[number].tokens) > 1:
            break
    return number


class _Unmatched:
    """Finds brackets without a partner in their statement, in the statements that are asked for."""

    def __init__(self, tokens: list[_Line]) -> None:
        self._tokens = tokens
        self._known: list[tuple[int, int, dict[int, set[int]]]] = []

    def on(self, number: int) -> AbstractSet[int]:
        """Return the offsets of a line's brackets that have no partner."""
        for first, last, bad in self._known:
            if first <= number <= last:
                return bad.get(number, frozenset())
        first = number
        while first > 0 and not self._ends_on(first - 1):
            first -= 1
        last = number
        while last < len(self._tokens) - 1 and not self._ends_on(last):
            last += 1
        bad = self._pair(first, last)
        self._known.append((first, last, bad))
        return bad.get(number, frozenset())

    def _ends_on(self, number: int) -> bool:
        """Whether the last bracket or semicolon of a line is a semicolon."""
        brackets = self._tokens[number].brackets
        return bool(brackets) and brackets[-1][1] == ";"

    def _pair(self, first: int, last: int) -> dict[int, set[int]]:
        """Return the offsets by line; the lines are whole statements."""
        opened: list[tuple[str, int, int]] = []
        lonely: list[tuple[str, int, int]] = []
        for number in range(first, last + 1):
            for start, text in self._tokens[number].brackets:
                if text in "([":
                    opened.append((text, number, start))
                elif text == ";":
                    lonely += opened
                    opened.clear()
                elif opened and opened[-1][0] == _PARTNERS[text]:
                    opened.pop()
                else:
                    lonely.append((text, number, start))
        bad: dict[int, set[int]] = {}
        for _, number, start in (*lonely, *opened):
            bad.setdefault(number, set()).add(start)
        return bad


def _colours(lexed: _Line, line: str, bad: AbstractSet[int], place: tuple[int, int]) -> Colours:
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
