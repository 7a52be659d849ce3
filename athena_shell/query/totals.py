"""What queries have cost so far: in this shell, today, by workgroup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from athena_shell.core.records import dataclass
from athena_shell.query.cost import Price, format_bytes, format_cost

if TYPE_CHECKING:
    from athena_shell.core.model import QueryExecution
    from athena_shell.core.ports import Engine
    from athena_shell.query.journal import Entry, Journal

_LOOKED_AT: Final = 200


@dataclass(frozen=True)
class Total:
    """A sum over queries.

    Args:
        queries: how many.
        scanned_bytes: by all of them.
        cost: of all of them.
        reused: how many brought an earlier result back, for nothing.
        unknown: how many of them have an unknown cost.
        unseen: how many were started besides whose end nobody has seen; they are not counted.
    """

    queries: int = 0
    scanned_bytes: int = 0
    cost: Decimal = Decimal(0)
    reused: int = 0
    unknown: int = 0
    unseen: int = 0

    def plus(self, execution: QueryExecution, price: Price) -> Total:
        """Return the sum with one more query."""
        cost = price.of_query(execution)
        return replace(
            self,
            queries=self.queries + 1,
            scanned_bytes=self.scanned_bytes + (execution.statistics.scanned_bytes or 0),
            cost=self.cost + (cost or 0),
            reused=self.reused + execution.statistics.reused,
            unknown=self.unknown + (cost is None),
        )

    def text(self, symbol: str = "$") -> str:
        """Return ``3 queries, 1.20 GB, $0.0059``."""
        parts = [
            _queries(self.queries),
            format_bytes(self.scanned_bytes),
            format_cost(self.cost, symbol),
        ]
        if self.reused:
            parts.append(f"{self.reused} reused")
        if self.unknown:
            parts.append(f"{self.unknown} not known yet")
        text = ", ".join(parts)
        if self.unseen:
            text += f"; not counted: {_queries(self.unseen)}"
        return text


@dataclass(frozen=True)
class Totals:
    """The sums of a profile's queries.

    Args:
        shell: of this shell.
        day: of all shells since local midnight.
        workgroups: of that day, by workgroup, the dearest first.
    """

    shell: Total
    day: Total
    workgroups: tuple[tuple[str, Total], ...]


def totals(journal: Journal, price: Price, today: date, zone: tzinfo | None = None) -> Totals:
    """Return the sums over what the journal has seen to an end, under its profile.

    Args:
        journal: of all shells.
        price: of a scanned terabyte.
        today: the local date.
        zone: the local time zone; ``None`` for the machine's.
    """
    entries = [entry for entry in journal.entries() if entry.profile == journal.profile]
    todays = [entry for entry in entries if entry.time.astimezone(zone).date() == today]
    names = sorted({entry.workgroup for entry in todays})
    by_name = [(name, _sum((e for e in todays if e.workgroup == name), price)) for name in names]
    by_name.sort(key=lambda pair: pair[1].cost, reverse=True)
    own = (entry for entry in entries if entry.shell == journal.shell)
    return Totals(_sum(own, price), _sum(todays, price), tuple(by_name))


def look_again(journal: Journal, engine: Engine) -> None:
    """Note the ends of queries that nobody watches any more, by a free call for each fifty.

    Raises:
        AthenaShellError: Athena cannot be asked.
    """
    unseen = [
        entry.query_id
        for entry in journal.entries()
        if entry.query_id and entry.is_open and journal.is_here(entry)
    ]
    if not unseen:
        return
    for execution in engine.describe_many(unseen[-_LOOKED_AT:]).values():
        if execution.state.is_terminal:
            journal.ended(execution)


def saved_by_reuse(journal: Journal, execution: QueryExecution, price: Price | None) -> str:
    """Return what a reused result saved, by the last run of the same text; empty when unknown."""
    if not execution.statistics.reused:
        return ""
    for entry in reversed(journal.entries()):
        known = entry.scanned_bytes
        if known and not entry.reused and entry.is_text(execution.text):
            money = f", {format_cost(price.of_scan(known), price.symbol)}" if price else ""
            return f"The reused result saved {format_bytes(known)}{money}, what its run scanned."
    return ""


def _queries(count: int) -> str:
    return "1 query" if count == 1 else f"{count:,} queries"


def _sum(entries: Iterable[Entry], price: Price) -> Total:
    total = Total()
    for entry in entries:
        execution = entry.execution()
        if execution is not None:
            total = total.plus(execution, price)
        elif entry.query_id:
            total = replace(total, unseen=total.unseen + 1)
    return total
