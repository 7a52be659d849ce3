from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.athena.calls import Caller
from athena_shell.athena.service import AthenaEngine
from athena_shell.core.errors import AthenaShellError, QueryFailed, ResultError, ServiceError
from athena_shell.core.model import Column, QueryExecution, QueryState, Row

if TYPE_CHECKING:
    from tests.athena.conftest import FakeClient, FakeClock, Renewals


@pytest.fixture
def engine(caller: Caller, clock: FakeClock) -> AthenaEngine:
    return AthenaEngine(caller, clock, patience=30)


def succeeded(kind: str = "DML", substatement: str = "SELECT") -> QueryExecution:
    return QueryExecution(
        id="q-1",
        state=QueryState.SUCCEEDED,
        statement_type=kind,
        substatement_type=substatement,
    )


def page(
    rows: list[Row], token: str | None = None, names: tuple[str, ...] = ("a",), **members: Any
) -> dict[str, Any]:
    reply: dict[str, Any] = {
        "ResultSet": {
            "Rows": [
                {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]}
                for row in rows
            ],
            "ResultSetMetadata": {
                "ColumnInfo": [{"Name": name, "Type": "varchar"} for name in names]
            },
        },
        **members,
    }
    if token is not None:
        reply["NextToken"] = token
    return reply


def test_pages_follow_one_another_and_the_header_is_left_out(
    engine: AthenaEngine, client: FakeClient
) -> None:
    client.replies["get_query_results"] = [
        page([("a",), ("1",), ("2",)], "t1"),
        page([("3",), (None,)], "t2"),
        page([("",)]),
    ]

    result = engine.fetch(succeeded())

    assert result.columns == (Column("a"),)
    assert result.reader == "api"
    assert list(result.rows()) == [("1",), ("2",), ("3",), (None,), ("",)]
    assert [parameters.get("NextToken") for _, parameters in client.requests] == [None, "t1", "t2"]


def test_a_page_is_fetched_only_when_it_is_read(engine: AthenaEngine, client: FakeClient) -> None:
    client.replies["get_query_results"] = [page([("a",), ("1",)], "t1"), page([("2",)])]

    rows = engine.fetch(succeeded()).rows()
    assert next(rows) == ("1",)
    assert len(client.requests) == 1


def test_a_table_named_like_its_header_is_kept(engine: AthenaEngine, client: FakeClient) -> None:
    client.replies["get_query_results"] = [page([("tab_name",), ("logs",)], names=("tab_name",))]

    result = engine.fetch(succeeded("UTILITY", "SHOW_TABLES"))

    assert list(result.rows()) == [("tab_name",), ("logs",)]


def test_a_row_equal_to_the_header_is_kept(engine: AthenaEngine, client: FakeClient) -> None:
    client.replies["get_query_results"] = [page([("a",), ("a",), ("b",)])]

    assert list(engine.fetch(succeeded()).rows()) == [("a",), ("b",)]


def test_a_first_row_that_is_no_header_is_kept(engine: AthenaEngine, client: FakeClient) -> None:
    client.replies["get_query_results"] = [page([("1",), ("2",)])]

    assert list(engine.fetch(succeeded()).rows()) == [("1",), ("2",)]


def test_describe_is_split_into_its_columns(engine: AthenaEngine, client: FakeClient) -> None:
    client.replies["get_query_results"] = [
        page([("url \tstring \t",)], names=("col_name", "data_type", "comment"))
    ]

    result = engine.fetch(succeeded("UTILITY", "DESCRIBE_TABLE"))

    assert list(result.rows()) == [("url", "string", "")]


def test_a_write_gives_its_count_and_no_rows(engine: AthenaEngine, client: FakeClient) -> None:
    client.replies["get_query_results"] = [page([], names=("rows",), UpdateCount=42)]

    result = engine.fetch(succeeded("DML", "INSERT"))

    assert (result.columns, list(result.rows()), result.update_count) == ((), [], 42)


def test_a_result_without_columns_is_empty(engine: AthenaEngine, client: FakeClient) -> None:
    client.replies["get_query_results"] = [page([], names=())]

    result = engine.fetch(succeeded("DDL", "CREATE_TABLE"))

    assert (result.columns, list(result.rows()), result.update_count) == ((), [], None)


def test_five_thousand_columns(engine: AthenaEngine, client: FakeClient) -> None:
    names = tuple(f"c{number}" for number in range(5000))
    client.replies["get_query_results"] = [page([names, names[::-1]], names=names)]

    result = engine.fetch(succeeded())

    assert len(result.columns) == 5000
    assert list(result.rows()) == [names[::-1]]


@pytest.mark.parametrize(
    "cut",
    [
        {},
        {"ResultSet": {}},
        {"ResultSet": {"Rows": [{"Data": [{"VarCharValue": "9"}]}]}},
        page([("1", "2")]),
    ],
)
def test_a_cut_page_is_asked_for_again(
    engine: AthenaEngine, client: FakeClient, cut: dict[str, Any]
) -> None:
    client.replies["get_query_results"] = [
        page([("a",), ("1",)], "t1"),
        cut,
        cut,
        page([("2",)]),
    ]

    assert list(engine.fetch(succeeded()).rows()) == [("1",), ("2",)]


