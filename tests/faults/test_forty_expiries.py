"""A shell left open over forty expiries: one renewal each, nothing lost, nothing doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.athena.calls import Caller
from athena_shell.athena.metadata import AthenaMetadata
from athena_shell.athena.readers import ResultReader
from athena_shell.athena.service import AthenaEngine
from athena_shell.auth.registry import AuthRegistry
from athena_shell.auth.renewal import RenewingCredentials
from athena_shell.auth.sign_in import sign_in
from athena_shell.aws.client import ClientFactory, Network
from athena_shell.config.connection import CONNECTION
from athena_shell.config.endpoints import EndpointPolicy
from athena_shell.config.profile import Profile
from athena_shell.core.errors import AuthError, LoginRequired
from athena_shell.core.model import Statement, Target
from athena_shell.local.clock import ManualClock
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.pace import Pace
from athena_shell.output.export import whole_or_absent
from athena_shell.query.control import Control
from athena_shell.query.journal import Journal
from athena_shell.query.runner import QueryRunner

if TYPE_CHECKING:
    from tests.faults.conftest import World

EXPIRIES = 40
THREADS = 8
PAGE = 1000
ROWS = EXPIRIES * PAGE


@dataclass(frozen=True)
class Expire:
    """Ends the session: its time is over, or the service says so before that.

    Args:
        world: whose session.
        seconds: how far the clock moves; 0 lets the service say it.
    """

    world: World
    seconds: float

    def __call__(self) -> None:
        if self.seconds:
            self.world.clock.advance(self.seconds)
        else:
            self.world.endpoint.sessions.expire_all()


@pytest.fixture(params=[901.0, 0.0], ids=["by the clock", "by the service"])
def expire(request: pytest.FixtureRequest, world: World) -> Expire:
    return Expire(world, request.param)


@pytest.fixture
def renewals(world: World) -> Callable[[], int]:
    """Count the sessions that were obtained after the first."""
    world.credentials.current()
    first = world.endpoint.sessions.issued
    return lambda: world.endpoint.sessions.issued - first


def everybody_signs(world: World) -> None:
    """Sign on eight threads at once; an error on any of them is the test's."""
    barrier = threading.Barrier(THREADS)
    errors: list[BaseException] = []

    def sign() -> None:
        barrier.wait()
        try:
            caller.call("athena", "list_work_groups")
        except BaseException as error:  # noqa: BLE001 - told by the assertion below
            errors.append(error)

    caller = world.caller()
    threads = [threading.Thread(target=sign) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []


def rows_of(count: int) -> list[str]:
    return [str(number) for number in range(count)]


class Interrupted:
    """Makes calls of which each first attempt meets a session that has just ended.

    Result pages are read ahead on another thread, so the end must come with the call itself: from
    outside it could fall between a renewal and the repeated call as well.
    """

    def __init__(self, world: World, expire: Expire) -> None:
        self.expiries = 0
        self._world = world
        self._expire = expire
        self._thread = threading.local()

    def caller(self) -> Caller:
        return Caller(self._clients, clock=self._world.clock, renew=self._renew)

    def _clients(self, service: str) -> Any:
        if not getattr(self._thread, "repeating", False):
            self.expiries += 1
            self._expire()
        self._thread.repeating = False
        return self._world.clients(service)

    def _renew(self) -> None:
        self._world.credentials.renew_rejected()
        self._thread.repeating = True


def test_eight_threads_renew_once_at_each_expiry(
    world: World, expire: Expire, renewals: Callable[[], int]
) -> None:
    for _ in range(EXPIRIES):
        expire()
        everybody_signs(world)
    assert renewals() == EXPIRIES


def test_in_the_middle_of_a_running_query(
    world: World, expire: Expire, renewals: Callable[[], int], target: Target
) -> None:
    clock, pause = world.clock, 1.2
    world.endpoint.athena.executions.pace = Pace(run=EXPIRIES * (expire.seconds + pause) + 1)
    left = EXPIRIES

    def end_of_a_session() -> None:
        nonlocal left
        left -= 1
        if left:
            clock.at.append((clock.monotonic() + expire.seconds + pause, end_of_a_session))
        expire()
        everybody_signs(world)

    clock.at.append((clock.monotonic() + pause, end_of_a_session))
    execution = world.runner().run(Statement("SELECT rows 3"), target)
    rows = list(world.engine().fetch(execution).rows())
    assert [row[0] for row in rows] == rows_of(3)
    assert left == 0
    assert len(world.endpoint.ledger.starts) == 1
    assert renewals() == EXPIRIES


@pytest.mark.parametrize("reader", [ResultReader.API, ResultReader.S3])
def test_in_the_middle_of_a_result(
    world: World,
    expire: Expire,
    renewals: Callable[[], int],
    target: Target,
    reader: ResultReader,
) -> None:
    execution = world.runner().run(Statement(f"SELECT rows {ROWS}"), target)
    before, calls = renewals(), Interrupted(world, expire)
    engine = AthenaEngine(calls.caller(), world.clock, reader=reader)
    rows = list(engine.fetch(execution).rows())
    assert [row[0] for row in rows] == rows_of(ROWS)
    # A result object is read as one stream: it is interrupted only where a call is made.
    assert calls.expiries >= (EXPIRIES if reader is ResultReader.API else 1)
    assert renewals() - before == calls.expiries


def test_in_the_middle_of_an_export(
    world: World,
    expire: Expire,
    renewals: Callable[[], int],
    target: Target,
    tmp_path: Path,
) -> None:
    execution = world.runner().run(Statement(f"SELECT rows {ROWS}"), target)
    before, calls = renewals(), Interrupted(world, expire)
    engine = AthenaEngine(calls.caller(), world.clock, reader=ResultReader.API)
    with whole_or_absent(tmp_path / "out.txt") as writer:
        for row in engine.fetch(execution).rows():
            writer.write(f"{row[0]}\n")
    assert (tmp_path / "out.txt").read_text().split() == rows_of(ROWS)
    assert calls.expiries >= EXPIRIES
    assert renewals() - before == calls.expiries


def test_in_the_middle_of_a_script(
    world: World, expire: Expire, renewals: Callable[[], int], target: Target
) -> None:
    runner = world.runner()
    for number in range(EXPIRIES):
        expire()
        execution = runner.run(Statement(f"SELECT rows {number}"), target)
        rows = list(runner.result(execution).rows())
        assert [row[0] for row in rows] == rows_of(number)
    assert len(world.endpoint.ledger.starts) == EXPIRIES
    assert renewals() == EXPIRIES


def test_in_the_middle_of_typing(world: World, expire: Expire, renewals: Callable[[], int]) -> None:
    metadata = AthenaMetadata(world.caller(), world.clock)
    for _ in range(EXPIRIES):
        expire()
        assert list(metadata.catalogs()) == ["AwsDataCatalog"]
        assert "primary" in metadata.workgroups()
    assert renewals() == EXPIRIES


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalEndpoint]:
    endpoint = LocalEndpoint.open(tmp_path / "l", clock=ManualClock(), samples=False, skew=None)
    yield endpoint
    endpoint.close()


