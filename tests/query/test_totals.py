from __future__ import annotations

from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from athena_shell.core.model import (
    QueryExecution,
    QueryState,
    QueryStatistics,
    Statement,
    Target,
)
from athena_shell.query.cost import TERABYTE, Price
from athena_shell.query.journal import Journal
from athena_shell.query.runner import new_intent
from athena_shell.query.totals import Total, look_again, saved_by_reuse, totals
from tests.query.conftest import FakeEngine

if TYPE_CHECKING:
    from tests.query.conftest import FakeClock


def spend(journal: Journal, query_id: str, workgroup: str, scanned: int | None) -> None:
    intent = new_intent(Statement("SELECT 1"), Target(workgroup=workgroup))
    journal.intended(intent)
    journal.started(intent.token, query_id)
    journal.ended(
        QueryExecution(
            id=query_id,
            state=QueryState.SUCCEEDED,
            statement_type="DML",
            statistics=QueryStatistics(scanned_bytes=scanned, reused=scanned == 0),
        )
    )


def test_sums_of_the_shell_the_day_and_the_workgroups(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "journal.jsonl"
    own, other = Journal(path, clock), Journal(path, clock)
    spend(own, "q-0", "team", TERABYTE)
    clock.time += 24 * 3600
    spend(own, "q-1", "team", TERABYTE)
    spend(own, "q-2", "team", 0)
    spend(other, "q-3", "ad-hoc", 2 * TERABYTE)
    spend(other, "q-4", "ad-hoc", None)

    sums = totals(own, Price(), date(2026, 11, 24), UTC)

    assert sums.shell == Total(3, 2 * TERABYTE, Decimal(10), reused=1)
    assert sums.day == Total(4, 3 * TERABYTE, Decimal(15), reused=1, unknown=1)
    assert [name for name, _ in sums.workgroups] == ["ad-hoc", "team"]
    assert sums.day.text() == "4 queries, 3.00 TB, $15.00, 1 reused, 1 not known yet"
    own.close()
    other.close()


def test_what_nobody_saw_the_end_of_is_named_until_it_is_looked_up(
    tmp_path: Path, clock: FakeClock
) -> None:
    path = tmp_path / "journal.jsonl"
    own, other = Journal(path, clock, profile="a"), Journal(path, clock, profile="b")
    target = Target(workgroup="team")
    engine = FakeEngine(clock, seconds=3)
    for journal in (own, own, other):
        intent = new_intent(Statement("SELECT 1"), target)
        journal.intended(intent)
        journal.started(intent.token, engine.start(intent))
    own.intended(new_intent(Statement("SELECT 2"), target))
    sums = totals(own, Price(), date(2026, 11, 23), UTC)
    assert sums.shell.text() == "0 queries, 0 B, $0; not counted: 2 queries"
    assert sums.day == sums.shell

    clock.time += 2
    look_again(own, engine)
    assert totals(own, Price(), date(2026, 11, 23), UTC) == sums
    clock.time += 2
    look_again(own, engine)
    look_again(own, engine)

    sums = totals(own, Price(), date(2026, 11, 23), UTC)
    assert sums.shell.text() == "2 queries, 200 MB, $0.00095"
    assert engine.calls.count("describe_many 2") == 2
    assert engine.calls[-1] == "describe_many 2"
    own.close()
    other.close()


def test_what_a_reused_result_saved(tmp_path: Path, clock: FakeClock) -> None:
    journal = Journal(tmp_path / "journal.jsonl", clock)
    spend(journal, "q-1", "team", TERABYTE)
    spend(journal, "q-2", "team", 0)
    reused = QueryExecution(
        "q-2",
        QueryState.SUCCEEDED,
        "SELECT 1",
        statistics=QueryStatistics(scanned_bytes=0, reused=True),
    )
    plain = QueryExecution("q-2", QueryState.SUCCEEDED, "SELECT 1")

    told = saved_by_reuse(journal, reused, Price())

    assert told == "The reused result saved 1.00 TB, $5.00, what its run scanned."
    assert saved_by_reuse(journal, plain, Price()) == ""
    journal.close()
