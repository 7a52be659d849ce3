from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.athena import parse
from athena_shell.core.errors import ServiceError
from athena_shell.core.model import (
    Column,
    QueryExecution,
    QueryFailure,
    QueryState,
    QueryStatistics,
    Table,
    TableColumn,
    Workgroup,
)

WHOLE: dict[str, Any] = {
    "QueryExecutionId": "q-1",
    "Query": "SELECT 1",
    "StatementType": "DML",
    "SubstatementType": "SELECT",
    "ResultConfiguration": {
        "OutputLocation": "s3://bucket/q-1.csv",
        "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
    },
    "QueryExecutionContext": {"Catalog": "AwsDataCatalog", "Database": "web"},
    "Status": {
        "State": "FAILED",
        "StateChangeReason": "SYNTAX_ERROR: line 1:1",
        "SubmissionDateTime": datetime(2026, 11, 23, tzinfo=UTC),
        "CompletionDateTime": 1795392001.5,
        "AthenaError": {
            "ErrorCategory": 2,
            "ErrorType": 1006,
            "Retryable": True,
            "ErrorMessage": "told",
        },
    },
    "Statistics": {
        "DataScannedInBytes": 7,
        "QueryQueueTimeInMillis": 1,
        "QueryPlanningTimeInMillis": 2,
        "EngineExecutionTimeInMillis": 3,
        "ServiceProcessingTimeInMillis": 4,
        "TotalExecutionTimeInMillis": 5,
        "DataManifestLocation": "s3://bucket/manifest.csv",
        "ResultReuseInformation": {"ReusedPreviousResult": True},
    },
    "WorkGroup": "primary",
    "EngineVersion": {"EffectiveEngineVersion": "Athena engine version 3"},
    "ManagedQueryResultsConfiguration": {"Enabled": True},
}


def test_a_whole_execution() -> None:
    assert parse.parse_described({"QueryExecution": WHOLE}) == QueryExecution(
        id="q-1",
        state=QueryState.FAILED,
        text="SELECT 1",
        statement_type="DML",
        substatement_type="SELECT",
        reason="SYNTAX_ERROR: line 1:1",
        failure=QueryFailure("told", 2, 1006, retryable=True),
        submitted=datetime(2026, 11, 23, tzinfo=UTC),
        completed=datetime.fromtimestamp(1795392001.5, UTC),
        statistics=QueryStatistics(
            7, 1, 2, 3, 4, 5, reused=True, manifest_location="s3://bucket/manifest.csv"
        ),
        output_location="s3://bucket/q-1.csv",
        workgroup="primary",
        catalog="AwsDataCatalog",
        database="web",
        engine_version="Athena engine version 3",
        encryption="SSE_S3",
        managed_results=True,
    )


def test_a_bare_execution() -> None:
    reply = {"QueryExecution": {"QueryExecutionId": "q", "Status": {"State": "QUEUED"}}}

    assert parse.parse_described(reply) == QueryExecution(id="q", state=QueryState.QUEUED)


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"QueryExecution": {}},
        {"QueryExecution": {"QueryExecutionId": "q"}},
        {"QueryExecution": {"QueryExecutionId": "q", "Status": {}}},
        {"QueryExecution": {"Status": {"State": "SUCCEEDED"}}},
    ],
)
def test_a_cut_description_is_a_fault_to_repeat(reply: dict[str, Any]) -> None:
    with pytest.raises(ServiceError, match="arrived without") as caught:
        parse.parse_described(reply)

    assert caught.value.transient


@pytest.mark.parametrize("reply", [{}, {"QueryExecutionId": ""}, {"QueryExecutionId": None}])
def test_a_start_without_an_id_is_a_fault_to_repeat(reply: dict[str, Any]) -> None:
    with pytest.raises(ServiceError, match="without QueryExecutionId") as caught:
        parse.parse_started(reply)

    assert caught.value.transient


@pytest.mark.parametrize(
    "reply",
    [{}, {"ResultSet": {}}, {"ResultSet": {"Rows": []}}, {"ResultSet": {"Rows": [{"Data": []}]}}],
)
def test_a_cut_page_is_a_fault_never_an_empty_result(reply: dict[str, Any]) -> None:
    with pytest.raises(ServiceError) as caught:
        parse.parse_columns(reply)

    assert caught.value.code == "IncompleteReply"


def test_an_unknown_state_is_named() -> None:
    with pytest.raises(ServiceError, match="PAUSED"):
        parse.parse_execution({"QueryExecutionId": "q", "Status": {"State": "PAUSED"}})


