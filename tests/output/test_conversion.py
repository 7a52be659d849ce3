"""A result's own CSV becomes the same typed file as its rows do."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athena_shell.core.errors import OutputError, ResultError, ServiceError
from athena_shell.core.model import Column, Page, Report, ResultSet, Row, Transferred
from athena_shell.output.delimited import format_csv
from athena_shell.output.export import whole_or_absent
from athena_shell.output.options import FormatOptions
from athena_shell.output.registry import FormatterRegistry
from athena_shell.output.transfer import ResultFile
from tests.output.test_files import COLUMNS, ROWS

FORMATS = FormatterRegistry()
TEXTS = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=8))


def copying(columns: Sequence[Column], rows: Sequence[Row]) -> ResultSet:
    """Return a result that can be copied as CSV; its rows must not be taken."""
    data = "".join(format_csv(columns, rows, FormatOptions())).encode()

    def copy(descriptor: int, report: Report) -> Transferred:
        os.write(descriptor, data)
        report(Transferred(0, len(data), len(data)))
        return Transferred(len(rows), len(data), len(data))

    def no_rows() -> Page:
        raise AssertionError("the rows were taken")

    return ResultSet(tuple(columns), (no_rows() for _ in range(1)), copy=copy)


def table_of(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        return pq.read_table(path)
    return pa.ipc.open_file(path.read_bytes()).read_all()


def exported(result: ResultSet, path: Path, heard: list[Transferred] | None = None) -> Transferred:
    with whole_or_absent(path, force=True) as writer:
        file = ResultFile(FORMATS, path, writer)
        return file.add(result, FormatOptions(), otherwise="csv", report=(heard or []).append)


@pytest.mark.parametrize("ending", [".parquet", ".arrow"])
def test_every_type_is_as_from_rows(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"typed{ending}"
    heard: list[Transferred] = []
    with whole_or_absent(path) as writer:
        done = ResultFile(FORMATS, path, writer).add(
            copying(COLUMNS, ROWS), FormatOptions(), otherwise="csv", report=heard.append
        )
    stream = io.BytesIO()
    formatter = FORMATS.for_path(path)
    assert formatter is not None
    assert formatter.write is not None
    formatter.write(COLUMNS, ROWS, stream, FormatOptions())
    expected = tmp_path / f"rows{ending}"
    expected.write_bytes(stream.getvalue())
    ours, theirs = table_of(path), table_of(expected)
    assert ours.schema == theirs.schema
    assert repr(ours.to_pylist()) == repr(theirs.to_pylist())  # NaN is no equal of itself
    assert (done.rows, done.bytes) == (3, path.stat().st_size)
    assert heard[-1].rows == 3


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3).flatmap(lambda width: st.lists(st.tuples(*[TEXTS] * width), max_size=6)))
def test_any_texts_come_through(rows: list[Row]) -> None:
    columns = tuple(Column(f"c{place}") for place in range(len(rows[0]) if rows else 2))
    data = "".join(format_csv(columns, rows, FormatOptions())).encode()
    stream = io.BytesIO()
    convert = FORMATS.named("parquet").convert
    assert convert is not None
    assert convert(columns, io.BytesIO(data), stream, lambda _: None)
    stream.seek(0)
    table = pq.read_table(stream)
    assert list(zip(*(column.to_pylist() for column in table.columns), strict=True)) == rows


def test_many_rows_are_counted(tmp_path: Path) -> None:
    columns = (Column("n", "bigint"), Column("text"))
    rows = [(str(number), f"line {number}\nof two") for number in range(200_000)]
    done = exported(copying(columns, rows), tmp_path / "many.parquet")
    table = pq.read_table(tmp_path / "many.parquet")
    assert done.rows == table.num_rows == 200_000
    assert table.column("n").to_pylist()[::9999] == [*range(0, 200_000, 9999)]


def test_a_cell_larger_than_a_block_goes_by_rows(tmp_path: Path) -> None:
    columns = (Column("n", "bigint"), Column("text"))
    rows = [("1", "x"), ("2", "y" * 20_000_000)]
    result = copying(columns, rows)
    result.pages = iter([Page(tuple(rows))])
    done = exported(result, tmp_path / "large.parquet")
    table = pq.read_table(tmp_path / "large.parquet")
    assert done.rows == table.num_rows == 2
    assert len(table.column("text")[1].as_py()) == 20_000_000


@pytest.mark.parametrize("error", [ServiceError("away"), ResultError("cut", code="Truncated")])
def test_a_copy_that_fails_leaves_the_rows(error: Exception, tmp_path: Path) -> None:
    def refuse(_descriptor: int, _report: Report) -> Transferred:
        raise error

    result = ResultSet((Column("n", "bigint"),), iter([Page((("7",),))]), copy=refuse)
    exported(result, tmp_path / "rows.parquet")
    assert pq.read_table(tmp_path / "rows.parquet").to_pylist() == [{"n": 7}]


def test_a_value_that_does_not_read_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "wrong.parquet"
    with pytest.raises(OutputError, match="A value of n does not read as bigint"):
        exported(copying((Column("n", "bigint"),), [("seven",)]), path)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == []
