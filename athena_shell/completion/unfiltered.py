"""Partitioned tables that a query reads whole, as far as its words alone can tell.

A warning must be right, so whatever leaves a doubt is taken for a filter: a partition column that
is named behind any WHERE, ON, HAVING or USING, or anywhere at all where there is such a clause.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from athena_shell.completion.index import NameIndex, TableName
from athena_shell.completion.scope import Source, read_scope
from athena_shell.completion.tree import Group, Item, build
from athena_shell.core.session import Session
from athena_shell.sql.statement import classify
from athena_shell.sql.tokens import Token, is_name, name_of, significant

_READING: Final = ("SELECT", "INSERT", "UNLOAD", "CREATE TABLE")
_CONDITIONS: Final = frozenset({"WHERE", "ON", "HAVING", "USING", "NATURAL", "MATCH_RECOGNIZE"})
_WHOLE_WORDS: Final = frozenset({"GROUP", "ORDER", "DISTINCT", "JOIN", "HAVING", "OVER", "UNION"})


def unfiltered(text: str, session: Session, index: NameIndex) -> tuple[TableName, ...]:
    """Return the known partitioned tables that a statement reads in all their partitions.

    Args:
        text: one statement.
        session: where it runs.
        index: the names that are known; nothing is said of other tables.
    """
    if not classify(text).verb.startswith(_READING):
        return ()
    tokens = significant(text)
    words = {token.word for token in tokens}
    if _reads_a_few_rows(tokens, words):
        return ()
    named = {name_of(token).lower() for token in tokens if is_name(token)}
    is_filtering = bool(words & _CONDITIONS)
    found: dict[str, TableName] = {}
    for table in _tables(tokens, session, index):
        columns = {column.name.lower() for column in table.columns if column.is_partition}
        if columns and not (is_filtering and columns & named):
            found[table.name] = table
    return tuple(found.values())


def _reads_a_few_rows(tokens: Sequence[Token], words: set[str]) -> bool:
    """Whether this is a look at a table: ``SELECT … FROM t LIMIT n`` ends as soon as it has n."""
    before = next((i for i, token in enumerate(tokens) if token.word == "FROM"), 0)
    has_calls = any(token.text == "(" for token in tokens[:before])
    return "LIMIT" in words and not has_calls and not words & _WHOLE_WORDS


def _tables(tokens: Sequence[Token], session: Session, index: NameIndex) -> Iterator[TableName]:
    root = build(tokens, ())[0]
    groups = [root, *_below(root)]
    scopes = [(group, read_scope(group.items)) for group in groups]
    names = {name for _, scope in scopes for name in scope.ctes}
    for group, scope in scopes:
        for source in scope.sources:
            is_other = len(source.parts) == 1 and source.parts[0].lower() in names
            if source.parts and not source.columns and not is_other and _is_read(source, group):
                table = _table(source.parts, session, index)
                if table is not None and not table.is_view:
                    yield table


def _below(group: Group) -> Iterator[Group]:
    for item in group.items:
        if isinstance(item, Group):
            yield item
            yield from _below(item)


def _is_read(source: Source, group: Group) -> bool:
    """Whether a source stands behind FROM, JOIN or a comma, not behind INTO."""
    before: Item | None = None
    for item in group.items:
        if item.start == source.start:
            break
        before = item
    return before is not None and before.word != "INTO"


def _table(parts: Sequence[str], session: Session, index: NameIndex) -> TableName | None:
    *qualifier, name = parts
    database = qualifier[-1] if qualifier else session.database
    catalog = qualifier[-2] if len(qualifier) > 1 else session.catalog
    return index.table(catalog, database, name)
