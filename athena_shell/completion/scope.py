"""The relations of a query: what FROM, JOIN and WITH bring into scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Final

from athena_shell.completion.tree import Group, Item
from athena_shell.core.records import dataclass
from athena_shell.sql.keywords import RESERVED
from athena_shell.sql.tokens import Kind, Token, is_name, name_of

CLAUSE_WORDS: Final = frozenset({
    "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "WINDOW",
    "UNION", "INTERSECT", "EXCEPT", "SET", "WHEN", "VALUES",
})  # fmt: skip
SET_OPERATIONS: Final = frozenset({"UNION", "INTERSECT", "EXCEPT"})
_JOIN_WORDS: Final = frozenset({
    "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "OUTER", "CROSS", "NATURAL",
})  # fmt: skip
_NO_ALIAS: Final = CLAUSE_WORDS | _JOIN_WORDS | RESERVED | {"TABLESAMPLE", "MATCH_RECOGNIZE"}
_RELATION_STARTS: Final = frozenset({"FROM", "JOIN", "INTO", "USING", "UPDATE"})


@dataclass(frozen=True)
class Source:
    """A relation in scope.

    Attributes:
        parts: the table's name, qualified as typed; empty for a query in brackets.
        alias: what its columns may be qualified with; empty if nothing.
        columns: names given behind the alias.
        query: the query in brackets it is made of.
        start: the offset at which it is written.
    """

    parts: tuple[str, ...] = ()
    alias: str = ""
    columns: tuple[str, ...] = ()
    query: Group | None = None
    start: int = -1

    @property
    def name(self) -> str:
        """What a column of it is qualified with."""
        return self.alias or (self.parts[-1] if self.parts else "")


@dataclass(frozen=True)
class Scope:
    """The relations that one query sees, and the scopes around it."""

    sources: tuple[Source, ...] = ()
    ctes: Mapping[str, Source] = field(default_factory=dict)
    outer: Scope | None = None

    def cte(self, name: str) -> Source | None:
        """Return a named query by its name, looking outwards."""
        found = self.ctes.get(name.lower())
        if found is None and self.outer is not None:
            return self.outer.cte(name)
        return found

    def cte_names(self) -> tuple[str, ...]:
        """Return all named queries in sight."""
        outer = self.outer.cte_names() if self.outer else ()
        return (*(source.alias for source in self.ctes.values()), *outer)


def term_around(items: Sequence[Item], index: int) -> tuple[int, int]:
    """Return the span of the items between set operations around an index."""
    start, end = 0, len(items)
    for place, item in enumerate(items):
        if item.word in SET_OPERATIONS:
            if place < index:
                start = place + 1
            else:
                end = place
                break
    return start, end


def read_scope(items: Sequence[Item], outer: Scope | None = None) -> Scope:
    """Read the relations of one query term and the named queries before it."""
    sources: list[Source] = []
    index = 0
    while index < len(items):
        if items[index].word in _RELATION_STARTS and _starts_relations(items, index):
            index = _read_relations(items, index + 1, sources)
        else:
            index += 1
    return Scope(tuple(sources), read_ctes(items), outer)


def _starts_relations(items: Sequence[Item], index: int) -> bool:
    this = items[index].word
    if this == "FROM":
        return index == 0 or items[index - 1].word != "DISTINCT"
    # JOIN … USING (columns) and EXECUTE … USING values name no relation.
    return this != "USING" or (
        index + 1 < len(items)
        and items[0].word == "MERGE"
        and not isinstance(items[index + 1], Group)
    )


def read_ctes(items: Sequence[Item]) -> dict[str, Source]:
    """Read ``WITH name [(columns)] AS (query), …``."""
    found: dict[str, Source] = {}
    index = next((place for place, item in enumerate(items) if item.word == "WITH"), len(items)) + 1
    if index < len(items) and items[index].word == "RECURSIVE":
        index += 1
    while (token := _plain_name(items, index)) is not None:
        columns: tuple[str, ...] = ()
        query = None
        index += 1
        if (group := _group(items, index)) is not None:
            columns, index = name_list(group), index + 1
        if _word(items, index) != "AS":
            break
        if (group := _group(items, index + 1)) is not None:
            query = group
        name = name_of(token)
        found[name.lower()] = Source(alias=name, columns=columns, query=query, start=token.start)
        index += 1 + (query is not None)
        if index >= len(items) or items[index].mark != ",":
            break
        index += 1
    return found


def name_list(group: Group) -> tuple[str, ...]:
    """Return the names of a list such as ``(a, b)``."""
    return tuple(name_of(item) for item in group.items if isinstance(item, Token) and is_name(item))


def _read_relations(items: Sequence[Item], index: int, sources: list[Source]) -> int:
    """Read relations up to what ends them; return the index behind."""
    while index < len(items):
        index = _read_relation(items, index, sources)
        if index < len(items) and items[index].mark == ",":
            index += 1
            continue
        return index
    return index


def _read_relation(items: Sequence[Item], index: int, sources: list[Source]) -> int:
    if _word(items, index) in {"LATERAL", "TABLE", "UNNEST", "ONLY"} and (
        _group(items, index + 1) is not None
    ):
        index += 1
    group = _group(items, index)
    parts: tuple[str, ...] = ()
    start = group.start if group is not None else -1
    if group is not None:
        index += 1
        if not group.is_query and _word(items, index - 2) not in {"UNNEST", "TABLE"}:
            inner = read_scope([Token(Kind.WORD, -1, "FROM"), *group.items])
            sources.extend(inner.sources)
    else:
        first = items[index]
        start = first.start
        parts, index = dotted_name(items, index)
        if not parts:
            return index
    index = _skip_version(items, index)
    alias, columns, index = _read_alias(items, index)
    query = group if group is not None and group.is_query else None
    if parts or alias or query is not None:
        sources.append(Source(parts, alias, columns, query, start))
    return index


def _skip_version(items: Sequence[Item], index: int) -> int:
    """Skip ``FOR TIMESTAMP AS OF …``, ``TABLESAMPLE …`` and ``WITH ORDINALITY``."""
    if _word(items, index) == "FOR":
        while index < len(items) and _word(items, index) != "OF":
            index += 1
        index += 2
        while index < len(items) and _word(items, index - 1) in {"TIMESTAMP", "DATE"}:
            index += 1
    if _word(items, index) == "TABLESAMPLE":
        index += 3
    if _word(items, index) == "WITH" and _word(items, index + 1) == "ORDINALITY":
        index += 2
    return index


def _read_alias(items: Sequence[Item], index: int) -> tuple[str, tuple[str, ...], int]:
    if _word(items, index) == "AS":
        index += 1
    token = _plain_name(items, index)
    if token is None:
        return "", (), index
    index += 1
    if (group := _group(items, index)) is not None:
        return name_of(token), name_list(group), index + 1
    return name_of(token), (), index


def dotted_name(items: Sequence[Item], index: int) -> tuple[tuple[str, ...], int]:
    """Read a name such as ``catalog.database.table``; return its parts and the index behind."""
    parts: list[str] = []
    while index < len(items):
        item = items[index]
        if not isinstance(item, Token) or not is_name(item):
            break
        if not parts and item.kind is Kind.WORD and item.text.upper() in _NO_ALIAS:
            break
        parts.append(name_of(item))
        index += 1
        if index >= len(items) or items[index].mark != ".":
            break
        index += 1
    return tuple(parts), index


def _plain_name(items: Sequence[Item], index: int) -> Token | None:
    if index >= len(items):
        return None
    item = items[index]
    if not isinstance(item, Token) or not is_name(item):
        return None
    return None if item.word in _NO_ALIAS else item


def _group(items: Sequence[Item], index: int) -> Group | None:
    if 0 <= index < len(items):
        item = items[index]
        return item if isinstance(item, Group) else None
    return None


def _word(items: Sequence[Item], index: int) -> str:
    return items[index].word if 0 <= index < len(items) else ""
