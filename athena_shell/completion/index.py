"""The names that completion knows, arranged for looking up by what was typed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from sys import intern
from types import MappingProxyType
from typing import Final, NamedTuple

from athena_shell.core.model import Table
from athena_shell.core.records import dataclass

MOST_FOUND: Final = 200
"""More names than a menu can show are never returned."""


class ColumnName(NamedTuple):
    """A column of a table; ``type`` is the full type, such as ``array(bigint)``."""

    name: str
    type: str = ""
    is_partition: bool = False
    comment: str = ""


class TableName(NamedTuple):
    """A table or view with its columns in order."""

    name: str
    is_view: bool = False
    columns: tuple[ColumnName, ...] = ()


class Vocabulary:
    """Many names, found by prefix, by the start of a word in them, and by letters in order.

    The names are held sorted and once more as one text, so that a search is a few steps of the
    regular expression engine and not a loop over names.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(set(names))
        self._folded = [name.lower() for name in self._names]
        self._text = "\n" + "\n".join(self._folded) + "\n"
        self._starts = self._offsets()

    def _offsets(self) -> list[int]:
        offsets, offset = [], 0
        for name in self._folded:
            offsets.append(offset)
            offset += len(name) + 1
        return offsets

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def search(self, typed: str, limit: int = MOST_FOUND) -> list[str]:
        """Return names that match what was typed, the closest kind of match first."""
        wanted = typed.lower()
        if not wanted:
            return self._names[:limit]
        found: dict[str, None] = {}
        for pattern in _patterns(wanted):
            for match in pattern.finditer(self._text):
                found[self._name_at(match.start())] = None
                if len(found) >= limit:
                    return list(found)
        return list(found)

    def _name_at(self, offset: int) -> str:
        """Return the name that follows the line break at or before an offset of the text."""
        index = bisect_left(self._starts, offset + 1) - 1
        return self._names[index]


def _patterns(wanted: str) -> Iterator[re.Pattern[str]]:
    """Yield what to search for, as :mod:`athena_shell.completion.matching` ranks it."""
    text = re.escape(wanted)
    yield re.compile(rf"\n{text}")
    yield re.compile(rf"[_\W]{text}")
    if len(wanted) > 1:
        yield re.compile(text)
        # A literal first lets the engine leap to its next place.
        first, others = re.escape(wanted[0]), wanted[1:]
        letters = "".join(rf"[^{re.escape(letter)}\n]*+{re.escape(letter)}" for letter in others)
        yield re.compile(rf"{first}(?<=[_\W]{first}){letters}")


@dataclass(frozen=True)
class DatabaseNames:
    """The tables of one database."""

    tables: Mapping[str, TableName] = field(default_factory=dict)
    names: Vocabulary = field(default_factory=lambda: Vocabulary(()))
    columns: Vocabulary = field(default_factory=lambda: Vocabulary(()))

    @classmethod
    def of(cls, tables: Iterable[TableName]) -> DatabaseNames:
        """Index tables by name."""
        by_name = {table.name.lower(): table for table in tables}
        columns = {column.name for table in by_name.values() for column in table.columns}
        return cls(
            MappingProxyType(by_name),
            Vocabulary(table.name for table in by_name.values()),
            Vocabulary(columns),
        )

    def with_table(self, table: TableName) -> DatabaseNames:
        """Return the same with one table added or replaced."""
        return DatabaseNames.of({**self.tables, table.name.lower(): table}.values())

    def without_table(self, name: str) -> DatabaseNames:
        """Return the same without one table."""
        rest = (table for key, table in self.tables.items() if key != name.lower())
        return DatabaseNames.of(rest)


def compact(tables: Iterable[Table]) -> Iterator[TableName]:
    """Turn the catalog's tables into names; equal columns are held once."""
    shared: dict[ColumnName, ColumnName] = {}
    for table in tables:
        columns = []
        for column in table.columns:
            entry = ColumnName(
                intern(column.name), intern(column.type), column.is_partition, column.comment
            )
            columns.append(shared.setdefault(entry, entry))
        yield TableName(table.name, table.is_view, tuple(columns))


@dataclass(frozen=True)
class NameIndex:
    """Everything known of the catalogs at one moment; never changed, only replaced."""

    catalogs: tuple[str, ...] = ()
    databases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contents: Mapping[tuple[str, str], DatabaseNames] = field(default_factory=dict)
    partition_values: Mapping[tuple[str, str, str, str], tuple[str, ...]] = field(
        default_factory=dict
    )
    workgroups: tuple[str, ...] = ()

    def database(self, catalog: str, database: str) -> DatabaseNames | None:
        """Return a database's tables, ``None`` when they were never loaded."""
        return self.contents.get((catalog.lower(), database.lower()))

    def table(self, catalog: str, database: str, name: str) -> TableName | None:
        """Return one table, ``None`` when it is not known."""
        found = self.database(catalog, database)
        return found.tables.get(name.lower()) if found else None

    def databases_of(self, catalog: str) -> tuple[str, ...]:
        """Return the names of a catalog's databases, as far as they are known."""
        return self.databases.get(catalog.lower(), ())
