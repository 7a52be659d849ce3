"""Scanning a text again after an edit, at the price of the edit.

Both classes remember the last text and trust what lies before the first changed character. They
hold one immutable value that is replaced whole, so that any thread may use them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from athena_shell.sql.boundaries import Boundaries
from athena_shell.sql.tokens import Token, scan

_FARTHEST_LOOK: Final = 4
"""No token is decided by characters farther behind it: ``1e`` becomes a number by ``+5``."""


def common_prefix(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many characters two texts share at their start, or lines two lists of them."""
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


class Rescanner:
    """Tokens of a text that is being edited."""

    def __init__(self) -> None:
        self._last: tuple[str, list[Token]] = ("", [])

    def scan(self, text: str) -> list[Token]:
        """Return what ``list(scan(text))`` would; the list is not to be changed."""
        before, tokens = self._last
        same = common_prefix(before, text)
        if same == len(text) == len(before):
            return tokens
        kept = bisect_right(tokens, same - _FARTHEST_LOOK, key=lambda token: token.end)
        again = tokens[: max(kept - 1, 0)]
        again.extend(scan(text, again[-1].end if again else 0))
        self._last = (text, again)
        return again


class StatementFinder:
    """The span of the statement around a place in a text that is being edited."""

    def __init__(self) -> None:
        self._last: tuple[str, list[int]] = ("", [0])

    def find(self, text: str, offset: int) -> tuple[int, int]:
        """Return the span, as :func:`athena_shell.sql.splitter.statement_at` describes it."""
        before, starts = self._last
        same = common_prefix(before, text)
        known = [*starts[: max(bisect_right(starts, same - _FARTHEST_LOOK), 1)]]
        nearest = bisect_right(known, offset) - 1
        # A command that ends at the offset is found from the start before it.
        begin = known[max(nearest - 1, 0)]
        span, found = _search(text, begin, offset)
        beyond = bisect_right(known, begin)
        self._last = (text, known[:beyond] + found if found else known)
        return span


def _search(text: str, start: int, offset: int) -> tuple[tuple[int, int], list[int]]:
    """Return the span around an offset, and where the statements passed on the way end."""
    boundaries = Boundaries(text, start=start)
    starts: list[int] = []
    while (found := boundaries.next(ended=True)) is not None:
        if found.is_command:
            if offset < found.command_start:
                return (start, found.command_start), starts
            if offset <= found.following:
                return (found.command_start, found.following), starts
        elif offset < found.following:
            return (start, max(offset, found.end)), starts
        if not found.keeps:
            start = found.following
            starts.append(start)
    return (start, len(text)), starts
