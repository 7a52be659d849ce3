"""Athena's query operations, through boto3 in the same process."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from athena_shell.local.embedded import LocalEndpoint


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def rows_of(reply: dict[str, Any]) -> list[list[str | None]]:
    return [
        [cell.get("VarCharValue") for cell in row["Data"]] for row in reply["ResultSet"]["Rows"]
    ]


def test_a_select_gives_its_header_then_its_rows(run: Any, athena: Any) -> None:
    done = run("SELECT odd", QueryExecutionContext={"Database": "shop"})
    assert done["Status"]["State"] == "SUCCEEDED"
    assert (done["StatementType"], done["SubstatementType"]) == ("DML", "SELECT")
    assert done["Statistics"]["DataScannedInBytes"] == 1234
    reply = athena.get_query_results(QueryExecutionId=done["QueryExecutionId"])
    assert rows_of(reply) == [
        ["_col0", "price"],
        [None, "1.50"],
        ["", None],
        ['say "hi"\nthere, ünd', "2.00"],
        ["shop", None],
    ]
    assert [
        (c["Name"], c["Type"], c["Precision"], c["Scale"])
        for c in reply["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    ] == [("_col0", "varchar", 2147483647, 0), ("price", "decimal", 10, 2)]


def test_the_result_object_tells_null_from_the_empty_text(
    run: Any, client: Any, local: LocalEndpoint
) -> None:
    done = run("SELECT odd")
    location = done["ResultConfiguration"]["OutputLocation"]
    assert location == f"{local.output_location}{done['QueryExecutionId']}.csv"
    bucket, _, key = location.removeprefix("s3://").partition("/")
    body = client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    assert body == '"_col0","price"\n,"1.50"\n"",\n"say ""hi""\nthere, ünd","2.00"\n"default",\n'


def test_show_has_no_header_even_where_a_row_looks_like_one(
    run: Any, athena: Any, client: Any
) -> None:
    done = run("SHOW TABLES")
    assert (done["StatementType"], done["SubstatementType"]) == ("UTILITY", "SHOW_TABLES")
    reply = athena.get_query_results(QueryExecutionId=done["QueryExecutionId"])
    assert rows_of(reply) == [["orders"], ["tab_name"]]
    bucket, _, key = (
        done["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
    )
    assert key.endswith(".txt")
    assert client("s3").get_object(Bucket=bucket, Key=key)["Body"].read() == b"orders\ntab_name\n"


def test_an_insert_tells_its_count_and_its_manifest(run: Any, athena: Any, client: Any) -> None:
    done = run("INSERT INTO orders SELECT 1")
    reply = athena.get_query_results(QueryExecutionId=done["QueryExecutionId"])
    assert reply["UpdateCount"] == 3
    assert rows_of(reply) == []
    manifest = done["Statistics"]["DataManifestLocation"]
    bucket, _, key = manifest.removeprefix("s3://").partition("/")
    body = client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert body == b"s3://athena-local-data/orders/new\n"


def test_a_table_from_a_query_says_where_its_files_are(run: Any, local: LocalEndpoint) -> None:
    done = run("CREATE TABLE t AS SELECT 1")
    assert (done["StatementType"], done["SubstatementType"]) == ("DDL", "CREATE_TABLE_AS_SELECT")
    assert done["ResultConfiguration"]["OutputLocation"] == (
        f"{local.output_location}tables/{done['QueryExecutionId']}"
    )


def test_paging_counts_the_header_and_ends(run: Any, athena: Any) -> None:
    query = run("SELECT rows 2500")["QueryExecutionId"]
    pages = list(athena.get_paginator("get_query_results").paginate(QueryExecutionId=query))
    assert [len(page["ResultSet"]["Rows"]) for page in pages] == [1000, 1000, 501]
    texts = [row[0] for page in pages for row in rows_of(page)]
    assert texts == ["n", *map(str, range(2500))]


@pytest.mark.parametrize("size", [1, 7, 100, 101, 999])
def test_every_page_size_gives_the_same_rows(run: Any, athena: Any, size: int) -> None:
    query = run("SELECT rows 230")["QueryExecutionId"]
    pages = athena.get_paginator("get_query_results").paginate(
        QueryExecutionId=query, PaginationConfig={"PageSize": size}
    )
    assert [r[0] for p in pages for r in rows_of(p)] == ["n", *map(str, range(230))]


def test_a_page_token_of_another_result_is_refused(run: Any, athena: Any) -> None:
    one = run("SELECT rows 20")["QueryExecutionId"]
    other = run("SELECT rows 20")["QueryExecutionId"]
    token = athena.get_query_results(QueryExecutionId=one, MaxResults=5)["NextToken"]
    for wrong in (token, "nonsense", "é"):
        with pytest.raises(ClientError) as error:
            athena.get_query_results(QueryExecutionId=other, NextToken=wrong)
        assert code_of(error) == "InvalidRequestException"


def test_the_same_token_starts_one_query(
    athena: Any, local: LocalEndpoint, engine: Any, wait: Any
) -> None:
    token = str(uuid.uuid4())
    asked = {
        "QueryString": "SELECT odd",
        "ClientRequestToken": token,
        "ResultConfiguration": {"OutputLocation": local.output_location},
    }
    ids = {athena.start_query_execution(**asked)["QueryExecutionId"] for _ in range(5)}
    wait(athena, *ids)
    assert local.endpoint.ledger.executions(token) == tuple(ids)
    assert len(engine.seen) == 1
    with pytest.raises(ClientError) as error:
        athena.start_query_execution(**{**asked, "QueryString": "SELECT 2"})
    assert code_of(error) == "InvalidRequestException"
    assert "Idempotent parameters do not match" in str(error.value)


def test_a_failure_says_why(run: Any, athena: Any) -> None:
    done = run("SELECT missing")
    reason = "COLUMN_NOT_FOUND: line 1:8: Column 'missing' cannot be resolved"
    assert done["Status"]["State"] == "FAILED"
    assert done["Status"]["StateChangeReason"] == reason
    assert done["Status"]["AthenaError"]["ErrorCategory"] == 2
    with pytest.raises(ClientError, match="Final query state: FAILED"):
        athena.get_query_results(QueryExecutionId=done["QueryExecutionId"])


def test_a_bug_of_the_engine_fails_the_query_alone(
    run: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert run("SELECT bug")["Status"]["AthenaError"]["ErrorCategory"] == 1
    assert "a bug" in caplog.text
    assert run("SELECT odd")["Status"]["State"] == "SUCCEEDED"


def test_a_syntax_error_is_refused_at_the_start(run: Any) -> None:
    with pytest.raises(ClientError, match="line 1:1: mismatched input 'SELEC'") as error:
        run("SELEC 1")
    assert code_of(error) == "InvalidRequestException"
    assert error.value.response["AthenaErrorCode"] == "MALFORMED_QUERY"


def test_a_running_query_is_stopped(athena: Any, local: LocalEndpoint, wait: Any) -> None:
    query = athena.start_query_execution(
        QueryString="SELECT forever",
        ResultConfiguration={"OutputLocation": local.output_location},
    )["QueryExecutionId"]
    athena.stop_query_execution(QueryExecutionId=query)
    done = wait(athena, query)
    assert done["Status"]["State"] == "CANCELLED"
    assert local.endpoint.ledger.stops == (query,)
    athena.stop_query_execution(QueryExecutionId=query)
    with pytest.raises(ClientError, match="was not found"):
        athena.stop_query_execution(QueryExecutionId="unknown")


def test_a_paced_query_queues_runs_and_ends_by_the_clock(
    athena: Any, local: LocalEndpoint, clock: Any, wait: Any
) -> None:
    query = athena.start_query_execution(
        QueryString="/* local: queue 20s, run 100s, scan 50 GB */ SELECT rows 3",
        ResultConfiguration={"OutputLocation": local.output_location},
    )["QueryExecutionId"]

    def seen() -> tuple[str, int]:
        found = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
        return found["Status"]["State"], round(found["Statistics"]["DataScannedInBytes"] / 10**9)

    assert seen() == ("QUEUED", 0)
    clock.advance(44)
    assert seen() == ("RUNNING", 12)
    with pytest.raises(ClientError, match=r"has not yet finished\. Current state: RUNNING"):
        athena.get_query_results(QueryExecutionId=query)
    clock.advance(80)
    done = wait(athena, query)
    assert done["Status"]["State"] == "SUCCEEDED"
    assert done["Statistics"]["DataScannedInBytes"] == 50 * 10**9
    assert done["Statistics"]["QueryQueueTimeInMillis"] == 20000


def test_a_stop_while_queued_keeps_the_statement_from_running(
    athena: Any, local: LocalEndpoint, clock: Any, engine: Any, wait: Any
) -> None:
    query = athena.start_query_execution(
        QueryString="/* local: queue 10s */ INSERT INTO orders SELECT 1",
        ResultConfiguration={"OutputLocation": local.output_location},
    )["QueryExecutionId"]
    athena.stop_query_execution(QueryExecutionId=query)
    clock.advance(60)
    assert wait(athena, query)["Status"]["State"] == "CANCELLED"
    assert engine.seen == []


def test_a_result_is_reused_when_asked_for(run: Any, athena: Any, engine: Any, clock: Any) -> None:
    reuse = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 10}}
    first = run("SELECT odd")
    second = run("SELECT odd", ResultReuseConfiguration=reuse)
    assert second["QueryExecutionId"] != first["QueryExecutionId"]
    assert second["Statistics"]["ResultReuseInformation"] == {"ReusedPreviousResult": True}
    assert second["Statistics"]["DataScannedInBytes"] == 0
    assert rows_of(athena.get_query_results(QueryExecutionId=second["QueryExecutionId"])) == (
        rows_of(athena.get_query_results(QueryExecutionId=first["QueryExecutionId"]))
    )
    assert len(engine.seen) == 1
    clock.advance(11 * 60)
    third = run("SELECT odd", ResultReuseConfiguration=reuse)
    assert third["Statistics"]["ResultReuseInformation"] == {"ReusedPreviousResult": False}


def test_a_reused_result_scans_nothing_whatever_its_comment_says(run: Any) -> None:
    reuse = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 10}}
    text = "SELECT odd /* local: scan 5 GB */"
    assert run(text)["Statistics"]["DataScannedInBytes"] == 5 * 10**9
    assert run(text, ResultReuseConfiguration=reuse)["Statistics"]["DataScannedInBytes"] == 0


def test_batch_get_tells_known_and_unknown_ids_apart(run: Any, athena: Any) -> None:
    known = run("SELECT odd")["QueryExecutionId"]
    reply = athena.batch_get_query_execution(QueryExecutionIds=[known, "unknown"])
    assert [one["QueryExecutionId"] for one in reply["QueryExecutions"]] == [known]
    assert reply["UnprocessedQueryExecutionIds"][0]["QueryExecutionId"] == "unknown"


def test_executions_are_listed_newest_first(run: Any, athena: Any) -> None:
    ids = [run("SELECT odd")["QueryExecutionId"] for _ in range(3)]
    pages = athena.get_paginator("list_query_executions").paginate(
        WorkGroup="primary", PaginationConfig={"PageSize": 2}
    )
    assert [one for page in pages for one in page["QueryExecutionIds"]] == ids[::-1]


def test_runtime_statistics_show_the_stages(run: Any, athena: Any) -> None:
    query = run("SELECT rows 30")["QueryExecutionId"]
    found = athena.get_query_runtime_statistics(QueryExecutionId=query)["QueryRuntimeStatistics"]
    assert (found["Rows"]["InputRows"], found["Rows"]["OutputRows"]) == (1000, 30)
    assert found["OutputStage"] == {
        "StageId": 0,
        "State": "FINISHED",
        "InputRows": 900,
        "InputBytes": 9000,
        "OutputRows": 30,
        "OutputBytes": found["Rows"]["OutputBytes"],
        "ExecutionTime": 2,
        "QueryStagePlan": {
            "Name": "HashGroupBy",
            "Identifier": "[Groups: #0]",
            "Children": [],
            "RemoteSources": ["1"],
        },
        "SubStages": [
            {
                "StageId": 1,
                "State": "FINISHED",
                "InputRows": 1000,
                "InputBytes": 300,
                "OutputRows": 900,
                "OutputBytes": 9000,
                "ExecutionTime": 5,
                "QueryStagePlan": {
                    "Name": "Union",
                    "Identifier": "[]",
                    "Children": [
                        {
                            "Name": "ReadParquet",
                            "Identifier": "[×2; Projections: a, b]",
                            "Children": [],
                            "RemoteSources": [],
                        }
                    ],
                    "RemoteSources": [],
                },
                "SubStages": [],
            }
        ],
    }


@pytest.mark.parametrize("sql", ["SELECT odd", "INSERT INTO orders SELECT 1", "EXECUTE absent"])
def test_statistics_without_a_measured_tree_have_one_stage(run: Any, athena: Any, sql: str) -> None:
    done = run(sql)
    found = athena.get_query_runtime_statistics(QueryExecutionId=done["QueryExecutionId"])
    stage = found["QueryRuntimeStatistics"]["OutputStage"]
    assert (stage["StageId"], stage["SubStages"]) == (0, [])
    succeeded = done["Status"]["State"] == "SUCCEEDED"
    assert stage["State"] == ("FINISHED" if succeeded else "FAILED")


def test_execution_parameters_reach_the_engine(run: Any, engine: Any) -> None:
    done = run("SELECT ? odd", ExecutionParameters=["'a'", "1"])
    assert engine.seen == [("SELECT ? odd", ("'a'", "1"))]
    assert done["ExecutionParameters"] == ["'a'", "1"]


def test_a_deleted_result_object_is_missed(run: Any, athena: Any, client: Any) -> None:
    done = run("SELECT odd")
    bucket, _, key = (
        done["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
    )
    client("s3").delete_object(Bucket=bucket, Key=key)
    with pytest.raises(ClientError, match="Could not find results"):
        athena.get_query_results(QueryExecutionId=done["QueryExecutionId"])


def test_a_stopped_query_leaves_no_file(
    athena: Any, local: LocalEndpoint, wait: Any, tmp_path: Path
) -> None:
    query = athena.start_query_execution(
        QueryString="SELECT rows 100000000",
        ResultConfiguration={"OutputLocation": local.output_location},
    )["QueryExecutionId"]
    athena.stop_query_execution(QueryExecutionId=query)
    assert wait(athena, query)["Status"]["State"] == "CANCELLED"
    local.close()
    assert [path for path in (tmp_path / "lake").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"QueryString": ""}, "length greater than or equal to 1"),
        ({"QueryString": "é" * 131073}, "at most 262144 bytes"),
        ({"QueryString": "x" * 262145}, "less than or equal to 262144"),
        ({"ClientRequestToken": "short"}, "'clientRequestToken'"),
        ({"ClientRequestToken": "x" * 129}, "less than or equal to 128"),
        ({"WorkGroup": "no spaces"}, "regular expression pattern"),
        ({"WorkGroup": "absent"}, "WorkGroup absent is not found"),
        ({"WorkGroup": "closed"}, "is disabled"),
        ({"ResultConfiguration": {}}, "No output location provided"),
        ({"ResultConfiguration": {"OutputLocation": "results/x"}}, "not a valid S3 path"),
        ({"ResultConfiguration": {"OutputLocation": "s3://absent/"}}, "output bucket absent"),
        ({"ResultConfiguration": {"OutputLocation": "s3://.."}}, "not a valid S3 path"),
        ({"QueryExecutionContext": {"Catalog": "other"}}, "Catalog other does not exist"),
        (
            {"ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": "yes"}}},
            "must be a boolean",
        ),
        ({"ExecutionParameters": []}, "executionParameters"),
    ],
)
def test_a_wrong_start_is_refused(
    client: Any, local: LocalEndpoint, change: dict[str, Any], words: str
) -> None:
    from botocore.config import Config

    unchecked = client("athena", config=Config(parameter_validation=False))
    usual = {
        "QueryString": "SELECT 1",
        "ResultConfiguration": {"OutputLocation": local.output_location},
    }
    with pytest.raises(ClientError) as error:
        unchecked.start_query_execution(**usual | change)
    assert words in str(error.value)
    assert code_of(error) in {"InvalidRequestException", "SerializationException"}
    assert local.endpoint.ledger.starts == ()