def test_null_and_the_empty_text_stay_apart() -> None:
    reply = {
        "ResultSet": {
            "Rows": [{"Data": [{"VarCharValue": ""}, {}]}, {"Data": [{}, {"VarCharValue": "N/A"}]}],
            "ResultSetMetadata": {"ColumnInfo": []},
        }
    }

    assert parse.parse_rows(reply) == [("", None), (None, "N/A")]


def test_columns_keep_duplicate_and_empty_names() -> None:
    info = [
        {"Name": "a", "Type": "integer", "Precision": 10, "Scale": 0, "Nullable": "UNKNOWN"},
        {"Name": "a", "Type": "varchar"},
        {"Name": "", "Type": "decimal", "Precision": 12, "Scale": 2},
    ]
    reply = {"ResultSet": {"Rows": [], "ResultSetMetadata": {"ColumnInfo": info}}}

    assert parse.parse_columns(reply) == (
        Column("a", "integer", 10),
        Column("a", "varchar"),
        Column("", "decimal", 12, 2),
    )


@pytest.mark.parametrize(
    ("kind", "substatement", "header"),
    [
        ("DML", "SELECT", True),
        ("DML", "EXPLAIN", True),
        ("DML", "EXECUTE", True),
        ("DML", "INSERT", False),
        ("DML", "UNLOAD", False),
        ("DDL", "CREATE_TABLE_AS_SELECT", False),
        ("DDL", "CREATE_TABLE", False),
        ("UTILITY", "SHOW_TABLES", False),
        ("UTILITY", "DESCRIBE_TABLE", False),
    ],
)
def test_the_statement_decides_about_the_header(
    kind: str, substatement: str, *, header: bool
) -> None:
    execution = QueryExecution(
        id="q",
        state=QueryState.SUCCEEDED,
        statement_type=kind,
        substatement_type=substatement,
    )

    assert parse.has_header(execution) is header


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (("a", "b", "c"), ("a", "b", "c")),
        (("elb_name \tstring    \t    ",), ("elb_name", "string", "")),
        (("elb_name \tstring",), ("elb_name", "string", None)),
        (("a\tb\tc\td",), ("a", "b", "c\td")),
        ((None,), (None, None, None)),
        ((), (None, None, None)),
        (("a", "b"), None),
    ],
)
def test_the_one_cell_of_describe_becomes_a_row(
    row: tuple[str | None, ...], cells: tuple[str | None, ...] | None
) -> None:
    assert parse.fit(row, 3) == cells


@given(st.text(), st.integers(min_value=1, max_value=6))
def test_any_single_cell_fits_any_width(cell: str, width: int) -> None:
    fitted = parse.fit((cell,), width)

    assert fitted is not None
    assert len(fitted) == width


def test_a_table() -> None:
    value = {
        "Name": "logs",
        "TableType": "EXTERNAL_TABLE",
        "Columns": [{"Name": "url", "Type": "string", "Comment": "where"}],
        "PartitionKeys": [{"Name": "day", "Type": "date"}],
        "Parameters": {"numRows": "5", "EXTERNAL": "TRUE"},
    }

    table = parse.parse_table(value, "AwsDataCatalog", "web")

    assert table == Table(
        name="logs",
        database="web",
        catalog="AwsDataCatalog",
        kind="EXTERNAL_TABLE",
        columns=(
            TableColumn("url", "string", "where"),
            TableColumn("day", "date", is_partition=True),
        ),
        parameters=(("EXTERNAL", "TRUE"), ("numRows", "5")),
    )


def test_a_workgroup() -> None:
    reply = {
        "WorkGroup": {
            "Name": "team",
            "State": "DISABLED",
            "Description": "ours",
            "Configuration": {
                "ResultConfiguration": {"OutputLocation": "s3://team/"},
                "EnforceWorkGroupConfiguration": True,
                "BytesScannedCutoffPerQuery": 10**9,
                "RequesterPaysEnabled": True,
                "EngineVersion": {"EffectiveEngineVersion": "Athena engine version 3"},
                "ManagedQueryResultsConfiguration": {"Enabled": True},
            },
        }
    }

    assert parse.parse_workgroup(reply) == Workgroup(
        name="team",
        state="DISABLED",
        output_location="s3://team/",
        enforced=True,
        managed_results=True,
        scan_limit=10**9,
        engine_version="Athena engine version 3",
        description="ours",
        requester_pays=True,
    )
