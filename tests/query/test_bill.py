"""Each query counts once in what a shell has cost, and only what the shell started."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from athena_shell.core.model import QueryExecution, QueryState, QueryStatistics, Statement
from athena_shell.core.session import Session
from athena_shell.query.bill import Bill
from athena_shell.query.cost import TERABYTE, Price
from athena_shell.query.journal import Journal
from athena_shell.query.runner import new_intent
from tests.query.conftest import FakeClock

if TYPE_CHECKING:
    from pathlib import Path

PRICE = Price()
CANCELLED = QueryExecution(
    "q-1",
    QueryState.CANCELLED,
    "SELECT 1",
    statement_type="DML",
    statistics=QueryStatistics(scanned_bytes=TERABYTE),
)


def test_a_query_told_twice_counts_once_as_it_was_told_last() -> None:
    bill = Bill()
    bill.add(CANCELLED, PRICE)
    bill.add(CANCELLED, PRICE)
    assert (bill.cost, bill.scanned_bytes) == (Decimal(5), TERABYTE)
    bill.add(replace(CANCELLED, statistics=QueryStatistics(scanned_bytes=2 * TERABYTE)), PRICE)
    bill.add(replace(CANCELLED, id="q-2"), None)
    assert (bill.cost, bill.scanned_bytes) == (Decimal(10), 3 * TERABYTE)


def test_a_long_day_is_not_remembered_query_by_query() -> None:
    bill = Bill()
    for number in range(3000):
        bill.add(replace(CANCELLED, id=f"q-{number}"), PRICE)
    assert (bill.cost, bill.scanned_bytes) == (Decimal(15000), 3000 * TERABYTE)
    assert len(bill._counted) == 1000


def test_the_journal_tells_the_ends_of_its_own_queries_only(tmp_path: Path) -> None:
    told: list[str] = []
    journal = Journal(tmp_path / "journal", FakeClock())
    journal.billed = lambda execution: told.append(execution.id)
    intent = new_intent(Statement("SELECT 1"), Session("test").target)
    journal.intended(intent)
    journal.started(intent.token, "q-1")
    journal.started("a token of an earlier shell", "q-2")
    journal.ended(CANCELLED)
    journal.ended(replace(CANCELLED, id="q-2"))
    journal.ended(replace(CANCELLED, id="q-3"))
    journal.close()
    assert told == ["q-1"]
