"""DELETE, UPDATE and MERGE of Iceberg tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from athena_shell.local.assignment import assignable, assigned
from athena_shell.local.catalog import TableEntry
from athena_shell.local.dialect import Context
from athena_shell.local.dialect_operators import condition
from athena_shell.local.dialect_relations import relation, table_names
from athena_shell.local.errors import EngineError, unsupported
from athena_shell.local.execution import Execution, no_result
from athena_shell.local.iceberg import commit
from athena_shell.local.result import LocalResult
from athena_shell.local.scope import OutputColumn, Scope, Source, Typed
from athena_shell.local.statements import Reader
from athena_shell.local.syntax import parse
from athena_shell.local.types import quote


@dataclass(frozen=True)
class _Target:
    """The table that is changed, under the name it has in the statement."""

    entry: TableEntry
    alias: str
    columns: tuple[OutputColumn, ...]
    sql: str

    @property
    def source(self) -> Source:
        return Source(self.alias, self.columns, self.entry.database)


def _target(execution: Execution, context: Context, node: Any) -> _Target:
    database, name = table_names(context, node)
    entry = execution.writable(database, name)
    if entry.format != "iceberg":
        raise EngineError(
            "NOT_SUPPORTED", "Modifying Hive table rows is only supported for Iceberg tables"
        )
    found = execution.storage.read(entry)
    context.used[database, name] = found.size
    listed = ", ".join(quote(column.sql_name) for column in found.columns)
    alias = node.alias or name
    return _Target(entry, alias, found.columns, f"({found.sql}) AS {quote(alias)}({listed})")


def _rewrite(
    execution: Execution, target: _Target, operation: str, query: str, count: str
) -> LocalResult:
    """Replace a table's rows by those of a query; nothing is committed when no row changes."""
    changed = int(next(iter(execution.run(count)))[0])
    if changed == 0:
        return no_result(0)
    _, files = commit(execution, target.entry, operation, query, removing=True)
    return no_result(changed, tuple(execution.lake.address_of(file) for file in files))


def _parsed(execution: Execution, kind: type[Any]) -> Any:
    node = parse(execution.sql)
    if not isinstance(node, kind):
        raise unsupported("This statement")
    return node


def delete(execution: Execution, _reader: Reader) -> LocalResult:
    """DELETE FROM."""
    node = _parsed(execution, exp.Delete)
    context = execution.context(execution.sql)
    with execution.write_lock:
        target = _target(execution, context, node.this)
        scope = Scope(sources=[target.source])
        where = node.args.get("where")
        test = condition(context, where.this, scope).sql if where is not None else "true"
        kept = f"SELECT * FROM {target.sql} WHERE NOT coalesce({test}, false)"
        execution.scanned(context)
        result = _rewrite(
            execution, target, "delete", kept, f"SELECT count(*) FROM {target.sql} WHERE {test}"
        )
    return replace(result, scanned_bytes=execution.scanned(context))


def _assignments(
    context: Context, items: list[Any], target: _Target, scope: Scope
) -> dict[str, str]:
    kinds = {column.sql_name: column.type for column in target.columns}
    found: dict[str, str] = {}
    for item in items:
        name = item.this.name.lower()
        if name not in kinds:
            message = f"The UPDATE SET target column {name} doesn't exist"
            raise context.error("COLUMN_NOT_FOUND", message, item)
        value = context.expression(item.expression, scope)
        found[name] = _fitted(context, value, kinds[name], item)
    return found


def _fitted(context: Context, value: Typed, kind: Any, node: Any) -> str:
    if not assignable(value.type, kind):
        raise context.error(
            "TYPE_MISMATCH",
            f"UPDATE table column types don't match SET expressions: "
            f"Table: [{kind.athena}], Expressions: [{value.type.athena}]",
            node,
        )
    return assigned(value.sql, value.type, kind)


def update(execution: Execution, _reader: Reader) -> LocalResult:
    """UPDATE."""
    node = _parsed(execution, exp.Update)
    if node.args.get("from_") is not None:
        raise unsupported("UPDATE with FROM")
    context = execution.context(execution.sql)
    with execution.write_lock:
        target = _target(execution, context, node.this)
        scope = Scope(sources=[target.source])
        where = node.args.get("where")
        values = _assignments(context, node.expressions, target, scope)
        test = condition(context, where.this, scope).sql if where is not None else "true"
        listed = ", ".join(
            _updated(quote(column.sql_name), test, values.get(column.sql_name))
            for column in target.columns
        )
        query = f"SELECT {listed} FROM {target.sql}"
        execution.scanned(context)
        result = _rewrite(
            execution, target, "overwrite", query, f"SELECT count(*) FROM {target.sql} WHERE {test}"
        )
    return replace(result, scanned_bytes=execution.scanned(context))


def _updated(name: str, test: str, value: str | None) -> str:
    return name if value is None else f"CASE WHEN {test} THEN {value} ELSE {name} END AS {name}"


