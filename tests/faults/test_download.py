"""The result object copied to a file, with the faults that may strike on the way."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.athena.ahead import Ahead
from athena_shell.athena.line_count import LineCount
from athena_shell.athena.s3_object import S3Object
from athena_shell.core.errors import ResultError, ServiceError
from athena_shell.core.model import QueryExecution, Report, Statement, Target, Transferred
from athena_shell.local.faults import Fault, FaultKind

if TYPE_CHECKING:
    from tests.faults.conftest import Notes, World


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(S3Object, "first_range", 1 << 12)
    monkeypatch.setattr("athena_shell.athena.s3_object._PIECE", 1 << 10)
    monkeypatch.setattr("athena_shell.athena.download._PART", 1 << 13)
    monkeypatch.setattr("athena_shell.athena.download._TRIAL", 1 << 11)
    monkeypatch.setattr("athena_shell.athena.download._QUICK", -1.0)  # every connection is slow


def copy(
    world: World, execution: QueryExecution, descriptor: int, report: Report = lambda _: None
) -> Transferred:
    straight = world.engine().fetch(execution).copy
    assert straight is not None
    return straight(descriptor, report)


@pytest.fixture
def execution(world: World, target: Target, notes: Notes) -> QueryExecution:
    return world.runner(notes).run(Statement("SELECT rows 5000"), target)


@pytest.fixture
def descriptor(tmp_path: Path) -> Iterator[int]:
    opened = os.open(tmp_path / "copy.csv", os.O_RDWR | os.O_CREAT)
    yield opened
    os.close(opened)


def original(world: World, execution: QueryExecution) -> bytes:
    bucket, _, key = execution.output_location.removeprefix("s3://").partition("/")
    data: bytes = world.clients("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return data


def copied(descriptor: int) -> bytes:
    return os.pread(descriptor, 1 << 24, 0)


@pytest.mark.parametrize("quick", [1.0, -1.0])
def test_the_copy_is_the_object(
    world: World,
    execution: QueryExecution,
    descriptor: int,
    quick: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("athena_shell.athena.download._QUICK", quick)
    heard: list[Transferred] = []
    before = world.endpoint.ledger.count("GetObject")

    done = copy(world, execution, descriptor, heard.append)

    calls = world.endpoint.ledger.count("GetObject") - before
    assert copied(descriptor) == original(world, execution)
    assert done == Transferred(5000, len(copied(descriptor)), len(copied(descriptor)))
    assert heard[-1] == done
    assert calls == 2 if quick > 0 else calls > 4


def test_a_cut_is_gone_on_from_where_it_was(
    world: World, execution: QueryExecution, descriptor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("athena_shell.athena.download._QUICK", 1.0)
    world.endpoint.faults.add(Fault("GetObject", 2, FaultKind.CUT, at=20_000, times=3))
    before = world.endpoint.ledger.count("GetObject")

    copy(world, execution, descriptor)

    assert copied(descriptor) == original(world, execution)
    assert world.endpoint.ledger.count("GetObject") - before == 6


def test_what_comes_late_is_not_written_to_another_file(
    world: World, execution: QueryExecution, tmp_path: Path
) -> None:
    part = os.open(tmp_path / "part", os.O_RDWR | os.O_CREAT)

    def stop(_transferred: Transferred) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(world, execution, part, stop)
    os.close(part)
    other = os.open(tmp_path / "other", os.O_RDWR | os.O_CREAT)
    assert other == part  # the number is given out again
    for thread in threading.enumerate():
        if thread.name == "copy":
            thread.join(10)
    assert os.fstat(other).st_size == 0
    os.close(other)


@pytest.mark.parametrize(
    "kind", [FaultKind.LOST, FaultKind.RESET, FaultKind.CUT, FaultKind.ERROR, FaultKind.EXPIRE]
)
@pytest.mark.parametrize("nth", [1, 2, 7])
def test_parts_that_fail_are_asked_for_again(
    world: World, execution: QueryExecution, descriptor: int, kind: FaultKind, nth: int
) -> None:
    world.endpoint.faults.add(Fault("GetObject", nth, kind, code="SlowDown", status=503, at=100))

    copy(world, execution, descriptor)

    assert copied(descriptor) == original(world, execution)


def test_an_object_replaced_on_the_way_is_an_error(
    world: World, execution: QueryExecution, descriptor: int
) -> None:
    world.endpoint.faults.add(Fault("GetObject", 3, FaultKind.ETAG))

    with pytest.raises(ResultError, match="replaced while it was read"):
        copy(world, execution, descriptor)


def test_a_refused_object_is_an_error_that_lets_the_api_be_tried(
    world: World, execution: QueryExecution, descriptor: int
) -> None:
    world.endpoint.faults.add(
        Fault("GetObject", 1, FaultKind.ERROR, code="AccessDenied", status=403, times=99)
    )

    with pytest.raises(ServiceError, match="denied"):
        copy(world, execution, descriptor)


def test_a_full_disk_is_the_callers_to_tell(world: World, execution: QueryExecution) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        with pytest.raises(OSError, match=r"No space left|Illegal seek"):
            copy(world, execution, full)
    finally:
        os.close(full)


@pytest.fixture
def _told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count little by ourselves, and have what Athena tells before the copy has ended."""
    monkeypatch.setattr("athena_shell.athena.download.COUNTED", 100)
    monkeypatch.setattr("athena_shell.athena.download._COUNTED_A_TICK", 100)
    monkeypatch.setattr(Ahead, "is_done", property(lambda ahead: ahead._done.wait(10)))


