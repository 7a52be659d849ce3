"""What a statement would scan at most, by free means only.

``EXPLAIN (TYPE IO, FORMAT JSON)`` names the tables a query reads and what it demands of their
columns; Athena does not charge for EXPLAIN (Athena user guide). The tables' files are then measured
in S3 or taken from the catalog. Nothing is ever run to find out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol

from athena_shell.core.errors import AthenaShellError, QueryFailed
from athena_shell.core.records import dataclass
from athena_shell.query.cost import Price, format_bytes, format_cost

if TYPE_CHECKING:
    from athena_shell.athena.sizes import TableSize
    from athena_shell.core.model import Statement, Table, Target
    from athena_shell.core.ports import Metadata
    from athena_shell.query.control import Control
    from athena_shell.query.progress import Observer
    from athena_shell.query.runner import QueryRunner

_EXPLAIN: Final = "EXPLAIN (TYPE IO, FORMAT JSON)\n"


class Sizes(Protocol):
    """What measures tables; ``athena.sizes.TableSizes`` is the real one."""

    def measure(self, table: Table, equal: Mapping[str, str] | None = None) -> TableSize:
        """Return an upper bound for a table."""


@dataclass(frozen=True)
class TableEstimate:
    """One table that a statement reads.

    Args:
        name: ``database.table``.
        size: bytes at most, ``None`` when there is no way to tell.
        how: how that was found, or why not.
    """

    name: str
    size: int | None
    how: str


@dataclass(frozen=True)
class Estimate:
    """What a statement scans at most.

    Args:
        tables: each table it reads.
        reason: why there is no estimate at all, or an empty text.
    """

    tables: tuple[TableEstimate, ...] = ()
    reason: str = ""

    @property
    def size(self) -> int | None:
        """Bytes at most; ``None`` unless every table's size is known."""
        if self.reason or any(table.size is None for table in self.tables):
            return None
        return sum(table.size or 0 for table in self.tables)

    def cost(self, price: Price) -> Decimal | None:
        """Return the price at most, ``None`` when the size is not known."""
        return None if self.size is None else price.of_scan(self.size)

    def text(self, price: Price | None) -> str:
        """Return a sentence such as ``Scans at most 1.20 GB (≤ $0.0059).``, then each table."""
        lines = [self._headline(price)]
        for table in self.tables:
            size = "?" if table.size is None else f"≤ {format_bytes(table.size)}"
            lines.append(f"  {table.name}: {size} ({table.how})")
        return "\n".join(lines)

    def _headline(self, price: Price | None) -> str:
        if self.reason:
            return f"There is no estimate: {self.reason}"
        if self.size is None:
            return "There is no estimate for the whole statement."
        cost = self.cost(price) if price is not None else None
        money = (
            f" (≤ {format_cost(cost, price.symbol)})"
            if price is not None and cost is not None
            else ""
        )
        return f"Scans at most {format_bytes(self.size)}{money}."


class Estimator:
    """Estimates statements.

    Args:
        runner: runs the EXPLAIN, as at most one query.
        metadata: the catalog.
        sizes: measures tables.
    """

    def __init__(self, runner: QueryRunner, metadata: Metadata, sizes: Sizes) -> None:
        self._runner = runner
        self._metadata = metadata
        self._sizes = sizes

    def measure(self, table: Table) -> TableSize:
        """Return how large a table's files are, or why that is not known."""
        return self._sizes.measure(table)

    def estimate(
        self,
        statement: Statement,
        target: Target,
        *,
        observer: Observer,
        control: Control,
        parameters: tuple[str, ...] = (),
    ) -> Estimate:
        """Return the upper bound for a statement, or why there is none.

        Args:
            statement: what would be sent.
            target: where it would run.
            observer: hears of the progress.
            control: ends it early.
            parameters: SQL literals for its ``?``.

        Raises:
            QueryCancelled: the user interrupted.
            ServiceError, AuthError: Athena could not be asked.
        """
        explained = replace(statement, text=_EXPLAIN + statement.text)
        try:
            execution = self._runner.run(
                explained, target, parameters=parameters, observer=observer, control=control
            )
        except QueryFailed as error:
            return Estimate(reason=error.message)
        rows = self._runner.result(execution, observer).rows()
        plan = "\n".join(cell or "" for row in rows for cell in row[:1])
        inputs = parse_inputs(plan)
        if inputs is None:
            return Estimate(reason="Athena explained it in an unknown form.")
        return Estimate(tuple(self._measured(each, target) for each in inputs))

    def _measured(self, table: InputTable, target: Target) -> TableEstimate:
        name = f"{table.database}.{table.name}"
        try:
            known = self._metadata.table(
                _catalog(table.catalog, target.catalog), table.database, table.name
            )
        except AthenaShellError as error:
            return TableEstimate(name, None, error.message)
        size = self._sizes.measure(known, dict(table.equal))
        return TableEstimate(name, size.size, size.how)


@dataclass(frozen=True)
class InputTable:
    """A table that EXPLAIN says is read; ``equal`` are columns that must have one value."""

    catalog: str
    database: str
    name: str
    equal: tuple[tuple[str, str], ...] = ()


def parse_inputs(text: str) -> tuple[InputTable, ...] | None:
    """Return the tables of an ``EXPLAIN (TYPE IO, FORMAT JSON)``; ``None`` for another text."""
    try:
        plan = json.loads(text[text.index("{") :])
        return tuple(_input(value) for value in plan["inputTableColumnInfos"])
    except (ValueError, KeyError, TypeError):
        return None


def _input(value: Mapping[str, Any]) -> InputTable:
    table = value["table"]
    place = table["schemaTable"]
    constraints = value.get("columnConstraints")
    if constraints is None:
        constraints = (value.get("constraint") or {}).get("columnConstraints")
    return InputTable(
        catalog=table["catalog"],
        database=place["schema"],
        name=place["table"],
        equal=tuple(_equalities(constraints or ())),
    )


def _equalities(constraints: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the columns whose only range is one exact value."""
    equal = []
    for constraint in constraints:
        domain = constraint.get("domain") or {}
        ranges: Sequence[Mapping[str, Any]] = domain.get("ranges") or ()
        if len(ranges) != 1 or domain.get("nullsAllowed"):
            continue
        low, high = ranges[0].get("low") or {}, ranges[0].get("high") or {}
        exact = low.get("bound") == high.get("bound") == "EXACTLY"
        if exact and low.get("value") == high.get("value") is not None:
            equal.append((str(constraint.get("columnName", "")), str(low["value"])))
    return equal


def _catalog(explained: str, current: str) -> str:
    """Return the catalog's name as the metadata calls know it; EXPLAIN writes it in lower case."""
    return current if explained.lower() == current.lower() else explained
