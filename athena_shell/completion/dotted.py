"""A dotted name as far as it was typed: ``"my-db".or`` has a qualifier and a beginning."""

from __future__ import annotations

import re
from typing import Final

from athena_shell.core.records import dataclass

_PART: Final = re.compile(
    r'"(?P<double>(?:[^"]|"")*)"?|`(?P<tick>(?:[^`]|``)*)`?|(?P<bare>[^."`]*)'
)


@dataclass(frozen=True)
class TypedName:
    """What was typed of a name.

    Args:
        qualifier: the whole parts before the last dot, without their quotes.
        prefix: what was typed of the last part, without its quote.
        quote: the quote that the last part began with, empty when there is none.
        length: characters of the last part as typed, its quote among them.
    """

    qualifier: tuple[str, ...]
    prefix: str
    quote: str
    length: int


def typed_name(text: str) -> TypedName:
    """Take apart what was typed of a name."""
    parts: list[str] = []
    place = 0
    while True:
        part = _PART.match(text, place)
        assert part is not None  # noqa: S101 - a bare part may be empty
        double, tick, bare = part.groups()
        if part.end() >= len(text) or text[part.end()] != ".":
            break
        parts.append(_plain(double, tick, bare))
        place = part.end() + 1
    quote = "" if bare is not None else text[place]
    return TypedName(tuple(parts), _plain(double, tick, bare), quote, len(text) - place)


def _plain(double: str | None, tick: str | None, bare: str | None) -> str:
    if double is not None:
        return double.replace('""', '"')
    return tick.replace("``", "`") if tick is not None else bare or ""
