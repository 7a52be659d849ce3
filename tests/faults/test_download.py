"""The result object copied to a file, with the faults that may strike on the way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.athena.s3_object import S3Object
from athena_shell.core.errors import ResultError, ServiceError
from athena_shell.core.model import QueryExecution, Statement, Target
from athena_shell.local.faults import Fault, FaultKind

if TYPE_CHECKING:
    from tests.faults.conftest import Notes, World


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(S3Object, "first_range", 1 << 12)
    monkeypatch.setattr("athena_shell.athena.download._PART", 1 << 13)


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


def test_the_copy_is_the_object(world: World, execution: QueryExecution, descriptor: int) -> None:
    heard: list[tuple[int, int]] = []

    count = world.engine().copy(execution, descriptor, lambda *told: heard.append(told))

    assert copied(descriptor) == original(world, execution)
    assert count == len(copied(descriptor))
    assert max(heard) == (count, count)


@pytest.mark.parametrize(
    "kind", [FaultKind.LOST, FaultKind.RESET, FaultKind.CUT, FaultKind.ERROR, FaultKind.EXPIRE]
)
@pytest.mark.parametrize("nth", [1, 2, 7])
def test_parts_that_fail_are_asked_for_again(
    world: World, execution: QueryExecution, descriptor: int, kind: FaultKind, nth: int
) -> None:
    world.endpoint.faults.add(Fault("GetObject", nth, kind, code="SlowDown", status=503, at=100))

    world.engine().copy(execution, descriptor)

    assert copied(descriptor) == original(world, execution)


def test_an_object_replaced_on_the_way_is_an_error(
    world: World, execution: QueryExecution, descriptor: int
) -> None:
    world.endpoint.faults.add(Fault("GetObject", 3, FaultKind.ETAG))

    with pytest.raises(ResultError, match="replaced while it was read"):
        world.engine().copy(execution, descriptor)


def test_a_refused_object_is_an_error_that_lets_the_api_be_tried(
    world: World, execution: QueryExecution, descriptor: int
) -> None:
    world.endpoint.faults.add(
        Fault("GetObject", 1, FaultKind.ERROR, code="AccessDenied", status=403, times=99)
    )

    with pytest.raises(ServiceError, match="denied"):
        world.engine().copy(execution, descriptor)


def test_a_full_disk_is_the_callers_to_tell(world: World, execution: QueryExecution) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        with pytest.raises(OSError, match=r"No space left|Illegal seek"):
            world.engine().copy(execution, full)
    finally:
        os.close(full)
