"""Parts that Athena wrote become one file or a directory, whole or not at all."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from athena_shell.core.errors import OutputError, ServiceError
from athena_shell.core.model import Part, Report, Transferred
from athena_shell.output.parts import into_file, into_folder


def part(name: str, numbers: list[int], error: Exception | None = None) -> Part:
    stream = io.BytesIO()
    pq.write_table(pa.table({"n": numbers}), stream)
    data = stream.getvalue()

    def copy(descriptor: int, report: Report) -> Transferred:
        os.pwrite(descriptor, data[: 10 if error else None], 0)
        if error is not None:
            raise error
        report(Transferred(0, len(data), len(data)))
        return Transferred(0, len(data), len(data))

    return Part(f"s3://bucket/unload-1/{name}", copy)


def unheard(_transferred: Transferred) -> None:
    """Hear nothing."""


def numbers_in(path: Path) -> list[Any]:
    found: list[Any] = pq.read_table(path).column("n").to_pylist()
    return found


@pytest.mark.parametrize("parts", [[[1, 2]], [[1, 2], [3], [], [4, 5]]])
def test_parts_become_one_file(tmp_path: Path, parts: list[list[int]]) -> None:
    path = tmp_path / "all.parquet"
    made = [part(str(number), numbers) for number, numbers in enumerate(parts)]

    done = into_file(made, path, unheard, force=False)

    assert numbers_in(path) == [number for numbers in parts for number in numbers]
    assert done == Transferred(sum(map(len, parts)), path.stat().st_size)
    assert {each.name for each in tmp_path.iterdir()} - {"home"} == {path.name}


def test_parts_go_into_a_directory_each_under_its_name(tmp_path: Path) -> None:
    made = [part("20260101_x", [1]), part("b.parquet", [2, 3])]

    done = into_folder(made, tmp_path, unheard, force=False)

    assert done.rows == 3
    assert numbers_in(tmp_path / "part-00001.parquet") == [1]
    assert numbers_in(tmp_path / "b.parquet") == [2, 3]
    with pytest.raises(OutputError, match="exists already"):
        into_folder(made, tmp_path, unheard, force=False)


@pytest.mark.parametrize("count", [1, 3])
def test_a_part_that_cannot_be_had_leaves_no_file_and_is_named(tmp_path: Path, count: int) -> None:
    made = [part("a", [1]) for _ in range(count - 1)]
    made.append(part("b", [2], ServiceError("Access denied.")))

    with pytest.raises(ServiceError) as raised:
        into_file(made, tmp_path / "all.parquet", unheard, force=False)

    assert raised.value.hint == "The part stays at s3://bucket/unload-1/b."
    assert {each.name for each in tmp_path.iterdir()} <= {"home"}
