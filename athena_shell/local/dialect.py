"""The translation of one statement: its context, and which module translates which node."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlglot import exp

from athena_shell.local.errors import EngineError, unsupported
from athena_shell.local.scope import OutputColumn, Scope, Typed
from athena_shell.local.syntax import parse, place, start_of
from athena_shell.local.types import DuckType, finer


@dataclass(frozen=True)
class Relation:
    """A table as DuckDB reads it: a query's text, its columns and the size of its files."""

    sql: str
    columns: tuple[OutputColumn, ...]
    size: int = 0


@dataclass(frozen=True)
class Pointer:
    """Which version of a table is meant.

    Attributes:
        kind: ``moment``, ``snapshot`` or ``reference``.
        sql: gives milliseconds since 1970, a snapshot's id or a branch's name.
        place: where it stands, for errors.
    """

    kind: str
    sql: str
    place: str


class Tables(Protocol):
    """Where tables are found."""

    def open_table(
        self,
        database: str,
        name: str,
        chosen: tuple[str, str] | None = None,
        version: Pointer | None = None,
    ) -> Relation | str | None:
        """Return a table, a view's SQL, or ``None``.

        ``chosen`` is an alias and a condition over the partition keys under that alias:
        partitions that do not fulfil it may be left out.
        """

    def partition_keys(self, database: str, name: str) -> tuple[OutputColumn, ...]:
        """Return the columns that a table's partitions are told apart by."""

    def has_database(self, name: str) -> bool:
        """Whether there is a database of that name."""

    def view_database(self, database: str, name: str) -> str:
        """Return the database that a view's own names are in."""


class Probe(Protocol):
    """Where DuckDB is asked for the type of an expression."""

    def type_of(self, sql: str) -> DuckType:
        """Return the type of what ``SELECT sql`` gives; EngineError when it cannot be bound."""


@dataclass(frozen=True)
class Query:
    """A translated query."""

    sql: str
    columns: tuple[OutputColumn, ...]


@dataclass
class Context:
    """What one translation knows and collects.

    Attributes:
        text: the statement's text, for the places in errors.
        trying: whether an error in the value at hand is to become NULL (TRY).
        used: the tables that were read, as (database, name), with their sizes.
    """

    text: str
    database: str
    tables: Tables
    probe: Probe
    parameters: tuple[str, ...] = ()
    trying: bool = False
    used: dict[tuple[str, str], int] = field(default_factory=dict)
    views: tuple[tuple[str, str], ...] = ()
    counter: int = 0
    bound: int = 0

    def fresh(self, prefix: str) -> str:
        """Return a name that nothing else in this translation has."""
        self.counter += 1
        return f"{prefix}{self.counter}"

    def position(self, node: Any) -> str:
        """Return ``line L:C: `` for a node, or nothing when its place is unknown."""
        start = None
        while isinstance(node, exp.Expression) and start is None:
            start = start_of(node)
            node = node.parent
        if start is None:
            return ""
        line, column = place(self.text, start)
        return f"line {line}:{column}: "

    def error(self, name: str, message: str, node: Any) -> EngineError:
        """Return an error with the place of a node."""
        return EngineError(name, self.position(node) + message)

    def refuse(self, what: str, node: Any) -> EngineError:
        """Return the error for something that only Athena itself can do."""
        return unsupported(what, self.position(node))

    def macro(self, template: str) -> str:
        """Return a template for use here: inside TRY the macros give NULL where they would fail."""
        return trying_names(template) if self.trying else template

    def typed(self, template: str, *arguments: Typed) -> Typed:
        """Fill a template with arguments and ask DuckDB for the type of what comes out."""
        template = self.macro(template)
        return Typed(
            template.format(*(a.sql for a in arguments)),
            self.precise(self.type_of(template, arguments), arguments),
            constant=all(a.constant for a in arguments),
        )

    def type_of(self, template: str, arguments: Sequence[Typed]) -> DuckType:
        """Return the type that a template has for arguments of these types."""
        names, source = stand_ins(arguments)
        return self.probe.type_of(template.format(*names) + source)

    def precise(self, kind: DuckType, arguments: Sequence[Typed]) -> DuckType:
        """Return a result's type with the digits of a second that its arguments have."""
        if kind.name != "TIMESTAMP":
            return kind
        return finer(kind, *(a.type for a in arguments if a.type.name == kind.name))

    def expression(self, node: Any, scope: Scope) -> Typed:
        """Translate an expression."""
        from athena_shell.local.dialect_nodes import EXPRESSIONS

        translate = EXPRESSIONS.get(type(node))
        if translate is None:
            raise self.refuse(f"This kind of expression ({type(node).__name__})", node)
        return translate(self, node, scope)

    def query(self, node: Any, scope: Scope | None = None) -> Query:
        """Translate a query; ``scope`` is what is around it."""
        from athena_shell.local.dialect_queries import query

        return query(self, node, scope)


Translator = Callable[[Context, Any, Scope], Typed]


def trying_names(template: str) -> str:
    """Return a template with the macros that give NULL where their namesakes fail."""
    return re.sub(r"\ba_", "t_", template)


def stand_ins(arguments: Sequence[Typed]) -> tuple[list[str], str]:
    """Return what stands for arguments while only their types matter, and its FROM clause.

    Constants stand for themselves: some of DuckDB's functions look at their values.
    """
    names = [_stand_in(argument, f"p{place}") for place, argument in enumerate(arguments)]
    columns = [
        f"CAST(NULL AS {argument.type.sql}) AS {name}"
        for argument, name in zip(arguments, names, strict=True)
        if name not in {argument.sql, "NULL"}
    ]
    return names, f" FROM (SELECT {', '.join(columns)}) AS p" if columns else ""


def _stand_in(argument: Typed, name: str) -> str:
    if argument.constant:
        return argument.sql
    return "NULL" if argument.type.name == "NULL" else name


def translate(context: Context) -> Query:
    """Translate the context's text, which is a query."""
    tree = parse(context.text)
    if not isinstance(tree, exp.Query | exp.Values):
        raise unsupported("This statement")
    result = context.query(tree)
    if context.bound < len(context.parameters):
        raise EngineError(
            "INVALID_PARAMETER_USAGE",
            f"Incorrect number of parameters: expected {context.bound}"
            f" but found {len(context.parameters)}",
        )
    return result
