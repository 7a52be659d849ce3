"""Statements that change the catalog or the lake, each seen by the statements after it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from athena_shell.local.engine import LocalEngine
from athena_shell.local.errors import EngineError

Run = Callable[..., list[tuple[str | None, ...]]]


@pytest.fixture
def run(lake_engine: LocalEngine) -> Run:
    """Run statements one after the other; the rows of the last one."""

    def rows(*statements: str, database: str = "default") -> list[tuple[str | None, ...]]:
        found: list[tuple[str | None, ...]] = []
        for statement in statements:
            found = list(lake_engine.execute(statement, database=database).rows)
        return found

    return rows


def lines(rows: list[tuple[str | None, ...]]) -> list[str]:
    return [row[0] or "" for row in rows]


def test_databases_come_and_go(run: Run) -> None:
    assert lines(run("create database shop comment 'all of it'", "show databases")) == [
        "default",
        "shop",
    ]
    run("create schema if not exists shop")
    with pytest.raises(EngineError, match="SCHEMA_ALREADY_EXISTS"):
        run("create database shop")
    run("alter database shop set dbproperties ('team'='a')", "create view shop.v as select 1 as a")
    with pytest.raises(EngineError, match="SCHEMA_NOT_EMPTY"):
        run("drop database shop")
    assert lines(run("drop database shop cascade", "show schemas")) == ["default"]
    run("drop database if exists shop")
    with pytest.raises(EngineError, match="SCHEMA_NOT_FOUND"):
        run("drop database shop")


def test_show_filters_names(run: Run) -> None:
    run(*(f"create view {name} as select 1 as a" for name in ("orders", "orders_old", "people")))
    assert lines(run("show tables 'orders*'")) == ["orders", "orders_old"]
    assert lines(run("show tables in default 'people|orders'")) == ["orders", "people"]
    assert lines(run("show tables like 'o.*'")) == ["orders", "orders_old"]
    assert lines(run("show views in `default`")) == ["orders", "orders_old", "people"]
    with pytest.raises(EngineError, match="SCHEMA_NOT_FOUND"):
        run("show tables in nowhere")


@pytest.mark.parametrize("quote", [r'"\""', r"'\"'", "'\"'"])
def test_the_quote_of_a_csv_table_as_people_write_it(
    run: Run, lake_engine: LocalEngine, quote: str
) -> None:
    folder = lake_engine.lake.path_of("s3://mine/quoted/")
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text('"a, b",c\n')
    run(
        f"""create external table quoted (x string, y string)
        row format serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
        with serdeproperties ("separatorChar" = ",", "quoteChar" = {quote}, "escapeChar" = "\\\\")
        location 's3://mine/quoted/'"""
    )
    assert run("select * from quoted") == [("a, b", "c")]


def test_a_csv_table_over_objects_of_the_lake(run: Run, lake_engine: LocalEngine) -> None:
    folder = lake_engine.lake.path_of("s3://mine/people/")
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text('id,name,born\n1,"Ann, the first",2000-01-02\n2,,nonsense\n')
    (folder / "_SUCCESS").touch()
    run(
        """create external table people (id int comment 'key', name string, born date)
        row format serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
        with serdeproperties ('separatorChar' = ',', 'quoteChar' = '"')
        location 's3://mine/people/' tblproperties ('skip.header.line.count'='1')"""
    )
    assert run("select * from people order by id") == [
        ("1", "Ann, the first", "2000-01-02"),
        ("2", None, None),
    ]
    assert lines(run("describe people")) == [
        "id                  \tint                 \tkey                 ",
        "name                \tstring              \t                    ",
        "born                \tdate                \t                    ",
    ]
    assert [line.strip() for line in lines(run("show columns in people"))] == ["id", "name", "born"]
    assert lines(run("show create table people"))[0] == "CREATE EXTERNAL TABLE `default.people`("
    assert lines(run("show tblproperties people")) == [
        "EXTERNAL\tTRUE",
        "skip.header.line.count\t1",
    ]
    assert lines(run("drop table people", "show tables")) == []
    assert (folder / "a.csv").exists()


def test_a_delimited_table_keeps_hives_defaults(run: Run, lake_engine: LocalEngine) -> None:
    folder = lake_engine.lake.path_of("s3://mine/t/")
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("1\tx\n\\N\t\\N\n3\t\n")
    run(
        r"""create external table t (a bigint, b string) row format delimited
        fields terminated by '\t' stored as textfile location 's3://mine/t/'"""
    )
    assert run("select * from t") == [("1", "x"), (None, None), ("3", "")]


def test_a_json_table_reads_nested_values(run: Run, lake_engine: LocalEngine) -> None:
    folder = lake_engine.lake.path_of("s3://mine/j/")
    folder.mkdir(parents=True)
    (folder / "a.json").write_text('{"id": 1, "tags": ["a"], "at": {"x": 2.5}}\n{"id": 2}\n')
    run(
        """create external table j (id int, tags array<string>, at struct<x:double>)
        row format serde 'org.openx.data.jsonserde.JsonSerDe' location 's3://mine/j/'"""
    )
    assert run("select id, tags, at.x from j") == [("1", "[a]", "2.5"), ("2", None, None)]


def test_partitions_by_hand_and_by_repair(run: Run, lake_engine: LocalEngine) -> None:
    run("create table src as select 1 as id", "create table src2 as select 2 as id")
    for name, day in (("src", "1"), ("src2", "2")):
        table = lake_engine.table("default", name)
        source = next(lake_engine.lake.path_of(table.location).iterdir())
        target = lake_engine.lake.path_of(f"s3://mine/p/day={day}/f.parquet")
        target.parent.mkdir(parents=True)
        target.write_bytes(source.read_bytes())
    run(
        "create external table p (id int) partitioned by (day string) stored as parquet "
        "location 's3://mine/p/'"
    )
    assert run("select * from p") == []
    assert run("alter table p add partition (day='1')", "select * from p") == [("1", "1")]
    run("alter table p add if not exists partition (day='1')")
    with pytest.raises(EngineError, match="already exists"):
        run("alter table p add partition (day='1')")
    repaired = lines(run("msck repair table p"))
    assert repaired[-1] == "Repair: Added partition to metastore p:day=2"
    assert lines(run("show partitions p")) == ["day=1", "day=2"]
    assert run("select id from p where day = '2'") == [("2",)]
    assert run('select * from "p$partitions" order by 1') == [("1",), ("2",)]
    assert lines(run("alter table p drop partition (day='1')", "show partitions p")) == ["day=2"]
    assert lines(run("describe p"))[-3:] == [
        "# col_name          \tdata_type           \tcomment             ",
        "\t ",
        "day                 \tstring              \t                    ",
    ]


def test_a_new_column_is_missing_in_old_files(run: Run) -> None:
    run("create table t as select 1 as a", "alter table t add columns (b string, c array<int>)")
    run("insert into t values (2, 'x', array[7])")
    assert run("select * from t order by a") == [("1", None, None), ("2", "x", "[7]")]
    run("alter table t set tblproperties ('note'='hello')")
    assert "note\thello" in lines(run("show tblproperties t"))


def test_create_table_as_counts_and_writes_real_objects(lake_engine: LocalEngine) -> None:
    result = lake_engine.execute(
        "create table t with (format = 'PARQUET', external_location = 's3://mine/t/', "
        "partitioned_by = array['k']) as select 1 as a, 'x' as k union all select 2, 'y'"
    )
    assert (result.statement_type, result.substatement_type) == ("DDL", "CREATE_TABLE_AS_SELECT")
    assert result.update_count == 2
    assert [address.rpartition("/")[0] for address in result.written] == [
        "s3://mine/t/k=x",
        "s3://mine/t/k=y",
    ]
    assert all(lake_engine.lake.path_of(address).is_file() for address in result.written)
    assert list(lake_engine.execute("select * from t where k = 'y'").rows) == [("2", "y")]
    with pytest.raises(EngineError, match="TABLE_ALREADY_EXISTS"):
        lake_engine.execute("create table t as select 1 as a")
    with pytest.raises(EngineError, match="HIVE_PATH_ALREADY_EXISTS"):
        lake_engine.execute(
            "create table u with (external_location = 's3://mine/t/') as select 1 as a"
        )
    with pytest.raises(EngineError, match="MISSING_COLUMN_NAME"):
        lake_engine.execute("create table u as select 1")
    with pytest.raises(EngineError, match="COLUMN_TYPE_UNKNOWN"):
        lake_engine.execute("create table u as select null as a")
    empty = lake_engine.execute("create table e as select 1 as a with no data")
    assert empty.update_count == 0


@pytest.mark.parametrize("form", ["PARQUET", "JSON", "TEXTFILE"])
def test_every_format_gives_back_what_was_written(run: Run, form: str) -> None:
    run(
        f"create table t with (format = '{form}') as select 1 as i, 2.50 as d, 'a' as s, "
        "date '2020-01-01' as n, timestamp '2020-01-01 01:02:03' as t, true as b, "
        "cast(null as double) as z"
    )
    row = ("1", "2.50", "a", "2020-01-01", "2020-01-01 01:02:03.000", "true", None)
    assert run("select * from t") == [row]
    assert run("insert into t select * from t", "select count(*) from t") == [("2",)]


def test_insert_checks_types_and_names(run: Run) -> None:
    run("create table t as select 1 as a, 'x' as b")
    run("insert into t (b, a) values ('y', 2)", "insert into t (a) select 3")
    assert run("select * from t order by a") == [("1", "x"), ("2", "y"), ("3", None)]
    with pytest.raises(EngineError, match=r"Table: \[integer, varchar\], Query: \[varchar"):
        run("insert into t values ('x', 1)")
    with pytest.raises(EngineError, match="COLUMN_NOT_FOUND"):
        run("insert into t (nope) values (1)")
    with pytest.raises(EngineError, match="TABLE_NOT_FOUND"):
        run("insert into missing values (1)")


def test_views_see_the_database_they_were_made_in(run: Run) -> None:
    run("create database a", "create database b")
    run(
        "create table t as select 1 as x",
        "create view v as select x, x + 1 as y from t",
        database="a",
    )
    assert run("select * from a.v", database="b") == [("1", "2")]
    assert lines(run("show create view a.v"))[0] == 'CREATE VIEW "v" AS'
    with pytest.raises(EngineError, match="TABLE_ALREADY_EXISTS"):
        run("create view a.v as select 1 as x")
    assert run("create or replace view a.v as select 5 as z", "select z from a.v") == [("5",)]
    with pytest.raises(EngineError, match="is a view"):
        run("drop table a.v")
    run("drop view a.v")
    with pytest.raises(EngineError, match="TABLE_NOT_FOUND"):
        run("select * from a.v")


def test_iceberg_rows_change_in_place(run: Run, lake_engine: LocalEngine) -> None:
    run(
        "create table ice (id int, name string, n decimal(5,2)) location 's3://mine/ice/' "
        "tblproperties ('table_type'='ICEBERG')",
        "insert into ice values (1, 'a', 1.00), (2, 'b', 2.00), (3, null, null)",
    )
    result = lake_engine.execute("update ice set name = upper(name), n = n + 1 where id <= 2")
    assert result.update_count == 2
    assert lake_engine.execute("delete from ice where id = 3").update_count == 1
    assert run("select * from ice order by id") == [("1", "A", "2.00"), ("2", "B", "3.00")]
    merged = lake_engine.execute(
        "merge into ice t using (values (2, 'zwei'), (9, 'neun')) s(id, name) on t.id = s.id "
        "when matched then update set name = s.name "
        "when not matched then insert (id, name) values (s.id, s.name)"
    )
    assert merged.update_count == 2
    assert run("select * from ice order by id") == [
        ("1", "A", "2.00"),
        ("2", "zwei", "3.00"),
        ("9", "neun", None),
    ]
    run("optimize ice rewrite data using bin_pack", "vacuum ice")
    run("delete from ice", "insert into ice values (5, 'x', 0.50)")
    assert run("select * from ice") == [("5", "x", "0.50")]
    run("drop table ice")
    assert not lake_engine.lake.path_of("s3://mine/ice/").exists()


def test_merge_deletes_and_refuses_double_matches(run: Run) -> None:
    run(
        "create table ice with (table_type = 'ICEBERG', is_external = false, "
        "location = 's3://mine/i/') as select * from (values (1, 'a'), (2, 'b')) t(id, name)"
    )
    run(
        "merge into ice t using (values 1, 2) s(id) on t.id = s.id "
        "when matched and s.id = 1 then delete when matched then update set name = 'kept'"
    )
    assert run("select * from ice") == [("2", "kept")]
    with pytest.raises(EngineError, match="MERGE_TARGET_ROW_MULTIPLE_MATCHES"):
        run(
            "merge into ice t using (values 2, 2) s(id) on t.id = s.id "
            "when matched then update set name = 'x'"
        )


def test_hive_rows_cannot_change(run: Run) -> None:
    run("create table t as select 1 as a")
    for statement in ("delete from t", "update t set a = 2", "vacuum t"):
        with pytest.raises(EngineError, match="NOT_SUPPORTED"):
            run(statement)


def test_unload_writes_where_it_is_told(run: Run, lake_engine: LocalEngine) -> None:
    result = lake_engine.execute(
        "unload (select 1 as a, 'x' as k) to 's3://mine/out/' "
        "with (format = 'PARQUET', partitioned_by = array['k'])"
    )
    assert result.update_count == 1
    assert result.written[0].startswith("s3://mine/out/k=x/")
    with pytest.raises(EngineError, match="HIVE_PATH_ALREADY_EXISTS"):
        run("unload (select 1 as a) to 's3://mine/out/' with (format = 'JSON')")
    with pytest.raises(EngineError, match=r"Not an S3 address: /tmp/out/; .* --local=DIR makes"):
        run("unload (select 1 as a) to '/tmp/out/' with (format = 'JSON')")
    with pytest.raises(EngineError, match="Not an S3 address"):
        run("unload (select 1 as a) to 's3://mine/../../out/' with (format = 'JSON')")


def test_partitions_of_a_table_without_any(run: Run) -> None:
    run("create external table flat (a int) location 's3://athena-local-data/flat/'")
    with pytest.raises(EngineError, match="INVALID_PARTITION: Table flat is not partitioned"):
        run("alter table flat add partition (p = '1')")


def test_explain_in_every_form(run: Run, sample_engine: LocalEngine) -> None:
    assert run("explain (type validate) select 1") == [("true",)]
    assert "DuckDB" in lines(run("explain select 1"))[0]
    assert lines(run("explain analyze select 1"))
    plan = "\n".join(lines(run("explain select x from (values 1e0, 2e0) t(x)")))
    assert "isnan" not in plan, "the plan is of the query, not of how its values are shown"
    io = sample_engine.execute(
        "explain (type io, format json) select count(*) from orders", database="sampledb"
    )
    text = "\n".join(str(row[0]) for row in io.rows)
    assert '"table": "orders"' in text
    with pytest.raises(EngineError, match="COLUMN_NOT_FOUND: line 1:35"):
        run("explain (type validate) select 1, nope")
    with pytest.raises(EngineError, match="SYNTAX_ERROR"):
        run("explain (type nonsense) select 1")


def test_parameters_are_literals(lake_engine: LocalEngine) -> None:
    def rows(sql: str, *parameters: str) -> list[tuple[str | None, ...]]:
        return list(lake_engine.execute(sql, parameters=parameters).rows)

    assert rows("select ? + 1, ?", "41", "'it''s'") == [("42", "it's")]
    assert rows("select x from (values 1, 2) t(x) where x > ?", "1") == [("2",)]
    for wrong in ((), ("1", "2")):
        with pytest.raises(EngineError, match="Incorrect number of parameters"):
            rows("select ?", *wrong)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("create table t (a int)", "SYNTAX_ERROR"),
        ("create external table t (a int)", "INVALID_TABLE_PROPERTY"),
        ("create external table t (a nonsense) location 's3://b/t/'", "TYPE_NOT_FOUND"),
        ("create external table t (a int) stored as orc location 's3://b/t/'", "NOT_SUPPORTED"),
        ("create external table t (a int) location '/etc/'", "INVALID_TABLE_PROPERTY"),
        ("create external table t (a int) clustered by (a) into 2 buckets", "NOT_SUPPORTED"),
        ("create external table t (a int", "SYNTAX_ERROR"),
        ("alter table t rename to u", "TABLE_NOT_FOUND"),
        ("show nonsense", "SYNTAX_ERROR"),
        ("describe", "SYNTAX_ERROR"),
        ("msck repair table", "SYNTAX_ERROR"),
        ("use sampledb", "SYNTAX_ERROR"),
        ("grant select on t to u", "SYNTAX_ERROR"),
        ("", "SYNTAX_ERROR"),
        ("-- only a comment", "SYNTAX_ERROR"),
    ],
)
def test_mistakes_have_names(run: Run, statement: str, name: str) -> None:
    with pytest.raises(EngineError) as caught:
        run(statement)
    assert caught.value.name == name, caught.value.reason


def test_a_second_engine_sees_the_same_lake(tmp_path: Path) -> None:
    first = LocalEngine(tmp_path, samples=False)
    second = LocalEngine(tmp_path, samples=False)
    first.execute("create table t as select 1 as a")
    assert list(second.execute("select * from t").rows) == [("1",)]
    first.close()
    second.close()
    third = LocalEngine(tmp_path, samples=False)
    assert list(third.execute("select * from t").rows) == [("1",)]
    third.close()


def test_kinds_of_statements() -> None:
    from athena_shell.local.statements import statement_kind

    kinds = {
        "select 1": ("DML", "SELECT"),
        "-- c\n(select 1)": ("DML", "SELECT"),
        "create table t as select 1": ("DDL", "CREATE_TABLE_AS_SELECT"),
        "create table t with (format='PARQUET') as (select 1)": ("DDL", "CREATE_TABLE_AS_SELECT"),
        "create external table t (a int) location 'x'": ("DDL", "CREATE_TABLE"),
        "show tables": ("UTILITY", "SHOW_TABLES"),
        "explain select 1": ("UTILITY", "EXPLAIN"),
        "insert into t select 1": ("DML", "INSERT"),
        "nonsense": ("", ""),
    }
    assert {sql: statement_kind(sql) for sql in kinds} == kinds


def test_a_partition_moves_and_is_renamed(run: Run) -> None:
    run(
        "create external table f (a int) partitioned by (y string) location 's3://mine/f/'",
        "alter table f add partition (y = '1') location 's3://mine/one/'",
        "alter table f partition (y = '1') rename to partition (y = '2')",
    )
    assert lines(run("show partitions f")) == ["y=2"]
    run("alter table f partition (y = '2') set location 's3://mine/two/'")
    with pytest.raises(EngineError, match=r"NOT_FOUND: Partition does not exist: \['9'\]"):
        run("alter table f partition (y = '9') set location 's3://mine/two/'")
    with pytest.raises(EngineError, match="ALREADY_EXISTS"):
        run("alter table f partition (y = '2') rename to partition (y = '2')")
