"""What helps where the cursor is: a function's signature, or the way out of a statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from athena_shell.completion.context import analyse
from athena_shell.core.records import dataclass
from athena_shell.sql.incremental import StatementFinder
from athena_shell.sql.keywords import KEYWORDS
from athena_shell.sql.vocabulary import Function, functions


@dataclass(frozen=True)
class Hint:
    """One line of help.

    Attributes:
        text: such as ``date_trunc(unit, x) → T: start of the unit``.
        start: the index in ``text`` where the current argument starts.
        end: the index behind it; equal to ``start`` when no argument can be marked.
    """

    text: str
    start: int
    end: int


_FINDER = StatementFinder()
_SIZED_TYPES: Final = frozenset({"char", "decimal", "varchar"})
_LOST: Final = re.compile(r"\n[^\S\n]*(?:exit|quit|help)\s*\Z", re.IGNORECASE)
_WAY_OUT: Final = Hint(r"; runs the statement · Ctrl-C drops it · \q leaves · \? helps", 0, 0)


def hint_at(text: str, cursor: int) -> Hint | None:
    """Return what helps at the cursor.

    Who types ``exit``, ``quit`` or ``help`` on a line of an unfinished statement wants out of it.
    """
    if _LOST.search(text, 0, cursor) is not None:
        return _WAY_OUT
    return signature_hint(text, cursor)


def signature_hint(text: str, cursor: int) -> Hint | None:
    """Return the signature of the innermost function around the cursor, if it is a known one.

    Brackets that call nothing are looked past: ``sum((a|``, ``sum(a IN (1, |``.
    """
    start, end = _FINDER.find(text, cursor)
    if text.startswith("\\", start):
        return None
    context = analyse(text[start:end], cursor - start, inside_words=True)
    if context is None:
        return None
    forms, argument = _innermost(context.calls)
    if not forms:
        return None
    form = next((form for form in forms if len(_arguments(form)) > argument), forms[-1])
    line = f"{form.signature} → {form.returns}: {form.summary}"
    arguments = _arguments(form)
    if not arguments:
        return Hint(line, 0, 0)
    last = min(argument, len(arguments) - 1)
    return Hint(line, *arguments[last])


def _innermost(calls: Iterable[tuple[str, int]]) -> tuple[Sequence[Function], int]:
    """Return the first of the brackets that calls a function, past those that call nothing."""
    known = functions()
    for name, argument in calls:
        if name in known:
            return known[name], argument
        if name and name.upper() not in KEYWORDS and name not in _SIZED_TYPES:
            break
    return (), 0


def _arguments(form: Function) -> list[tuple[int, int]]:
    """Return the spans of a signature's arguments; those in square brackets count too."""
    signature = form.signature
    opening, closing = signature.find("("), _closing(signature)
    spans: list[tuple[int, int]] = []
    depth = 0
    start = opening + 1
    for place in range(start, closing + 1):
        letter = signature[place]
        if place == closing or (letter == "," and not depth):
            spans.append(_trimmed(signature, start, place))
            start = place + 1
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
    return [span for span in spans if span[0] < span[1]] if opening >= 0 else []


def _closing(signature: str) -> int:
    """Return the index of the bracket that closes the first one."""
    depth = 0
    for place, letter in enumerate(signature):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == ")" and not depth:
            return place
    return len(signature) - 1


def _trimmed(signature: str, start: int, end: int) -> tuple[int, int]:
    while start < end and signature[start] in " [":
        start += 1
    while end > start and signature[end - 1] in " []":
        end -= 1
    return start, end
