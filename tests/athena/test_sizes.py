from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from athena_shell.athena.calls import Caller
from athena_shell.athena.sizes import TableSize, TableSizes
from athena_shell.core.model import Table, TableColumn

if TYPE_CHECKING:
    from tests.athena.conftest import FakeClient


def table(location: str = "s3://lake/logs", **parameters: str) -> Table:
    columns = tuple(TableColumn(name, is_partition=True) for name in ("year", "month"))
    return Table(
        "logs",
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


def test_leading_partition_values_narrow_the_listing(sizes: TableSizes, client: FakeClient) -> None:
    client.replies["list_objects_v2"] = [{"Contents": [{"Size": 5}]}]

    found = sizes.measure(table(), {"year": "2026", "month": "01", "other": "x"})

    assert found == TableSize(5, "1 files in S3 below year=2026/month=01/")
    assert client.requests[0][1]["Prefix"] == "logs/year=2026/month=01/"


def test_folders_of_another_name_let_the_whole_table_count(
    sizes: TableSizes, client: FakeClient
) -> None:
    client.replies["list_objects_v2"] = [{}, {"Contents": [{"Size": 9}]}]

    assert sizes.measure(table(), {"year": "2026"}) == TableSize(9, "1 files in S3")


def test_a_later_partition_value_alone_narrows_nothing(
    sizes: TableSizes, client: FakeClient
) -> None:
    client.replies["list_objects_v2"] = [{}]

    sizes.measure(table(), {"month": "01"})

    assert client.requests[0][1]["Prefix"] == "logs/"


def test_the_catalogs_own_size_where_s3_says_no(
    sizes: TableSizes, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    client.replies["list_objects_v2"] = [failing("AccessDenied")]

    assert sizes.measure(table(totalSize="42")) == TableSize(42, "totalSize of the catalog")
    assert sizes.measure(table()) == TableSize(None, "AccessDenied")


def test_a_view_or_a_table_elsewhere_has_no_size(sizes: TableSizes) -> None:
    assert sizes.measure(table("")).size is None
    assert sizes.measure(Table("v", kind="VIRTUAL_VIEW")) == TableSize(None, "it is a view")
