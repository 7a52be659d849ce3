"""A large CSV file is the result object itself, or the rows where the object cannot be had."""

from __future__ import annotations

import errno
import os
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.athena.readers import ResultReader
from athena_shell.athena.s3_object import S3Object
from athena_shell.config.settings import Settings
from athena_shell.core.errors import OutputError, ResultError
from athena_shell.core.model import ResultSet, Statement, Target
from athena_shell.local.faults import Fault, FaultKind
from athena_shell.output.registry import FormatterRegistry
from athena_shell.script.delivery import delivery_to_file, show

if TYPE_CHECKING:
    from tests.faults.conftest import World


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(S3Object, "first_range", 1 << 12)
    monkeypatch.setattr("athena_shell.athena.s3_object._PIECE", 1 << 10)
    monkeypatch.setattr("athena_shell.athena.download._PART", 1 << 13)
    monkeypatch.setattr("athena_shell.athena.download._TRIAL", 1 << 11)
    monkeypatch.setattr("athena_shell.athena.download._QUICK", -1.0)


def opened(
    world: World, target: Target, rows: int = 5000, choice: ResultReader = ResultReader.AUTO
) -> ResultSet:
    query = world.runner().run(Statement(f"SELECT rows {rows}"), target)
    return world.engine(reader=choice).fetch(query)


def export(result: ResultSet, path: Path, *, force: bool = False) -> int | None:
    with delivery_to_file(FormatterRegistry(), path, force=force) as delivery:
        return show(delivery, result, Settings())


def by_rows(world: World, target: Target, path: Path) -> bytes:
    assert export(opened(world, target, choice=ResultReader.API), path) == 5000
    return path.read_bytes()


def test_the_copy_is_what_the_rows_give(world: World, target: Target, tmp_path: Path) -> None:
    result = opened(world, target)
    path = tmp_path / "copy.csv"

    assert export(result, path) == 5000

    assert path.read_bytes() == by_rows(world, target, tmp_path / "rows.csv")
    with pytest.raises(OutputError, match="exists already"):
        export(opened(world, target), path)
    assert export(opened(world, target), path, force=True) == 5000


def test_only_what_is_large_and_readable_is_copied(world: World, target: Target) -> None:
    assert opened(world, target).copy is not None
    assert opened(world, target, rows=20).copy is None
    assert opened(world, target, choice=ResultReader.API).copy is None


@pytest.mark.parametrize("nth", [1, 3])
def test_what_s3_refuses_comes_by_rows(
    world: World, target: Target, tmp_path: Path, nth: int
) -> None:
    expected = by_rows(world, target, tmp_path / "rows.csv")
    result = opened(world, target)
    world.endpoint.faults.add(
        Fault("GetObject", nth, FaultKind.ERROR, code="AccessDenied", status=403, times=99)
    )

    assert export(result, tmp_path / "copy.csv") == 5000
    assert (tmp_path / "copy.csv").read_bytes() == expected


def test_the_way_of_a_result_can_be_asked_for(world: World, target: Target, tmp_path: Path) -> None:
    query = world.runner().run(Statement("SELECT rows 5000"), target)
    engine = world.engine()
    assert engine.way_of(query.id) == ""
    result = engine.fetch(query)
    assert engine.way_of(query.id) == "Athena"
    export(result, tmp_path / "copy.csv")
    assert engine.way_of(query.id) == "S3, the object copied as it is"
    list(engine.fetch(query).rows())
    assert engine.way_of(query.id) == "S3"
    world.endpoint.faults.add(
        Fault("GetObject", 1, FaultKind.ERROR, code="AccessDenied", status=403, times=99)
    )
    list(engine.fetch(query).rows())
    assert engine.way_of(query.id).startswith(
        "Athena, since S3 does not give it: Access was denied"
    )


def test_a_deleted_object_is_read_through_athena_or_said_to_be_gone(
    world: World, target: Target, tmp_path: Path
) -> None:
    result = opened(world, target)
    world.endpoint.faults.add(
        Fault("GetObject", 1, FaultKind.ERROR, code="NoSuchKey", status=404, times=99)
    )
    assert export(result, tmp_path / "copy.csv") == 5000  # Athena itself still has it


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv"])
def test_a_truncated_object_is_no_result(
    world: World, target: Target, tmp_path: Path, name: str
) -> None:
    query = world.runner().run(Statement("SELECT rows 5000"), target)
    result = world.engine(reader=ResultReader.S3).fetch(query)
    bucket, _, key = query.output_location.removeprefix("s3://").partition("/")
    body = world.clients("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    world.clients("s3").put_object(Bucket=bucket, Key=key, Body=body[:-3])  # inside a value

    with pytest.raises(ResultError, match="ends in the middle of a value"):
        export(result, tmp_path / name)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
def test_an_object_that_lost_whole_rows_is_no_result(
    world: World, target: Target, tmp_path: Path, name: str
) -> None:
    query = world.runner().run(Statement("SELECT rows 5000"), target)
    result = world.engine().fetch(query)
    bucket, _, key = query.output_location.removeprefix("s3://").partition("/")
    body = world.clients("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    short = b'"\n"'.join(body.split(b'"\n"')[:101]) + b'"\n'
    world.clients("s3").put_object(Bucket=bucket, Key=key, Body=short)

    with pytest.raises(ResultError, match="fewer rows than Athena delivered"):
        export(result, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_replaced_object_leaves_no_file(world: World, target: Target, tmp_path: Path) -> None:
    result = opened(world, target)
    world.endpoint.faults.add(Fault("GetObject", 3, FaultKind.ETAG))

    with pytest.raises(ResultError, match="replaced while it was read"):
        export(result, tmp_path / "copy.csv")
    assert not (tmp_path / "copy.csv").exists()
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("nth", [1, 2, 9])
def test_a_disk_that_fills_up_leaves_no_file(
    world: World, target: Target, tmp_path: Path, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = opened(world, target)
    write = os.pwrite
    writes = count(1)

    def full(descriptor: int, data: bytes, offset: int) -> int:
        if next(writes) >= nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(OutputError, match=r"copy\.csv cannot be written: No space left") as raised:
        export(result, tmp_path / "copy.csv")
    assert raised.value.hint == "Free some space or write to another disk."
    assert not (tmp_path / "copy.csv").exists()
    assert not list(tmp_path.glob(".*.part"))


def test_a_disk_that_cannot_sync_leaves_no_file(
    world: World, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    result = opened(world, target)
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OutputError, match="cannot be written"):
        export(result, tmp_path / "copy.csv")
    assert not (tmp_path / "copy.csv").exists()
