"""The main job from outside: profile, token, statements, rows, files; on data nobody here wrote."""

from __future__ import annotations

import csv
import http.client
import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Ended, Run


def test_statements_of_a_script_in_order(run: Run, config: Path, tmp_path: Path) -> None:
    script = tmp_path / "daily.sql"
    script.write_text(
        "-- orders by state\nSELECT status, count(*) AS orders\nFROM orders\nGROUP BY 1 ORDER BY 1;"
        "\n\\echo done\nSELECT sum(quantity) AS items FROM orders WHERE status = 'no; such'\n",
        encoding="utf-8",
    )
    ended = run("--config", str(config), "--format", "tsv", str(script))
    rows = "delivered\t8002\nnew\t7996\npaid\t8000\nreturned\t8001\nshipped\t8001\n"
    assert (ended.code, ended.out) == (0, f"status\torders\n{rows}done\nitems\n\n")


def test_output_file_is_whole_or_absent(run: Run, config: Path, tmp_path: Path) -> None:
    target = tmp_path / "orders.csv"
    good = run(
        "--config", str(config), "-c", "SELECT order_id, coupon FROM orders", "-o", str(target)
    )
    assert good.code == 0
    with target.open(encoding="utf-8", newline="") as lines:
        assert sum(1 for _ in csv.reader(lines)) == 40_001

    bad = run(
        "--config", str(config), "-c", "SELECT 1; SELECT nope", "-o", str(tmp_path / "absent.csv")
    )
    assert bad.code == 1
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["orders.csv"]


def test_public_airports_as_tables(run: Run) -> None:
    folder = Path(str(files("airportsdata")))
    with (folder / "airports.csv").open(encoding="utf-8", newline="") as lines:
        expected = Counter(row["country"] for row in csv.DictReader(lines)).most_common(3)
    ended = run(
        "--local",
        str(folder),
        "--format",
        "csv",
        "-c",
        "SELECT country, count(*) AS airports FROM airports GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    )
    rows = "".join(f'"{country}","{count}"\n' for country, count in expected)
    assert (ended.code, ended.out) == (0, f'"country","airports"\n{rows}')


# --- a server that nobody here wrote ---


def post(port: int, path: str, body: object = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        reply = connection.getresponse()
        reply.read()
        assert reply.status < 300
    finally:
        connection.close()


@pytest.fixture
def moto(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Serve a canned result with moto; give its port and a configuration that leads to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            post(port, "/moto-api/reset")
            break
        except ConnectionError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
    url = f"http://127.0.0.1:{port}"
    token = tmp_path / "token"
    token.write_text("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl", encoding="utf-8")
    token.chmod(0o600)
    config = tmp_path / "config.ini"
    config.write_text(
        "[profile work]\nAwsRegion = us-east-1\nS3OutputLocation = s3://team-results/\n"
        "AuthenticationType = JWT\npreferred_role = arn:aws:iam::123456789012:role/analyst\n"
        f"role_session_name = jane\nweb_identity_token_file = {token}\n"
        f"EndpointOverride = {url}\nStsEndpointOverride = {url}\nS3EndpointOverride = {url}\n",
        encoding="utf-8",
    )
    yield port, config
    process.terminate()
    process.wait(10)


def test_rows_from_moto_over_the_network(run: Run, moto: tuple[int, Path]) -> None:
    port, config = moto
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
    rows = [("name", "note"), ("ada", None), ("bob", ""), ("ünd", "x,y")]
    result = {
        "rows": [
            {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]}
            for row in rows
        ],
        "column_info": [{**column, "Name": name, "Label": name} for name in rows[0]],
    }
    post(port, "/moto-api/static/athena/query-results", {"results": [result]})
    ended = run("--config", str(config), "--format", "csv", "-c", "SELECT name, note FROM people")
    assert (ended.code, ended.out) == (0, '"name","note"\n"ada",\n"bob",""\n"ünd","x,y"\n')
    assert "3 rows" in ended.talk


def test_quiet_run_says_nothing(run: Run, config: Path) -> None:
    line = ("--config", str(config), "--quiet", "--format", "csv", "-c", "SELECT 1")
    assert run(*line) == Ended(0, '"_col0"\n"1"\n', "")
