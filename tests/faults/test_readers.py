"""Both readers against the embedded endpoint: equal rows, and what goes wrong on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_shell.athena.readers import ResultReader
from athena_shell.athena.s3_object import S3Object
from athena_shell.core.errors import ResultError, ServiceError
from athena_shell.core.model import QueryExecution, Row, Statement, Target
from athena_shell.local.faults import Fault, FaultKind
from tests.faults.conftest import numbers

if TYPE_CHECKING:
    from tests.faults.conftest import World


def execution(world: World, target: Target, rows: int) -> QueryExecution:
    return world.runner().run(Statement(f"SELECT rows {rows}"), target)


def read(
    world: World, query: QueryExecution, choice: ResultReader = ResultReader.AUTO
) -> tuple[list[Row], str]:
    result = world.engine(reader=choice).fetch(query)
    return list(result.rows()), result.reader


@pytest.mark.parametrize("rows", [0, 1, 998, 999, 1000, 1001, 5000])
@pytest.mark.parametrize("choice", list(ResultReader))
def test_every_reader_gives_the_same_rows(
    world: World, target: Target, rows: int, choice: ResultReader
) -> None:
    query = execution(world, target, rows)

    found, reader = read(world, query, choice)

    assert found == numbers(rows)
    through_s3 = rows >= 1000 and choice is not ResultReader.API
    assert reader == ("s3" if through_s3 else "api")


def test_a_large_result_needs_few_calls(world: World, target: Target) -> None:
    query = execution(world, target, 100_000)
    before = len(world.endpoint.ledger.calls)

    read(world, query)

    assert len(world.endpoint.ledger.calls) - before <= 4


def test_the_object_is_not_touched_before_more_rows_are_asked_for(
    world: World, target: Target
) -> None:
    query = execution(world, target, 5000)
    rows = world.engine().fetch(query).rows()
    for _ in range(999):
        next(rows)

    assert world.endpoint.ledger.count("GetObject") == 0


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidObjectState"])
def test_a_refused_object_is_read_through_athena(world: World, target: Target, code: str) -> None:
    query = execution(world, target, 5000)
    world.endpoint.faults.add(
        Fault("GetObject", 1, FaultKind.ERROR, code=code, status=403, times=1000)
    )

    found, reader = read(world, query)

    assert (found, reader) == (numbers(5000), "api")


def test_a_refused_object_is_an_error_when_s3_was_asked_for(world: World, target: Target) -> None:
    query = execution(world, target, 5000)
    world.endpoint.faults.add(
        Fault("GetObject", 1, FaultKind.ERROR, code="AccessDenied", status=403, times=1000)
    )

    with pytest.raises(ServiceError, match="denied"):
        read(world, query, ResultReader.S3)


@pytest.fixture
def short_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(S3Object, "first_range", 1 << 14)
    monkeypatch.setattr(S3Object, "longest_range", 1 << 15)


@pytest.mark.usefixtures("short_ranges")
@pytest.mark.parametrize(
    "kind", [FaultKind.LOST, FaultKind.RESET, FaultKind.CUT, FaultKind.EXPIRE, FaultKind.ERROR]
)
@pytest.mark.parametrize("nth", [1, 2, 5])
def test_a_range_that_fails_is_asked_for_again(
    world: World, target: Target, kind: FaultKind, nth: int
) -> None:
    query = execution(world, target, 20_000)
    times = 1 if kind is FaultKind.EXPIRE else 2
    world.endpoint.faults.add(
        Fault("GetObject", nth, kind, code="SlowDown", status=503, at=1000, times=times)
    )

    found, reader = read(world, query)

    assert found == numbers(20_000)
    assert reader == "s3"


@pytest.mark.usefixtures("short_ranges")
def test_an_object_replaced_while_it_is_read_is_an_error(world: World, target: Target) -> None:
    query = execution(world, target, 20_000)
    world.endpoint.faults.add(Fault("GetObject", 2, FaultKind.ETAG))

    with pytest.raises(ResultError, match="was replaced while it was read"):
        read(world, query)


def replace_object(world: World, query: QueryExecution, body: bytes | None) -> None:
    bucket, _, key = query.output_location.removeprefix("s3://").partition("/")
    if body is None:
        world.clients("s3").delete_object(Bucket=bucket, Key=key)
    else:
        world.clients("s3").put_object(Bucket=bucket, Key=key, Body=body)


def test_a_result_that_was_deleted_is_said_to_be_gone(world: World, target: Target) -> None:
    query = execution(world, target, 5000)
    replace_object(world, query, None)

    with pytest.raises(ResultError, match=f"The result of query {query.id} cannot be had"):
        read(world, query)


@pytest.mark.parametrize(
    "body", [None, b"", b'"n","t"\n"0","pl', b'"a","b"\n', b"\xff", b'"n"\n"1"\n']
)
def test_an_object_that_changes_under_the_reader_is_never_taken_for_the_result(
    world: World, target: Target, body: bytes | None
) -> None:
    query = execution(world, target, 5000)
    rows = world.engine(reader=ResultReader.S3).fetch(query).rows()
    next(rows)
    replace_object(world, query, body)

    with pytest.raises(ResultError):
        list(rows)


def test_pages_of_both_decoders_are_equal(
    world: World, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = execution(world, target, 2500)
    quick, _ = read(world, query, ResultReader.API)
    monkeypatch.setattr("athena_shell.athena.results.decode_quickly", lambda _client: None)
    world.factory.close()

    slow, _ = read(world, query, ResultReader.API)

    assert quick == slow == numbers(2500)
