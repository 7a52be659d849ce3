"""Iceberg tables: each commit a snapshot; columns and partitions that change."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from athena_shell.local.catalog import ColumnEntry
from athena_shell.local.engine import LocalEngine
from athena_shell.local.errors import EngineError, ScanLimitExceeded
from athena_shell.local.snapshots import DataFile, History, SnapshotLog

Rows = list[tuple[str | None, ...]]
Run = Callable[..., Rows]
ICE = "tblproperties ('table_type'='ICEBERG')"


@pytest.fixture
def run(lake_engine: LocalEngine) -> Run:
    """Run statements one after the other; the rows of the last one."""

    def rows(*statements: str) -> Rows:
        found: Rows = []
        for statement in statements:
            found = list(lake_engine.execute(statement).rows)
        return found

    return rows


def columns(engine: LocalEngine, query: str) -> list[tuple[str, str]]:
    """Return a query's columns with their full types."""
    return [
        (row[0] or "", row[1] or "")
        for name in [column.name for column in engine.execute(query).columns]
        for row in engine.execute(f"SELECT '{name}', typeof({name}) FROM ({query}) LIMIT 1").rows
    ]


def failure(engine: LocalEngine, statement: str) -> str:
    with pytest.raises(EngineError) as caught:
        list(engine.execute(statement).rows)
    return caught.value.reason


def test_each_change_makes_a_snapshot(run: Run) -> None:
    found = run(
        f"create table ice (id int, name string) {ICE}",
        "insert into ice values (1, 'a'), (2, 'b')",
        "insert into ice values (3, 'c')",
        "delete from ice where id = 1",
        "update ice set name = 'x' where id = 2",
        "merge into ice t using (values 3, 9) s(id) on t.id = s.id when matched then delete "
        "when not matched then insert (id) values (s.id)",
        "select operation, element_at(summary, 'total-records'), snapshot_id, parent_id "
        'from "ice$snapshots" order by committed_at',
    )
    assert [row[:2] for row in found] == [
        ("append", "2"), ("append", "3"), ("delete", "2"), ("overwrite", "2"), ("overwrite", "2"),
    ]  # fmt: skip
    ids = [row[2] for row in found]
    assert [row[3] for row in found] == [None, *ids[:-1]]
    assert all(0 < int(number or 0) < 2**63 for number in ids)
    assert [len(run(f"select * from ice for version as of {number}")) for number in ids] == [
        2, 3, 2, 2, 2,
    ]  # fmt: skip
    assert run(f"select * from ice for version as of {ids[2]} order by id") == [
        ("2", "b"),
        ("3", "c"),
    ]
    assert run("select * from ice order by id") == [("2", "x"), ("9", None)]


def test_what_changes_nothing_makes_no_snapshot(run: Run, lake_engine: LocalEngine) -> None:
    run(f"create table ice (id int) {ICE}")
    assert run('select * from "ice$snapshots"') == []
    run("insert into ice select 1 where false", "delete from ice", "update ice set id = 2")
    for wrong in (
        "insert into ice select 'a'",
        "insert into ice select 1 / (x - 1) from (values 1) t(x)",
        "update ice set nope = 1",
    ):
        failure(lake_engine, wrong)
    assert run('select * from "ice$snapshots"') == []
    run("insert into ice values 1", "delete from ice where id = 7")
    assert len(run('select * from "ice$snapshots"')) == 1


def test_a_stopped_statement_leaves_no_snapshot(run: Run, lake_engine: LocalEngine) -> None:
    run(f"create table ice (id bigint) {ICE}", "insert into ice values 1")
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    slow = "insert into ice select count(*) from unnest(sequence(1, 9999)) a(x), "
    slow += "unnest(sequence(1, 9999)) b(x), unnest(sequence(1, 9999)) c(x) group by a.x + b.x"
    with pytest.raises(EngineError, match="USER_CANCELED"):
        lake_engine.execute(slow, interrupt=stop)
    with pytest.raises(ScanLimitExceeded):
        lake_engine.execute("insert into ice select * from ice", scan_limit=10)
    with pytest.raises(ScanLimitExceeded):
        lake_engine.execute("delete from ice", scan_limit=10)
    assert len(run('select * from "ice$snapshots"')) == 1
    folder = lake_engine.lake.path_of(lake_engine.table("default", "ice").location)
    assert len(list((folder / "data").iterdir())) == 1


