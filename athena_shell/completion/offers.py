"""What may be offered at a place, before it is matched with what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from functools import cache
from typing import Final

from athena_shell.completion.columns import Resolver
from athena_shell.completion.context import Context
from athena_shell.completion.usage import Usage
from athena_shell.core.records import dataclass

BEST: Final = -1
NEAR: Final = 0
COMMON: Final = 1
FAR: Final = 2

_NAMED: Final = frozenset(
    {"table", "view", "database", "catalog", "column", "cte", "alias", "field"}
)


@dataclass(frozen=True)
class Offer:
    """A possible completion.

    Attributes:
        name: what is matched with the typed prefix.
        kind: as in Suggestion.
        meta: as in Suggestion.
        rank: orders offers that match equally well, smaller first.
        insert: what is inserted, empty for the name.
        display: what the menu shows, empty for the name.
        start: the offset from which it replaces; ``None`` for the start of the prefix.
    """

    name: str
    kind: str
    meta: str = ""
    rank: int = COMMON
    insert: str = ""
    display: str = ""
    start: int | None = None

    @property
    def is_name(self) -> bool:
        """Whether it is an identifier that may need quotes."""
        return self.kind in _NAMED


@dataclass(frozen=True)
class Place:
    """The context with what is needed to answer it."""

    text: str
    context: Context
    resolver: Resolver
    prepared: Sequence[str] = ()
    variables: Sequence[str] = ()
    usage: Usage = field(default_factory=Usage)

    @property
    def typed(self) -> str:
        """What was typed of the name."""
        return self.context.prefix


@cache
def keywords(words: tuple[str, ...], rank: int = COMMON) -> tuple[Offer, ...]:
    """Return keywords in the order given."""
    return tuple(Offer(word, "keyword", rank=rank) for word in words)


@cache
def types(names: tuple[str, ...]) -> tuple[Offer, ...]:
    """Return names of types."""
    return tuple(Offer(name, "type", "type") for name in names)
