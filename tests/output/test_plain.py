"""Bare values, and none at all."""

from __future__ import annotations

from athena_shell.core.model import Column, Row
from athena_shell.output.options import FormatOptions
from athena_shell.output.plain import format_nothing, format_plain

COLUMNS = (Column("a"), Column("b"))


def test_values_are_parted_by_tabs() -> None:
    rows: list[Row] = [("1", "x y"), (None, "")]
    assert "".join(format_plain(COLUMNS, rows, FormatOptions(null="∅"))) == "1\tx y\n∅\t\n"
    assert list(format_plain((), [()], FormatOptions())) == []


def test_values_are_parted_by_the_separator() -> None:
    rows: list[Row] = [("1", "x y"), (None, "")]
    options = FormatOptions(null="∅", separator="|")
    assert "".join(format_plain(COLUMNS, rows, options)) == "1|x y\n∅|\n"


def test_nothing_reads_everything() -> None:
    rows = iter([("1", "2")] * 10)
    assert list(format_nothing(COLUMNS, rows, FormatOptions())) == []
    assert next(rows, "done") == "done"
