"""The endpoint's edges: requests no SDK sends, and sizes no SDK minds."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import time
import tracemalloc
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from athena_shell.local.catalog import ColumnEntry, TableEntry
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.faults import FaultKind
from athena_shell.local.issuer import Issuer
from athena_shell.local.rowfile import write_rows
from athena_shell.local.server import LoopbackServer

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


def refusal(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def asking(server: LoopbackServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)


@pytest.mark.parametrize(
    ("headers", "body", "status", "words"),
    [
        ({"X-Amz-Target": "Nobody.Nothing"}, b"", 400, "UnknownOperationException"),
        ({"X-Amz-Target": "AmazonAthena.GetWorkGroup"}, b"", 403, "MissingAuthentication"),
        (FORM, b"Action=GetSessionToken", 400, "InvalidAction"),
        (
            FORM,
            b"Action=AssumeRoleWithWebIdentity&DurationSeconds=x",
            400,
            "DurationSeconds is not a number",
        ),
        (FORM, b"Action=AssumeRoleWithWebIdentity", 400, "Member must not be null"),
        (FORM, b"", 400, "InvalidAction"),
    ],
)
def test_odd_requests_are_refused_in_the_protocol_of_their_service(
    local: LocalEndpoint, headers: dict[str, str], body: bytes, status: int, words: str
) -> None:
    reply = local.endpoint.handle("POST", "https://x.amazonaws.com/", headers, body)
    assert reply.status == status
    assert words.encode() in b"".join(reply.pieces())
    assert reply.headers["date"]


def test_an_unreadable_address_is_refused(local: LocalEndpoint) -> None:
    assert local.endpoint.handle("GET", "http://[", {}).status == 403


def test_a_bug_of_the_endpoint_is_a_server_error(
    local: LocalEndpoint,
    athena: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_: object) -> dict[str, Any]:
        raise ZeroDivisionError

    monkeypatch.setitem(local.endpoint._json["athena"], "ListDataCatalogs", fail)
    with caplog.at_level(logging.ERROR), pytest.raises(ClientError) as error:
        athena.list_data_catalogs()
    assert refusal(error) == "InternalServerException"
    assert "ListDataCatalogs" in caplog.text


def test_a_second_issuer_can_be_made_known(local: LocalEndpoint, plain_client: Any) -> None:
    other = Issuer(local.endpoint.clock, "https://other.example")
    local.endpoint.tokens.add_issuer(other)
    granted = plain_client("sts").assume_role_with_web_identity(
        RoleArn=local.role_arn, RoleSessionName="tester", WebIdentityToken=other.token()
    )
    assert granted["Provider"] == "https://other.example"


def test_a_token_of_an_unknown_key_is_refused(local: LocalEndpoint, plain_client: Any) -> None:
    import jwt

    key = "an ordinary text of more than thirty-two bytes"
    token = jwt.encode({"iss": local.issuer.url}, key, "HS256", headers={"kid": "x"})
    with pytest.raises(ClientError, match="supported algorithm"):
        plain_client("sts").assume_role_with_web_identity(
            RoleArn=local.role_arn, RoleSessionName="tester", WebIdentityToken=token
        )
    stranger = jwt.encode(
        {"iss": local.issuer.url},
        local.issuer._private_key(),
        "RS256",
        headers={"kid": "another"},
    )
    with pytest.raises(ClientError, match="Couldn't retrieve verification key"):
        plain_client("sts").assume_role_with_web_identity(
            RoleArn=local.role_arn, RoleSessionName="tester", WebIdentityToken=stranger
        )


def test_a_bad_date_is_refused(tmp_path: Path, engine: Any, clock: Any) -> None:
    local = LocalEndpoint.over(engine, tmp_path / "lake", clock=clock)
    user = local.endpoint.sessions.add_user()
    signed = (
        f"AWS4-HMAC-SHA256 Credential={user.access_key}/20260101/us-east-1/athena/aws4_request, "
        f"SignedHeaders=host, Signature={'0' * 64}"
    )
    headers = {"X-Amz-Target": "AmazonAthena.ListWorkGroups", "Authorization": signed}
    for date in ("", "yesterday"):
        reply = local.endpoint.handle(
            "POST", "https://athena.us-east-1.amazonaws.com/", {**headers, "X-Amz-Date": date}
        )
        assert isinstance(reply.body, bytes)
        assert json.loads(reply.body)["Message"] == f"Date '{date}' is not valid."
    local.close()


def test_a_signature_for_another_service_is_refused(local: LocalEndpoint) -> None:
    user = local.endpoint.sessions.add_user()
    signed = (
        f"AWS4-HMAC-SHA256 Credential={user.access_key}/20260101/us-east-1/s3/aws4_request, "
        f"SignedHeaders=host, Signature={'0' * 64}"
    )
    headers = {"X-Amz-Target": "AmazonAthena.ListWorkGroups", "Authorization": signed}
    reply = local.endpoint.handle("POST", "https://athena.us-east-1.amazonaws.com/", headers)
    assert b"scoped to correct service: 'athena'" in b"".join(reply.pieces())


def test_every_table_detail_reaches_the_client(
    engine: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = TableEntry(
        "shop",
        "v",
        format="view",
        columns=(ColumnEntry("a", "int"),),
        comment="what it is",
        text="SELECT 1 a",
        properties={"k": "v"},
    )
    monkeypatch.setattr(engine, "table", lambda *_: view)
    monkeypatch.setattr(engine, "tables", lambda _: (view,))
    found = client("athena").get_table_metadata(
        CatalogName="AwsDataCatalog", DatabaseName="shop", TableName="v"
    )["TableMetadata"]
    assert (found["TableType"], found["Parameters"]) == (
        "VIRTUAL_VIEW",
        {"comment": "what it is", "k": "v"},
    )
    glue = client("glue")
    table = glue.get_table(DatabaseName="shop", Name="v")["Table"]
    assert (table["ViewOriginalText"], table["Description"]) == ("SELECT 1 a", "what it is")
    with pytest.raises(ClientError, match="Expression is not valid"):
        glue.get_tables(DatabaseName="shop", Expression="(")


def test_partitions_are_found_one_by_one(client: Any) -> None:
    glue = client("glue")
    one = {"DatabaseName": "shop", "TableName": "orders"}
    found = glue.get_partition(**one, PartitionValues=["2026-01-01"])["Partition"]
    assert found["StorageDescriptor"]["Location"].endswith("/day=2026-01-01/")
    calls: tuple[tuple[Callable[[], Any], str], ...] = (
        (lambda: glue.get_partition(**one, PartitionValues=["x"]), "EntityNotFoundException"),
        (lambda: glue.get_partitions(**one, Expression="day > 1"), "InvalidInputException"),
    )
    for call, code in calls:
        with pytest.raises(ClientError) as error:
            call()
        assert refusal(error) == code
    assert glue.get_database(Name="shop")["Database"]["Name"] == "shop"


def test_tokens_of_named_queries_are_bound_to_their_parameters(athena: Any) -> None:
    token = str(uuid.uuid4())
    asked = {"Name": "n", "Database": "shop", "ClientRequestToken": token}
    athena.create_named_query(QueryString="SELECT 1", **asked)
    with pytest.raises(ClientError, match="Idempotent parameters do not match"):
        athena.create_named_query(QueryString="SELECT 2", **asked)


def test_a_prepared_statement_is_not_made_twice(athena: Any, run: Any) -> None:
    one = {"StatementName": "once", "WorkGroup": "primary", "QueryStatement": "SELECT odd"}
    athena.create_prepared_statement(**one)
    with pytest.raises(ClientError, match="already exists"):
        athena.create_prepared_statement(**one)
    assert run("DEALLOCATE PREPARE absent")["Status"]["State"] == "FAILED"


def test_a_query_that_was_stopped_while_waiting_for_a_worker_never_runs(
    athena: Any, local: LocalEndpoint, engine: Any, wait: Any
) -> None:
    where = {"ResultConfiguration": {"OutputLocation": local.output_location}}
    busy = [
        athena.start_query_execution(QueryString="SELECT forever", **where)["QueryExecutionId"]
        for _ in range(9)
    ]
    last = busy[-1]
    assert athena.get_query_execution(QueryExecutionId=last)["QueryExecution"]["Status"][
        "State"
    ] in {"QUEUED", "RUNNING"}
    for query in reversed(busy):
        athena.stop_query_execution(QueryExecutionId=query)
    assert {wait(athena, query)["Status"]["State"] for query in busy} == {"CANCELLED"}
    local.close()
    assert len(engine.seen) == 8


def test_one_token_sent_by_many_threads_starts_one_query(
    athena: Any, local: LocalEndpoint, engine: Any, wait: Any
) -> None:
    token = str(uuid.uuid4())
    asked = {
        "QueryString": "SELECT odd",
        "ClientRequestToken": token,
        "ResultConfiguration": {"OutputLocation": local.output_location},
    }
    with ThreadPoolExecutor(16) as threads:
        ids = set(
            threads.map(
                lambda _: athena.start_query_execution(**asked)["QueryExecutionId"], range(64)
            )
        )
    assert local.endpoint.ledger.executions(token) == tuple(ids)
    wait(athena, *ids)
    assert len(engine.seen) == 1


def test_a_stop_at_any_moment_ends_in_a_terminal_state(
    athena: Any, local: LocalEndpoint, wait: Any
) -> None:
    def start_and_stop(number: int) -> str:
        query = athena.start_query_execution(
            QueryString=f"SELECT rows {number * 10}",
            ResultConfiguration={"OutputLocation": local.output_location},
        )["QueryExecutionId"]
        athena.stop_query_execution(QueryExecutionId=query)
        return str(wait(athena, query)["Status"]["State"])

    with ThreadPoolExecutor(8) as threads:
        states = set(threads.map(start_and_stop, range(200)))
    assert states <= {"CANCELLED", "SUCCEEDED"}
    local.close()
    objects = list(local.endpoint.store.keys("athena-local-results", ""))
    assert len(objects) <= 200
    assert not list(Path(local.endpoint.store._root).rglob("*.part"))


def test_planned_faults_can_be_forgotten(athena: Any, local: LocalEndpoint) -> None:
    local.endpoint.faults.next("ListDataCatalogs", FaultKind.ERROR, times=100)
    local.endpoint.faults.clear()
    assert athena.list_data_catalogs()


def test_reviving_touches_every_query_of_a_batch(run: Any, athena: Any, local: Any) -> None:
    ids = [run("SELECT odd")["QueryExecutionId"] for _ in range(2)]
    local.endpoint.faults.next("BatchGetQueryExecution", FaultKind.REVIVE)
    states = [
        {one["Status"]["State"] for one in reply["QueryExecutions"]}
        for reply in (
            athena.batch_get_query_execution(QueryExecutionIds=[*ids, "none"]) for _ in range(2)
        )
    ]
    assert states == [{"FAILED"}, {"SUCCEEDED"}]


def test_statistics_of_an_unfinished_query_have_a_timeline_only(
    athena: Any, local: LocalEndpoint
) -> None:
    query = athena.start_query_execution(
        QueryString="/* local: run 100s */ SELECT 1",
        ResultConfiguration={"OutputLocation": local.output_location},
    )["QueryExecutionId"]
    found = athena.get_query_runtime_statistics(QueryExecutionId=query)["QueryRuntimeStatistics"]
    assert set(found) == {"Timeline"}


def test_memory_does_not_grow_with_the_result(tmp_path: Path) -> None:
    rows = ((str(n), "x" * 50) for n in range(50_000))
    tracemalloc.start()
    kept = write_rows(tmp_path / "rows", ("n", "x"), rows)
    assert len(kept.rows(40_000, 1000)) == 1000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.size > 3_000_000
    assert peak < 1_000_000


def test_a_dripping_server_stops_when_it_is_closed(local: LocalEndpoint) -> None:
    user = local.endpoint.sessions.add_user()
    local.endpoint.faults.next("ListWorkGroups", FaultKind.DRIP, seconds=0.2)
    server = LoopbackServer(local.endpoint)
    keys = {"aws_access_key_id": user.access_key, "aws_secret_access_key": user.secret_key}
    athena = boto3.client("athena", "us-east-1", endpoint_url=server.url, **keys)
    with ThreadPoolExecutor(1) as thread:
        reply = thread.submit(athena.list_work_groups)
        deadline = time.monotonic() + 10
        while not local.endpoint.ledger.calls:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        server.close()
        assert "WorkGroups" not in reply.result(timeout=10)
    athena.close()


def test_the_server_reads_chunked_bodies(local: LocalEndpoint) -> None:
    with LoopbackServer(local.endpoint) as server:
        connection = asking(server)
        connection.request(
            "POST", "/", iter([b"Action=Get", b"Nothing"]), FORM, encode_chunked=True
        )
        assert b"GetNothing" in connection.getresponse().read()
        connection.close()


def test_the_server_refuses_bodies_without_a_sensible_length(local: LocalEndpoint) -> None:
    with LoopbackServer(local.endpoint) as server:
        for length in ("x", str(1 << 40)):
            connection = asking(server)
            connection.request("POST", "/", b"", {"Content-Length": length})
            assert connection.getresponse().status == 413
            connection.close()


def test_a_client_that_goes_away_early_is_no_news(
    local: LocalEndpoint, capfd: pytest.CaptureFixture[str]
) -> None:
    with LoopbackServer(local.endpoint) as server:
        port = int(server.url.rpartition(":")[2])
        for part in (b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc", b"GET", b"\0\0\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(part)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0" + b"\0" * 4)
    assert local.endpoint.ledger.calls == ()
    assert capfd.readouterr().err == ""
