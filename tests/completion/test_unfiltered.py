"""Queries of partitioned tables without a condition on the partition columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.completion.index import ColumnName, DatabaseNames, NameIndex, TableName
from athena_shell.completion.unfiltered import unfiltered
from athena_shell.core.session import Session


def table(name: str, *columns: str, view: bool = False) -> TableName:
    parts = (ColumnName(each.strip("*"), "", each.endswith("*")) for each in columns)
    return TableName(name, view, tuple(parts))


INDEX = NameIndex(
    contents={
        ("awsdatacatalog", "shop"): DatabaseNames.of(
            [
                table("orders", "id", "status", "Day*", "hour*"),
                table("plain", "id"),
                table("cheap", "day*", view=True),
            ]
        ),
        ("awsdatacatalog", "web"): DatabaseNames.of([table("hits", "url", "dt*")]),
    }
)
SESSION = Session("test", database="shop")


def warned(text: str) -> list[str]:
    return [each.name for each in unfiltered(text, SESSION, INDEX)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT count(*) FROM orders", ["orders"]),
        ("select * from orders", ["orders"]),
        ('SELECT * FROM "ORDERS" o', ["orders"]),
        ("SELECT * FROM orders WHERE status = 'new'", ["orders"]),
        ("SELECT day, count(*) FROM orders GROUP BY day", ["orders"]),
        ("SELECT count(*) FROM orders LIMIT 10", ["orders"]),
        ("SELECT * FROM orders ORDER BY id LIMIT 10", ["orders"]),
        ("SELECT * FROM web.hits", ["hits"]),
        ("SELECT * FROM AwsDataCatalog.web.hits", ["hits"]),
        ("SELECT * FROM plain p, orders o", ["orders"]),
        ("SELECT * FROM (SELECT * FROM orders) WHERE status = 'new'", ["orders"]),
        ("WITH a AS (SELECT * FROM orders) SELECT * FROM a", ["orders"]),
        ("INSERT INTO plain SELECT id FROM orders", ["orders"]),
        ("CREATE TABLE x AS SELECT * FROM orders", ["orders"]),
        ("UNLOAD (SELECT * FROM orders) TO 's3://b/' WITH (format = 'PARQUET')", ["orders"]),
        ("SELECT 'day' /* day */ FROM orders WHERE status = 'day'", ["orders"]),
        ("SELECT * FROM orders JOIN web.hits ON id = url", ["orders", "hits"]),
    ],
)
def test_what_reads_every_partition(text: str, names: list[str]) -> None:
    assert warned(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM orders WHERE day = DATE '2024-05-01'",
        "SELECT * FROM orders WHERE status = 'x' AND o.hour > 3",
        'SELECT * FROM orders WHERE "Day" > 3',
        "SELECT * FROM orders JOIN plain ON day = id",
        "SELECT * FROM orders JOIN plain USING (day)",
        "SELECT * FROM (SELECT day AS d, id FROM orders) WHERE d = 1",
        "WITH a AS (SELECT * FROM orders) SELECT * FROM a WHERE day = 1",
        "SELECT * FROM orders LIMIT 10",
        "SELECT id, day FROM orders WHERE id = 1 LIMIT 10",
        "SELECT * FROM orders AS o (a, b, c, d) WHERE c = 1",
        "SELECT * FROM plain",
        "SELECT * FROM cheap",
        "SELECT * FROM nowhere.orders",
        'SELECT * FROM "orders$partitions"',
        "WITH orders AS (SELECT 1) SELECT * FROM orders",
        "INSERT INTO orders SELECT * FROM plain",
        "INSERT INTO orders VALUES (1, 'a', 2, 3)",
        "DELETE FROM orders",
        "EXPLAIN SELECT * FROM orders",
        "SHOW COLUMNS FROM orders",
        "SELECT 1",
        "",
    ],
)
def test_what_does_not_or_may_not(text: str) -> None:
    assert warned(text) == []


WORDS = ["SELECT", "FROM", "orders", "WHERE", "day", "(", ")", ",", "JOIN", "ON", "WITH", "AS", "*"]


@given(st.lists(st.sampled_from([*WORDS, "INTO", "INSERT", "'", "LIMIT", "1", ";"])).map(" ".join))
def test_any_words_are_survived(text: str) -> None:
    unfiltered(text, SESSION, INDEX)
