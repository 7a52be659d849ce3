"""What each kind of workgroup does to a statement, by the embedded endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from athena_shell.core.errors import CostRefused, QueryFailed
from athena_shell.core.model import QueryExecution, QueryState, Statement, Target
from athena_shell.query.progress import Phase, Progress
from athena_shell.query.runner import new_intent
from tests.shell.embedded import embedded_connection

if TYPE_CHECKING:
    from athena_shell.commands.services import Connection

PLACE = "s3://athena-local-results/"
ENFORCED = f"Workgroup enforced enforces its own settings: results go to {PLACE}enforced/"


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with embedded_connection() as connection:
        yield connection


def ran(connection: Connection, workgroup: str, place: str = PLACE) -> QueryExecution:
    """Run a query, see its result, and return its execution."""
    target = Target(database="sampledb", workgroup=workgroup, output_location=place)
    execution = connection.runner.run(Statement("SELECT 7 AS n"), target)
    pages = connection.runner.result(execution).pages
    assert [row for page in pages for row in page.rows] == [("7",)]
    return execution


@pytest.mark.parametrize(
    ("workgroup", "place", "told"),
    [
        ("primary", PLACE, ""),
        (
            "enforced",
            PLACE,
            f"{ENFORCED}; {PLACE} is not used.",
        ),
        ("enforced", "", ""),
        ("managed", PLACE, f"Workgroup managed keeps results itself; {PLACE} is not used."),
        ("managed", "", ""),
        ("sealed", "", ""),
    ],
)
def test_a_result_comes_from_every_kind_and_what_is_not_heeded_is_told(
    connection: Connection, workgroup: str, place: str, told: str
) -> None:
    execution = ran(connection, workgroup, place)
    assert execution.workgroup == workgroup
    assert execution.engine_version == "Athena engine version 3"
    assert execution.managed_results == (workgroup == "managed")
    assert execution.encryption == ("SSE_S3" if workgroup == "sealed" else "")
    assert connection.overruled.told(place, execution) == told


@pytest.mark.parametrize(
    ("workgroup", "place", "message", "hint"),
    [
        ("primary", "", "No output location provided.", "Set S3OutputLocation in the profile (or"),
        ("closed", PLACE, "WorkGroup closed is disabled.", r"choose another with \workgroup NAME."),
        ("nope", PLACE, "WorkGroup nope is not found.", r"\workgroups lists what there is."),
        ("primary", "s3://nope/", "Unable to verify/create output bucket", "Check that the result"),
    ],
)
def test_a_refusal_names_the_next_step(
    connection: Connection, workgroup: str, place: str, message: str, hint: str
) -> None:
    with pytest.raises(QueryFailed) as caught:
        ran(connection, workgroup, place)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_workgroups_own_limit_is_told_as_such(connection: Connection) -> None:
    statement = Statement("SELECT /* local: run 1s, scan 50 GB */ 1")
    with pytest.raises(CostRefused) as caught:
        connection.runner.run(statement, Target(workgroup="limited"))
    assert caught.value.message.startswith("A limit of the workgroup stopped the query after")
    assert caught.value.message.endswith(": Bytes scanned limit was exceeded")
    assert "partition columns" in caught.value.hint


def test_a_query_over_the_concurrency_limit_waits_with_a_visible_place(
    connection: Connection,
) -> None:
    target = Target(workgroup="narrow")
    lasting = Statement("SELECT /* local: run 60s */ 1")
    running = connection.runner.begin(new_intent(lasting, target))
    waiting: list[int] = []

    def make_room(progress: Progress) -> None:
        if progress.phase is Phase.WAITING:
            waiting.append(progress.place)
            connection.engine.stop(running)

    execution = connection.runner.run(Statement("SELECT 2"), target, observer=make_room)
    assert execution.state is QueryState.SUCCEEDED
    assert set(waiting) == {1}
    assert [each.id for each in started_in(connection, "narrow")] == [running, execution.id]


def started_in(connection: Connection, workgroup: str) -> list[QueryExecution]:
    """Return what was started in a workgroup, each once."""
    ids = reversed([*connection.engine.recent(workgroup, 10)])
    return [connection.engine.describe(each) for each in ids]