@pytest.mark.usefixtures("_told_at_once")
def test_rows_that_athena_tells_are_not_counted(
    world: World, execution: QueryExecution, descriptor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LineCount, "advance", lambda *_: None)

    assert copy(world, execution, descriptor).rows == 5000
    assert copied(descriptor) == original(world, execution)


@pytest.mark.usefixtures("_told_at_once")
def test_rows_that_athena_does_not_tell_are_counted(
    world: World, execution: QueryExecution, descriptor: int
) -> None:
    world.endpoint.faults.add(
        Fault(
            "GetQueryRuntimeStatistics",
            1,
            FaultKind.ERROR,
            code="AccessDeniedException",
            status=400,
            times=9,
        )
    )

    assert copy(world, execution, descriptor).rows == 5000
    assert world.endpoint.ledger.count("GetQueryRuntimeStatistics") == 1


@pytest.mark.usefixtures("_told_at_once")
def test_rows_of_a_reused_result_are_counted(
    world: World, execution: QueryExecution, descriptor: int
) -> None:
    reused = replace(execution, statistics=replace(execution.statistics, reused=True))

    assert copy(world, reused, descriptor).rows == 5000
    assert world.endpoint.ledger.count("GetQueryRuntimeStatistics") == 0


@pytest.mark.usefixtures("_told_at_once")
def test_what_athena_tells_does_not_hide_a_cut(
    world: World, execution: QueryExecution, descriptor: int
) -> None:
    body = original(world, execution)
    bucket, _, key = execution.output_location.removeprefix("s3://").partition("/")
    world.clients("s3").put_object(Bucket=bucket, Key=key, Body=body[:-3])

    with pytest.raises(ResultError, match="in the middle of a value"):
        copy(world, execution, descriptor)


@pytest.mark.parametrize("failing", [1, 2, 5])
def test_a_disk_that_fails_while_more_arrives_is_an_error(
    world: World,
    execution: QueryExecution,
    descriptor: int,
    failing: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The system tells such an error once, whoever syncs then."""
    monkeypatch.setattr("athena_shell.athena.syncing._TOGETHER", 1 << 12)
    syncs = count(1)

    def fail_once(_descriptor: int) -> None:
        if next(syncs) == failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail_once)
    monkeypatch.setattr(Ahead, "is_done", property(lambda ahead: ahead._done.wait(10)))
    with pytest.raises(OSError, match="Input/output"):
        copy(world, execution, descriptor)
