"""The loopback server, used by programs that know nothing of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.serve import Served, serve, served
from athena_shell.local.server import LoopbackServer


@pytest.fixture
def server(local: LocalEndpoint) -> Iterator[LoopbackServer]:
    with LoopbackServer(local.endpoint) as running:
        yield running


@pytest.fixture
def keys(local: LocalEndpoint) -> dict[str, str]:
    user = local.endpoint.sessions.add_user()
    return {"aws_access_key_id": user.access_key, "aws_secret_access_key": user.secret_key}


@pytest.fixture
def there(local: LocalEndpoint, tmp_path: Path) -> Iterator[Served]:
    with served(local, tmp_path / "served") as running:
        yield running


@pytest.fixture
def aws(there: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give an environment whose AWS profile is the one that the server prints."""
    config = tmp_path / "aws-config"
    config.write_text(there.aws_profile)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "athena-local")
    return {
        **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        "AWS_CONFIG_FILE": str(config),
        "AWS_PROFILE": "athena-local",
        "AWS_PAGER": "",
    }


def test_boto3_needs_nothing_but_the_profile(aws: dict[str, str], local: LocalEndpoint) -> None:
    assert aws["AWS_PROFILE"] == "athena-local"
    with closing(boto3.Session().client("athena")) as athena:
        assert athena.list_data_catalogs()["DataCatalogsSummary"]
    assert local.endpoint.sessions.issued == 1


def test_the_aws_command_line_reads_and_writes(
    aws: dict[str, str], local: LocalEndpoint, tmp_path: Path
) -> None:
    def cli(*arguments: str) -> str:
        program = Path(sys.executable).with_name("aws")
        done = subprocess.run(
            [sys.executable, program, *arguments],
            env=aws,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    started = cli(
        "athena",
        "start-query-execution",
        "--query-string",
        "SELECT odd",
        "--result-configuration",
        f"OutputLocation={local.output_location}",
    )
    assert json.loads(started)["QueryExecutionId"]
    source = tmp_path / "from"
    source.write_bytes(os.urandom(100_000))
    cli("s3", "cp", str(source), "s3://athena-local-data/up/file")
    cli("s3", "cp", "s3://athena-local-data/up/file", str(tmp_path / "to"))
    assert (tmp_path / "to").read_bytes() == source.read_bytes()


def test_pyathena_reads_rows(
    local: LocalEndpoint, server: LoopbackServer, keys: dict[str, str]
) -> None:
    from pyathena import connect

    connection: Any = connect(  # type: ignore[call-overload] # the keys come from a mapping
        region_name="us-east-1",
        s3_staging_dir=local.output_location,
        poll_interval=0.01,
        endpoint_url=server.url,
        **keys,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT odd")
        assert [column[0] for column in cursor.description or ()] == ["_col0", "price"]
        assert [row[0] for row in cursor.fetchall()] == [
            None,
            "",
            'say "hi"\nthere, ünd',
            "default",
        ]
        cursor.execute("SELECT rows 2500")
        assert sum(1 for _ in cursor) == 2500
        cursor.execute("SHOW TABLES")
        assert ("orders",) in cursor.fetchall()
    connection.close()


def test_many_clients_at_once(
    local: LocalEndpoint, server: LoopbackServer, keys: dict[str, str]
) -> None:
    seen: list[int] = []

    def work() -> None:
        made = boto3.Session().client("athena", "us-east-1", endpoint_url=server.url, **keys)
        with closing(made) as athena:
            seen.extend(len(athena.list_work_groups()["WorkGroups"]) for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [7] * 40
    assert local.endpoint.ledger.count("ListWorkGroups") == 40


def test_closing_leaves_no_thread_behind(
    local: LocalEndpoint, engine: Any, keys: dict[str, str]
) -> None:
    before = set(threading.enumerate())
    server = LoopbackServer(local.endpoint)
    # Its connection stays open, waiting for another request.
    athena = boto3.client("athena", "us-east-1", endpoint_url=server.url, **keys)
    athena.start_query_execution(
        QueryString="SELECT forever", ResultConfiguration={"OutputLocation": local.output_location}
    )
    server.close()
    athena.close()
    assert engine.closed
    assert set(threading.enumerate()) == before


def test_serving_announces_profiles_and_keeps_the_token_private(
    local: LocalEndpoint, tmp_path: Path
) -> None:
    told: list[str] = []
    before = set(threading.enumerate())
    until = threading.Event()

    def announce(text: str) -> None:
        told.append(text)
        until.set()

    serve(local, tmp_path / "served", announce, until)
    token_file = tmp_path / "served" / "demo-token"
    assert f"web_identity_token_file = {token_file}" in told[0]
    assert "EndpointOverride = http://127.0.0.1:" in told[0]
    assert token_file.stat().st_mode & 0o777 == 0o600
    assert token_file.read_text() not in told[0]
    assert set(threading.enumerate()) <= before


def test_the_token_file_is_renewed(local: LocalEndpoint, tmp_path: Path) -> None:
    local.issuer.lifetime = timedelta(seconds=0.02)
    with served(local, tmp_path / "served") as there:
        first = there.token_file.read_text()
        deadline = time.monotonic() + 10
        while there.token_file.read_text() == first:
            assert time.monotonic() < deadline
            time.sleep(0.005)


def test_a_taken_port_is_an_error(local: LocalEndpoint, server: LoopbackServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        LoopbackServer(local.endpoint, port)
