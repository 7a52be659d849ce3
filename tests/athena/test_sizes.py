from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from athena_shell.athena.calls import Caller
from athena_shell.athena.sizes import TableSize, TableSizes
from athena_shell.core.model import Table, TableColumn

if TYPE_CHECKING:
    from tests.athena.conftest import FakeClient


def table(location: str = "s3://lake/logs", *names: str, **parameters: str) -> Table:
    columns = tuple(TableColumn(name, "string", is_partition=True) for name in names)
    return Table(
        "logs",
        "shop",
        kind="EXTERNAL_TABLE",
        columns=columns,
        parameters=tuple({"location": location, **parameters}.items()),
    )


@pytest.fixture
def sizes(caller: Caller) -> TableSizes:
    return TableSizes(caller)


def test_all_pages_of_files_are_summed(sizes: TableSizes, client: FakeClient) -> None:
    client.replies["list_objects_v2"] = [
        {"Contents": [{"Size": 5}, {"Size": 6}], "NextContinuationToken": "t"},
        {"Contents": [{"Size": 7}]},
    ]

    assert sizes.measure(table()) == TableSize(18, "3 files in S3")
    assert client.requests[1] == (
        "list_objects_v2",
        {"Bucket": "lake", "Prefix": "logs/", "ContinuationToken": "t"},
    )


def partitioned(**parameters: str) -> Table:
    return table("s3://lake/logs", "year", "month", **parameters)


def partition(year: str, month: str, location: str) -> dict[str, object]:
    return {"Values": [year, month], "StorageDescriptor": {"Location": location}}


def listed(client: FakeClient) -> list[str]:
    return [
        f"{asked['Bucket']}/{asked['Prefix']}"
        for method, asked in client.requests
        if method == "list_objects_v2"
    ]


def test_the_partitions_that_are_read_are_measured_wherever_they_lie(
    sizes: TableSizes, client: FakeClient
) -> None:
    client.replies["get_partitions"] = [
        {"Partitions": [partition("2026", "01", "s3://lake/logs/a/")], "NextToken": "t"},
        {
            "Partitions": [
                partition("2026", "02", "s3://elsewhere/old"),
                partition("2026", "02", "s3://elsewhere/old/below"),
                partition("2025", "01", "s3://lake/logs/never"),
            ]
        },
    ]
    client.replies["list_objects_v2"] = [
        {"Contents": [{"Size": 5}]},
        {"Contents": [{"Size": 6}]},
    ]

    assert sizes.measure(partitioned(), {"year": "2026"}) == TableSize(
        11, "2 files in S3 of 3 partitions"
    )
    assert listed(client) == ["elsewhere/old/", "lake/logs/a/"]


def test_many_folders_count_as_the_whole_table_and_what_lies_outside(
    sizes: TableSizes, client: FakeClient
) -> None:
    inside = [partition("2026", f"{n}", f"s3://lake/logs/{n}") for n in range(60)]
    client.replies["get_partitions"] = [
        {"Partitions": [*inside, partition("2026", "60", "s3://elsewhere/60")]}
    ]
    client.replies["list_objects_v2"] = [{"Contents": [{"Size": 5}]}]

    assert sizes.measure(partitioned()).size == 10
    assert listed(client) == ["elsewhere/60/", "lake/logs/"]


def test_partitions_in_too_many_places_give_no_size(sizes: TableSizes, client: FakeClient) -> None:
    far = [partition("2026", f"{n}", f"s3://elsewhere/{n}") for n in range(60)]
    client.replies["get_partitions"] = [{"Partitions": far}]

    assert sizes.measure(partitioned()).size is None


def test_partitions_that_cannot_be_listed_give_no_size(
    sizes: TableSizes, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    client.replies["get_partitions"] = [failing("AccessDeniedException")]

    assert sizes.measure(partitioned(totalSize="42")) == TableSize(None, "AccessDeniedException")


def test_projected_partitions_are_measured_by_their_folders(
    sizes: TableSizes, client: FakeClient
) -> None:
    client.replies["list_objects_v2"] = [{}, {"Contents": [{"Size": 9}]}]
    projected = partitioned(**{"projection.enabled": "true"})

    assert sizes.measure(projected, {"year": "2026", "month": "01", "other": "x"}).size == 9
    assert listed(client) == ["lake/logs/year=2026/month=01/", "lake/logs/"]
    away = {"projection.enabled": "true", "storage.location.template": "s3://else/${year}"}
    assert sizes.measure(partitioned(**away)).size is None


def test_a_bucket_whose_reader_pays_is_asked_again(
    sizes: TableSizes, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    client.replies["list_objects_v2"] = [failing("AccessDenied"), {"Contents": [{"Size": 9}]}]

    assert sizes.measure(table()).size == 9
    assert client.requests[1][1]["RequestPayer"] == "requester"


def test_the_catalogs_own_size_where_s3_says_no(
    sizes: TableSizes, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    client.replies["list_objects_v2"] = [failing("AccessDenied")]

    assert sizes.measure(table(totalSize="42")) == TableSize(42, "totalSize of the catalog")
    assert sizes.measure(table()) == TableSize(None, "AccessDenied")


def test_a_view_or_a_table_elsewhere_has_no_size(sizes: TableSizes) -> None:
    assert sizes.measure(table("")).size is None
    assert sizes.measure(Table("v", kind="VIRTUAL_VIEW")) == TableSize(None, "it is a view")
