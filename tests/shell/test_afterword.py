"""The words after a statement."""

from __future__ import annotations

import pytest

from athena_shell.shell.afterword import done_text


@pytest.mark.parametrize(
    ("text", "count", "said"),
    [
        ("CREATE VIEW v AS SELECT 1 AS a", 0, "CREATE VIEW"),
        ("create or replace view v as select 1 as a", 0, "CREATE VIEW"),
        ("-- mine\nDROP TABLE IF EXISTS t", None, "DROP TABLE"),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/'", 0, "CREATE EXTERNAL TABLE"),
        ("MSCK REPAIR TABLE t", None, "MSCK REPAIR TABLE"),
        ("CREATE TABLE t AS SELECT * FROM o", 3, "3 rows written"),
        ("CREATE TABLE t AS SELECT * FROM o", 0, "CREATE TABLE"),
        ("INSERT INTO t SELECT * FROM o", 0, "0 rows written"),
        ("INSERT INTO t VALUES 1", 1, "1 row written"),
        ("EXECUTE daily", 12, "12 rows written"),
        ("PREPARE daily FROM SELECT 1", 0, "PREPARE"),
        ("", None, "OK"),
    ],
)
def test_a_statement_without_rows_is_told_by_what_it_did(
    text: str, count: int | None, said: str
) -> None:
    assert done_text(text, count) == said
