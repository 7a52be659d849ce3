"""A statement's life against an Athena that loses replies, throttles, fails and forgets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from athena_shell.athena.errors import CONCURRENT_LIMIT
from athena_shell.core.errors import (
    AthenaShellError,
    AuthError,
    CostRefused,
    LoginRequired,
    QueryCancelled,
    QueryFailed,
    QueryTimedOut,
    ServiceError,
)
from athena_shell.core.model import QueryFailure, QueryState, Statement, Target
from athena_shell.query.control import Control, StopReason
from athena_shell.query.cost import Price
from athena_shell.query.interruption import Detached, QueryTerminated
from athena_shell.query.progress import Phase, Progress
from athena_shell.query.runner import QueryRunner, Terms
from athena_shell.query.terms import Limits, Persistence

if TYPE_CHECKING:
    from tests.query.conftest import FakeClock, FakeEngine, Notes


def lost() -> ServiceError:
    return ServiceError("the reply was lost", code="ReadTimeoutError", transient=True)


def unreachable() -> ServiceError:
    return ServiceError("could not be reached", code="EndpointConnectionError", transient=True)


def full() -> ServiceError:
    return ServiceError("too many queries", code=CONCURRENT_LIMIT, transient=True)


@pytest.fixture
def terms() -> Terms:
    return Terms(price=Price())


def test_a_statement_is_written_down_before_it_is_sent_and_its_end_after(
    runner: QueryRunner, statement: Statement, target: Target, notes: Notes, engine: FakeEngine
) -> None:
    execution = runner.run(statement, target)

    assert execution.state is QueryState.SUCCEEDED
    assert notes.lines == ["intended SELECT 1", "started q-1", "ended q-1 SUCCEEDED"]
    assert engine.calls[0] == "start"


def test_polling_waits_in_proportion_to_the_time_gone_by(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine, clock: FakeClock
) -> None:
    engine.seconds = 60.0
    engine.latency = 0.04

    runner.run(statement, target)

    assert engine.calls.count("describe") <= 100
    assert clock.time - 60.0 <= 1.0


@pytest.mark.parametrize("failures", [1, 2, 5, 9])
def test_a_lost_start_reply_is_asked_for_again_with_the_same_token(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine, failures: int
) -> None:
    engine.after["start"] = [lost() for _ in range(failures)]

    execution = runner.run(statement, target)

    assert execution.id == "q-1"
    assert len(engine.executions) == 1
    assert engine.calls.count("start") == failures + 1


def test_two_enters_are_two_wishes(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine
) -> None:
    runner.run(statement, target)
    runner.run(statement, target)

    assert len(engine.executions) == 2


def test_a_refused_statement_is_not_sent_again(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine, notes: Notes
) -> None:
    engine.before["start"] = [QueryFailed("line 1:1: no")]

    with pytest.raises(QueryFailed, match="no"):
        runner.run(statement, target)

    assert engine.calls == ["start"]
    assert notes.lines == ["intended SELECT 1", "refused line 1:1: no"]


def test_a_wrong_address_is_told_within_seconds_and_the_statement_counts_as_not_started(
    runner: QueryRunner,
    statement: Statement,
    target: Target,
    engine: FakeEngine,
    notes: Notes,
    clock: FakeClock,
) -> None:
    engine.before["start"] = [unreachable() for _ in range(1000)]

    with pytest.raises(ServiceError, match=r"^could not be reached$"):
        runner.run(statement, target)

    assert clock.time < 30
    assert notes.lines[-1] == "refused could not be reached"


def test_a_start_whose_fate_stays_unknown_says_so_and_stays_open_in_the_journal(
    runner: QueryRunner,
    statement: Statement,
    target: Target,
    engine: FakeEngine,
    notes: Notes,
) -> None:
    engine.before["start"] = [lost() for _ in range(1000)]

    with pytest.raises(ServiceError, match="Whether Athena started the statement is not known"):
        runner.run(statement, target)

    assert notes.lines == ["intended SELECT 1"]


def test_once_athena_has_answered_an_outage_of_minutes_at_the_start_is_sat_out(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine, clock: FakeClock
) -> None:
    runner.run(statement, target)
    engine.before["start"] = [unreachable() for _ in range(15)]

    assert runner.run(statement, target).id == "q-2"
    assert clock.time > 120


def test_an_outage_of_minutes_while_polling_is_weather_not_failure(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine, clock: FakeClock
) -> None:
    engine.before["describe"] = [None, *[unreachable() for _ in range(40)]]
    seen: list[Progress] = []

    execution = runner.run(statement, target, observer=seen.append)

    assert execution.state is QueryState.SUCCEEDED
    assert clock.time > 300
    stormy = [progress.weather for progress in seen if progress.weather]
    assert stormy[0].startswith("no answer for 0 s (EndpointConnectionError), next try in ")
    assert seen[-1].weather == ""


def test_an_outage_longer_than_the_persistence_ends_the_watch_and_tells_the_id(
    engine: FakeEngine, clock: FakeClock, notes: Notes, statement: Statement, target: Target
) -> None:
    runner = QueryRunner(engine, clock, notes, Terms(persistence=Persistence(watch=60)))
    engine.before["describe"] = [unreachable() for _ in range(1000)]

    with pytest.raises(ServiceError) as caught:
        runner.run(statement, target)

    assert "q-1 cannot be watched" in caught.value.message
    assert r"\attach q-1" in caught.value.hint
    assert notes.lines[-1] == "started q-1"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ServiceError("denied", code="AccessDeniedException"), ServiceError),
        (AuthError("refused", code="InvalidIdentityToken"), AuthError),
        (LoginRequired("the token has expired"), LoginRequired),
    ],
)
def test_a_query_that_cannot_be_watched_any_more_is_left_alone_and_named(
    runner: QueryRunner,
    statement: Statement,
    target: Target,
    engine: FakeEngine,
    error: AthenaShellError,
    kind: type[AthenaShellError],
) -> None:
    engine.before["describe"] = [None, error]

    with pytest.raises(kind) as caught:
        runner.run(statement, target)

    assert "q-1" in caught.value.message
    assert "stop" not in engine.calls


def test_a_dead_token_is_renewed_by_a_person_and_the_query_goes_on_untouched(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine
) -> None:
    engine.before["start"] = [LoginRequired("expired")]
    engine.before["describe"] = [None, LoginRequired("expired")]
    asked: list[LoginRequired] = []

    execution = runner.run(statement, target, control=Control(asked.append))

    assert execution.state is QueryState.SUCCEEDED
    assert len(asked) == 2
    assert len(engine.executions) == 1
    assert "stop" not in engine.calls


def test_a_stop_is_sent_and_its_end_awaited(
    runner: QueryRunner,
    statement: Statement,
    target: Target,
    engine: FakeEngine,
    clock: FakeClock,
    notes: Notes,
) -> None:
    control = Control()
    clock.at.append((1.0, control.cancel))

    with pytest.raises(QueryCancelled) as caught:
        runner.run(statement, target, control=control)

    assert engine.calls.count("stop") == 1
    assert clock.time < 1.3
    assert caught.value.message.startswith("Stopped after scanning 3")
    assert notes.lines[-1] == "ended q-1 CANCELLED"


def test_the_reason_of_the_stop_decides_the_exit_code(
    runner: QueryRunner, statement: Statement, target: Target, clock: FakeClock
) -> None:
    control = Control()
    clock.at.append((1.0, lambda: control.cancel(StopReason.TERMINATE)))

    with pytest.raises(QueryTerminated) as caught:
        runner.run(statement, target, control=control)

    assert caught.value.exit_code == 143


def test_a_stop_is_sent_again_until_athena_takes_it(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine, clock: FakeClock
) -> None:
    engine.seconds = 1000.0
    engine.before["stop"] = [lost(), lost()]
    control = Control()
    clock.at.append((1.0, control.cancel))

    with pytest.raises(QueryCancelled):
        runner.run(statement, target, control=control)

    assert engine.calls.count("stop") == 3


def test_a_stop_wished_for_before_the_first_send_starts_nothing(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine, notes: Notes
) -> None:
    control = Control()
    control.cancel()

    with pytest.raises(QueryCancelled, match="nothing ran"):
        runner.run(statement, target, control=control)

    assert engine.calls == []
    assert notes.lines[-1].startswith("refused")


def test_a_stop_wished_for_while_the_start_is_in_doubt_finds_the_id_and_stops_it(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine, clock: FakeClock
) -> None:
    engine.seconds = 1000.0
    engine.after["start"] = [lost(), lost(), lost()]
    control = Control()
    clock.at.append((0.1, control.cancel))

    with pytest.raises(QueryCancelled):
        runner.run(statement, target, control=control)

    assert [execution.state for execution in engine.executions.values()] == [QueryState.CANCELLED]


def test_a_time_limit_stops_the_query(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine, clock: FakeClock
) -> None:
    engine.seconds = 1000.0

    with pytest.raises(QueryTimedOut, match="time limit of 20 s") as caught:
        runner.run(statement, target, limits=Limits(seconds=20))

    assert caught.value.exit_code == 4
    assert 20 <= clock.time < 20.5
    assert engine.executions["q-1"].state is QueryState.CANCELLED


def test_a_scan_limit_stops_the_query_as_soon_as_the_figure_passes(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine
) -> None:
    engine.seconds = 100.0

    with pytest.raises(CostRefused) as caught:
        runner.run(statement, target, limits=Limits(scan_bytes=50 * 1024**2))

    assert caught.value.exit_code == 5
    assert caught.value.message == (
        "Stopped at the scan limit of 50.0 MB after scanning 51.8 MB, $0.00025."
    )


def test_a_second_interrupt_leaves_the_query_running_and_tells_its_id(
    runner: QueryRunner,
    statement: Statement,
    target: Target,
    engine: FakeEngine,
    clock: FakeClock,
    notes: Notes,
) -> None:
    control = Control()
    clock.at.append((1.0, control.detach))

    with pytest.raises(Detached) as caught:
        runner.run(statement, target, control=control)

    assert caught.value.query_id == "q-1"
    assert engine.executions["q-1"].state is QueryState.RUNNING
    assert notes.lines[-1] == "started q-1"


def test_a_failure_is_reported_with_athenas_words_and_never_run_again(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine
) -> None:
    def fail() -> None:
        engine.executions["q-1"] = replace(
            engine.executions["q-1"],
            state=QueryState.FAILED,
            reason="TABLE_NOT_FOUND: line 1:15: Table 'x' does not exist",
            failure=QueryFailure(retryable=True),
        )

    engine.seconds = 1000.0
    engine.clock.at.append((1.0, fail))

    with pytest.raises(QueryFailed, match="line 1:15") as caught:
        runner.run(statement, target)

    assert caught.value.code == "TABLE_NOT_FOUND"
    assert caught.value.query_id == "q-1"
    assert engine.calls.count("start") == 1


def test_a_failure_that_revives_is_looked_at_once_more(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine, clock: FakeClock
) -> None:
    engine.seconds = 10.0

    def falter() -> None:
        engine.executions["q-1"] = replace(
            engine.executions["q-1"], state=QueryState.FAILED, reason="SlowDown: reduce your rate"
        )
        clock.at.append((clock.time + 0.5, revive))

    def revive() -> None:
        engine.executions["q-1"] = replace(engine.executions["q-1"], state=QueryState.RUNNING)

    clock.at.append((1.0, falter))

    assert runner.run(statement, target).state is QueryState.SUCCEEDED


def test_a_query_that_somebody_else_stops_is_not_reported_as_ours(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine, clock: FakeClock
) -> None:
    clock.at.append((1.0, lambda: engine.stop("q-1")))

    with pytest.raises(QueryFailed, match="Somebody else stopped the query"):
        runner.run(statement, target)


def test_a_full_account_is_waited_for_in_the_shells_own_queue(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine
) -> None:
    engine.before["start"] = [full(), full(), full()]
    seen: list[Progress] = []

    execution = runner.run(statement, target, observer=seen.append)

    assert execution.state is QueryState.SUCCEEDED
    waiting = [progress.place for progress in seen if progress.phase is Phase.WAITING]
    assert waiting == [1, 1, 1]


def test_a_query_is_taken_up_again_by_its_id(
    runner: QueryRunner, statement: Statement, target: Target, engine: FakeEngine, clock: FakeClock
) -> None:
    control = Control()
    clock.at.append((1.0, control.detach))
    with pytest.raises(Detached):
        runner.run(statement, target, control=control)

    assert runner.attach("q-1").state is QueryState.SUCCEEDED
    assert engine.calls.count("start") == 1


@pytest.mark.parametrize(
    "refusal",
    [
        QueryFailed(
            "QueryExecution q-9 was not found", "\\queries lists ids.", code="INVALID_INPUT"
        ),
        ServiceError("denied", "Ask.", code="AccessDeniedException"),
    ],
)
def test_an_id_that_athena_tells_nothing_of_is_not_said_to_run(
    engine: FakeEngine, runner: QueryRunner, refusal: QueryFailed | ServiceError
) -> None:
    engine.before["describe"] = [refusal]
    with pytest.raises(type(refusal)) as caught:
        runner.attach("q-9")
    assert (caught.value.message, caught.value.hint) == (refusal.message, refusal.hint)


def test_phases_are_told_in_order(
    runner: QueryRunner, statement: Statement, target: Target
) -> None:
    seen: list[Phase] = []

    execution = runner.run(statement, target, observer=lambda progress: seen.append(progress.phase))
    result = runner.result(execution, lambda progress: seen.append(progress.phase))

    assert list(dict.fromkeys(seen)) == [
        Phase.STARTING,
        Phase.RUNNING,
        Phase.ENDED,
        Phase.FETCHING,
    ]
    assert list(result.rows()) == [("1",)]


def test_a_login_comes_before_the_statement_and_is_told(
    engine: FakeEngine, clock: FakeClock, notes: Notes, statement: Statement, target: Target
) -> None:
    seen: list[Phase] = []
    errors = [ServiceError("no network", code="EndpointConnectionError", transient=True)]
    asked: list[str] = []

    def log_in() -> None:
        asked.append("log in")
        assert "start" not in engine.calls
        if errors:
            raise errors.pop()

    runner = QueryRunner(engine, clock, notes, login=log_in)
    runner.run(statement, target, observer=lambda progress: seen.append(progress.phase))
    assert list(dict.fromkeys(seen)) == [
        Phase.LOGGING_IN,
        Phase.STARTING,
        Phase.RUNNING,
        Phase.ENDED,
    ]
    assert asked == ["log in", "log in"]


def test_a_login_that_is_refused_sends_nothing(
    engine: FakeEngine, clock: FakeClock, notes: Notes, statement: Statement, target: Target
) -> None:
    def refuse() -> None:
        raise AuthError("no such role")

    with pytest.raises(AuthError, match="no such role"):
        QueryRunner(engine, clock, notes, login=refuse).run(statement, target)
    assert engine.calls == []
    assert notes.lines[-1] == "refused no such role"
