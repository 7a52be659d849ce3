"""Held results as the only tables there are: what a query over them can name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from athena_shell.completion.index import ColumnName, DatabaseNames, NameIndex, TableName
from athena_shell.core.model import Column
from athena_shell.core.session import Session

_MENTIONED: Final = re.compile(r"\b(?:FROM|JOIN)\s+_\d*\b", re.IGNORECASE)


def mentions_held(text: str) -> bool:
    """Whether a statement reads from ``_``, ``_1`` …, which are no tables of a catalog."""
    return _MENTIONED.search(text) is not None


def held_table(name: str, columns: Iterable[Column]) -> TableName:
    """Return a held result as completion knows tables."""
    return TableName(name, columns=tuple(ColumnName(each.name, each.type) for each in columns))


class HeldNames:
    """The names of held results, in the place of the catalog's.

    Args:
        session: names without a qualifier are looked up in its database.
        tables: the results.
    """

    def __init__(self, session: Session, tables: Iterable[TableName]) -> None:
        place = (session.catalog.lower(), session.database.lower())
        self._index = NameIndex(contents={place: DatabaseNames.of(tables)})

    def snapshot(self) -> NameIndex:
        """Return what is known now."""
        return self._index

    def want(self, catalog: str, database: str = "") -> None:
        """Ignore what a catalog would be asked for."""

    def want_partition(self, catalog: str, database: str, table: str, column: str) -> None:
        """Ignore what a catalog would be asked for."""