def test_time_travel_by_moment(run: Run, lake_engine: LocalEngine) -> None:
    run(f"create table ice (id int) {ICE}", "insert into ice values 1", "insert into ice values 2")
    first = run('select min(committed_at) from "ice$snapshots"')[0][0] or ""
    assert run(f"select * from ice for timestamp as of timestamp '{first}'") == [("1",)]
    assert run(f"select * from ice for timestamp as of timestamp '{first[:-4]}' as i") == [("1",)]
    assert run("select count(*) from ice for timestamp as of current_timestamp") == [("2",)]
    assert run("select count(*) from ice for version as of 'main'") == [("2",)]
    joined = f"ice a left join ice for timestamp as of timestamp '{first}' b on a.id = b.id"
    assert run(f"select a.id, b.id from {joined} order by 1") == [("1", "1"), ("2", None)]
    wrong = {
        "timestamp as of timestamp '2020-01-01 00:00:00.5'": "INVALID_ARGUMENTS: No version "
        "history table default.ice at or before 2020-01-01T00:00:00.500Z",
        "timestamp as of date '2020-01-01'": "INVALID_ARGUMENTS: No version history table "
        "default.ice at or before 2020-01-01T00:00:00Z",
        "timestamp as of timestamp '2999-01-01 00:00:00'": "INVALID_ARGUMENTS: line 1:15: Pointer "
        "value '2999-01-01 00:00:00.000 UTC' is not in the past",
        "timestamp as of cast(null as timestamp)": "INVALID_ARGUMENTS: line 1:15: Pointer value "
        "cannot be NULL",
        "timestamp as of 'x'": "TYPE_MISMATCH: line 1:15: Type varchar(1) invalid. Temporal "
        "pointers must be of type Timestamp, Timestamp with Time Zone, or Date.",
        "version as of 5": "INVALID_ARGUMENTS: Iceberg snapshot ID does not exists: 5",
        "version as of 'dev'": "INVALID_ARGUMENTS: Cannot find snapshot with reference name: dev",
        "version as of 1.5": "NOT_SUPPORTED: line 1:15: Unsupported type for table version: "
        "decimal(2,1)",
        "system_time as of timestamp '2020-01-01'": "SYNTAX_ERROR: line 1:19: mismatched input "
        "'for'",
    }
    found = {part: failure(lake_engine, f"select * from ice for {part}") for part in wrong}
    assert found == wrong
    run("create view v as select 1 as a")
    versioned = "NOT_SUPPORTED: line 1:15: This connector does not support versioned tables"
    assert failure(lake_engine, "select * from v for version as of 5") == versioned


def test_the_metadata_tables_have_trinos_columns(run: Run, lake_engine: LocalEngine) -> None:
    run(
        f"create table ice (id int, day date) partitioned by (day) location 's3://mine/i/' {ICE}",
        "insert into ice values (1, date '2024-01-01'), (2, date '2024-01-01'), (7, null)",
        "delete from ice where id = 7",
    )
    instant = "timestamp(3) with time zone"
    assert columns(lake_engine, 'select * from "ice$snapshots"') == [
        ("committed_at", instant), ("snapshot_id", "bigint"), ("parent_id", "bigint"),
        ("operation", "varchar"), ("manifest_list", "varchar"),
        ("summary", "map(varchar, varchar)"),
    ]  # fmt: skip
    assert columns(lake_engine, 'select * from "ice$history"') == [
        ("made_current_at", instant), ("snapshot_id", "bigint"), ("parent_id", "bigint"),
        ("is_current_ancestor", "boolean"),
    ]  # fmt: skip
    assert columns(lake_engine, 'select * from "ice$partitions"') == [
        ("partition", "row(day date)"), ("record_count", "bigint"), ("file_count", "bigint"),
        ("total_size", "bigint"),
        ("data", "row(id row(min integer, max integer, null_count bigint, nan_count bigint))"),
    ]  # fmt: skip
    assert run('select partition, record_count, data.id.max from "ice$partitions"') == [
        ("{day=2024-01-01}", "2", "2")
    ]
    files = run(
        "select content, file_format, record_count, value_counts, null_value_counts, lower_bounds, "
        'upper_bounds, split_offsets, file_path from "ice$files"'
    )
    assert [row[:-1] for row in files] == [
        ("0", "PARQUET", "2", "{1=2, 2=2}", "{1=0, 2=0}", "{1=1, 2=2024-01-01}",
         "{1=2, 2=2024-01-01}", "[4]"),
    ]  # fmt: skip
    assert re.fullmatch(r"s3://mine/i/data/\w+\.parquet", files[0][-1] or "")
    assert run(
        "select added_data_files_count, added_rows_count, deleted_data_files_count, "
        'deleted_rows_count from "ice$manifests" order by 1'
    ) == [("0", "0", "2", "3"), ("1", "2", "0", "0")]
    assert run('select name, type, max_snapshot_age_in_ms from "ice$refs"') == [
        ("main", "BRANCH", None)
    ]
    assert run("select * from \"ice$properties\" where key = 'table_type'") == [
        ("table_type", "ICEBERG")
    ]
    assert failure(lake_engine, 'select * from "ice$nope"').startswith("TABLE_NOT_FOUND")


