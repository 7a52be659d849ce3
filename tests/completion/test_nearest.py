"""Did you mean."""

from __future__ import annotations

import pytest

from athena_shell.completion.index import NameIndex
from athena_shell.completion.nearest import did_you_mean, nearest
from athena_shell.core.session import Session


@pytest.mark.parametrize(
    ("message", "text", "expected"),
    [
        (
            "COLUMN_NOT_FOUND: line 1:8: Column 'totl' cannot be resolved",
            "SELECT totl FROM orders",
            "total",
        ),
        (
            "COLUMN_NOT_FOUND: line 1:8: Column 'c.nam' cannot be resolved",
            "SELECT c.nam FROM orders o JOIN customers c ON true",
            "name",
        ),
        (
            "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.sales.oders' does not exist",
            "SELECT * FROM oders",
            "orders",
        ),
        (
            "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.web.log' does not exist",
            "SELECT * FROM web.log",
            "logs",
        ),
        (
            "FUNCTION_NOT_FOUND: line 1:8: Function 'date_trunk' not registered",
            "SELECT date_trunk('day', x)",
            "date_trunc",
        ),
        (
            "SCHEMA_NOT_FOUND: line 1:15: Schema 'sale' does not exist",
            "SELECT * FROM sale.x",
            "sales",
        ),
        ("CATALOG_NOT_FOUND: line 1:1: Catalog 'lambda_ca' not found", "x", "lambda_cat"),
        ("line 1:15: mismatched input 'orders'", "SELECT * FORM orders", "FROM"),
        (
            "COLUMN_NOT_FOUND: line 1:8: Column 'DISTICT' cannot be resolved",
            "SELECT DISTICT total FROM orders",
            "DISTINCT",
        ),
        ("HIVE_BAD_DATA: oh", "SELECT 1", ""),
        ("Column 'zzzzzz' cannot be resolved", "SELECT zzzzzz FROM orders", ""),
    ],
)
def test_the_nearest_names(
    message: str, text: str, expected: str, session: Session, name_index: NameIndex
) -> None:
    assert (did_you_mean(message, text, session, name_index) or ("",))[0] == expected


def test_a_name_is_not_near_itself() -> None:
    assert nearest("orders", ["orders", "order", "xyz"]) == ("order",)
