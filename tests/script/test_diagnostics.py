"""Failures of scripts drawn at their place."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from athena_shell.completion.index import DatabaseNames, NameIndex, TableName
from athena_shell.core.errors import QueryFailed
from athena_shell.core.session import Session
from athena_shell.script.diagnostics import draw, place_of
from athena_shell.sql.splitter import split
from athena_shell.sql.variables import substitute

UNKNOWN = "COLUMN_NOT_FOUND: {}Column 'totl' cannot be resolved"
STEP = "  Check the name with \\d TABLE; text in double quotes is a name, not a string.\n"


def drawn(script: str, place: str, values: Mapping[str, str] | None = None) -> str:
    """Return what is said of the last statement of a script; ``place`` counts in what was sent."""
    piece = split(script, source="a.sql", final=True).pieces[-1]
    error = QueryFailed(UNKNOWN.format(f"line {place}: "))
    return draw(error, place_of(error, piece, substitute(piece.text, values or {})))


@pytest.mark.parametrize(
    ("script", "place", "column", "line", "mark"),
    [
        ("select 1;\nselect totl from t;", "1:8", "2:8", "select totl from t", " " * 7 + "^^^^"),
        ("select\ttotl;", "1:8", "1:8", "select    totl", " " * 10 + "^^^^"),
        ("select a,\r\n\ttotl\r\nfrom t;", "2:2", "2:2", "    totl", "    ^^^^"),
        ("select '日本語', totl;", "1:15", "1:15", "select '日本語', totl", " " * 17 + "^^^^"),
        ('select "日本";', "1:8", "1:8", 'select "日本"', " " * 7 + "^^^^^^"),
        ("select '\x1b[31m', totl;", "1:17", "1:17", "select '^[[31m', totl", " " * 17 + "^^^^"),
        ("select 'a\nb' = totl;", "2:6", "2:6", "b' = totl", " " * 5 + "^^^^"),
        ("select :v, totl;", "1:21", "1:12", "select :v, totl", " " * 11 + "^^^^"),
        ("select :v, b;", "1:9", "1:8", "select :v, b", " " * 7 + "^^"),
        ("select 1; select totl;", "1:8", "1:18", " " * 10 + "select totl", " " * 17 + "^^^^"),
    ],
)
def test_the_whole_token_is_marked(
    script: str, place: str, column: str, line: str, mark: str
) -> None:
    found = drawn(script, place, {"v": "from_values"})
    assert found == f"a.sql:{column}: {UNKNOWN.format('')}\n  {line}\n  {mark}\n{STEP}"


def test_a_name_that_was_meant_is_looked_for_in_what_is_known() -> None:
    (piece,) = split("select * from ordrs", source="a.sql", final=True).pieces
    error = QueryFailed("TABLE_NOT_FOUND: line 1:15: Table 'c.sales.ordrs' does not exist")
    names = NameIndex(contents={("c", "sales"): DatabaseNames.of([TableName("orders")])})
    place = place_of(error, piece, None)
    told = draw(error, place, Session(catalog="c", database="sales"), names)
    assert told.endswith("  Did you mean orders?\n")
    assert "List the tables with \\dt" in draw(error, place)


def test_a_keyword_that_was_meant() -> None:
    (piece,) = split("select a form t", source="a.sql", final=True).pieces
    error = QueryFailed("line 1:15: mismatched input 't'")
    assert "Did you mean from?" in draw(error, place_of(error, piece, None))
