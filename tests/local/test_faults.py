"""Faults on schedule, seen by a client in the same process and by one over a socket."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ReadTimeoutError,
)

from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.faults import Fault, FaultKind, Schedule
from athena_shell.local.server import LoopbackServer

ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, read_timeout=1)


@pytest.fixture(params=["in process", "socket"])
def made(request: pytest.FixtureRequest, local: LocalEndpoint, plain_client: Any) -> Iterator[Any]:
    user = local.endpoint.sessions.add_user()
    keys = {"aws_access_key_id": user.access_key, "aws_secret_access_key": user.secret_key}
    if request.param == "in process":
        yield lambda service: plain_client(service, config=ONCE, **keys)
        return
    with LoopbackServer(local.endpoint) as server:
        clients: list[Any] = []

        def client(service: str) -> Any:
            clients.append(
                boto3.client(service, "us-east-1", endpoint_url=server.url, config=ONCE, **keys)
            )
            return clients[-1]

        yield client
        for one in clients:
            one.close()


@pytest.fixture
def asked(local: LocalEndpoint) -> dict[str, Any]:
    return {
        "QueryString": "SELECT odd",
        "ClientRequestToken": str(uuid.uuid4()),
        "ResultConfiguration": {"OutputLocation": local.output_location},
    }


def test_a_lost_reply_has_had_its_effect(
    made: Any, local: LocalEndpoint, asked: dict[str, Any]
) -> None:
    local.endpoint.faults.next("StartQueryExecution", FaultKind.LOST)
    with pytest.raises(ConnectionClosedError):
        made("athena").start_query_execution(**asked)
    query = made("athena").start_query_execution(**asked)["QueryExecutionId"]
    assert local.endpoint.ledger.executions(asked["ClientRequestToken"]) == (query,)


def test_a_reset_has_had_none(made: Any, local: LocalEndpoint, asked: dict[str, Any]) -> None:
    local.endpoint.faults.next("StartQueryExecution", FaultKind.RESET)
    with pytest.raises(BotoCoreError):
        made("athena").start_query_execution(**asked)
    assert local.endpoint.ledger.starts == ()


@pytest.mark.parametrize("kind", [FaultKind.ERROR, FaultKind.ERROR_AFTER])
def test_an_error_is_the_one_that_was_asked_for(
    made: Any, local: LocalEndpoint, asked: dict[str, Any], kind: FaultKind
) -> None:
    local.endpoint.faults.add(
        Fault("StartQueryExecution", 1, kind, code="ThrottlingException", status=400, times=2)
    )
    for _ in range(2):
        with pytest.raises(ClientError) as error:
            made("athena").start_query_execution(**asked)
        assert error.value.response["Error"]["Code"] == "ThrottlingException"
    made("athena").start_query_execution(**asked)
    assert len(local.endpoint.ledger.executions(asked["ClientRequestToken"])) == 1


def test_a_cut_reply_looks_like_an_empty_success_to_botocore(
    made: Any, local: LocalEndpoint
) -> None:
    local.endpoint.faults.next("ListDataCatalogs", FaultKind.CUT, at=20)
    assert "DataCatalogsSummary" not in made("athena").list_data_catalogs()
    assert local.endpoint.ledger.sent("ListDataCatalogs") == 20
    assert made("athena").list_data_catalogs()["DataCatalogsSummary"]


def test_a_cut_object_is_noticed(made: Any, local: LocalEndpoint) -> None:
    s3 = made("s3")
    s3.put_object(Bucket="athena-local-data", Key="k", Body=b"x" * 1000)
    local.endpoint.faults.next("GetObject", FaultKind.CUT, at=-400)
    body = s3.get_object(Bucket="athena-local-data", Key="k")["Body"]
    with pytest.raises(BotoCoreError):
        body.read()
    assert local.endpoint.ledger.sent("GetObject") == 600


def test_a_delay_beyond_the_time_out_is_a_time_out(made: Any, local: LocalEndpoint) -> None:
    local.endpoint.faults.next("ListDataCatalogs", FaultKind.DELAY, seconds=3.0)
    with pytest.raises(ReadTimeoutError):
        made("athena").list_data_catalogs()
    local.endpoint.faults.next("ListDataCatalogs", FaultKind.DELAY, seconds=0.05)
    assert made("athena").list_data_catalogs()["DataCatalogsSummary"]


def test_a_dripping_reply_arrives_whole(made: Any, local: LocalEndpoint) -> None:
    local.endpoint.faults.next("ListDataCatalogs", FaultKind.DRIP, seconds=0.0005)
    assert made("athena").list_data_catalogs()["DataCatalogsSummary"]


def test_a_page_token_goes_stale_or_comes_again(made: Any, local: LocalEndpoint) -> None:
    athena = made("athena")
    first = athena.list_work_groups(MaxResults=2)["NextToken"]
    local.endpoint.faults.next("ListWorkGroups", FaultKind.STALE)
    with pytest.raises(ClientError, match="Invalid NextToken"):
        athena.list_work_groups(NextToken=first)
    local.endpoint.faults.next("ListWorkGroups", FaultKind.REPEAT)
    assert athena.list_work_groups(NextToken=first)["NextToken"] == first


def test_a_failed_query_revives(
    made: Any, local: LocalEndpoint, asked: dict[str, Any], wait: Any
) -> None:
    athena = made("athena")
    local.endpoint.faults.add(Fault("GetQueryExecution", 1, FaultKind.REVIVE))
    query = athena.start_query_execution(**asked)["QueryExecutionId"]
    failed = wait(athena, query)["Status"]
    assert (failed["State"], failed["AthenaError"]["Retryable"]) == ("FAILED", True)
    assert wait(athena, query)["Status"]["State"] == "SUCCEEDED"


def test_an_object_looks_replaced(made: Any, local: LocalEndpoint) -> None:
    s3 = made("s3")
    tag = s3.put_object(Bucket="athena-local-data", Key="k", Body=b"x")["ETag"]
    local.endpoint.faults.next("GetObject", FaultKind.ETAG)
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket="athena-local-data", Key="k", IfMatch=tag)
    assert error.value.response["Error"]["Code"] == "PreconditionFailed"


def test_sessions_expire_on_schedule(client: Any, local: LocalEndpoint) -> None:
    athena = client("athena")
    local.endpoint.faults.add(Fault("ListDataCatalogs", 2, FaultKind.EXPIRE))
    assert athena.list_data_catalogs()
    with pytest.raises(ClientError) as error:
        athena.list_data_catalogs()
    assert error.value.response["Error"]["Code"] == "ExpiredTokenException"


def test_a_seed_gives_the_same_schedule_again() -> None:
    schedules = [Schedule.from_seed(seed) for seed in range(300)]
    assert schedules == [Schedule.from_seed(seed) for seed in range(300)]
    assert {len(one.faults) for one in schedules} == set(range(1, 7))
    assert {f.kind for one in schedules for f in one.faults} == set(FaultKind)


def test_a_failing_schedule_shrinks_to_what_matters() -> None:
    schedule = Schedule.from_seed(7, most=6)
    culprit = schedule.faults[-1]
    small = schedule.shrunk(lambda one: culprit in one.faults)
    assert small.faults == (culprit,)
    assert str(small) == f"seed 7: {culprit}"
