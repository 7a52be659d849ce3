"""The catalog: what there is, and what it looks like; every call here is free."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Final

from athena_shell.commands.invocation import Invocation
from athena_shell.commands.names import (
    database_of,
    is_pattern,
    known_table,
    naming_nearest,
    nearest_database,
    pattern_of,
)
from athena_shell.commands.outcome import Outcome, listing
from athena_shell.commands.registry import Command
from athena_shell.commands.relations import NUMBERS, kind, properties, relations
from athena_shell.core.model import Database, Row, Table

_SUBJECT: Final = "Catalog"
_NOUNS: Final = {"Tables": "table", "Views": "view", "Tables and views": "table or view"}


def _catalogs(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    names = invocation.connection.metadata.catalogs()
    listed = listing(("catalog",), ((name,) for name in _matching(names, words)))
    return _found(listed, "catalog", words)


def _databases(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    catalog, pattern = database_of(invocation.session, words[0] if words else "*")
    found = _databases_like(invocation, catalog, pattern)
    listed = listing(
        ("database", "description"),
        ((each.name, each.description) for each in found),
        title=f"Databases of {catalog}",
    )
    return _found(listed, "database", words)


def _databases_like(invocation: Invocation, catalog: str, pattern: str) -> list[Database]:
    found = invocation.connection.metadata.databases(catalog)
    return [each for each in found if fnmatchcase(each.name.lower(), pattern.lower())]


def _found(outcome: Outcome, what: str, words: tuple[str, ...]) -> Outcome:
    """Say so when a pattern matches nothing."""
    if not words or tuple(outcome.rows):
        return outcome
    return replace(outcome, message=f"No {what} matches {words[0]}.")


def _matching(names: Iterable[str], words: tuple[str, ...]) -> list[str]:
    return [name for name in names if fnmatchcase(name.lower(), words[0].lower() if words else "*")]


def _tables(invocation: Invocation) -> Outcome:
    return _relations(invocation, "Tables", lambda table: not table.is_view)


def _views(invocation: Invocation) -> Outcome:
    return _relations(invocation, "Views", lambda table: table.is_view)


def _relations(invocation: Invocation, title: str, wanted: Callable[[Table], bool]) -> Outcome:
    words = invocation.at_most(1)
    catalog, database, pattern = pattern_of(invocation.session, words[0] if words else "*")
    several = is_pattern(database)
    metadata = invocation.connection.metadata
    names = [database]
    if several:
        names = [each.name for each in _databases_like(invocation, catalog, database)]
    with naming_nearest(lambda: nearest_database(metadata, catalog, database)):
        found = [
            table
            for name in names
            for table in metadata.tables(catalog, name)
            if wanted(table) and fnmatchcase(table.name.lower(), pattern)
        ]
    listed = listing(
        *relations(found, databases=several, extended=invocation.name.endswith("+")),
        title=f"{title} of {catalog}" + ("" if several else f".{database}"),
        numbers=NUMBERS,
    )
    if not found and pattern == "*" and not several:
        return replace(listed, message=f"There is no {_NOUNS[title]} in {catalog}.{database}.")
    return _found(listed, _NOUNS[title], words)


def _describe(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    if not words or is_pattern(words[0]):
        return _relations(invocation, "Tables and views", lambda _: True)
    table = known_table(invocation, words[0])
    rows: list[Row] = [
        (column.name, column.type, "partition" if column.is_partition else "", column.comment)
        for column in table.columns
    ]
    path = ".".join(part for part in (table.catalog, table.database, table.name) if part)
    listed = listing(
        ("column", "type", "key", "comment"), rows, title=f"{kind(table).capitalize()} {path}"
    )
    if not invocation.name.endswith("+"):
        return listed
    estimator = invocation.connection.estimator
    size = estimator.measure(table) if estimator is not None else None
    return replace(listed, footer=properties(table, size))


def _columns(invocation: Invocation) -> Outcome:
    (word,) = invocation.exactly(1)
    table = known_table(invocation, word)
    return listing(("column", "type"), ((column.name, column.type) for column in table.columns))


def _workgroups(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    names = invocation.connection.metadata.workgroups()
    current = invocation.session.workgroup
    listed = listing(
        ("workgroup", "current"),
        ((name, "*" if name == current else "") for name in _matching(names, words)),
    )
    return _found(listed, "workgroup", words)


COMMANDS: Final = (
    Command(
        "databases",
        r"\databases [PATTERN]",
        "List the databases of the catalog",
        _databases,
        ("l", "dn", "list", "l+", "dn+"),
        _SUBJECT,
        r"\databases s*",
        ("database",),
    ),
    Command(
        "tables",
        r"\tables [PATTERN]",
        "List the tables of the database",
        _tables,
        ("dt", "dt+", "tables+"),
        _SUBJECT,
        r"\tables o*",
        ("table",),
        details="PATTERN may be DATABASE.PATTERN, *.PATTERN all databases; * stands for anything,\n"
        "? for one character. \\dt+ adds description, size, rows and location as far as the\n"
        "catalog knows them.",
    ),
    Command(
        "views",
        r"\views [PATTERN]",
        "List the views of the database",
        _views,
        ("dv", "dv+", "views+"),
        _SUBJECT,
        r"\views",
        ("view",),
    ),
    Command(
        "describe",
        r"\describe [NAME | PATTERN]",
        "Show a table's columns, or list tables and views",
        _describe,
        ("d", "d+", "describe+"),
        _SUBJECT,
        r"\describe orders",
        ("table",),
        details="\\d+ adds the table's kind, creation time, location, SerDe, partitioning and\n"
        "properties, and the size of its files, which are listed in S3 where the role may.",
    ),
    Command(
        "columns",
        r"\columns NAME",
        "List the columns of a table or view",
        _columns,
        (),
        _SUBJECT,
        r"\columns orders",
        ("table",),
    ),
    Command(
        "catalogs",
        r"\catalogs [PATTERN]",
        "List the data catalogs",
        _catalogs,
        ("dc",),
        _SUBJECT,
        r"\catalogs",
        ("catalog",),
    ),
    Command(
        "workgroups",
        r"\workgroups [PATTERN]",
        "List the workgroups",
        _workgroups,
        ("dw",),
        _SUBJECT,
        r"\workgroups",
        ("workgroup",),
    ),
)