def test_partition_transforms(run: Run, lake_engine: LocalEngine) -> None:
    run(
        "create table ice (id bigint, name string, ts timestamp, n decimal(5,2)) partitioned by "
        "(year(ts), bucket(16, id), truncate(2, name), truncate(50, n)) "
        f"location 's3://mine/i/' {ICE}",
        "insert into ice values (34, 'iceberg', timestamp '2024-05-06 07:08:09', 10.65), "
        "(-1, null, null, -0.01)",
    )
    # 34 hashes to 2017239379 in Iceberg's specification.
    assert run('select partition from "ice$partitions" order by record_count, 1') == [
        ("{ts_year=54, id_bucket=3, name_trunc=ic, n_trunc=10.50}",),
        ("{ts_year=null, id_bucket=8, name_trunc=null, n_trunc=-0.50}",),
    ]
    assert [row[0] for row in run("show create table ice")][5:7] == [
        "PARTITIONED BY (year(`ts`), bucket(16, `id`), truncate(2, `name`), truncate(50, `n`))",
        "LOCATION 's3://mine/i/'",
    ]
    assert run("select id from ice order by id") == [("-1",), ("34",)]
    wrong = {
        "nope": "COLUMN_NOT_FOUND: Partition column 'nope' does not exist",
        "week(d)": "INVALID_TABLE_PROPERTY: Unable to parse partitioning value: week(d)",
        "hour(d)": "NOT_SUPPORTED: Invalid source type date for transform: hour",
        "bucket(d)": "INVALID_TABLE_PROPERTY: Unable to parse partitioning value: bucket(d)",
        "d, d": "INVALID_TABLE_PROPERTY: Cannot use partition name more than once: d",
        "e int": "SYNTAX_ERROR: Partition columns of an Iceberg table are named without their "
        "types",
    }
    for part, reason in wrong.items():
        assert failure(lake_engine, f"create table t (d date) partitioned by ({part}) {ICE}") == (
            reason
        )


def test_buckets_agree_with_icebergs_specification(lake_engine: LocalEngine) -> None:
    query = (
        "create table ice with (table_type = 'ICEBERG', is_external = false, partitioning = "
        "array['bucket(1000000, a)', 'bucket(1000000, b)', 'bucket(1000000, c)', "
        "'bucket(1000000, d)']) as select bigint '34' a, 'iceberg' b, date '2017-11-16' c, "
        "cast(timestamp '2017-11-16 22:31:08' as timestamp(6)) d"
    )
    lake_engine.execute(query)
    found = next(iter(lake_engine.execute('select partition from "ice$partitions"').rows))[0]
    hashes = [2017239379, 1210000089, -653330422, -2047944441]
    places = [(number & 0x7FFFFFFF) % 1000000 for number in hashes]
    names = [f"{name}_bucket={place}" for name, place in zip("abcd", places, strict=True)]
    assert found == "{" + ", ".join(names) + "}"


def test_at_most_a_hundred_partitions_at_once(run: Run, lake_engine: LocalEngine) -> None:
    run(f"create table ice (id int) partitioned by (id) {ICE}")
    insert = "insert into ice select x from unnest(sequence(1, {})) t(x)"
    assert failure(lake_engine, insert.format(101)) == (
        "ICEBERG_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for "
        "partitions/buckets"
    )
    assert run('select * from "ice$snapshots"') == []


def test_columns_change_and_old_snapshots_keep_theirs(run: Run, lake_engine: LocalEngine) -> None:
    run(
        f"create table ice (id int, name string, d decimal(5,2)) partitioned by (name) {ICE}",
        "insert into ice values (1, 'a', 1.5)",
        "alter table ice drop column d",
        "alter table ice add columns (d string, tags array<struct<k:string,v:int>>)",
        "alter table ice change column name label string after d",
        "alter table ice change id id bigint",
        "insert into ice values (5000000000, 'new', 'b', array[row('x', 1)])",
    )
    assert run("select * from ice order by id") == [
        ("1", None, "a", None),
        ("5000000000", "new", "b", "[{k=x, v=1}]"),
    ]
    oldest = run('select snapshot_id from "ice$snapshots" order by committed_at limit 1')[0][0]
    result = lake_engine.execute(f"select * from ice for version as of {oldest}")
    assert [column.name for column in result.columns] == ["id", "name", "d"]
    assert list(result.rows) == [("1", "a", "1.50")]
    assert run('select partition.label from "ice$partitions" order by 1') == [("a",), ("b",)]
    for change, reason in {
        "drop column label": "NOT_SUPPORTED: Cannot drop partition field: label",
        "drop column nope": "COLUMN_NOT_FOUND: Column 'nope' does not exist",
        "change column id id int": "NOT_SUPPORTED: Cannot change column type: id: bigint -> int",
        "change column id d bigint": "COLUMN_ALREADY_EXISTS: Column 'd' already exists",
        "add columns (id int)": "COLUMN_ALREADY_EXISTS: Column 'id' already exists",
    }.items():
        assert failure(lake_engine, f"alter table ice {change}") == reason
    run("alter table ice rename to frozen")
    assert run("show tables") == [("frozen",)]
    assert run("select count(*) from frozen") == [("2",)]


