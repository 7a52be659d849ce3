"""The catalog: what there is, and what it looks like; every call here is free."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Final

from athena_shell.commands.invocation import Invocation
from athena_shell.commands.names import database_of, pattern_of, table_of
from athena_shell.commands.outcome import Outcome, listing
from athena_shell.commands.registry import Command
from athena_shell.core.model import Row, Table

_SUBJECT: Final = "Catalog"


def _catalogs(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    names = invocation.connection.metadata.catalogs()
    return listing(("catalog",), ((name,) for name in _matching(names, words)))


def _databases(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    catalog, pattern = database_of(invocation.session, words[0] if words else "*")
    found = invocation.connection.metadata.databases(catalog)
    return listing(
        ("database", "description"),
        ((each.name, each.description) for each in found if fnmatchcase(each.name, pattern)),
        title=f"Databases of {catalog}",
    )


def _matching(names: Iterable[str], words: tuple[str, ...]) -> list[str]:
    return [name for name in names if fnmatchcase(name.lower(), words[0].lower() if words else "*")]


def _tables(invocation: Invocation) -> Outcome:
    return _relations(invocation, "Tables", lambda table: not table.is_view)


def _views(invocation: Invocation) -> Outcome:
    return _relations(invocation, "Views", lambda table: table.is_view)


def _relations(invocation: Invocation, title: str, wanted: Callable[[Table], bool]) -> Outcome:
    words = invocation.at_most(1)
    catalog, database, pattern = pattern_of(invocation.session, words[0] if words else "*")
    found = invocation.connection.metadata.tables(catalog, database)
    rows: list[Row] = [
        (table.name, _kind(table), str(len(table.columns)), _partitioning(table))
        for table in found
        if wanted(table) and fnmatchcase(table.name.lower(), pattern)
    ]
    return listing(
        ("name", "kind", "columns", "partitioned by"),
        rows,
        title=f"{title} of {catalog}.{database}",
    )


def _kind(table: Table) -> str:
    return "view" if table.is_view else "table"


def _partitioning(table: Table) -> str:
    return ", ".join(column.name for column in table.partition_columns)


def _describe(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    if not words or "*" in words[0] or "?" in words[0]:
        return _relations(invocation, "Tables and views", lambda _: True)
    table = invocation.connection.metadata.table(*table_of(invocation.session, words[0]))
    extended = invocation.name.endswith("+")
    rows: list[Row] = [
        (column.name, column.type, "partition" if column.is_partition else "", column.comment)
        for column in table.columns
    ]
    path = ".".join(part for part in (table.catalog, table.database, table.name) if part)
    return Outcome(
        columns=listing(("column", "type", "key", "comment"), ()).columns,
        rows=tuple(rows),
        title=f"{_kind(table).capitalize()} {path}",
        footer=_properties(table) if extended else "",
    )


def _properties(table: Table) -> str:
    """Return what is known of a table besides its columns, a line each."""
    lines = [("kind", table.kind)]
    if table.created is not None:
        lines.append(("created", table.created.isoformat(" ", "seconds")))
    lines += table.parameters
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in lines)


def _columns(invocation: Invocation) -> Outcome:
    (word,) = invocation.exactly(1)
    table = invocation.connection.metadata.table(*table_of(invocation.session, word))
    return listing(("column", "type"), ((column.name, column.type) for column in table.columns))


def _workgroups(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    names = invocation.connection.metadata.workgroups()
    current = invocation.session.workgroup
    return listing(
        ("workgroup", "current"),
        ((name, "*" if name == current else "") for name in _matching(names, words)),
    )


COMMANDS: Final = (
    Command(
        "databases",
        r"\databases [PATTERN]",
        "List the databases of the catalog",
        _databases,
        ("l", "dn"),
        _SUBJECT,
        r"\databases s*",
        ("database",),
    ),
    Command(
        "tables",
        r"\tables [PATTERN]",
        "List the tables of the database",
        _tables,
        ("dt",),
        _SUBJECT,
        r"\tables o*",
        ("table",),
        details="PATTERN may be DATABASE.PATTERN; * stands for anything, ? for one character.",
    ),
    Command(
        "views",
        r"\views [PATTERN]",
        "List the views of the database",
        _views,
        ("dv",),
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
        details=r"\d+ adds the table's kind, creation time, location, SerDe and properties.",
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
    ),
    Command(
        "workgroups",
        r"\workgroups [PATTERN]",
        "List the workgroups",
        _workgroups,
        ("dw",),
        _SUBJECT,
        r"\workgroups",
    ),
)
