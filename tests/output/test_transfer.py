"""Exports go by the file's ending, are counted, and are whole or absent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from athena_shell.core.errors import CommandError, OutputError, ServiceError
from athena_shell.core.model import Column, Row, Transferred
from athena_shell.output import export
from athena_shell.output.export import whole_or_absent
from athena_shell.output.options import FormatOptions
from athena_shell.output.registry import FormatterRegistry
from athena_shell.output.transfer import (
    ResultFile,
    as_result,
    export_rows,
    format_for,
    is_straight_copy,
    write_rows,
)

FORMATS = FormatterRegistry()
COLUMNS = (Column("id", "bigint"), Column("text"))


def rows(count: int) -> Iterator[Row]:
    for number in range(count):
        yield str(number), "x"


def test_the_ending_or_the_name_chooses(tmp_path: Path) -> None:
    assert format_for(FORMATS, tmp_path / "a.PARQUET").name == "parquet"
    assert format_for(FORMATS, tmp_path / "a.csv", "jsonl").name == "jsonl"
    with pytest.raises(CommandError) as raised:
        format_for(FORMATS, tmp_path / "a.doc")
    assert raised.value.message == "The ending of a.doc chooses no format."
    assert ".parquet" in raised.value.hint


@pytest.mark.parametrize("name", [item.name for item in FORMATS.built_in() if item.name != "null"])
def test_every_format_can_be_exported(tmp_path: Path, name: str) -> None:
    path = tmp_path / "out"
    written = export_rows(FORMATS.named(name), COLUMNS, rows(1200), path, FormatOptions())
    assert written == Transferred(1200, path.stat().st_size)


def test_progress_is_reported(tmp_path: Path) -> None:
    seen: list[Transferred] = []
    with whole_or_absent(tmp_path / "out.csv") as writer:
        write_rows(
            FORMATS.named("csv"), COLUMNS, rows(2100), writer, FormatOptions(), report=seen.append
        )
    assert [report.rows for report in seen] == [500, 1000, 1500, 2000]
    assert seen[0].bytes < seen[1].bytes < seen[-1].bytes < (tmp_path / "out.csv").stat().st_size


def test_only_the_dialect_of_athena_is_a_straight_copy() -> None:
    csv, tsv = FORMATS.named("csv"), FORMATS.named("tsv")
    assert is_straight_copy(csv, FormatOptions())
    assert not is_straight_copy(tsv, FormatOptions())
    assert not is_straight_copy(csv, FormatOptions(csv_safe=True))
    assert not is_straight_copy(csv, FormatOptions(quote_all=False))
    assert not is_straight_copy(csv, FormatOptions(header=False))
    assert not is_straight_copy(csv, FormatOptions(separator=";"))
    assert is_straight_copy(csv, FormatOptions(separator=","))


def failing() -> Iterator[Row]:
    yield from rows(5000)
    raise ServiceError("gone")


@pytest.mark.parametrize("name", [item.name for item in FORMATS.built_in()])
def test_a_failed_source_leaves_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(ServiceError):
        export_rows(FORMATS.named(name), COLUMNS, failing(), tmp_path / "out", FormatOptions())
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize("name", [item.name for item in FORMATS.built_in() if item.name != "null"])
def test_a_full_disk_is_told_of_in_every_format(name: str) -> None:
    with pytest.raises(OutputError, match="No space left on device"):
        export_rows(FORMATS.named(name), COLUMNS, rows(5_000), Path("/dev/full"), FormatOptions())


@pytest.mark.parametrize("name", [item.name for item in FORMATS.built_in()])
def test_a_result_that_breaks_off_is_taken_back(tmp_path: Path, name: str) -> None:
    path, once = tmp_path / "out", tmp_path / "once"
    formatter = FORMATS.named(name)
    before = 0 if formatter.binary else 1
    with whole_or_absent(path) as writer:
        file = ResultFile(FORMATS, path, writer, name)
        for _ in range(before):
            file.add(as_result(COLUMNS, rows(3)), FormatOptions(), otherwise="csv")
        with pytest.raises(ServiceError):
            file.add(as_result(COLUMNS, failing()), FormatOptions(), otherwise="csv")
        assert file.results == before
        file.add(as_result(COLUMNS, rows(2)), FormatOptions(), otherwise="csv")
    with whole_or_absent(once) as writer:
        file = ResultFile(FORMATS, once, writer, name)
        for _ in range(before):
            file.add(as_result(COLUMNS, rows(3)), FormatOptions(), otherwise="csv")
        file.add(as_result(COLUMNS, rows(2)), FormatOptions(), otherwise="csv")
    assert path.stat().st_size == once.stat().st_size
    if name != "xlsx":  # a workbook holds the time it was made
        assert path.read_bytes() == once.read_bytes()


def test_a_part_that_cannot_be_taken_back_is_never_taken_for_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full, and has room again when the file is closed."""
    write = export._File.write
    refused: list[OutputError] = [OutputError("out cannot be written: No space left on device.")]

    def full(file: export._File, data: bytes) -> int:
        if refused:
            raise refused[0]
        return write(file, data)

    monkeypatch.setattr(export._File, "write", full)
    with ExitStack() as stack:
        writer = stack.enter_context(whole_or_absent(tmp_path / "a"))
        file = ResultFile(FORMATS, tmp_path / "a", writer, "csv")
        with pytest.raises(OutputError, match="No space left"):
            file.add(as_result(COLUMNS, rows(50_000)), FormatOptions(), otherwise="csv")
        refused.clear()
        with pytest.raises(OutputError, match="No space left"):
            stack.close()
    assert not (tmp_path / "a").exists()
