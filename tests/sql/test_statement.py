"""What is known of a statement before it is sent."""

from __future__ import annotations

import pytest

from athena_shell.sql.statement import Knowledge, StatementKind, analyzed, classify, use_target

QUERY = Knowledge(StatementKind.QUERY, "SELECT", reads_only=True, has_header=True)
DML, DDL, UTILITY = StatementKind.DML, StatementKind.DDL, StatementKind.UTILITY


def shown(verb: str) -> Knowledge:
    return Knowledge(UTILITY, verb, reads_only=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Knowledge(StatementKind.QUERY, reads_only=True)),
        ("-- c\nSELECT 1", QUERY),
        ("(select 1) union (select 2)", QUERY),
        ("values 1, 2", QUERY),
        ("table orders", QUERY),
        ("with a as (select 1), b(x) as (select 2) select * from a", QUERY),
        ("with a as (select 1 as insert_x) select * from a", QUERY),
        (
            "with a as (select 1) insert into t select * from a",
            Knowledge(DML, "INSERT INTO", targets=("t",)),
        ),
        ("insert into DB.T (a) values (1)", Knowledge(DML, "INSERT INTO", targets=("db.t",))),
        (
            "delete from orders",
            Knowledge(
                DML,
                "DELETE FROM",
                destructive="deletes every row of orders",
                targets=("orders",),
            ),
        ),
        (
            'delete from "Orders" where id = 1',
            Knowledge(
                DML, "DELETE FROM", destructive="deletes rows of Orders", targets=("Orders",)
            ),
        ),
        (
            "update t set a = 1",
            Knowledge(DML, "UPDATE", destructive="changes every row of t", targets=("t",)),
        ),
        ("update t set a = 1 where b = 2", Knowledge(DML, "UPDATE", targets=("t",))),
        (
            "merge into t using s on t.a = s.a when matched then delete",
            Knowledge(DML, "MERGE INTO", destructive="may delete rows of t", targets=("t",)),
        ),
        (
            "unload (select 'x') to 's3://b/p/' with (format = 'PARQUET')",
            Knowledge(DML, "UNLOAD", targets=("'x'",)),
        ),
        ("optimize t rewrite data using bin_pack", Knowledge(DML, "OPTIMIZE", targets=("t",))),
        (
            "INSERT OVERWRITE TABLE a.t SELECT 1",
            Knowledge(
                DML, "INSERT OVERWRITE", destructive="replaces the rows of a.t", targets=("a.t",)
            ),
        ),
        (
            "vacuum t",
            Knowledge(DDL, "VACUUM", destructive="removes old snapshots of t", targets=("t",)),
        ),
        (
            "create external table if not exists `a-b`.`t` (x int) location 's3://b/'",
            Knowledge(DDL, "CREATE EXTERNAL TABLE", targets=("a-b.t",)),
        ),
        ("create table t as select 1", Knowledge(DDL, "CREATE TABLE", targets=("t",))),
        (
            "create or replace view v as select 1",
            Knowledge(DDL, "CREATE OR REPLACE VIEW", targets=("v",)),
        ),
        (
            "drop table if exists t",
            Knowledge(DDL, "DROP TABLE", destructive="drops table t", targets=("t",)),
        ),
        (
            "DROP DATABASE d CASCADE",
            Knowledge(
                DDL,
                "DROP DATABASE",
                destructive="drops database d and all its tables",
                targets=("d",),
            ),
        ),
        (
            "alter table t drop if exists partition (d = '1')",
            Knowledge(DDL, "ALTER TABLE", destructive="drops partitions of t", targets=("t",)),
        ),
        (
            "alter table t drop column c",
            Knowledge(DDL, "ALTER TABLE", destructive="drops columns of t", targets=("t",)),
        ),
        (
            "alter table t replace columns (a int)",
            Knowledge(DDL, "ALTER TABLE", destructive="replaces the columns of t", targets=("t",)),
        ),
        ("alter table t add columns (a int)", Knowledge(DDL, "ALTER TABLE", targets=("t",))),
        ("msck repair table t", Knowledge(DDL, "MSCK REPAIR TABLE", targets=("t",))),
        ("show create table t", shown("SHOW CREATE TABLE")),
        ("show tables in d", shown("SHOW TABLES")),
        ("describe t", shown("DESCRIBE")),
        ("use d", shown("USE")),
        ("explain (type validate) drop table t", shown("EXPLAIN")),
        ("explain analyze select 1", shown("EXPLAIN ANALYZE")),
        (
            "explain analyze verbose insert into t select 1",
            Knowledge(UTILITY, "EXPLAIN ANALYZE", targets=("t",)),
        ),
        (
            "explain analyze (format json) delete from t",
            Knowledge(
                UTILITY, "EXPLAIN ANALYZE", destructive="deletes every row of t", targets=("t",)
            ),
        ),
        ("explain analyze (select 1)", shown("EXPLAIN ANALYZE")),
        ("prepare p from select 1", Knowledge(UTILITY, "PREPARE")),
        ("execute p using 1", Knowledge(StatementKind.QUERY, "EXECUTE", has_header=True)),
        (
            "deallocate prepare p",
            Knowledge(UTILITY, "DEALLOCATE", destructive="drops the statement p"),
        ),
        ("call system.x()", Knowledge(UTILITY, "CALL")),
        ("nonsense", Knowledge(UTILITY, "NONSENSE")),
        ("'text'", Knowledge(UTILITY, "")),
    ],
)
def test_knowledge(text: str, expected: Knowledge) -> None:
    assert classify(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("use sales", (None, "sales")),
        ("USE Sales", (None, "sales")),
        ("use AwsDataCatalog.Sales -- now", ("AwsDataCatalog", "sales")),
        ('use "My Catalog"."a.b"', ("My Catalog", "a.b")),
        ("use `a-b`", (None, "a-b")),
        ("use", None),
        ("use a.b.c", None),
        ("use a b", None),
        ("select 1", None),
    ],
)
def test_the_target_of_use(text: str, expected: tuple[str | None, str] | None) -> None:
    assert use_target(text) == expected


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("explain analyze select 1", "select 1"),
        ("EXPLAIN ANALYZE VERBOSE (FORMAT JSON) /* x */ SELECT 1", "SELECT 1"),
        ("explain analyze (select 1)", "(select 1)"),
        ("explain (format json) select 1", "explain (format json) select 1"),
        ("explain analyze", "explain analyze"),
        ("unload (select (1) -- )\n) to 's3://b/' with (format = 'PARQUET')", "select (1) -- )"),
        ("unload (select 1", "unload (select 1"),
        ("unload", "unload"),
        ("select 1", "select 1"),
        ("", ""),
    ],
)
def test_what_another_statement_runs(text: str, inner: str) -> None:
    assert analyzed(text) == inner
