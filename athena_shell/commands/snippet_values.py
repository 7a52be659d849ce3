"""Values in the places of a snippet: ``$1``, ``$2`` … as they are typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from athena_shell.core.counting import counted
from athena_shell.core.errors import CommandError
from athena_shell.sql.tokens import Kind, scan

_PLACE: Final = re.compile(r"\$([1-9]\d{0,3})")
_QUOTES: Final = {Kind.STRING: "'", Kind.QUOTED: '"', Kind.BACKTICK: "`"}


def filled(text: str, values: Sequence[str], name: str) -> str:
    """Return a snippet with its places filled.

    A value is pasted as it is; inside quotes its own quotes are doubled, so that it stays inside.
    Comments stay as they are.

    Raises:
        CommandError: there are too few values, or too many.
    """
    wanted = max(
        (int(number) for part, _ in _parts(text) for number in _PLACE.findall(part)), default=0
    )
    if wanted != len(values):
        raise wrong_count(name, wanted, len(values))
    pieces: list[str] = []
    done = 0
    for part, (start, quote) in _parts(text):
        pieces += (text[done:start], _pasted(part, values, quote))
        done = start + len(part)
    return "".join((*pieces, text[done:]))


def wrong_count(name: str, wanted: int, came: int) -> CommandError:
    """Return what says how many values a snippet takes."""
    return CommandError(
        f"The snippet {name} takes {counted(wanted, 'value') if wanted else 'no value'},"
        f" and {came} came.",
        f"Usage: \\snippet {name}{' VALUE' * wanted}",
    )


def _parts(text: str) -> Iterator[tuple[str, tuple[int, str]]]:
    """Yield what may hold places: each stretch with its start and the quote around it."""
    start = end = 0
    for token in scan(text):
        quote = _QUOTES.get(token.kind, "")
        if not quote and token.kind is not Kind.COMMENT:
            end = token.end
            continue
        yield text[start:end], (start, "")
        if quote:
            yield token.text, (token.start, quote)
        start = end = token.end
    yield text[start:end], (start, "")


def _pasted(part: str, values: Sequence[str], quote: str) -> str:
    def value(found: re.Match[str]) -> str:
        text = values[int(found[1]) - 1]
        return text.replace(quote, quote * 2) if quote else text

    return _PLACE.sub(value, part)
