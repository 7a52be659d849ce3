"""Saved work, asked for over a client that fits on a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from athena_shell.athena.calls import Caller
from athena_shell.athena.saved import AthenaSavedWork
from athena_shell.core.errors import CommandError, ServiceError
from athena_shell.core.saved import NamedQuery, PreparedStatement

if TYPE_CHECKING:
    from tests.athena.conftest import FakeClient, FakeClock

DAILY = NamedQuery("daily", "SELECT 1", "shop", "sums", "id-1")
MOMENT = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.fixture
def saved(caller: Caller, clock: FakeClock) -> AthenaSavedWork:
    return AthenaSavedWork(caller, clock)


def described(query_id: str, name: str) -> dict[str, str]:
    return {"NamedQueryId": query_id, "Name": name, "Database": "shop", "QueryString": "SELECT 1"}


def test_all_pages_of_named_queries_are_read_in_batches(
    saved: AthenaSavedWork, client: FakeClient
) -> None:
    client.replies["list_named_queries"] = [
        {"NamedQueryIds": [f"id-{n}" for n in range(50)], "NextToken": "t"},
        {"NamedQueryIds": ["id-50"]},
    ]
    client.replies["batch_get_named_query"] = [
        {"NamedQueries": [described("id-2", "b")]},
        {"NamedQueries": [{**described("id-1", "a"), "Description": "of a"}]},
    ]

    assert saved.named("wg") == [
        NamedQuery("a", "SELECT 1", "shop", "of a", "id-1"),
        NamedQuery("b", "SELECT 1", "shop", "", "id-2"),
    ]
    batches = [p["NamedQueryIds"] for m, p in client.requests if m == "batch_get_named_query"]
    assert [len(each) for each in batches] == [50, 1]
    assert client.requests[1][1] == {"WorkGroup": "wg", "MaxResults": 50, "NextToken": "t"}


def test_a_token_handed_out_twice_ends_the_list(saved: AthenaSavedWork, client: FakeClient) -> None:
    client.replies["list_named_queries"] = [{"NamedQueryIds": [], "NextToken": "t"}]
    with pytest.raises(ServiceError, match="second time"):
        saved.named("wg")


def test_a_save_in_bad_weather_is_repeated_with_its_token(
    saved: AthenaSavedWork, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    client.replies["create_named_query"] = [
        failing("InternalServerException", ResponseMetadata={"HTTPStatusCode": 500}),
        {},
        {"NamedQueryId": "id-1"},
    ]
    assert saved.keep(DAILY, "wg", "token-1") == "id-1"
    assert [parameters for _, parameters in client.requests] == 3 * [
        {
            "Name": "daily",
            "Database": "shop",
            "QueryString": "SELECT 1",
            "WorkGroup": "wg",
            "ClientRequestToken": "token-1",
            "Description": "sums",
        }
    ]


def test_a_change_names_the_id(saved: AthenaSavedWork, client: FakeClient) -> None:
    client.replies["update_named_query"] = [{}]
    saved.change(DAILY)
    assert client.requests == [
        (
            "update_named_query",
            {
                "NamedQueryId": "id-1",
                "Name": "daily",
                "QueryString": "SELECT 1",
                "Description": "sums",
            },
        )
    ]


def test_what_is_gone_already_is_said_unless_a_repeated_call_took_it_away(
    saved: AthenaSavedWork, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    gone = failing("InvalidRequestException", "NamedQuery id-1 was not found")
    client.replies["delete_named_query"] = [gone]
    with pytest.raises(CommandError, match="There is no named query id-1"):
        saved.forget("id-1")
    lost = failing("InternalServerException", ResponseMetadata={"HTTPStatusCode": 500})
    client.replies["delete_named_query"] = [lost, gone]
    saved.forget("id-1")


def test_an_empty_id_deletes_nothing(saved: AthenaSavedWork, client: FakeClient) -> None:
    with pytest.raises(ValueError, match="id"):
        saved.forget("")
    assert client.requests == []


def test_prepared_statements_come_with_their_texts(
    saved: AthenaSavedWork, client: FakeClient
) -> None:
    client.replies["list_prepared_statements"] = [
        {"PreparedStatements": [{"StatementName": "b"}, {"StatementName": "a"}]}
    ]
    client.replies["batch_get_prepared_statement"] = [
        {
            "PreparedStatements": [
                {"StatementName": "b", "QueryStatement": "SELECT 2", "LastModifiedTime": MOMENT},
                {"StatementName": "a", "QueryStatement": "SELECT ?", "Description": "of a"},
            ]
        }
    ]
    assert saved.prepared("wg") == [
        PreparedStatement("a", "SELECT ?", "of a"),
        PreparedStatement("b", "SELECT 2", "", MOMENT),
    ]
    assert client.requests[1][1] == {"PreparedStatementNames": ["a", "b"], "WorkGroup": "wg"}


def test_a_prepared_statement_that_is_not_there_is_said(
    saved: AthenaSavedWork, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    client.replies["delete_prepared_statement"] = [
        failing("ResourceNotFoundException", "Prepared Statement x was not found")
    ]
    with pytest.raises(CommandError, match="There is no prepared statement x"):
        saved.drop_prepared("wg", "x")
