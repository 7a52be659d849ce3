from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.model import QueryExecution, QueryState, QueryStatistics
from athena_shell.query.cost import (
    MEGABYTE,
    TERABYTE,
    Price,
    format_bytes,
    format_cost,
    parse_bytes,
)


def execution(
    state: QueryState = QueryState.SUCCEEDED,
    kind: str = "DML",
    *,
    scanned: int | None = TERABYTE,
    substatement: str = "",
    reused: bool = False,
) -> QueryExecution:
    return QueryExecution(
        id="q",
        state=state,
        statement_type=kind,
        substatement_type=substatement,
        statistics=QueryStatistics(scanned_bytes=scanned, reused=reused),
    )


def test_a_terabyte_costs_its_price() -> None:
    assert Price().of_scan(TERABYTE) == 5
    assert Price.of_region("sa-east-1").of_scan(TERABYTE) == 9
    assert Price(Decimal("6.5")).of_scan(TERABYTE // 2) == Decimal("3.25")


def test_a_query_costs_ten_megabytes_at_least_and_whole_megabytes_beyond() -> None:
    price = Price()

    assert price.of_scan(1) == price.of_scan(10 * MEGABYTE)
    assert price.of_scan(10 * MEGABYTE + 1) == price.of_scan(11 * MEGABYTE)
    assert price.of_scan(0) == 0


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        (execution(), Decimal(5)),
        (execution(QueryState.CANCELLED), Decimal(5)),
        (execution(QueryState.RUNNING), Decimal(5)),
        (execution(QueryState.FAILED), Decimal(0)),
        (execution(kind="DDL"), Decimal(0)),
        (execution(kind="UTILITY"), Decimal(0)),
        (execution(kind="DDL", substatement="CREATE_TABLE_AS_SELECT"), Decimal(5)),
        (execution(substatement="EXPLAIN"), Decimal(0)),
        (execution(reused=True), Decimal(0)),
        (execution(scanned=None), None),
    ],
)
def test_what_is_charged(query: QueryExecution, cost: Decimal | None) -> None:
    assert Price().of_query(query) == cost


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (Decimal(0), "$0"),
        (Decimal("0.0000476837158203125"), "$0.000048"),
        (Decimal("0.004"), "$0.0040"),
        (Decimal("0.5"), "$0.50"),
        (Decimal("0.999"), "$1.00"),
        (Decimal("12.345"), "$12.35"),
        (Decimal(1234567), "$1,234,567.00"),
        (None, "$?"),
    ],
)
def test_money_as_text(cost: Decimal | None, text: str) -> None:
    assert format_cost(cost) == text


@given(st.integers(min_value=1, max_value=10 * TERABYTE))
def test_a_cost_is_never_shown_as_nothing(scanned: int) -> None:
    text = format_cost(Price().of_scan(scanned))

    assert Decimal(text.removeprefix("$").replace(",", "")) > 0


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, "?"),
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.00 KB"),
        (10 * MEGABYTE, "10.0 MB"),
        (1024 * MEGABYTE - 1, "1024 MB"),
        (123456789012, "115 GB"),
        (TERABYTE, "1.00 TB"),
    ],
)
def test_sizes_as_text(count: int | None, text: str) -> None:
    assert format_bytes(count) == text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("1048576", MEGABYTE),
        ("50GB", 50 * 1024**3),
        ("50 gb", 50 * 1024**3),
        ("50G", 50 * 1024**3),
        ("1.5TiB", 3 * TERABYTE // 2),
        ("12 B", 12),
    ],
)
def test_sizes_from_text(text: str, count: int) -> None:
    assert parse_bytes(text) == count


@pytest.mark.parametrize("text", ["", "GB", "-1GB", "ten", "1 parsec", "NaN", "Infinity TB"])
def test_a_wrong_size_is_told_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="is no size; write one such as 500MB"):
        parse_bytes(text)
