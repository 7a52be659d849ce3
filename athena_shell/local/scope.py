"""What names mean at a place in a query."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from athena_shell.local.types import DuckType, quote


@dataclass(frozen=True)
class Typed:
    """A DuckDB expression with its type.

    Attributes:
        literal: the value, when it is a string literal.
        constant: whether the text is the same for every row, so that it may be tried alone.
    """

    sql: str
    type: DuckType
    literal: str | None = None
    constant: bool = False

    def of(self, kind: DuckType) -> Typed:
        """Return the same expression, known to be of another type."""
        return replace(self, type=kind)


@dataclass(frozen=True)
class OutputColumn:
    """A column that a query or a table gives; a column without a name cannot be asked for."""

    name: str | None
    sql_name: str
    type: DuckType


@dataclass(frozen=True)
class Source:
    """A relation of a FROM clause under the name it has there."""

    alias: str
    columns: tuple[OutputColumn, ...]
    database: str = ""

    def find(self, name: str) -> list[OutputColumn]:
        """Return the columns of that name, in any case."""
        return [c for c in self.columns if c.name is not None and c.name.lower() == name.lower()]


@dataclass
class Scope:
    """The relations, merged join columns and lambda parameters that names may mean."""

    parent: Scope | None = None
    sources: list[Source] = field(default_factory=list)
    merged: dict[str, Typed] = field(default_factory=dict)
    lambdas: dict[str, Typed] = field(default_factory=dict)
    relations: dict[str, tuple[OutputColumn, ...]] = field(default_factory=dict)
    depth: int = 0
    filters: list[Any] = field(default_factory=list)

    def with_names(self, names: dict[str, Typed]) -> Scope:
        """Return a scope in which some names come before all others."""
        return replace(self, lambdas={**self.lambdas, **names})

    def within_lambda(self, parameters: dict[str, Typed]) -> Scope:
        """Return the scope of a lambda's body.

        ``depth`` tells how many lambdas are around. Names made of it are the same for the same
        text, so that DuckDB sees when a selected expression is one that is grouped by.
        """
        return replace(self, lambdas={**self.lambdas, **parameters}, depth=self.depth + 1)

    def relation(self, name: str) -> tuple[OutputColumn, ...] | None:
        """Return the columns of a common table expression, if that name is one."""
        found = self.relations.get(name.lower())
        if found is None and self.parent is not None:
            return self.parent.relation(name)
        return found

    def source(self, alias: str, database: str = "") -> Source | None:
        """Return the relation of that name here or around here."""
        for source in self.sources:
            if source.alias.lower() == alias.lower() and database.lower() in {"", source.database}:
                return source
        return self.parent.source(alias, database) if self.parent is not None else None

    def columns(self, name: str) -> list[Typed]:
        """Return what an unqualified column name may mean: more than one is ambiguous."""
        lowered = name.lower()
        if lowered in self.merged:
            return [self.merged[lowered]]
        found = [
            column_of(source, column) for source in self.sources for column in source.find(name)
        ]
        if not found and self.parent is not None:
            return self.parent.columns(name)
        return found


def column_of(source: Source, column: OutputColumn) -> Typed:
    """Return the expression for a relation's column."""
    return Typed(f"{quote(source.alias)}.{quote(column.sql_name)}", column.type)
