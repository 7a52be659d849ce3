"""Scripts as a night job, a build server and a commit hook meet them: whole processes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections import Counter
from pathlib import Path

import boto3
import pyarrow.parquet as pq

from athena_shell.local.serve import Served
from tests.app.conftest import PROGRAM, Aws, Run


def started(served: Served, mark: str) -> Counter[str]:
    """Return how often the endpoint was asked to start each text that holds a mark."""
    sts = boto3.client("sts", region_name=served.region, endpoint_url=served.url)
    keys = sts.assume_role_with_web_identity(
        RoleArn=served.role_arn,
        RoleSessionName="ledger",
        WebIdentityToken=served.token_file.read_text().strip(),
    )["Credentials"]
    athena = boto3.client(
        "athena",
        region_name=served.region,
        endpoint_url=served.url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    texts = [
        athena.get_query_execution(QueryExecutionId=each)["QueryExecution"]["Query"]
        for each in athena.list_query_executions(MaxResults=50)["QueryExecutionIds"]
    ]
    return Counter(text for text in texts if mark in text)


def test_a_killed_run_is_resumed_and_nothing_starts_twice(
    config: Path, aws: Aws, run: Run, tmp_path: Path
) -> None:
    script = tmp_path / "nightly.sql"
    script.write_text(
        "CREATE TABLE resumed AS SELECT 1 AS n;\nINSERT INTO resumed SELECT 2;\n"
        "SELECT /* resumed local: run 2s */ 3 AS three;\nINSERT INTO resumed SELECT 4;\n"
        "SELECT count(*) AS n FROM resumed;\n"
    )
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    line = ["--config", str(config), "--format", "csv", str(script)]
    process = subprocess.Popen(
        [*PROGRAM, *line, "--verbose"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **state},
    )
    assert process.stderr is not None
    for said in process.stderr:
        if said.startswith("statement 3 of 5"):
            break
    while started(aws.served, "resumed local") != Counter(
        {"SELECT /* resumed local: run 2s */ 3 AS three": 1}
    ):
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()

    ended = run(*line, "--resume", extra=state)
    assert ended.code == 0, ended.talk
    ledger = started(aws.served, "resumed")
    assert (len(ledger), set(ledger.values())) == (5, {1})
    assert ended.out == '"three"\n"3"\n"n"\n"3"\n'


def test_a_commit_hook_hears_what_is_wrong(config: Path, run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.sql", tmp_path / "bad.sql"
    good.write_text("SELECT status FROM orders;\nCREATE TABLE t AS SELECT 1 AS n;\n")
    bad.write_text("SELECT statsu FROM orders;\n")
    hook = ("--config", str(config), "--dry-run")
    passed = run(*hook, str(good))
    assert (passed.code, passed.talk) == (0, "")
    failed = run(*hook, str(good), str(bad))
    assert failed.code == 1
    assert f"{bad}:1:8: COLUMN_NOT_FOUND" in failed.talk
    assert run(*hook, str(tmp_path / "none.sql")).code == 2


def test_a_night_job_writes_reports(config: Path, run: Run, tmp_path: Path) -> None:
    script = tmp_path / "report.sql"
    script.write_text(
        "-- @name states\nSELECT status, count(*) AS n FROM orders\n"
        "WHERE ordered_at >= date :'since' GROUP BY 1;\n"
        "-- @name total\nSELECT count(*) AS n FROM orders;\n"
        "\\assert (SELECT count(*) FROM orders) > 1000\n"
    )
    ended = run(
        *("--config", str(config), str(script), "-v", "since=2020-01-01", "-q"),
        *("-o", str(tmp_path / "{n}-{name}.csv"), "--stats", str(tmp_path / "s.jsonl")),
    )
    assert (ended.code, ended.out, ended.talk) == (0, "", "")
    files = sorted(path.name for path in tmp_path.glob("*.csv"))
    assert files == ["1-states.csv", "2-total.csv"]
    figures = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text().splitlines()]
    assert [(one["name"], one["line"], one["state"]) for one in figures] == [
        ("states", 2, "SUCCEEDED"),
        ("total", 5, "SUCCEEDED"),
        ("3", 6, "SUCCEEDED"),
    ]


def test_athena_writes_the_parquet_of_a_night_job(config: Path, run: Run, tmp_path: Path) -> None:
    script = tmp_path / "nightly.sql"
    script.write_text(
        "-- @name states\nSELECT status, count(*) AS n FROM orders -- all\nGROUP BY 1;\n"
        "CREATE TABLE unloaded AS SELECT 1 AS n;\n-- @name one\nSELECT n, :'who' AS who "
        "FROM unloaded;\nSHOW TABLES 'unloaded';\n"
    )
    line = ("--config", str(config), "--unload", "-o", str(tmp_path / "{n}-{name}.parquet"))
    ended = run(*line, str(script), "-v", "who=it's me")
    assert ended.code == 0, ended.talk
    states = pq.read_table(tmp_path / "1-states.parquet")
    assert (states.column_names, states.num_rows) == (["status", "n"], 5)
    assert pq.read_table(tmp_path / "3-one.parquet").to_pylist() == [{"n": 1, "who": "it's me"}]
    assert pq.read_table(tmp_path / "4-4.parquet").num_rows == 1
    said = re.search(
        r"^\[1/4\] 5 rows .* · (.*) \(\d+ B\); 1 part stays in (.*)$", ended.talk, re.MULTILINE
    )
    assert said is not None, ended.talk
    assert said[1] == str(tmp_path / "1-states.parquet")
    assert re.fullmatch(r"s3://.*/unload-[0-9a-f-]{36}/", said[2])

    failed = run(*line, "-c", "SELECT :'who', nope\nFROM orders", "-v", "who=a long value")
    assert failed.code == 1
    assert "-c:1:16: COLUMN_NOT_FOUND" in failed.talk
    assert "  SELECT :'who', nope\n                 ^^^^\n" in failed.talk
