"""The line after a statement: rows, time, bytes, cost, id."""

from __future__ import annotations

from athena_shell.core.counting import counted
from athena_shell.core.model import QueryExecution
from athena_shell.query.cost import Price, format_bytes, format_cost
from athena_shell.shell.progress import elapsed_text
from athena_shell.sql.statement import StatementKind, classify


def rows_text(count: int | None, *, complete: bool = True) -> str:
    """Return ``1 row``, ``1,234 rows`` or ``200 rows so far``; nothing when unknown."""
    if count is None:
        return ""
    return counted(count, "row") + ("" if complete else " read")


def done_text(text: str, count: int | None) -> str:
    """Return what a statement without rows has done, such as ``3 rows written`` or ``CREATE VIEW``.

    Athena counts written rows for statements that write none, too: a view has 0.

    Args:
        text: the statement.
        count: the rows written as Athena counts them; ``None`` when it does not.
    """
    known = classify(text)
    writes = known.kind in {StatementKind.QUERY, StatementKind.DML}
    if count is not None and (count or writes):
        return f"{rows_text(count)} written"
    return known.verb.replace(" OR REPLACE", "") or "OK"


def afterword(
    execution: QueryExecution,
    elapsed: float,
    price: Price | None,
    *,
    rows: str,
) -> str:
    """Return the line, such as ``3 rows · 1.4 s (queued 0.2 s) · 10.0 MB · $0.000048 · 5d7…``.

    Args:
        execution: the succeeded execution.
        elapsed: seconds from Enter to the first row.
        price: what scanning costs; ``None`` leaves the cost out.
        rows: what there is to say about rows.
    """
    statistics = execution.statistics
    time = elapsed_text(elapsed)
    details = [
        f"{name} {elapsed_text(milliseconds / 1000)}"
        for name, milliseconds in (
            ("queued", statistics.queue_ms),
            ("engine", statistics.engine_ms),
        )
        if milliseconds
    ]
    parts = [rows, time + (f" ({', '.join(details)})" if details else "")]
    if statistics.reused:
        parts.append("reused")
    if statistics.scanned_bytes is not None:
        parts.append(f"{format_bytes(statistics.scanned_bytes)} scanned")
    cost = price.of_query(execution) if price else None
    if price and cost is not None:
        parts.append("free" if cost == 0 else format_cost(cost, price.symbol))
    parts.append(execution.id)
    return " · ".join(part for part in parts if part)
