"""The columns of relations, as far as names are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Final

from athena_shell.completion.index import ColumnName, NameIndex, TableName
from athena_shell.completion.scope import (
    CLAUSE_WORDS,
    Scope,
    Source,
    read_scope,
    term_around,
)
from athena_shell.completion.tree import Group, Item
from athena_shell.core.records import dataclass
from athena_shell.core.session import Session
from athena_shell.sql.tokens import Token, is_name, name_of

_DEEPEST: Final = 12


@dataclass(frozen=True)
class Resolver:
    """Finds tables by the names that statements use."""

    index: NameIndex
    session: Session
    known: dict[int, tuple[ColumnName, ...]] = field(default_factory=dict)

    def place(self, parts: Sequence[str]) -> tuple[str, str, str]:
        """Return (catalog, database, table) of a name with one, two or three parts."""
        catalog, database = self.session.catalog, self.session.database
        if len(parts) > 2:  # noqa: PLR2004 - catalog.database.table
            catalog = parts[-3]
        if len(parts) > 1:
            database = parts[-2]
        return catalog, database, parts[-1]

    def table(self, parts: Sequence[str]) -> TableName | None:
        """Return the table a name stands for, if it is known."""
        return self.index.table(*self.place(parts)) if parts else None

    def columns(self, source: Source, scope: Scope, depth: int = 0) -> tuple[ColumnName, ...]:
        """Return a relation's columns; nothing when they are not known."""
        if depth > _DEEPEST:
            return ()
        # One place in the text is one relation; without this, nested queries cost their power set.
        if source.start not in self.known:
            self.known[source.start] = self._columns(source, scope, depth)
        return self.known[source.start]

    def _columns(self, source: Source, scope: Scope, depth: int) -> tuple[ColumnName, ...]:
        found: tuple[ColumnName, ...] = ()
        if source.query is not None:
            found = self.output(source.query, scope, depth + 1)
        elif (
            len(source.parts) == 1
            and (cte := scope.cte(source.parts[0])) is not None
            and cte.start != source.start
        ):
            found = self.columns(cte, scope, depth + 1)
        if not found and source.parts and (table := self.table(source.parts)) is not None:
            found = table.columns
        if source.columns:
            return tuple(
                ColumnName(name, found[place].type if place < len(found) else "")
                for place, name in enumerate(source.columns)
            )
        return found

    def output(self, query: Group, outer: Scope, depth: int = 0) -> tuple[ColumnName, ...]:
        """Return the columns that a query in brackets gives."""
        start, end = term_around(query.items, 0)
        items = query.items[start:end]
        inner = read_scope(items, outer)
        found: list[ColumnName] = []
        for expression in select_list(items):
            if expression[-1].mark == "*":
                found.extend(self._star(expression, inner, depth))
            elif name := output_name(expression):
                found.append(ColumnName(name, self._type(expression, inner, depth)))
        return tuple(found)

    def _star(self, expression: Sequence[Item], scope: Scope, depth: int) -> Iterator[ColumnName]:
        first = expression[0]
        qualifier = name_of(first).lower() if isinstance(first, Token) and is_name(first) else ""
        for source in scope.sources:
            if not qualifier or source.name.lower() == qualifier:
                yield from self.columns(source, scope, depth + 1)

    def _type(self, expression: Sequence[Item], scope: Scope, depth: int) -> str:
        """Return the type of a plain column, nothing for any other expression."""
        first = expression[0]
        if not isinstance(first, Token) or not is_name(first) or len(expression) > 3:  # noqa: PLR2004 - column AS name
            return ""
        wanted = name_of(first).lower()
        for source in scope.sources:
            for column in self.columns(source, scope, depth + 1):
                if column.name.lower() == wanted:
                    return column.type
        return ""


def select_list(items: Sequence[Item]) -> list[list[Item]]:
    """Return the expressions between SELECT and what follows them."""
    expressions: list[list[Item]] = []
    inside = False
    for place, item in enumerate(items):
        this = item.word
        if this == "SELECT":
            inside, expressions = True, [[]]
        elif inside and this in CLAUSE_WORDS and not _is_distinct_from(items, place):
            break
        elif inside and this in {"DISTINCT", "ALL"} and not expressions[-1]:
            continue
        elif inside and item.mark == ",":
            expressions.append([])
        elif inside:
            expressions[-1].append(item)
    return [expression for expression in expressions if expression]


def _is_distinct_from(items: Sequence[Item], place: int) -> bool:
    return place > 0 and items[place].word == "FROM" and items[place - 1].word == "DISTINCT"


def output_name(expression: Sequence[Item]) -> str:
    """Return the name an expression of the select list gets, nothing if it has none."""
    last = expression[-1]
    if not isinstance(last, Token) or not is_name(last):
        return ""
    if len(expression) == 1:
        return name_of(last)
    before = expression[-2]
    named = before.word == "AS" or before.mark in {".", ")"}
    if named or isinstance(before, Group) or is_name(before):
        return "" if last.word == "END" else name_of(last)
    return ""
