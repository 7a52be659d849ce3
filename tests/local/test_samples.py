"""The sample database is the same everywhere and is made of real objects."""

from __future__ import annotations

from pathlib import Path

from athena_shell.local.engine import LocalEngine
from athena_shell.local.samples import DATABASE


def rows(engine: LocalEngine, sql: str) -> list[tuple[str | None, ...]]:
    return list(engine.execute(sql, database=DATABASE).rows)


def test_a_hundred_thousand_rows(sample_engine: LocalEngine) -> None:
    counts = {
        table.name: len(rows(sample_engine, f"table {table.name}"))
        for table in sample_engine.tables(DATABASE)
    }
    assert counts == {"customers": 2000, "events": 10000, "orders": 40000, "web_logs": 50000}


def test_partitions_are_real_directories(sample_engine: LocalEngine) -> None:
    table = sample_engine.table(DATABASE, "orders")
    assert [p.values for p in table.partitions[:2]] == [("2024-01",), ("2024-02",)]
    for partition in table.partitions:
        assert list(sample_engine.lake.path_of(partition.location).glob("*.parquet"))


def test_the_same_rows_each_time(sample_engine: LocalEngine, tmp_path: Path) -> None:
    other = LocalEngine(tmp_path)
    for sql in (
        "select sum(amount), max(ordered_at), count(coupon) from orders",
        "select count(*), sum(bytes), count(distinct client_ip) from web_logs",
        "select * from events where event_id = 'e-004242'",
        "select * from customers where customer_id = 77",
    ):
        assert rows(other, sql) == rows(sample_engine, sql)
    other.close()


def test_samples_are_written_once(tmp_path: Path) -> None:
    LocalEngine(tmp_path).close()
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    LocalEngine(tmp_path).close()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")} == written


def test_no_samples_when_none_are_wanted(tmp_path: Path) -> None:
    engine = LocalEngine(tmp_path, samples=False)
    assert [database.name for database in engine.databases()] == ["default"]
    engine.close()


def test_joins_hold(sample_engine: LocalEngine) -> None:
    assert rows(
        sample_engine,
        "select count(*) from orders o left join customers c using (customer_id) "
        "where c.name is null",
    ) == [("0",)]