def test_a_page_that_stays_cut_is_an_error_never_an_end(
    engine: AthenaEngine, client: FakeClient
) -> None:
    client.replies["get_query_results"] = [page([("a",), ("1",)], "t1"), {}]

    with pytest.raises(ServiceError, match="arrived without ResultSet"):
        list(engine.fetch(succeeded()).rows())


def test_an_expiry_between_two_pages_repeats_the_same_token(
    engine: AthenaEngine,
    client: FakeClient,
    renewals: Renewals,
    failing: Callable[..., Exception],
) -> None:
    client.replies["get_query_results"] = [
        page([("a",), ("1",)], "t1"),
        failing("ExpiredTokenException"),
        page([("2",)]),
    ]

    assert list(engine.fetch(succeeded()).rows()) == [("1",), ("2",)]
    assert renewals.count == 1
    assert [parameters.get("NextToken") for _, parameters in client.requests] == [None, "t1", "t1"]


def test_a_refused_token_starts_the_result_anew_behind_the_rows_delivered(
    engine: AthenaEngine, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    client.replies["get_query_results"] = [
        page([("a",), ("1",), ("2",)], "t1"),
        page([("3",)], "t2"),
        failing("InvalidRequestException", "the token is not valid"),
        page([("a",), ("1",), ("2",)], "u1"),
        page([("3",), ("4",)], "u2"),
        page([("5",)]),
    ]

    assert [row[0] for row in engine.fetch(succeeded()).rows()] == ["1", "2", "3", "4", "5"]


def test_a_result_that_shrank_meanwhile_is_an_error(
    engine: AthenaEngine, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    client.replies["get_query_results"] = [
        page([("a",), ("1",), ("2",)], "t1"),
        failing("InvalidRequestException", "the token is not valid"),
        page([("a",), ("1",)]),
    ]

    with pytest.raises(ResultError, match="changed while it was read"):
        list(engine.fetch(succeeded()).rows())


def test_a_token_that_is_always_refused_ends_in_an_error(
    engine: AthenaEngine, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    def answer(**parameters: Any) -> dict[str, Any]:
        if "NextToken" in parameters:
            raise failing("InvalidRequestException", "the token is not valid")
        return page([("a",), ("1",)], "t1")

    client.__dict__["get_query_results"] = answer

    with pytest.raises(QueryFailed, match="the token is not valid"):
        list(engine.fetch(succeeded()).rows())


def test_a_token_handed_out_twice_is_a_fault_that_cannot_loop(
    engine: AthenaEngine, client: FakeClient
) -> None:
    client.replies["get_query_results"] = [
        page([("a",), ("1",)], "t1"),
        page([("2",)], "t2"),
        page([("3",)], "t1"),
    ]

    with pytest.raises(ServiceError, match="for the second time"):
        list(engine.fetch(succeeded()).rows())


def test_a_token_repeated_by_chance_is_survived(engine: AthenaEngine, client: FakeClient) -> None:
    client.replies["get_query_results"] = [
        page([("a",), ("1",)], "t1"),
        page([("2",)], "t1"),
        page([("2",)], "t2"),
        page([("3",)]),
    ]

    assert [row[0] for row in engine.fetch(succeeded()).rows()] == ["1", "2", "3"]


def test_a_purged_result_is_an_error_with_athenas_words(
    engine: AthenaEngine, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    client.replies["get_query_results"] = [
        failing("InvalidRequestException", "Could not find results")
    ]

    with pytest.raises(ResultError, match="Could not find results"):
        engine.fetch(succeeded())


@given(
    st.lists(st.one_of(st.none(), st.text()), max_size=30),
    st.lists(st.integers(min_value=0, max_value=4), max_size=12),
    st.integers(min_value=1, max_value=7),
)
def test_rows_are_neither_lost_nor_doubled_whatever_fails(
    cells: list[str | None], faults: list[int], size: int
) -> None:
    """Faults: 1 cut reply, 2 server error, 3 expiry, 4 refused token (then tokens change)."""
    from tests.athena.conftest import FakeClock, aws_error

    generation = 0
    pending = list(faults)
    rows: list[Row] = [("a",), *((cell,) for cell in cells)]

    def answer(**parameters: Any) -> dict[str, Any]:
        nonlocal generation
        token = parameters.get("NextToken")
        fault = pending.pop() if pending else 0
        if fault == 1:
            return {"ResultSet": {"Rows": []}}
        if fault in {2, 3}:
            raise aws_error("InternalServerException" if fault == 2 else "ExpiredTokenException")
        if fault == 4 and token is not None and pending.count(4) < 3:
            generation += 1
            raise aws_error("InvalidRequestException", "token")
        start = int(token.split("-")[1]) if token else 0
        end = start + size
        return page(rows[start:end], f"{generation}-{end}" if end < len(rows) else None)

    class Client:
        get_query_results = staticmethod(answer)

    clock = FakeClock()
    engine = AthenaEngine(Caller(lambda _: Client(), clock=clock, renew=lambda: None), clock)
    try:
        found = [row[0] for row in engine.fetch(succeeded()).rows()]
    except AthenaShellError:
        return
    assert found == cells
