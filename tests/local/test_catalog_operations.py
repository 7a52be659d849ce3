"""Metadata, workgroups and saved statements, through boto3 in the same process."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from athena_shell.local.embedded import LocalEndpoint

CATALOG = "AwsDataCatalog"


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_catalogs_and_databases(athena: Any) -> None:
    summary = athena.list_data_catalogs()["DataCatalogsSummary"]
    assert [(one["CatalogName"], one["Type"]) for one in summary] == [(CATALOG, "GLUE")]
    assert athena.get_data_catalog(Name=CATALOG)["DataCatalog"]["Type"] == "GLUE"
    listed = athena.list_databases(CatalogName=CATALOG)["DatabaseList"]
    assert [(one["Name"], one.get("Description")) for one in listed] == [
        ("default", "the usual"),
        ("shop", None),
    ]
    assert athena.get_database(CatalogName=CATALOG, DatabaseName="SHOP")["Database"]["Name"] == (
        "shop"
    )


def test_a_table_shows_columns_partitions_and_place(athena: Any) -> None:
    found = athena.get_table_metadata(CatalogName=CATALOG, DatabaseName="shop", TableName="Orders")[
        "TableMetadata"
    ]
    assert found == {
        "Name": "orders",
        "TableType": "EXTERNAL_TABLE",
        "Columns": [
            {"Name": "id", "Type": "bigint"},
            {"Name": "total", "Type": "decimal(10,2)", "Comment": "in euro"},
        ],
        "PartitionKeys": [{"Name": "day", "Type": "date"}],
        "Parameters": {
            "inputformat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "location": "s3://athena-local-data/orders/",
            "outputformat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            "serde.serialization.lib": "org.apache.hadoop.hive.ql.io.parquet.serde"
            ".ParquetHiveSerDe",
        },
    }


def test_tables_are_listed_in_pages_of_fifty_and_filtered(athena: Any) -> None:
    paginator = athena.get_paginator("list_table_metadata")
    pages = list(paginator.paginate(CatalogName=CATALOG, DatabaseName="many"))
    assert [len(page["TableMetadataList"]) for page in pages] == [50, 50, 20]
    for expression, count in (("t00*", 10), ("t.*9", 12), ("t007", 1), ("t", 0)):
        found = athena.list_table_metadata(
            CatalogName=CATALOG, DatabaseName="many", Expression=expression
        )
        assert len(found["TableMetadataList"]) == count, expression
    with pytest.raises(ClientError, match="Expression is not valid"):
        athena.list_table_metadata(CatalogName=CATALOG, DatabaseName="many", Expression="(")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda a: a.list_databases(CatalogName="other"), "InvalidRequestException"),
        (
            lambda a: a.get_database(CatalogName=CATALOG, DatabaseName="none"),
            "MetadataException",
        ),
        (
            lambda a: a.list_table_metadata(CatalogName=CATALOG, DatabaseName="none"),
            "MetadataException",
        ),
        (
            lambda a: a.get_table_metadata(
                CatalogName=CATALOG, DatabaseName="shop", TableName="none"
            ),
            "MetadataException",
        ),
        (lambda a: a.get_work_group(WorkGroup="none"), "InvalidRequestException"),
        (lambda a: a.get_named_query(NamedQueryId="none"), "InvalidRequestException"),
        (
            lambda a: a.get_prepared_statement(WorkGroup="primary", StatementName="none"),
            "ResourceNotFoundException",
        ),
        (lambda a: a.list_databases(CatalogName=CATALOG, MaxResults=51), "InvalidRequestException"),
        (lambda a: a.list_capacity_reservations(), "UnknownOperationException"),
    ],
)
def test_what_does_not_exist_is_refused(athena: Any, call: Any, code: str) -> None:
    with pytest.raises(ClientError) as error:
        call(athena)
    assert code_of(error) == code


def test_a_table_of_no_database_is_refused_for_its_database(athena: Any) -> None:
    with pytest.raises(ClientError, match="Database none not found"):
        athena.get_table_metadata(CatalogName=CATALOG, DatabaseName="none", TableName="orders")


def test_glue_shows_the_same_catalog(client: Any) -> None:
    glue = client("glue")
    assert [one["Name"] for one in glue.get_databases()["DatabaseList"]] == ["default", "shop"]
    table = glue.get_table(DatabaseName="shop", Name="orders")["Table"]
    assert table["StorageDescriptor"]["Location"] == "s3://athena-local-data/orders/"
    assert [one["Name"] for one in glue.get_tables(DatabaseName="shop")["TableList"]] == ["orders"]
    partitions = glue.get_partitions(DatabaseName="shop", TableName="orders")["Partitions"]
    assert [one["Values"] for one in partitions] == [["2026-01-01"]]
    calls: tuple[Callable[[], Any], ...] = (
        lambda: glue.get_table(DatabaseName="shop", Name="none"),
        lambda: glue.get_tables(DatabaseName="none"),
        lambda: glue.get_database(Name="none"),
    )
    for call in calls:
        with pytest.raises(ClientError) as error:
            call()
        assert code_of(error) == "EntityNotFoundException"


def test_workgroups_differ_in_their_rules(athena: Any) -> None:
    names = [one["Name"] for one in athena.list_work_groups()["WorkGroups"]]
    assert names == ["closed", "enforced", "limited", "managed", "narrow", "primary", "sealed"]
    rules = {
        name: athena.get_work_group(WorkGroup=name)["WorkGroup"]["Configuration"] for name in names
    }
    assert rules["enforced"]["EnforceWorkGroupConfiguration"]
    assert rules["managed"]["ManagedQueryResultsConfiguration"] == {"Enabled": True}
    assert rules["limited"]["BytesScannedCutoffPerQuery"] == 10_000_000
    assert rules["sealed"]["ResultConfiguration"]["ExpectedBucketOwner"] == "123456789012"
    assert rules["primary"]["ResultConfiguration"] == {}


def test_an_enforcing_workgroup_decides_where_results_go(run: Any) -> None:
    done = run("SELECT odd", WorkGroup="enforced")
    assert done["ResultConfiguration"]["OutputLocation"].startswith(
        "s3://athena-local-results/enforced/"
    )


def test_managed_results_have_no_object(run: Any, athena: Any, client: Any) -> None:
    done = run("SELECT odd", WorkGroup="managed", ResultConfiguration={})
    assert done["ManagedQueryResultsConfiguration"] == {"Enabled": True}
    assert "OutputLocation" not in done["ResultConfiguration"]
    rows = athena.get_query_results(QueryExecutionId=done["QueryExecutionId"])["ResultSet"]["Rows"]
    assert len(rows) == 5
    assert "Contents" not in client("s3").list_objects_v2(Bucket="athena-local-results")
    with pytest.raises(ClientError, match="Managed query results are enabled"):
        run("SELECT odd", WorkGroup="managed")


def test_a_scan_limit_cancels(run: Any) -> None:
    done = run("/* local: scan 11MB */ SELECT odd", WorkGroup="limited", ResultConfiguration={})
    assert done["Status"]["State"] == "CANCELLED"
    assert done["Status"]["StateChangeReason"] == "Bytes scanned limit was exceeded"
    assert run("SELECT odd", WorkGroup="limited")["Status"]["State"] == "SUCCEEDED"


def test_a_full_workgroup_refuses_another_query(run: Any, athena: Any, wait: Any) -> None:
    query = athena.start_query_execution(QueryString="SELECT forever", WorkGroup="narrow")
    with pytest.raises(ClientError) as error:
        run("SELECT odd", WorkGroup="narrow")
    assert code_of(error) == "TooManyRequestsException"
    assert error.value.response["Reason"] == "CONCURRENT_QUERY_LIMIT_EXCEEDED"
    athena.stop_query_execution(QueryExecutionId=query["QueryExecutionId"])
    wait(athena, query["QueryExecutionId"])
    assert run("SELECT odd", WorkGroup="narrow")["Status"]["State"] == "SUCCEEDED"


def test_a_workgroup_is_made_and_removed(athena: Any) -> None:
    athena.create_work_group(
        Name="mine",
        Configuration={
            "ResultConfiguration": {"OutputLocation": "s3://athena-local-results/mine/"},
            "BytesScannedCutoffPerQuery": 20_000_000,
        },
    )
    made = athena.get_work_group(WorkGroup="mine")["WorkGroup"]["Configuration"]
    assert made["BytesScannedCutoffPerQuery"] == 20_000_000
    with pytest.raises(ClientError, match="already created"):
        athena.create_work_group(Name="mine")
    athena.delete_work_group(WorkGroup="mine")
    with pytest.raises(ClientError, match="is not found"):
        athena.get_work_group(WorkGroup="mine")


def test_named_queries_live_their_life(athena: Any) -> None:
    asked = {"Name": "n", "Database": "shop", "QueryString": "SELECT 1", "Description": "d"}
    token = str(uuid.uuid4())
    made = athena.create_named_query(**asked, ClientRequestToken=token)["NamedQueryId"]
    again = athena.create_named_query(**asked, ClientRequestToken=token)["NamedQueryId"]
    assert made == again
    assert athena.list_named_queries()["NamedQueryIds"] == [made]
    athena.update_named_query(NamedQueryId=made, Name="m", QueryString="SELECT 2")
    found = athena.batch_get_named_query(NamedQueryIds=[made, "none"])
    assert found["NamedQueries"] == [
        {
            "NamedQueryId": made,
            "Name": "m",
            "Database": "shop",
            "QueryString": "SELECT 2",
            "WorkGroup": "primary",
            "Description": "d",
        }
    ]
    assert found["UnprocessedNamedQueryIds"][0]["NamedQueryId"] == "none"
    athena.delete_named_query(NamedQueryId=made)
    assert athena.list_named_queries()["NamedQueryIds"] == []


def test_prepared_statements_are_shared_by_sql_and_api(
    run: Any, athena: Any, engine: Any, local: LocalEndpoint
) -> None:
    group = {"WorkGroup": "primary"}
    done = run("PREPARE one FROM SELECT odd, ?")
    assert (done["Status"]["State"], done["SubstatementType"]) == ("SUCCEEDED", "PREPARE")
    athena.create_prepared_statement(StatementName="two", QueryStatement="SELECT odd", **group)
    listed = athena.list_prepared_statements(**group)["PreparedStatements"]
    assert [one["StatementName"] for one in listed] == ["one", "two"]
    assert run("EXECUTE one USING 'a, b', f(1, 2)")["Status"]["State"] == "SUCCEEDED"
    assert engine.seen[-1] == ("SELECT odd, ?", ("'a, b'", "f(1, 2)"))
    run("-- a comment\nEXECUTE one;", ExecutionParameters=["7"])
    assert engine.seen[-1] == ("SELECT odd, ?", ("7",))
    athena.update_prepared_statement(StatementName="one", QueryStatement="SELECT odd", **group)
    found = athena.batch_get_prepared_statement(PreparedStatementNames=["one", "none"], **group)
    assert found["PreparedStatements"][0]["QueryStatement"] == "SELECT odd"
    assert found["UnprocessedPreparedStatementNames"][0]["StatementName"] == "none"
    assert run("DEALLOCATE PREPARE one")["Status"]["State"] == "SUCCEEDED"
    gone = run("EXECUTE one")["Status"]
    assert gone["StateChangeReason"] == "NOT_FOUND: Prepared statement not found: one"
    athena.delete_prepared_statement(StatementName="two", **group)
    assert athena.list_prepared_statements(**group)["PreparedStatements"] == []
    assert local.endpoint.ledger.count("StartQueryExecution") == 5
