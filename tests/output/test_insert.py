"""INSERT statements hold typed literals that Athena reads back."""

from __future__ import annotations

import pytest

from athena_shell.core.model import Column, Row
from athena_shell.output.insert import format_insert
from athena_shell.output.options import FormatOptions
from athena_shell.sql.splitter import split


@pytest.mark.parametrize(
    ("kind", "cell", "literal"),
    [
        ("bigint", "-5", "-5"),
        ("bigint", "1); DROP TABLE x", "'1); DROP TABLE x'"),
        ("decimal", "1.10", "DECIMAL '1.10'"),
        ("double", "1.0E10", "1.0E10"),
        ("double", "NaN", "CAST('NaN' AS double)"),
        ("boolean", "true", "true"),
        ("boolean", "odd", "'odd'"),
        ("varchar", "it's", "'it''s'"),
        ("varchar", "", "''"),
        ("varchar", None, "NULL"),
        ("date", "2024-02-29", "DATE '2024-02-29'"),
        ("timestamp", "2024-02-29 00:00:00.000", "TIMESTAMP '2024-02-29 00:00:00.000'"),
        ("json", '{"a":"\'"}', "JSON '{\"a\":\"''\"}'"),
        ("varbinary", "61 62", "X'6162'"),
        ("varbinary", "6 62z", "'6 62z'"),
        ("array", "[1, 2]", "'[1, 2]'"),
    ],
)
def test_literals(kind: str, cell: str | None, literal: str) -> None:
    text = "".join(format_insert([Column("v", kind)], [(cell,)], FormatOptions(table_name="t")))
    assert text == f'INSERT INTO "t" ("v") VALUES\n({literal});\n'


def test_statements_are_bounded_in_rows_and_bytes() -> None:
    columns = (Column('na"me'),)
    options = FormatOptions(table_name="db.t", batch_rows=3)
    pieces = list(format_insert(columns, [("a",)] * 7, options))
    assert [piece.count("('a')") for piece in pieces] == [3, 3, 1]
    assert pieces[0].startswith('INSERT INTO "db"."t" ("na""me") VALUES\n')
    big: list[Row] = [("é" * 40_000,)] * 3
    pieces = list(format_insert(columns, big, FormatOptions()))
    assert all(len(piece.encode()) < 262_144 for piece in pieces)
    assert len(pieces) == 3


def test_hostile_values_stay_inside_their_literal() -> None:
    rows: list[Row] = [("'; DROP TABLE x; --", "a;b"), ("/*", "*/ ; '")]
    text = "".join(format_insert((Column("a"), Column('b"; --')), rows, FormatOptions()))
    assert len(split(text, final=True).pieces) == 1
    assert list(format_insert((), [()], FormatOptions())) == []