def merge(execution: Execution, _reader: Reader) -> LocalResult:
    """MERGE INTO."""
    node = _parsed(execution, exp.Merge)
    context = execution.context(execution.sql)
    with execution.write_lock:
        target = _target(execution, context, node.this)
        scope = Scope(sources=[target.source])
        source = relation(context, node.args["using"], scope, "")
        test = condition(context, node.args["on"], scope).sql
        plan = _MergePlan(context, node, target, scope)
        query, count = plan.queries(source, test)
        _refuse_double_matches(execution, target, source, test)
        execution.scanned(context)
        result = _rewrite(execution, target, "overwrite", query, count)
    return replace(result, scanned_bytes=execution.scanned(context))


def _refuse_double_matches(execution: Execution, target: _Target, source: str, test: str) -> None:
    numbered = (
        f"(SELECT *, row_number() OVER () AS merge_row FROM {target.sql}) AS {quote(target.alias)}"
    )
    row = f"{quote(target.alias)}.merge_row"
    doubled = f"GROUP BY {row} HAVING count(*) > 1 LIMIT 1"
    if list(execution.run(f"SELECT 1 FROM {numbered} JOIN {source} ON {test} {doubled}")):
        raise EngineError(
            "MERGE_TARGET_ROW_MULTIPLE_MATCHES",
            "One MERGE target table row matched more than one source row",
        )


class _MergePlan:
    """The cases of a MERGE, as conditions and values."""

    def __init__(self, context: Context, node: Any, target: _Target, scope: Scope) -> None:
        self._context = context
        self._target = target
        self._matched: list[tuple[str, dict[str, str] | None]] = []
        self._new: list[tuple[str, dict[str, str]]] = []
        outside = Scope(sources=scope.sources[1:])
        for case in node.args["whens"].expressions:
            extra = case.args.get("condition")
            matched = bool(case.args.get("matched"))
            seen = scope if matched else outside
            test = condition(context, extra, seen).sql if extra is not None else "true"
            then = case.args["then"]
            if matched:
                changes = None
                if isinstance(then, exp.Update):
                    changes = _assignments(context, then.expressions, target, scope)
                self._matched.append((test, changes))
            else:
                self._new.append((test, self._inserted(then, outside)))

    def _inserted(self, node: Any, scope: Scope) -> dict[str, str]:
        names = [c.sql_name for c in self._target.columns]
        if node.this is not None:
            names = [item.name.lower() for item in node.this.expressions]
        kinds = {c.sql_name: c.type for c in self._target.columns}
        values = node.expression.expressions
        if len(values) != len(names) or any(name not in kinds for name in names):
            raise self._context.error(
                "TYPE_MISMATCH", "MERGE insert columns and values differ", node
            )
        found = {}
        for name, item in zip(names, values, strict=True):
            value = self._context.expression(item, scope)
            found[name] = _fitted(self._context, value, kinds[name], node)
        return found

    def queries(self, source: str, test: str) -> tuple[str, str]:
        """Return the query of the new content, and the one that counts the changed rows."""
        target, alias = self._target, quote(self._target.alias)
        marked = f"(SELECT *, true AS merge_match FROM {source}) AS {self._source_alias(source)}"
        hit = f"{self._source_alias(source)}.merge_match"
        joined = f"{target.sql} LEFT JOIN {marked} ON {test}"
        chosen = (
            "CASE "
            + " ".join(
                f"WHEN {hit} AND {extra} THEN {place}"
                for place, (extra, _) in enumerate(self._matched)
            )
            + " END"
            if self._matched
            else "CAST(NULL AS INTEGER)"
        )
        listed = ", ".join(self._column(c, chosen, alias) for c in target.columns)
        deleted = [str(p) for p, (_, changes) in enumerate(self._matched) if changes is None]
        drop = f"WHERE coalesce({chosen}, -1) NOT IN ({', '.join(deleted)})" if deleted else ""
        parts = [f"SELECT {listed} FROM {joined} {drop}"]
        counts = [f"SELECT count(*) AS n FROM {joined} WHERE {chosen} IS NOT NULL"]
        earlier: list[str] = []
        for extra, values in self._new:
            missing = f"NOT EXISTS (SELECT 1 FROM {target.sql} WHERE {test})"
            free = "".join(f" AND NOT coalesce({e}, false)" for e in earlier)
            row = ", ".join(
                values.get(c.sql_name, f"CAST(NULL AS {c.type.sql})") for c in target.columns
            )
            parts.append(f"SELECT {row} FROM {source} WHERE {missing} AND {extra}{free}")
            counts.append(f"SELECT count(*) AS n FROM {source} WHERE {missing} AND {extra}{free}")
            earlier.append(extra)
        total = " UNION ALL ".join(counts)
        return " UNION ALL ".join(parts), f"SELECT CAST(sum(n) AS BIGINT) FROM ({total}) AS c"

    def _source_alias(self, source: str) -> str:
        return source.rsplit(" AS ", 1)[1].partition("(")[0]

    def _column(self, column: OutputColumn, chosen: str, alias: str) -> str:
        name = quote(column.sql_name)
        branches = " ".join(
            f"WHEN {place} THEN {changes[column.sql_name]}"
            for place, (_, changes) in enumerate(self._matched)
            if changes and column.sql_name in changes
        )
        plain = f"{alias}.{name}"
        return (
            f"CASE {chosen} {branches} ELSE {plain} END AS {name}"
            if branches
            else f"{plain} AS {name}"
        )
