"""The whole endpoint over the real SQL engine and its sample data, through boto3."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest

from athena_shell.local.clock import ManualClock
from athena_shell.local.embedded import LocalEndpoint

Rows = list[list[str | None]]


class Whole:
    """A signed-in client of an endpoint over the real engine."""

    def __init__(self, local: LocalEndpoint) -> None:
        self.local = local
        session = botocore.session.Session()
        local.attach(session)
        made = boto3.Session(botocore_session=session, region_name=local.region)
        keys = made.client("sts").assume_role_with_web_identity(
            RoleArn=local.role_arn, RoleSessionName="tester", WebIdentityToken=local.token()
        )["Credentials"]
        signed = {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }
        self.athena = made.client("athena", **signed)
        self.s3 = made.client("s3", **signed)

    def start(self, sql: str, **options: Any) -> str:
        options.setdefault("QueryExecutionContext", {"Database": "sampledb"})
        options.setdefault("ResultConfiguration", {"OutputLocation": self.local.output_location})
        started = self.athena.start_query_execution(QueryString=sql, **options)
        return str(started["QueryExecutionId"])

    def end(self, query: str) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found = self.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            if found["Status"]["State"] not in {"QUEUED", "RUNNING"}:
                return dict(found)
            time.sleep(0.005)
        raise AssertionError(f"query {query} did not end")

    def run(self, sql: str, **options: Any) -> dict[str, Any]:
        return self.end(self.start(sql, **options))

    def pages(self, query: str) -> Rows:
        paginator = self.athena.get_paginator("get_query_results")
        return [
            [cell.get("VarCharValue") for cell in row["Data"]]
            for page in paginator.paginate(QueryExecutionId=query)
            for row in page["ResultSet"]["Rows"]
        ]

    def rows(self, sql: str, **options: Any) -> Rows:
        done = self.run(sql, **options)
        assert done["Status"]["State"] == "SUCCEEDED", done["Status"]
        return self.pages(done["QueryExecutionId"])

    def text(self, done: dict[str, Any]) -> str:
        location = done["ResultConfiguration"]["OutputLocation"]
        bucket, _, key = location.removeprefix("s3://").partition("/")
        return str(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    root = tmp_path_factory.mktemp("lake")
    local = LocalEndpoint.open(root, clock=ManualClock(), skew=None)
    yield Whole(local)
    local.close()


def test_a_query_is_answered(whole: Whole) -> None:
    assert whole.rows("SELECT 7 / 2 AS a, NULL, ''") == [["a", "_col1", "_col2"], ["3", None, ""]]


def test_the_object_and_the_pages_hold_the_same_values(whole: Whole) -> None:
    done = whole.run("SELECT * FROM orders ORDER BY order_id LIMIT 2500")
    pages = whole.pages(done["QueryExecutionId"])
    assert len(pages) == 2501
    text = whole.text(done)
    seen = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert seen == [[cell or "" for cell in row] for row in pages]
    assert done["Statistics"]["DataScannedInBytes"] > 0


def test_a_table_lives_its_life(whole: Whole) -> None:
    made = whole.run("CREATE TABLE t_life AS SELECT 1 a, 'x' b")
    assert (made["StatementType"], made["SubstatementType"]) == ("DDL", "CREATE_TABLE_AS_SELECT")
    manifest = made["Statistics"]["DataManifestLocation"]
    assert manifest.endswith(f"{made['QueryExecutionId']}-manifest.csv")
    inserted = whole.run("INSERT INTO t_life VALUES (2, 'y'), (3, NULL)")
    result = whole.athena.get_query_results(QueryExecutionId=inserted["QueryExecutionId"])
    assert (result["UpdateCount"], result["ResultSet"]["Rows"]) == (2, [])
    assert whole.rows("SELECT a, b FROM t_life ORDER BY a") == [
        ["a", "b"],
        ["1", "x"],
        ["2", "y"],
        ["3", None],
    ]
    listed = whole.athena.get_table_metadata(
        CatalogName="AwsDataCatalog", DatabaseName="sampledb", TableName="t_life"
    )["TableMetadata"]
    assert [one["Name"] for one in listed["Columns"]] == ["a", "b"]
    assert whole.run("DROP TABLE t_life")["Status"]["State"] == "SUCCEEDED"
    gone = whole.run("SELECT * FROM t_life")["Status"]
    assert "TABLE_NOT_FOUND" in gone["StateChangeReason"]


@pytest.mark.parametrize("sql", ["SHOW TABLES", "DESCRIBE orders", "EXPLAIN SELECT 1"])
def test_a_textual_result_has_no_header_and_its_object_has_its_lines(
    whole: Whole, sql: str
) -> None:
    done = whole.run(sql)
    assert done["StatementType"] == "UTILITY"
    assert done["ResultConfiguration"]["OutputLocation"].endswith(".txt")
    lines = whole.text(done).splitlines()
    pages = whole.pages(done["QueryExecutionId"])
    assert [row[0] for row in pages] == lines


def test_prepared_statements_take_parameters(whole: Whole) -> None:
    whole.run("PREPARE plus FROM SELECT ? + ? AS total")
    assert whole.rows("EXECUTE plus USING 40, 2") == [["total"], ["42"]]
    assert whole.rows("SELECT ? AS x", ExecutionParameters=["'it''s'"]) == [["x"], ["it's"]]


def test_a_long_query_is_stopped_at_once(whole: Whole) -> None:
    query = whole.start("SELECT count(*) FROM orders a CROSS JOIN orders b CROSS JOIN orders c")
    whole.athena.stop_query_execution(QueryExecutionId=query)
    assert whole.end(query)["Status"]["State"] == "CANCELLED"


def test_eight_queries_run_side_by_side(whole: Whole) -> None:
    queries = [
        whole.start("SELECT count(*) + ? FROM orders", ExecutionParameters=[str(n)])
        for n in range(16)
    ]
    counts = [
        int(whole.pages(whole.end(query)["QueryExecutionId"])[1][0] or 0) for query in queries
    ]
    assert [count - counts[0] for count in counts] == list(range(16))


def test_a_measured_query_has_stages(whole: Whole) -> None:
    done = whole.run("SELECT status, count(*) FROM orders GROUP BY 1 ORDER BY 1")
    found = whole.athena.get_query_runtime_statistics(QueryExecutionId=done["QueryExecutionId"])
    stage = found["QueryRuntimeStatistics"]["OutputStage"]
    assert stage["OutputRows"] == len(whole.pages(done["QueryExecutionId"])) - 1
    assert stage["State"] == "FINISHED"
    deepest = stage
    while deepest["SubStages"]:
        deepest = deepest["SubStages"][0]
    assert (deepest["StageId"], deepest["InputRows"]) == (2, 40_000)
    assert str(whole.local.endpoint.store._root) not in str(stage)


SERVED = """
import sys, threading, time
from datetime import UTC, datetime
from pathlib import Path
import boto3
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.serve import served

class Clock:
    def now(self): return datetime.now(UTC)
    def monotonic(self): return time.monotonic()
    def sleep(self, seconds): time.sleep(seconds)

root = Path(sys.argv[1])
local = LocalEndpoint.open(root, clock=Clock())
user = local.endpoint.sessions.add_user()
with served(local, root) as there:
    athena = boto3.client("athena", "us-east-1", endpoint_url=there.url,
        aws_access_key_id=user.access_key, aws_secret_access_key=user.secret_key)
    where = {"OutputLocation": local.output_location}
    for sql in ("SELECT count(*) FROM sampledb.orders", "SELECT 1"):
        athena.start_query_execution(QueryString=sql, ResultConfiguration=where)
print("served")
"""


def test_a_serving_process_ends_without_a_word(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVED, str(tmp_path / "lake")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "served\n", "")
