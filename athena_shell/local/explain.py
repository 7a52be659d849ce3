"""EXPLAIN."""

from __future__ import annotations

import json
from dataclasses import replace

from athena_shell.local.dialect import Context, Query
from athena_shell.local.errors import unsupported
from athena_shell.local.execution import Execution, text_result
from athena_shell.local.plan_json import measured, planned
from athena_shell.local.result import LocalColumn, LocalResult
from athena_shell.local.statements import Reader, statement_kind


def explain(execution: Execution, reader: Reader) -> LocalResult:
    """EXPLAIN [ANALYZE] [(TYPE …, FORMAT …)] query."""
    reader.expect("EXPLAIN")
    analyze = reader.accept("ANALYZE")
    reader.accept("VERBOSE")
    options = _options(reader) if _has_options(reader) else {}
    kind, form = options.get("TYPE", "LOGICAL"), options.get("FORMAT", "TEXT")
    content = reader.rest()
    if statement_kind(content)[1] != "SELECT":
        raise unsupported("EXPLAIN of anything but a query")
    query, context = execution.translate(content)
    if kind == "VALIDATE":
        row = (("true",),)
        return LocalResult(
            (LocalColumn("Valid", "boolean", 0, 0),), iter(row), text_lines=("true",)
        )
    if kind == "IO":
        return _plan(json.dumps(_inputs(context), indent=2))
    if form == "GRAPHVIZ":
        raise unsupported("EXPLAIN with FORMAT GRAPHVIZ")
    result = _plan(_text(execution, query, context, analyze=analyze, form=form))
    # EXPLAIN ANALYZE runs the query, so it is billed (Athena user guide); EXPLAIN is free.
    return replace(result, scanned_bytes=sum(context.used.values())) if analyze else result


def _has_options(reader: Reader) -> bool:
    return reader.peek().text == "(" and reader.peek(1).upper in {"TYPE", "FORMAT"}


def _options(reader: Reader) -> dict[str, str]:
    inner = Reader(reader.parenthesised())
    options = {}
    while not inner.at_end():
        key = inner.accept_any("TYPE", "FORMAT")
        if not key:
            raise inner.mistake("'FORMAT', 'TYPE'")
        value = inner.take().upper
        known = {
            "TYPE": {"LOGICAL", "VALIDATE", "IO", "DISTRIBUTED"},
            "FORMAT": {"TEXT", "GRAPHVIZ", "JSON"},
        }
        if value not in known[key]:
            inner.at -= 1
            raise inner.mistake(", ".join(f"'{word}'" for word in sorted(known[key])))
        options[key] = value
        if not inner.at_end():
            inner.expect(",")
    return options


def _plan(text: str) -> LocalResult:
    lines = text.rstrip().split("\n")
    result = text_result(("Query Plan",), lines)
    result.columns = (LocalColumn("Query Plan", "varchar", 0, 0),)
    return result


def _inputs(context: Context) -> dict[str, object]:
    tables = []
    for (database, name), size in sorted(context.used.items()):
        table = {"catalog": "awsdatacatalog", "schemaTable": {"schema": database, "table": name}}
        estimate = {"outputRowCount": "NaN", "outputSizeInBytes": float(size)}
        tables.append(
            {
                "table": table,
                "constraint": {"none": False, "columnConstraints": []},
                "estimate": estimate,
            }
        )
    return {"inputTableColumnInfos": tables}


def _text(execution: Execution, query: Query, context: Context, *, analyze: bool, form: str) -> str:
    word = "EXPLAIN ANALYZE" if analyze else "EXPLAIN"
    if form == "JSON":
        word = "EXPLAIN (ANALYZE, FORMAT json)" if analyze else "EXPLAIN (FORMAT json)"
    rows = list(execution.run(f"{word} {query.sql}"))
    body = "\n".join(str(row[-1]) for row in rows)
    if form == "JSON":
        return measured(body) if analyze else planned(body)
    lines = ["Query Plan of the local engine (DuckDB), not of Athena", *body.split("\n")]
    lines += [
        f"Table {database}.{name}: {size} bytes"
        for (database, name), size in sorted(context.used.items())
    ]
    return "\n".join(lines)
