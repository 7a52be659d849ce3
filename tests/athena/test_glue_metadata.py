"""Tables through Glue: half the calls, and Athena where Glue does not answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.athena.calls import Caller
from athena_shell.athena.glue_metadata import GlueMetadata
from athena_shell.core.errors import ServiceError
from athena_shell.core.model import Table, TableColumn

if TYPE_CHECKING:
    from tests.athena.conftest import FakeClient, FakeClock

ATHENA: dict[str, Any] = {"TableMetadataList": [{"Name": "from_athena"}]}


@pytest.fixture
def metadata(caller: Caller, clock: FakeClock) -> GlueMetadata:
    return GlueMetadata(caller, clock)


def called(client: FakeClient) -> list[str]:
    return [method for method, _ in client.requests]


def test_a_hundred_tables_come_with_each_call(metadata: GlueMetadata, client: FakeClient) -> None:
    names = [f"t{number:03}" for number in range(250)]
    pages = [names[:100], names[100:200], names[200:]]
    client.replies["get_tables"] = [
        {"TableList": [{"Name": name} for name in page], "NextToken": str(number)}
        for number, page in enumerate(pages)
    ]
    del client.replies["get_tables"][-1]["NextToken"]

    assert [table.name for table in metadata.tables("", "web")] == names
    assert client.requests == [
        ("get_tables", {"DatabaseName": "web", "MaxResults": 100}),
        ("get_tables", {"DatabaseName": "web", "MaxResults": 100, "NextToken": "0"}),
        ("get_tables", {"DatabaseName": "web", "MaxResults": 100, "NextToken": "1"}),
    ]


def test_a_table_is_the_same_from_either(metadata: GlueMetadata, client: FakeClient) -> None:
    client.replies["get_tables"] = [
        {
            "TableList": [
                {
                    "Name": "logs",
                    "TableType": "EXTERNAL_TABLE",
                    "StorageDescriptor": {
                        "Columns": [{"Name": "ip", "Type": "string", "Comment": "whose"}]
                    },
                    "PartitionKeys": [{"Name": "day", "Type": "date"}],
                    "Parameters": {"classification": "csv"},
                },
                {"Name": "a_view", "TableType": "VIRTUAL_VIEW"},
            ]
        }
    ]

    view, logs = metadata.tables("awsdatacatalog", "web")
    assert view.is_view
    assert logs == Table(
        "logs",
        "web",
        "awsdatacatalog",
        kind="EXTERNAL_TABLE",
        columns=(
            TableColumn("ip", "string", "whose"),
            TableColumn("day", "date", is_partition=True),
        ),
        parameters=(("classification", "csv"),),
    )


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "Timeout"])
def test_where_glue_does_not_answer_athena_is_asked_from_then_on(
    metadata: GlueMetadata, client: FakeClient, failing: Callable[..., Exception], code: str
) -> None:
    client.replies["get_tables"] = [failing(code, "not authorized to perform: glue:GetTables")]
    client.replies["list_table_metadata"] = [ATHENA]

    for _ in range(2):
        assert [table.name for table in metadata.tables("", "web")] == ["from_athena"]
    assert called(client) == ["get_tables", "list_table_metadata", "list_table_metadata"]


def test_a_repeated_page_is_not_followed(metadata: GlueMetadata, client: FakeClient) -> None:
    client.replies["get_tables"] = [{"TableList": [], "NextToken": "t"}]
    client.replies["list_table_metadata"] = [ATHENA]

    assert [table.name for table in metadata.tables("", "web")] == ["from_athena"]


def test_other_catalogs_are_not_glues(metadata: GlueMetadata, client: FakeClient) -> None:
    client.replies["list_table_metadata"] = [ATHENA]

    assert [table.name for table in metadata.tables("lambda_cat", "web")] == ["from_athena"]
    assert called(client) == ["list_table_metadata"]


def test_a_list_that_is_not_wanted_any_more_ends_at_its_page(
    metadata: GlueMetadata, client: FakeClient
) -> None:
    client.replies["get_tables"] = [
        {"TableList": [{"Name": "a"}], "NextToken": "1"},
        {"TableList": [{"Name": "b"}]},
    ]
    client.replies["list_table_metadata"] = [ATHENA]
    metadata.stop_when(lambda: bool(client.requests))
    with pytest.raises(ServiceError, match="not wanted"):
        metadata.tables("", "web")
    assert called(client) == ["get_tables"]
    # It was no failure of Glue's: Glue is asked again.
    metadata.stop_when(lambda: False)
    assert [table.name for table in metadata.tables("", "web")] == ["b"]
