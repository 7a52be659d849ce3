"""JSON keeps every digit, every NULL and every column."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.model import Column, Row
from athena_shell.output.json import format_json, format_jsonl
from athena_shell.output.options import FormatOptions


def line(kind: str, cell: str | None) -> str:
    text = "".join(format_jsonl([Column("v", kind)], [(cell,)], FormatOptions()))
    return text.removeprefix('{"v": ').removesuffix("}\n")


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("bigint", "9223372036854775807", "9223372036854775807"),
        ("decimal", "1.10", "1.10"),
        (
            "decimal",
            "99999999999999999999999999999999999.999",
            "99999999999999999999999999999999999.999",
        ),
        ("double", "1.0E10", "1.0E10"),
        ("double", "NaN", '"NaN"'),
        ("double", "-Infinity", '"-Infinity"'),
        ("bigint", '1, "x": 2', '"1, \\"x\\": 2"'),
        ("integer", "007", '"007"'),
        ("integer", "", '""'),
        ("boolean", "true", "true"),
        ("boolean", "maybe", '"maybe"'),
        ("varchar", "true", '"true"'),
        ("varchar", "", '""'),
        ("varchar", None, "null"),
        ("bigint", None, "null"),
        ("boolean", None, "null"),
        ("json", None, "null"),
        ("json", '{"a": [1,\n\t2.50]}', '{"a": [1,  2.50]}'),
        ("json", '"NaN"', '"NaN"'),
        ("json", "NaN", '"NaN"'),
        ("json", "{broken", '"{broken"'),
        ("json", "[" * 100_000, '"' + "[" * 100_000 + '"'),
        ("array", "[1, 2]", '"[1, 2]"'),
        ("timestamp", "2024-01-01 00:00:00.000", '"2024-01-01 00:00:00.000"'),
        ("varchar", 'quote " and \\ and \x1b', '"quote \\" and \\\\ and \\u001b"'),
        ("varchar", "漢字", '"漢字"'),
    ],
)
def test_types(kind: str, cell: str | None, expected: str) -> None:
    assert line(kind, cell) == expected


def test_an_array_has_an_object_a_line() -> None:
    columns = (Column("a", "integer"), Column("b"))
    assert "".join(format_json(columns, [("1", "x"), (None, None)], FormatOptions())) == (
        '[\n{"a": 1, "b": "x"},\n{"a": null, "b": null}\n]\n'
    )


def test_no_rows_are_an_empty_array_and_no_lines() -> None:
    columns = (Column("a"),)
    assert "".join(format_json(columns, [], FormatOptions())) == "[]\n"
    assert "".join(format_json((), [()], FormatOptions())) == "[]\n"
    assert "".join(format_jsonl(columns, [], FormatOptions())) == ""


def test_no_column_is_lost_to_a_repeated_name() -> None:
    columns = (Column("a"), Column("a"), Column("a_2"), Column(""), Column("100%"))
    text = "".join(format_jsonl(columns, [("1", "2", "3", "4", "5")], FormatOptions()))
    assert json.loads(text) == {"a": "1", "a_3": "2", "a_2": "3", "_col3": "4", "100%": "5"}


@given(
    st.lists(
        st.tuples(
            st.text() | st.none(), st.decimals(allow_nan=False, allow_infinity=False) | st.none()
        ),
        max_size=30,
    )
)
def test_values_read_back(pairs: list[tuple[str | None, Decimal | None]]) -> None:
    rows: list[Row] = [(text, None if number is None else f"{number:f}") for text, number in pairs]
    columns = (Column("t"), Column("d", "decimal"))
    text = "".join(format_json(columns, rows, FormatOptions()))
    back = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    assert [(item["t"], item["d"]) for item in back] == pairs


def test_many_rows_come_in_bounded_pieces() -> None:
    columns = tuple(Column(f"c{index}") for index in range(100))
    row: Row = ("x",) * 100
    pieces = list(format_json(columns, [row] * 1000, FormatOptions()))
    assert len(pieces) == 11
    assert len(json.loads("".join(pieces))) == 1000
