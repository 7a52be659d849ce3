"""Typed files hold every Athena type faithfully."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from athena_shell.core.errors import CommandError, OutputError
from athena_shell.core.model import Column, Row
from athena_shell.output import missing, xlsx
from athena_shell.output.missing import extra
from athena_shell.output.options import FormatOptions
from athena_shell.output.registry import FormatterRegistry
from athena_shell.output.transfer import file_format, format_for

COLUMNS = (
    Column("id", "bigint"),
    Column("small", "smallint"),
    Column("tiny", "tinyint"),
    Column("int", "integer"),
    Column("price", "decimal", 10, 2),
    Column("ratio", "double"),
    Column("real", "float"),
    Column("paid", "boolean"),
    Column("note", "varchar"),
    Column("day", "date"),
    Column("at", "timestamp", 3),
    Column("at", "timestamp", 6),
    Column("zoned", "timestamp with time zone", 3),
    Column("raw", "varbinary"),
    Column("tags", "array"),
    Column("doc", "json"),
    Column("wait", "interval day to second"),
    Column("clock", "time", 3),
    Column("fine", "time", 6),
)
ROWS: tuple[Row, ...] = (
    (
        "9223372036854775807", "-32768", "127", "-5", "-12345678.90", "-Infinity", "1.5", "true",
        "=1+1", "2024-02-29", "2024-02-29 10:11:12.123", "1969-12-31 23:59:59.123456",
        "2024-02-29 10:11:12.123 Europe/Berlin", "61 00 ff", "[1, 2]", '{"a":1}', "1 00:00:00.000",
        "10:11:12.123", "23:59:59.123456",
    ),
    (None,) * 19,
    (
        "1", "2", "3", "4", "5.00", "0.1", "NaN", "false",
        "", "1899-12-31", "0001-01-01 00:00:00.000", "2024-01-01 00:00:00.000000",
        "2024-01-01 00:00:00.000 -03:30", "", "[]", "null", "y", "00:00:00.000", "00:00:00.000000",
    ),
)  # fmt: skip


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def written(name: str, columns: tuple[Column, ...], rows: Any) -> io.BytesIO:
    stream = io.BytesIO()
    formatter = FormatterRegistry().named(name)
    assert formatter.write is not None
    formatter.write(columns, rows, stream, FormatOptions())
    stream.seek(0)
    return stream


@pytest.mark.parametrize("name", ["parquet", "arrow"])
def test_columnar_files(name: str) -> None:
    stream = written(name, COLUMNS, ROWS)
    table = pq.read_table(stream) if name == "parquet" else pa.ipc.open_file(stream).read_all()
    assert [str(field.type) for field in table.schema] == [
        "int64", "int16", "int8", "int32", "decimal128(10, 2)", "double", "float", "bool", "string",
        "date32[day]", "timestamp[ms]", "timestamp[us]", "timestamp[ms, tz=UTC]", "binary",
        "string",
        "extension<arrow.json>", "string", "time32[ms]", "time64[us]",
    ]  # fmt: skip
    assert table.column_names[10:12] == ["at", "at_2"]
    first, nulls, last = (list(row.values()) for row in table.to_pylist())
    assert first == [
        9223372036854775807, -32768, 127, -5, Decimal("-12345678.90"), float("-inf"), 1.5, True,
        "=1+1", date(2024, 2, 29), moment("2024-02-29 10:11:12.123"),
        moment("1969-12-31 23:59:59.123456"), moment("2024-02-29 09:11:12.123+00:00"),
        b"a\x00\xff", "[1, 2]", '{"a":1}', "1 00:00:00.000", time(10, 11, 12, 123_000),
        time(23, 59, 59, 123_456),
    ]  # fmt: skip
    assert nulls == [None] * 19
    assert last[6] != last[6]
    assert last[8] == ""
    assert last[9] == date(1899, 12, 31)
    assert last[12] == moment("2024-01-01 03:30:00+00:00")
    assert table.schema.field("tags").metadata == {b"athena.type": b"array"}


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-07-01 10:00:00.000 UTC", "2024-07-01 10:00:00+00:00"),
        ("2024-07-01 10:00:00.000 America/New_York", "2024-07-01 14:00:00+00:00"),
        ("2024-07-01 10:00:00.000 +05:45", "2024-07-01 04:15:00+00:00"),
        ("2024-07-01 10:00:00.000+05:45", "2024-07-01 04:15:00+00:00"),
        ("2024-10-27 02:30:00.000 Europe/Berlin", "2024-10-27 00:30:00+00:00"),
    ],
)
def test_moments_in_any_zone_are_instants(text: str, instant: str) -> None:
    column = Column("x", "timestamp with time zone", 3)
    rows = [("2024-07-01 10:00:00.000 UTC",), (None,), (text,)]
    cells = pq.read_table(written("parquet", (column,), rows)).column(0).to_pylist()
    assert cells == [moment("2024-07-01 10:00:00+00:00"), None, moment(instant)]


def test_json_is_json_in_parquet_for_every_reader() -> None:
    file = pq.ParquetFile(written("parquet", (Column("doc", "json"),), [('{"a": 1.10}',)]))
    assert str(file.schema.column(0).logical_type) == "JSON"
    assert file.read().column(0).to_pylist() == ['{"a": 1.10}']


def test_an_empty_result_keeps_its_schema() -> None:
    table = pq.read_table(written("parquet", COLUMNS[:2], []))
    assert (table.num_rows, table.column_names) == (0, ["id", "small"])


def test_many_rows_come_in_row_groups() -> None:
    rows = ((str(number),) for number in range(120_000))
    file = pq.ParquetFile(written("parquet", COLUMNS[:1], rows))
    assert file.metadata.num_rows == 120_000
    assert file.metadata.num_row_groups == 6


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (Column("x", "bigint"), "abc"),
        (Column("x", "date"), "soon"),
        (Column("x", "varbinary"), "zz"),
        (Column("x", "timestamp with time zone"), "2024-01-01 00:00:00.000"),
        (Column("x", "timestamp with time zone"), "2024-01-01 00:00:00.000 Mars/Olympus"),
        (Column("x", "time", 3), "25:00:00.000"),
    ],
)
def test_a_value_that_is_not_of_its_type_names_the_column(column: Column, cell: str) -> None:
    with pytest.raises(OutputError, match="A value of x does not read as"):
        written("parquet", (column,), [(cell,)])


def test_a_workbook() -> None:
    sheet = openpyxl.load_workbook(written("xlsx", COLUMNS, ROWS)).active
    header, first, *_rest = list(sheet.values)
    assert header[:5] == ("id", "small", "tiny", "int", "price")
    assert first[:13] == (
        "9223372036854775807", -32768, 127, -5, -12345678.9, "-Infinity", 1.5, True, "=1+1",
        moment("2024-02-29"), moment("2024-02-29 10:11:12.123"),
        "1969-12-31 23:59:59.123456", "2024-02-29 10:11:12.123 Europe/Berlin",
    )  # fmt: skip
    assert sheet["E2"].number_format == "0.00"
    assert sheet["I2"].data_type == "s"
    assert sheet["J4"].value == "1899-12-31"
    assert sheet.freeze_panes == "A2"


def test_a_workbook_goes_on_in_another_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_ROWS", 4)
    rows = [(str(number),) for number in range(7)]
    book = openpyxl.load_workbook(written("xlsx", COLUMNS[:1], rows))
    assert [[row[0] for row in sheet.values] for sheet in book] == [
        ["id", 0, 1, 2], ["id", 3, 4, 5], ["id", 6],
    ]  # fmt: skip
    assert [
        row[0] for row in openpyxl.load_workbook(written("xlsx", COLUMNS[:1], [])).active.values
    ] == ["id"]


def test_odd_values_in_a_workbook_stay_texts() -> None:
    columns = (Column("b", "boolean"), Column("d", "date"), Column("n", "bigint"))
    sheet = openpyxl.load_workbook(written("xlsx", columns, [("maybe", "soon", "many")])).active
    assert list(sheet.values)[1] == ("maybe", "soon", "many")


def test_a_workbook_says_what_it_cannot_hold() -> None:
    with pytest.raises(OutputError, match="An Excel cell holds 32,767 characters; note in row 1"):
        written("xlsx", (Column("note"),), [("x" * 32_768,)])
    with pytest.raises(OutputError, match="An Excel sheet holds 16,384 columns"):
        written("xlsx", (Column("c"),) * 16_385, [])


def test_a_missing_package_names_the_command_that_installs_it() -> None:
    with pytest.raises(CommandError) as raised, extra("parquet", "The parquet format"):
        raise ImportError(name="pyarrow")
    assert raised.value.message == "The parquet format needs pyarrow, which is not installed."
    assert raised.value.hint == "Install it with: pip install 'athena-shell[parquet]'"


@pytest.mark.parametrize("name", ["xlsx", "parquet", "arrow"])
def test_a_missing_package_is_told_before_a_format_is_used(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    formatters = FormatterRegistry()
    assert file_format(formatters, Path(f"a.{name}"), "", "csv").name == name
    monkeypatch.setattr(missing, "find_spec", lambda _: None)
    for path, asked in ((Path(f"a.{name}"), ""), (Path("a.csv"), name)):
        with pytest.raises(CommandError, match=f"The {name} format needs .*, which is not inst"):
            file_format(formatters, path, asked, "csv")
        with pytest.raises(CommandError, match=f"The {name} format needs .*, which is not inst"):
            format_for(formatters, path, asked)
    assert file_format(formatters, Path("a.csv"), "", "csv").name == "csv"