def test_optimize_puts_files_together_and_vacuum_forgets(
    run: Run, lake_engine: LocalEngine
) -> None:
    run(
        f"create table ice (id int, k string) partitioned by (k) location 's3://mine/i/' {ICE}",
        *(f"insert into ice values ({number}, 'a')" for number in range(3)),
        "insert into ice values (9, 'b')",
        "vacuum ice",
    )
    assert len(run('select * from "ice$snapshots"')) == 4
    run("optimize ice rewrite data using bin_pack where k = 'a'")
    assert run('select record_count from "ice$files" order by 1') == [("1",), ("3",)]
    assert run('select operation from "ice$snapshots" order by committed_at desc limit 1') == [
        ("replace",)
    ]
    run("optimize ice rewrite data using bin_pack")
    assert len(run('select * from "ice$snapshots"')) == 5
    run(
        "alter table ice set tblproperties ('vacuum_max_snapshot_age_seconds'='0', "
        "'vacuum_min_snapshots_to_keep'='2')",
        "vacuum ice",
    )
    before, last = run('select snapshot_id from "ice$snapshots" order by committed_at')
    assert run(f"select count(*) from ice for version as of {before[0]}") == [("4",)]
    assert run(f"select count(*) from ice for version as of {last[0]}") == [("4",)]
    run("alter table ice unset tblproperties ('vacuum_min_snapshots_to_keep')", "vacuum ice")
    assert run("select count(*) from ice") == [("4",)]
    folder = lake_engine.lake.path_of("s3://mine/i/")
    assert len(list((folder / "data").iterdir())) == 2
    assert failure(lake_engine, "optimize ice rewrite data using bin_pack where x = 1").startswith(
        "COLUMN_NOT_FOUND"
    )
    run("drop table ice")
    assert not folder.exists()


def test_create_table_as(run: Run, lake_engine: LocalEngine) -> None:
    made = "create table {} with (table_type = 'ICEBERG', is_external = false{}) as {}"
    run(made.format("ice", "", "select 1 as a where false"))
    assert run('select operation, parent_id from "ice$snapshots"') == [("append", None)]
    assert failure(lake_engine, made.format("t", "", "select localtimestamp as a")) == (
        "NOT_SUPPORTED: Timestamp precision (3) not supported for Iceberg. "
        'Use "timestamp(6)" instead.'
    )
    wrong = made.format("t", ", partitioned_by = array['a']", "select 1 as a")
    assert failure(lake_engine, wrong) == (
        "INVALID_TABLE_PROPERTY: Table property 'partitioned_by' not supported for Iceberg tables"
    )
    assert failure(lake_engine, f"create external table t (a int) {ICE}") == (
        "INVALID_TABLE_PROPERTY: External keyword not supported for table type ICEBERG"
    )


def test_other_engines_on_the_lake_see_the_same_snapshots(run: Run, tmp_path: Path) -> None:
    run(f"create table ice (id int) {ICE}", "insert into ice values 1", "insert into ice values 2")
    other = LocalEngine(tmp_path / "lake", samples=False)
    try:
        query = 'select snapshot_id, committed_at from "ice$snapshots"'
        assert list(other.execute(query).rows) == run(query)
        other.execute("insert into ice values 3")
        assert run("select sum(id) from ice") == [("6",)]
    finally:
        other.close()


def test_a_line_that_was_cut_off_was_never_committed(tmp_path: Path) -> None:
    log = SnapshotLog(tmp_path)
    columns = (ColumnEntry("a", "int", field=1),)
    first = History().next("append", columns, 5, [DataFile("data/x", 1, 10, 77)])
    log.append(first)
    path = tmp_path / "metadata" / "snapshots.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert log.read().snapshots == (first,)
    second = log.read().next("append", columns, 3, [DataFile("data/y", 1, 10, 78)])
    assert second.at == first.at
    log.append(second)
    assert log.read().snapshots == (first, second)
    assert log.read().at(4) is None
    assert log.read().at(5) == second
    assert [file.name for file in log.read().files(first)] == ["data/x"]
