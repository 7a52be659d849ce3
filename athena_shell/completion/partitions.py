"""The values of a partition column that a condition compares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from athena_shell.completion.index import ColumnName
from athena_shell.completion.offers import BEST, Offer, Place
from athena_shell.completion.tree import Item
from athena_shell.sql.tokens import Token, is_name, name_of
from athena_shell.sql.variables import quote_literal

_COMPARISONS: Final = frozenset({"=", "<>", "!=", "<", "<=", ">", ">="})
_TEXT_TYPES: Final = ("varchar", "string", "char", "date")
_MOST: Final = 100

Column = tuple[str, str, str, str]
"""Catalog, database, table and column."""


def partition_at(place: Place) -> Column | None:
    """Return the partition column whose value is to be written at the cursor."""
    found = _compared(place)
    return found[0] if found else None


def partition_values(place: Place) -> Iterator[Offer]:
    """Yield known values, written as the column's type wants them."""
    found = _compared(place)
    if found is None:
        return
    key, column = found
    values = place.resolver.index.partition_values.get(
        (key[0].lower(), key[1].lower(), key[2].lower(), key[3].lower()), ()
    )
    quoted = column.type.startswith(_TEXT_TYPES) or bool(place.context.quote)
    for value in values[:_MOST]:
        insert = quote_literal(value) if quoted else value
        yield Offer(value, "value", f"partition {column.name}", BEST, insert, value)


def _compared(place: Place) -> tuple[Column, ColumnName] | None:
    """Find ``column =``, ``column IN (`` or ``column BETWEEN`` before the cursor."""
    context = place.context
    if context.qualifier or context.quote not in {"", "'"}:
        return None
    items: tuple[Item, ...] = context.before
    if context.bracket == "PARTITION" and context.target:
        return _of_target(place, items)
    if items and (items[-1].mark in _COMPARISONS or items[-1].word == "BETWEEN"):
        return _column(place, items[:-1])
    if context.bracket == "IN" and (not items or items[-1].mark == ","):
        return _column(place, context.before_bracket[:-1])
    return None


def _of_target(place: Place, items: tuple[Item, ...]) -> tuple[Column, ColumnName] | None:
    """Find ``column =`` in the PARTITION of an ALTER TABLE."""
    last = items[-2] if len(items) > 1 and items[-1].mark == "=" else None
    if not isinstance(last, Token) or not is_name(last):
        return None
    parts = place.context.target
    found = _partition_column(place, parts, name_of(last))
    return ((*place.resolver.place(parts), found.name), found) if found else None


def _column(place: Place, items: tuple[Item, ...]) -> tuple[Column, ColumnName] | None:
    if items and items[-1].word == "NOT":
        items = items[:-1]
    last = items[-1] if items else None
    if not isinstance(last, Token) or not is_name(last):
        return None
    qualifier = ""
    if len(items) > 2 and items[-2].mark == "." and isinstance(before := items[-3], Token):  # noqa: PLR2004 - name, dot, name
        qualifier = name_of(before).lower()
    scope = place.context.scope
    for source in scope.sources:
        if not source.parts or (qualifier and source.name.lower() != qualifier):
            continue
        found = _partition_column(place, source.parts, name_of(last))
        if found is not None:
            return (*place.resolver.place(source.parts), found.name), found
    return None


def _partition_column(place: Place, parts: tuple[str, ...], name: str) -> ColumnName | None:
    table = place.resolver.table(parts)
    for column in table.columns if table is not None else ():
        if column.is_partition and column.name.lower() == name.lower():
            return column
    return None