@pytest.fixture
def literal(local: LocalEndpoint) -> tuple[RenewingCredentials, Any]:
    """Sign in with a literal token that lives five minutes; return it with an STS client."""
    clients = ClientFactory(Network(EndpointPolicy()), attach=local.attach)
    table = CONNECTION.extended(AuthRegistry().parameters_of("JWT"))
    profile = Profile("work", table).with_values(
        {
            "AwsRegion": local.region,
            "preferred_role": local.role_arn,
            "role_session_name": "jane",
            "web_identity_token": local.issuer.token(lifetime=timedelta(minutes=5)),
        },
        "config.ini",
    )
    credentials = sign_in(
        profile,
        registry=AuthRegistry(),
        clients=clients,
        clock=local.endpoint.clock,
        environment={},
    )
    return credentials, clients.client("sts", local.region, credentials)


def outcomes(call: Callable[[], object]) -> list[str]:
    """Make the call on eight threads at once."""
    barrier = threading.Barrier(THREADS)
    results: list[str] = []

    def run() -> None:
        barrier.wait()
        try:
            call()
            results.append("signed")
        except LoginRequired:
            results.append("login")

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_a_dead_literal_token_needs_a_person_only_when_the_session_ends(
    local: LocalEndpoint, literal: tuple[RenewingCredentials, Any]
) -> None:
    credentials, sts = literal
    sts.get_caller_identity()
    # The token is past its end and its grace; the session is not.
    local.endpoint.clock.sleep(899)
    sts.get_caller_identity()
    assert local.endpoint.sessions.issued == 1
    local.endpoint.clock.sleep(2)
    assert outcomes(sts.get_caller_identity) == ["login"] * THREADS
    with pytest.raises(AuthError):
        credentials.replace_token("not a token")
    credentials.replace_token(local.token())
    assert outcomes(sts.get_caller_identity) == ["signed"] * THREADS
    assert local.endpoint.sessions.issued == 2


def test_a_person_is_asked_once_while_a_query_goes_on(
    local: LocalEndpoint, literal: tuple[RenewingCredentials, Any], tmp_path: Path
) -> None:
    credentials, _sts = literal
    clock = local.endpoint.clock
    asked: list[str] = []

    def person(error: LoginRequired) -> None:
        asked.append(error.message)
        credentials.replace_token(local.issuer.token(lifetime=timedelta(hours=9)))

    local.endpoint.athena.executions.pace = Pace(run=1000.0)
    clients = ClientFactory(Network(EndpointPolicy()), attach=local.attach)
    caller = Caller(
        lambda service: clients.client(service, local.region, credentials),
        clock=clock,
        renew=credentials.renew_rejected,
    )
    journal = Journal(tmp_path / "journal", clock)
    with closing(journal):
        execution = QueryRunner(AthenaEngine(caller, clock), clock, journal).run(
            Statement("SELECT 42"),
            Target(output_location=local.output_location),
            control=Control(person),
        )
        rows = list(AthenaEngine(caller, clock).fetch(execution).rows())
    assert rows == [("42",)]
    assert len(asked) == 1
    assert len(local.endpoint.ledger.starts) == 1
