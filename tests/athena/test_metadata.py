from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.athena.calls import Caller
from athena_shell.athena.metadata import AthenaMetadata
from athena_shell.completion.names import PartitionSource
from athena_shell.core.errors import CommandError, ServiceError
from athena_shell.core.model import Database, Workgroup

if TYPE_CHECKING:
    from tests.athena.conftest import FakeClient, FakeClock


@pytest.fixture
def metadata(caller: Caller, clock: FakeClock) -> AthenaMetadata:
    return AthenaMetadata(caller, clock)


def test_the_accounts_own_catalog_comes_first(metadata: AthenaMetadata, client: FakeClient) -> None:
    client.replies["list_data_catalogs"] = [
        {"DataCatalogsSummary": [{"CatalogName": "zoo"}, {"CatalogName": "AwsDataCatalog"}]}
    ]

    assert metadata.catalogs() == ("AwsDataCatalog", "zoo")


def test_all_pages_of_a_list_are_read(metadata: AthenaMetadata, client: FakeClient) -> None:
    client.replies["list_databases"] = [
        {"DatabaseList": [{"Name": "web"}], "NextToken": "t1"},
        {"DatabaseList": [{"Name": "app", "Description": "ours"}]},
    ]

    assert metadata.databases("") == [Database("app", "ours"), Database("web")]
    assert [parameters for _, parameters in client.requests] == [
        {"CatalogName": "AwsDataCatalog", "MaxResults": 50},
        {"CatalogName": "AwsDataCatalog", "MaxResults": 50, "NextToken": "t1"},
    ]


def test_a_token_handed_out_twice_ends_the_list(
    metadata: AthenaMetadata, client: FakeClient
) -> None:
    client.replies["list_databases"] = [{"DatabaseList": [], "NextToken": "t1"}]

    with pytest.raises(ServiceError, match="second time"):
        metadata.databases("AwsDataCatalog")


def test_a_cut_list_is_asked_for_again(metadata: AthenaMetadata, client: FakeClient) -> None:
    client.replies["list_work_groups"] = [{}, {"WorkGroups": [{"Name": "primary"}]}]

    assert metadata.workgroups() == ["primary"]


def test_tables_come_with_their_columns_by_name(
    metadata: AthenaMetadata, client: FakeClient
) -> None:
    client.replies["list_table_metadata"] = [
        {
            "TableMetadataList": [
                {"Name": "z", "Columns": [{"Name": "c", "Type": "int"}]},
                {"Name": "a", "TableType": "VIRTUAL_VIEW"},
            ]
        }
    ]

    a, z = metadata.tables("AwsDataCatalog", "web")
    assert (a.name, a.is_view, z.name, z.columns[0].type) == ("a", True, "z", "int")


@pytest.mark.parametrize(
    ("lookup", "operation", "message"),
    [
        (lambda m: m.database("AwsDataCatalog", "nope"), "get_database", "no database nope"),
        (lambda m: m.table("", "web", "nope"), "get_table_metadata", "no table nope in"),
        (lambda m: m.workgroup("nope"), "get_work_group", "no workgroup nope"),
    ],
)
def test_a_name_that_does_not_exist_is_the_users_mistake(
    metadata: AthenaMetadata,
    client: FakeClient,
    failing: Callable[..., Exception],
    lookup: Callable[[AthenaMetadata], object],
    operation: str,
    message: str,
) -> None:
    client.replies[operation] = [
        failing("MetadataException", "EntityNotFoundException: nope is not found")
    ]

    with pytest.raises(CommandError, match=message):
        lookup(metadata)


@pytest.mark.parametrize(
    ("lookup", "refusal", "message"),
    [
        (
            lambda m: m.tables("", "nope"),
            ("list_table_metadata", "EntityNotFoundException: Database nope not found."),
            "There is no database nope in catalog AwsDataCatalog.",
        ),
        (
            lambda m: m.table("", "nope", "orders"),
            ("get_table_metadata", "EntityNotFoundException: Database nope not found."),
            "There is no database nope in catalog AwsDataCatalog.",
        ),
        (
            lambda m: m.table("other", "web", "orders"),
            ("get_table_metadata", "Data catalog other was not found"),
            "There is no catalog other.",
        ),
        (
            lambda m: m.database("other", "web"),
            ("get_database", "Data catalog other was not found"),
            "There is no catalog other.",
        ),
        (
            lambda m: m.databases("other"),
            ("list_databases", "Data catalog other was not found"),
            "There is no catalog other.",
        ),
    ],
)
def test_the_part_of_a_name_that_does_not_exist_is_named(
    metadata: AthenaMetadata,
    client: FakeClient,
    failing: Callable[..., Exception],
    lookup: Callable[[AthenaMetadata], object],
    refusal: tuple[str, str],
    message: str,
) -> None:
    operation, text = refusal
    client.replies[operation] = [failing("MetadataException", text)]

    with pytest.raises(CommandError) as caught:
        lookup(metadata)
    assert caught.value.message == message


def test_a_denied_name_is_not_called_missing(
    metadata: AthenaMetadata, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    client.replies["get_database"] = [failing("AccessDeniedException", "not authorized")]

    with pytest.raises(ServiceError, match="not authorized"):
        metadata.database("AwsDataCatalog", "web")


def test_a_workgroup_is_read(metadata: AthenaMetadata, client: FakeClient) -> None:
    reply: dict[str, Any] = {"WorkGroup": {"Name": "primary", "Configuration": {}}}
    client.replies["get_work_group"] = [reply]

    assert metadata.workgroup("primary") == Workgroup("primary")


PARTITIONED: dict[str, Any] = {
    "TableMetadata": {"Name": "logs", "PartitionKeys": [{"Name": "year"}, {"Name": "day"}]}
}


def test_partition_values_come_from_all_pages_the_greatest_first(
    metadata: AthenaMetadata, client: FakeClient
) -> None:
    client.replies["get_table_metadata"] = [PARTITIONED]
    client.replies["get_partitions"] = [
        {"Partitions": [{"Values": ["2025", "9"]}, {"Values": ["2026", "10"]}], "NextToken": "t"},
        {"Partitions": [{"Values": ["2026", "__HIVE_DEFAULT_PARTITION__"]}]},
    ]

    assert isinstance(metadata, PartitionSource)
    assert metadata.partition_values("", "web", "logs", "DAY") == ("10", "9")
    assert client.requests[2] == (
        "get_partitions",
        {
            "DatabaseName": "web",
            "TableName": "logs",
            "ExcludeColumnSchema": True,
            "MaxResults": 1000,
            "NextToken": "t",
        },
    )


def test_a_table_of_endless_partitions_is_read_in_part(
    metadata: AthenaMetadata, client: FakeClient
) -> None:
    client.replies["get_table_metadata"] = [PARTITIONED]
    client.replies["get_partitions"] = [{"Partitions": [], "NextToken": "t"}]

    assert metadata.partition_values("AwsDataCatalog", "web", "logs", "day") == ()
    assert len(client.requests) == 11


def test_there_are_no_partition_values_where_nobody_may_or_can_ask(
    metadata: AthenaMetadata, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    client.replies["get_table_metadata"] = [PARTITIONED]
    client.replies["get_partitions"] = [failing("AccessDeniedException", "not authorized")]

    assert metadata.partition_values("", "web", "logs", "day") == ()
    assert metadata.partition_values("", "web", "logs", "other") == ()
    assert metadata.partition_values("mysql", "web", "logs", "day") == ()
    assert [method for method, _ in client.requests].count("get_partitions") == 1
