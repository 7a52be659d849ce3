"""What a statement may cost unasked: an amount or a size, for what is charged."""

from __future__ import annotations

from decimal import Decimal

import pytest

from athena_shell.query.consent import Consent
from athena_shell.query.cost import Price
from athena_shell.query.estimate import Estimate, TableEstimate

TERABYTE = 1024**4


def scan(size: int | None) -> Estimate:
    return Estimate((TableEstimate("shop.orders", size, "its files"),))


@pytest.mark.parametrize(
    ("setting", "size", "price", "covered"),
    [
        ("5", TERABYTE, Price(), True),
        ("4.99", TERABYTE, Price(), False),
        ("5", TERABYTE, Price(Decimal(6)), False),
        ("1TB", TERABYTE, Price(), True),
        ("1TB", TERABYTE + 1, Price(), False),
        ("1TB", TERABYTE, None, True),
        ("1TB", None, Price(), False),
        ("5", None, Price(), False),
    ],
)
def test_what_is_covered(
    setting: str, size: int | None, price: Price | None, *, covered: bool
) -> None:
    assert Consent.of(setting).covers(scan(size), price) is covered


@pytest.mark.parametrize(
    ("text", "concerned"),
    [
        ("SELECT 1", True),
        ("INSERT INTO t SELECT 1", True),
        ("CREATE TABLE t AS SELECT 1", True),
        (
            "CREATE TABLE t WITH (format = 'PARQUET') AS\n(WITH a AS (SELECT 1) SELECT * FROM a)",
            True,
        ),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://b/'", False),
        ("DROP TABLE t", False),
        ("SHOW TABLES", False),
        ("EXPLAIN SELECT 1", False),
    ],
)
def test_only_what_is_charged_is_estimated(text: str, *, concerned: bool) -> None:
    assert Consent.of("1TB").concerns(text, None) is concerned
    assert Consent.of("5").concerns(text, Price()) is concerned
    assert not Consent.of("off").concerns(text, Price())
    assert not Consent.of("5").concerns(text, None)
