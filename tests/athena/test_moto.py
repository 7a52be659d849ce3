"""The whole way from a token to rows against a server that nobody here wrote, over the network.

moto answers STS, Athena and S3 on one socket. It runs no SQL: results come from a queue that the
tests fill, and it writes them to the result bucket as Athena does.
"""

from __future__ import annotations

import base64
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from athena_shell.athena.calls import Caller
from athena_shell.athena.metadata import AthenaMetadata
from athena_shell.athena.service import AthenaEngine
from athena_shell.auth.registry import AuthRegistry
from athena_shell.auth.sign_in import sign_in
from athena_shell.aws.client import ClientFactory, Limits, Network
from athena_shell.config.connection import CONNECTION
from athena_shell.config.endpoints import EndpointPolicy
from athena_shell.config.profile import Profile
from athena_shell.core.errors import CommandError, ServiceError
from athena_shell.core.model import QueryState, Statement, Target
from athena_shell.query.journal import Journal
from athena_shell.query.runner import QueryRunner

REGION = "us-east-1"
BUCKET = "team-results"


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def post(server: str, path: str, body: object = None) -> None:
    connection = http.client.HTTPConnection(server.removeprefix("http://"), timeout=20)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request("POST", path, json.dumps(body), headers)
        reply = connection.getresponse()
        assert reply.status < 300, reply.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            post(url, "/moto-api/reset")
            break
        except ConnectionError:
            assert process.poll() is None, "moto ended"
            time.sleep(0.05)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def reset(server: str) -> None:
    post(server, "/moto-api/reset")


@pytest.fixture
def token() -> str:
    def part(value: object) -> str:
        data = json.dumps(value).encode()
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    ends = int(time.time()) + 3600
    claims = {"iss": "https://idp.example.com", "aud": "sts", "sub": "jane", "exp": ends}
    return f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part(claims)}.c2lnbmF0dXJl"


@pytest.fixture
def clients(server: str, reset: None, token: str) -> Callable[[str], Any]:
    """Give clients whose session comes from the JWT plugin over the network."""
    del reset
    table = CONNECTION.extended(AuthRegistry().parameters_of("JWT"))
    profile = Profile("work", table).with_values(
        {
            "AwsRegion": REGION,
            "AuthenticationType": "JWT",
            "preferred_role": "arn:aws:iam::123456789012:role/analyst",
            "web_identity_token": token,
            "role_session_name": "jane",
        },
        "test",
    )
    policy = EndpointPolicy(overrides=dict.fromkeys(("sts", "athena", "s3"), server))
    factory = ClientFactory(Network(policy), limits=Limits(connect=2, read=10, total=20))
    credentials = sign_in(
        profile, registry=AuthRegistry(), clients=factory, clock=RealClock(), environment={}
    )
    return lambda service: factory.client(service, REGION, credentials)


@pytest.fixture
def caller(clients: Callable[[str], Any]) -> Caller:
    clients("s3").create_bucket(Bucket=BUCKET)
    return Caller(clients, clock=RealClock(), region=REGION)


@pytest.fixture
def engine(caller: Caller) -> AthenaEngine:
    return AthenaEngine(caller, RealClock())


@pytest.fixture
def runner(engine: AthenaEngine, tmp_path: Path) -> Iterator[QueryRunner]:
    journal = Journal(tmp_path / "journal.jsonl", RealClock())
    yield QueryRunner(engine, RealClock(), journal)
    journal.close()


@pytest.fixture
def queue(server: str) -> Callable[..., None]:
    """Queue the result of the next query: names, then rows."""

    def put(names: tuple[str, ...], *rows: tuple[str | None, ...]) -> None:
        column = {
            "CatalogName": "hive",
            "SchemaName": "",
            "TableName": "",
            "Type": "varchar",
            "Precision": 1,
            "Scale": 0,
            "Nullable": "UNKNOWN",
            "CaseSensitive": True,
        }
        result = {
            "rows": [
                {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]}
                for row in (names, *rows)
            ],
            "column_info": [{**column, "Name": name, "Label": name} for name in names],
        }
        post(server, "/moto-api/static/athena/query-results", {"results": [result]})

    return put


def target() -> Target:
    return Target(output_location=f"s3://{BUCKET}/")


def test_a_query_from_the_token_to_its_rows(
    runner: QueryRunner, queue: Callable[..., None]
) -> None:
    queue(("name", "note"), ("ada", None), ("bob", ""), ("ünd", "x,y"))

    execution = runner.run(Statement("SELECT name, note FROM people"), target())
    result = runner.result(execution)

    assert execution.state is QueryState.SUCCEEDED
    assert [column.name for column in result.columns] == ["name", "note"]
    assert list(result.rows()) == [("ada", None), ("bob", ""), ("ünd", "x,y")]


def test_the_result_object_is_in_the_bucket(
    runner: QueryRunner, queue: Callable[..., None], clients: Callable[[str], Any]
) -> None:
    queue(("name",), ("ada",))

    execution = runner.run(Statement("SELECT name FROM people"), target())

    bucket, _, key = execution.output_location.removeprefix("s3://").partition("/")
    body = clients("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert body == b'"name"\n"ada"\n'


def test_recent_queries_of_the_workgroup(
    runner: QueryRunner, engine: AthenaEngine, queue: Callable[..., None]
) -> None:
    queue(("x",), ("1",))
    execution = runner.run(Statement("SELECT 1"), target())

    assert list(engine.recent("primary", 10)) == [execution.id]
    assert runner.attach(execution.id).id == execution.id


def test_a_query_that_does_not_exist(engine: AthenaEngine) -> None:
    with pytest.raises(ServiceError):
        engine.describe("11111111-2222-3333-4444-555555555555")


def test_metadata(caller: Caller, runner: QueryRunner) -> None:
    runner.run(Statement("CREATE DATABASE web"), target())
    metadata = AthenaMetadata(caller, RealClock())

    assert metadata.catalogs() == ("AwsDataCatalog",)
    assert [database.name for database in metadata.databases("AwsDataCatalog")] == [
        "default",
        "web",
    ]
    assert metadata.workgroup("primary").name == "primary"
    assert list(metadata.workgroups()) == ["primary"]
    with pytest.raises(CommandError, match="There is no database nope"):
        metadata.database("AwsDataCatalog", "nope")
