"""The engine as a whole: what it may see, how it stops, how it streams, what it keeps."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from athena_shell.local.duck import Duck
from athena_shell.local.engine import LocalEngine
from athena_shell.local.errors import EngineError


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A directory with a lake in it and a file beside the lake."""
    (tmp_path / "box" / "lake").mkdir(parents=True)
    (tmp_path / "box" / "secret.csv").write_text("password\nhunter2\n")
    return tmp_path / "box"


@pytest.fixture
def duck(box: Path) -> Iterator[Duck]:
    duck = Duck([box / "lake"])
    yield duck
    duck.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{root}/secret.csv')",
        "SELECT * FROM '{root}/secret.csv'",
        "SELECT * FROM read_text('{root}/secret.csv')",
        "SELECT * FROM read_csv('{root}/lake/../secret.csv')",
        "SELECT * FROM glob('{root}/*')",
        "COPY (SELECT 1) TO '{root}/out.csv'",
        "COPY (SELECT 1) TO '{root}/lake/../out.csv'",
        "ATTACH '{root}/other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET lock_configuration = false",
        "RESET lock_configuration",
        "EXPORT DATABASE '{root}/dump'",
        "SELECT * FROM read_csv('https://example.com/a.csv')",
    ],
)
def test_duckdb_sees_nothing_but_its_directories(duck: Duck, box: Path, sql: str) -> None:
    with pytest.raises(EngineError):
        list(duck.run(sql.format(root=box)))
    assert sorted(path.name for path in box.iterdir()) == ["lake", "secret.csv"]
    assert list((box / "lake").iterdir()) == []


def test_duckdb_works_within_its_directories(duck: Duck, box: Path) -> None:
    target = box / "lake" / "a.parquet"
    list(duck.run(f"COPY (SELECT 42 AS a) TO '{target}' (FORMAT parquet)"))
    reading = f"SELECT a FROM read_parquet('{target}')"
    assert list(duck.run(reading)) == [(42,)]


def test_a_link_out_of_the_lake_is_not_an_address(lake_engine: LocalEngine) -> None:
    for address in ("s3://b/../../x", "s3://../x", "s3://", "http://x/y", "s3://b/\0"):
        with pytest.raises(EngineError):
            lake_engine.lake.path_of(address)


def test_a_running_query_stops_at_once(lake_engine: LocalEngine) -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    begun = time.monotonic()
    with pytest.raises(EngineError) as caught:
        list(
            lake_engine.execute(
                "select count(*) from unnest(sequence(1, 100000)) a(x) "
                "cross join unnest(sequence(1, 100000)) b(y) where x * y % 7 = 3",
                interrupt=stop,
            ).rows
        )
    assert caught.value.name == "USER_CANCELED"
    assert time.monotonic() - begun < 30
    assert list(lake_engine.execute("select 1").rows) == [("1",)]


def test_a_stop_before_the_start_counts(lake_engine: LocalEngine) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(EngineError, match="USER_CANCELED"):
        lake_engine.execute("select 1", interrupt=stop)


def test_rows_come_in_parts(lake_engine: LocalEngine) -> None:
    result = lake_engine.execute("select x, x * 2 from unnest(sequence(1, 10000)) t(x)")
    taken = [next(result.rows) for _ in range(3)]
    assert taken == [("1", "2"), ("2", "4"), ("3", "6")]
    assert sum(1 for _ in result.rows) == 9997


def test_an_error_in_a_late_row_reaches_the_reader(lake_engine: LocalEngine) -> None:
    with pytest.raises(EngineError, match="DIVISION_BY_ZERO"):
        list(
            lake_engine.execute(
                "select 1 / (x - 250000) from unnest(sequence(1, 300000)) t(x)"
            ).rows
        )


def test_many_threads_share_an_engine(sample_engine: LocalEngine) -> None:
    def total(month: int) -> str | None:
        sql = f"select count(*) from orders where month = '2024-{month:02}'"
        return next(sample_engine.execute(sql, database="sampledb").rows)[0]

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(total, range(1, 13)))
    assert sum(int(count or 0) for count in counts) == 40_000


def test_errors_carry_athenas_classes(lake_engine: LocalEngine) -> None:
    with pytest.raises(EngineError) as caught:
        lake_engine.execute("select * from nope")
    error = caught.value
    assert (error.name, error.category, error.kind) == ("TABLE_NOT_FOUND", 2, 1301)
    assert error.reason == (
        "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.default.nope' does not exist"
    )


def test_check_refuses_only_what_cannot_be_read(lake_engine: LocalEngine) -> None:
    lake_engine.check("select nope from nowhere;")
    lake_engine.check("show tables")
    for sql in ("selec 1", "select 1 +", "", "drop", "select 1; select 2"):
        with pytest.raises(EngineError, match="SYNTAX_ERROR"):
            lake_engine.check(sql)


def test_a_closed_engine_may_be_closed_again(tmp_path: Path) -> None:
    engine = LocalEngine(tmp_path, samples=False)
    engine.close()
    engine.close()


def test_the_library_is_one_that_is_supported() -> None:
    assert (1, 5) <= tuple(int(part) for part in duckdb.__version__.split(".")[:2]) < (3, 0)


def test_a_profile_names_operators(sample_engine: LocalEngine) -> None:
    found = sample_engine.profile("select count(*) from orders", database="sampledb")
    assert "UNGROUPED_AGGREGATE" in json.dumps(found)
    with pytest.raises(EngineError, match="NOT_SUPPORTED"):
        sample_engine.profile("show tables")


def test_every_macro_can_be_made(duck: Duck) -> None:
    from athena_shell.local.macros import names

    listed = ", ".join(f"{name}(" for name in sorted(names()))
    duck._make_macros(listed)
    made = {row[0] for row in duck.run("SELECT function_name FROM duckdb_functions()")}
    assert names() <= made


def test_only_the_partitions_that_matter_are_read(sample_engine: LocalEngine) -> None:
    def scanned(sql: str) -> int:
        result = sample_engine.execute(sql, database="sampledb")
        list(result.rows)
        return result.scanned_bytes

    whole = scanned("select count(*) from orders")
    one = scanned("select count(*) from orders where month = '2024-02' and quantity > 1")
    assert 0 < one < whole / 8
    assert (
        scanned("select count(*) from orders o where o.month between '2024-02' and '2024-03'")
        < whole / 4
    )
    assert scanned("select count(*) from orders where month > '2025'") == 0
    assert scanned("select count(*) from orders where quantity = 1") == whole
    assert scanned("select count(*) from orders where month = '2024-02' or quantity = 1") == whole


def test_leaving_partitions_out_changes_no_answer(sample_engine: LocalEngine) -> None:
    outer = sample_engine.execute(
        "select count(*) from (values '2024-01', '2030-01') t(m) "
        "left join orders on m = month where month is null or month = '2024-05'",
        database="sampledb",
    )
    assert list(outer.rows) == [("1",)]


@pytest.mark.parametrize("content", ["{", "{}", "[]", '{"columns": 5}'])
def test_a_damaged_catalog_file_hides_no_other_table(tmp_path: Path, content: str) -> None:
    engine = LocalEngine(tmp_path, samples=False)
    engine.execute("create table good as select 1 as a")
    engine.execute("create table bad as select 2 as a")
    (tmp_path / "catalog" / "default" / "bad.json").write_text(content)
    assert [table.name for table in engine.tables("default")] == ["good"]
    assert list(engine.execute("select * from good").rows) == [("1",)]
    with pytest.raises(EngineError, match=r"HIVE_INVALID_METADATA.*bad\.json is damaged"):
        engine.execute("select * from bad")
    engine.close()
