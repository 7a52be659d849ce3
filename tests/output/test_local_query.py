"""Held results answer SQL, with the types that Athena said and nothing else in reach."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence

import pytest

from athena_shell.core.errors import CommandError
from athena_shell.core.model import Column, Row
from athena_shell.output.held import HeldResult, HeldResults
from athena_shell.output.local_query import LocalAnswer, LocalQuery, names_in


@pytest.fixture
def results() -> Iterator[HeldResults]:
    held = HeldResults()
    yield held
    held.close()


def nothing() -> None:
    """Nobody wants it stopped."""


def answer(results: HeldResults, text: str) -> tuple[LocalAnswer, list[Row]]:
    query = LocalQuery()
    try:
        latest = results.names()[-2] if results.names() else ""
        query.load(results.all(), latest, nothing)
        found = query.run(text)
        return found, list(found.rows)
    finally:
        query.close()


def hold(results: HeldResults, columns: Sequence[Column], *rows: Row) -> HeldResult:
    return results.add_whole(columns, rows, "SELECT")


ZONED = "timestamp with time zone"
TYPED: Sequence[tuple[Column, str, str]] = (
    (Column("b", "boolean"), "true", "BOOLEAN"),
    (Column("t", "tinyint"), "-128", "TINYINT"),
    (Column("s", "smallint"), "-3", "SMALLINT"),
    (Column("i", "integer"), "7", "INTEGER"),
    (Column("l", "bigint"), "9223372036854775807", "BIGINT"),
    (Column("r", "float"), "0.1", "FLOAT"),
    (Column("d", "double"), "0.1", "DOUBLE"),
    (Column("n", "decimal", 38, 10), "1234567890123456789012345678.0000000001", "DECIMAL(38,10)"),
    (Column("day", "date"), "2024-02-29", "DATE"),
    (Column("clock", "time"), "23:59:59.123", "TIME"),
    (Column("at", "timestamp", 3), "2024-01-01 10:00:00.000", "TIMESTAMP"),
    (Column("fine", "timestamp", 6), "2024-01-01 10:00:00.123456", "TIMESTAMP"),
    (Column("z", ZONED), "2024-01-01 10:00:00.500 UTC", "TIMESTAMP WITH TIME ZONE"),
    (Column("j", "json"), '{"a": [1.10]}', "JSON"),
    (Column("raw", "varbinary"), "68 69 00", "BLOB"),
    (Column("text"), "naïve 漢 '\"\\ \n\t\0", "VARCHAR"),
    (Column("list", "array"), "[1, 2]", "VARCHAR"),
    (Column("pairs", "map"), "{a=1}", "VARCHAR"),
    (Column("record", "row"), "{x=1, y=2}", "VARCHAR"),
)  # fmt: skip


def test_each_type_is_its_own_and_comes_back_as_it_was(results: HeldResults) -> None:
    columns = [column for column, _, _ in TYPED]
    values = tuple(value for _, value, _ in TYPED)
    hold(results, columns, values, (None,) * len(columns))
    _, described = answer(results, "SELECT column_type FROM (DESCRIBE _1)")
    assert [row[0] for row in described] == [kind for _, _, kind in TYPED]
    found, rows = answer(results, "FROM _1")
    assert rows == [values, (None,) * len(columns)]
    assert found.kept_as_text == ()
    untyped = {"array": "varchar", "map": "varchar", "row": "varchar", "float": "real"}
    assert [each.type for each in found.columns] == [
        untyped.get(column.type, column.type) for column in columns
    ]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-07-01 10:00:00.000 Europe/Amsterdam", "2024-07-01 08:00:00.000 UTC"),
        ("2024-07-01 10:00:00.000 +05:30", "2024-07-01 04:30:00.000 UTC"),
        ("2024-07-01 10:00:00.000 -03:00", "2024-07-01 13:00:00.000 UTC"),
        ("2024-07-01 10:00:00.000000 UTC", "2024-07-01 10:00:00.000 UTC"),
    ],
)
def test_moments_in_a_zone_are_instants(results: HeldResults, text: str, instant: str) -> None:
    hold(results, [Column("z", "timestamp with time zone")], (text,))
    found, rows = answer(results, "SELECT z FROM _")
    assert rows == [(instant,)]
    assert found.columns == (Column("z", "timestamp with time zone"),)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (Column("x", "decimal", 4, 2), "12345.678"),
        (Column("x", "timestamp", 9), "2024-01-01 10:00:00.123456789"),
        (Column("x", "timestamp with time zone"), "2024-01-01 10:00:00.000 Mars/Olympus"),
        (Column("x", "bigint"), "1 thing"),
        (Column("x", "varbinary"), "abc"),
        (Column("x", "json"), "{"),
    ],
)
def test_a_value_that_does_not_read_keeps_its_column_text(
    results: HeldResults, column: Column, value: str
) -> None:
    hold(results, [column], (None,), (value,))
    found, rows = answer(results, "FROM _1")
    assert rows == [(None,), (value,)]
    assert found.kept_as_text == ("_1.x",)


def test_what_only_duckdb_knows_becomes_what_athena_would_say(results: HeldResults) -> None:
    hold(results, [Column("id", "bigint")], ("1",), ("2",))
    found, rows = answer(
        results,
        "SELECT sum(id) AS total, [1, 2] AS list, {'a': 1.1} AS record, map {'k': 1} AS pairs,"
        " 'nan'::DOUBLE AS nan, '-inf'::FLOAT AS low, INTERVAL 3 DAY AS span,"
        " TIMESTAMP_NS '2024-01-01 10:00:00.123456789' AS fine FROM _1",
    )
    assert rows == [
        (
            "3",
            "[1,2]",
            '{"a":1.1}',
            '{"k":1}',
            "NaN",
            "-Infinity",
            "3 days",
            "2024-01-01 10:00:00.123456789",
        )
    ]
    assert [each.type for each in found.columns] == [
        "decimal", "json", "json", "json", "double", "real", "varchar", "timestamp",
    ]  # fmt: skip


def test_results_are_joined(results: HeldResults) -> None:
    hold(results, [Column("id", "bigint"), Column("name")], ("1", "one"), ("2", None))
    hold(results, [Column("id", "bigint"), Column("amount", "decimal", 10, 2)], ("2", "1.10"))
    _, rows = answer(results, "SELECT name, amount * 2 FROM _1 JOIN _ USING (id) -- the last")
    assert rows == [(None, "2.20")]


def test_order_and_many_rows_are_kept(results: HeldResults) -> None:
    many: list[Row] = [(str(number), "x" * 40) for number in range(50_000)]
    hold(results, [Column("n", "integer"), Column("t")], *many)
    _, rows = answer(results, "SELECT n FROM _1 ORDER BY n DESC")
    assert rows == [(str(number),) for number in reversed(range(50_000))]


def test_names_that_differ_by_case_or_not_at_all_are_told_apart(results: HeldResults) -> None:
    columns = [Column("A"), Column("a"), Column("a"), Column(""), Column('q"')]
    hold(results, columns, ("1", "2", "3", "4", "5"))
    found, rows = answer(results, "FROM _1")
    assert [each.name for each in found.columns] == ["A", "a_2", "a_2_2", "_col3", 'q"']
    assert rows == [("1", "2", "3", "4", "5")]


@pytest.mark.parametrize(
    "query", ["SUMMARIZE _1", "PIVOT _1 ON t USING count(*)", "EXPLAIN FROM _1"]
)
def test_other_queries_of_duckdb_work(results: HeldResults, query: str) -> None:
    hold(results, [Column("t")], ("a",))
    found, rows = answer(results, query)
    assert rows
    assert len(rows[0]) == len(found.columns)


@pytest.mark.parametrize(
    "query",
    [
        "FROM read_csv('/etc/passwd')",
        "FROM '/etc/passwd'",
        "FROM glob('/*')",
        "FROM read_text('https://example.com/')",
        "FROM results",
        "FROM duckdb_secrets()",
        "SELECT getenv('HOME')",
    ],
)
def test_nothing_else_of_the_machine_is_in_reach(results: HeldResults, query: str) -> None:
    hold(results, [Column("t")], ("a",))
    with pytest.raises(CommandError):
        answer(results, query)


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE _1",
        "SET enable_external_access = true",
        "COPY _1 TO '/tmp/x'",
        "ATTACH '/tmp/x'",
        "INSTALL httpfs",
        "CREATE TABLE x (a INTEGER)",
        "SELECT 1; SELECT 2",
        "PRAGMA version",
        "",
    ],
)
def test_only_one_query_is_run(results: HeldResults, query: str) -> None:
    hold(results, [Column("t")], ("a",))
    with pytest.raises(CommandError, match="runs one query over held results"):
        answer(results, query)


def test_an_error_names_the_place_in_what_was_typed(results: HeldResults) -> None:
    hold(results, [Column("t")], ("a",))
    with pytest.raises(CommandError) as raised:
        answer(results, "SELECT t,\n missing FROM _1")
    assert "LINE 2:  missing FROM _1" in raised.value.message
    assert "DuckDB" in raised.value.hint


def test_memory_has_a_bound() -> None:
    query = LocalQuery(memory_mb=20)
    with pytest.raises(CommandError, match="more memory than the 20 MB"):
        query.run("SELECT list(repeat('x', 100000) || range) FROM range(10000)")
    query.close()


def test_it_can_be_stopped_from_another_thread(results: HeldResults) -> None:
    hold(results, [Column("t")], ("a",))
    query = LocalQuery()
    threading.Timer(0.05, query.stop).start()
    with pytest.raises(CommandError, match=r"(?i)interrupt"):
        query.run("SELECT count(*) FROM range(100000000) a, range(100000000) b")
    query.close()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT _ FROM _1, _22 JOIN \"_3\" ON x_4 = '_5' -- _6", {"_", "_1", "_22", "_3"}),
        ("SELECT '_%' /* _1 */", set()),
        ("FROM _1a", set()),
    ],
)
def test_names_of_results_in_a_query(text: str, names: set[str]) -> None:
    assert names_in(text) == names


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(CommandError) as raised:
        LocalQuery()
    assert raised.value.message == r"\local needs duckdb, which is not installed."
    assert raised.value.hint == "Install it with: pip install 'athena-shell[local]'"
