"""The real path, client to endpoint, in one process on a clock that never waits."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.athena.calls import Caller
from athena_shell.athena.service import AthenaEngine
from athena_shell.auth.registry import AuthRegistry
from athena_shell.auth.renewal import RenewingCredentials
from athena_shell.auth.sign_in import sign_in
from athena_shell.aws.client import ClientFactory, Limits, Network
from athena_shell.config.connection import CONNECTION
from athena_shell.config.endpoints import EndpointPolicy
from athena_shell.config.profile import Profile
from athena_shell.core.model import Intent, QueryExecution, Target
from athena_shell.local.clock import ManualClock
from athena_shell.local.defaults import ROLE
from athena_shell.local.endpoint import Endpoint
from athena_shell.local.errors import EngineError
from athena_shell.local.issuer import Issuer
from athena_shell.local.lake import Lake
from athena_shell.local.ledger import Start
from athena_shell.local.result import LocalColumn, LocalResult
from athena_shell.local.transport import attach
from athena_shell.query.journal import Journal
from athena_shell.query.pursuit import Record
from athena_shell.query.runner import QueryRunner, Terms
from tests.faults.terminal_bytes import HOSTILE

if TYPE_CHECKING:
    from athena_shell.local.catalog import DatabaseEntry, TableEntry


REGION = "us-east-1"


@dataclass
class NumberEngine:
    """Knows ``rows N``: N rows of a number, a text and now and then nothing.

    ``hostile`` in the statement makes texts, and the message of ``fails``, drive terminals.
    """

    lake: Lake

    def check(self, sql: str) -> None:
        if "SELEC " in sql:
            raise EngineError("SYNTAX_ERROR", "line 1:1: mismatched input 'SELEC'")

    def statement_type(self, sql: str) -> tuple[str, str]:
        del sql
        return ("DML", "SELECT")

    def execute(
        self,
        sql: str,
        *,
        catalog: str = "AwsDataCatalog",
        database: str = "default",
        parameters: Sequence[str] = (),
        interrupt: threading.Event | None = None,
        scan_limit: int | None = None,
    ) -> LocalResult:
        del catalog, database, parameters, interrupt, scan_limit
        if "fails" in sql:
            message = "line 1:8: Division by zero"
            raise EngineError("DIVISION_BY_ZERO", message + "".join(HOSTILE) * ("hostile" in sql))
        match = re.search(r"rows (\d+)", sql)
        count = int(match[1]) if match else 1
        columns = (LocalColumn("n", "bigint", 19), LocalColumn("t", "varchar", 7))
        texts = HOSTILE if "hostile" in sql else TEXTS
        return LocalResult(columns, iter(numbers(count, texts)), scanned_bytes=count * 10)

    def databases(self) -> Sequence[DatabaseEntry]:
        return ()

    def tables(self, database: str) -> Sequence[TableEntry]:
        del database
        return ()

    def table(self, database: str, name: str) -> TableEntry:
        raise EngineError("TABLE_NOT_FOUND", f"{database}.{name}")

    def close(self) -> None:
        """Close nothing."""


TEXTS = ("plain", None, "", 'say "hi"', "two\nlines", "a,b", "ünd")


def numbers(count: int, texts: Sequence[str | None] = TEXTS) -> list[tuple[str | None, ...]]:
    """Return the rows of ``rows N``: awkward texts among them."""
    return [(str(number), texts[number % len(texts)]) for number in range(count)]


@dataclass
class World:
    """An endpoint, a signed-in session, and everything above it."""

    clock: HookedClock
    endpoint: Endpoint
    factory: ClientFactory
    credentials: RenewingCredentials
    directory: Path
    closers: list[Callable[[], None]] = field(default_factory=list)
    before: tuple[int, int] = (0, 0)

    def begin_run(self) -> None:
        """Count starts and calls from here."""
        ledger = self.endpoint.ledger
        self.clock.sleeps = 0
        self.before = (len(ledger.starts), len(ledger.calls))

    def starts(self) -> tuple[Start, ...]:
        return self.endpoint.ledger.starts[self.before[0] :]

    def calls(self) -> int:
        return len(self.endpoint.ledger.calls) - self.before[1]

    def clients(self, service: str) -> Any:
        return self.factory.client(service, REGION, self.credentials)

    def caller(self) -> Caller:
        return Caller(self.clients, clock=self.clock, renew=self.credentials.renew_rejected)

    def engine(self, **options: Any) -> AthenaEngine:
        return AthenaEngine(self.caller(), self.clock, **options)

    def journal(self) -> Journal:
        journal = Journal(self.directory / "journal.jsonl", self.clock)
        self.closers.append(journal.close)
        return journal

    def runner(
        self, journal: Record | None = None, terms: Terms | None = None, **options: Any
    ) -> QueryRunner:
        return QueryRunner(self.engine(**options), self.clock, journal or self.journal(), terms)

    def close(self) -> None:
        for closer in self.closers:
            closer()
        self.factory.close()
        self.endpoint.close()


class Notes:
    """A journal that keeps nothing: it costs no disk."""

    def intended(self, intent: Intent) -> None:
        """Keep nothing."""

    def started(self, token: str, query_id: str) -> None:
        """Keep nothing."""

    def refused(self, token: str, reason: str) -> None:
        """Keep nothing."""

    def ended(self, execution: QueryExecution) -> None:
        """Keep nothing."""


@pytest.fixture
def notes() -> Notes:
    return Notes()


TARGET = Target(output_location="s3://athena-local-results/")


@pytest.fixture
def target() -> Target:
    return TARGET


_PATIENT_SLEEPS = 1000


class HookedClock(ManualClock):
    """A manual clock that does things when their time has come."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[tuple[float, Callable[[], None]]] = []
        self.sleeps = 0
        self._main = threading.current_thread()

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if threading.current_thread() is not self._main:
            return
        self.sleeps += 1
        if self.sleeps > _PATIENT_SLEEPS:
            # The endpoint's workers live in real time: leave it to them on a busy machine.
            time.sleep(0.005)
        for when, action in [pair for pair in self.at if pair[0] <= self.monotonic()]:
            self.at.remove((when, action))
            action()


_issuer = Issuer(HookedClock(), lifetime=timedelta(days=3650))


def issued_token(lifetime: timedelta) -> str:
    """Return a token that every world's STS accepts for so long from its clock's start."""
    return _issuer.token(lifetime=lifetime)


def open_world(directory: Path, *, attempts: int = 1) -> World:
    """Open a world of its own; the demo issuer's key is shared, since making one takes long."""
    clock = HookedClock()
    engine = NumberEngine(Lake(directory / "lake"))
    endpoint = Endpoint(engine, clock, directory / "private", issuers=(_issuer,), skew=None)
    table = CONNECTION.extended(AuthRegistry().parameters_of("JWT"))
    profile = Profile("work", table).with_values(
        {
            "AwsRegion": REGION,
            "AuthenticationType": "JWT",
            "preferred_role": ROLE,
            "web_identity_token": _issuer.token(),
            "role_session_name": "jane",
        },
        "test",
    )
    factory = ClientFactory(
        Network(EndpointPolicy()),
        limits=Limits(attempts=attempts),
        attach=lambda session: attach(session, endpoint),
    )
    credentials = sign_in(
        profile, registry=AuthRegistry(), clients=factory, clock=clock, environment={}
    )
    return World(clock, endpoint, factory, credentials, directory)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    opened = open_world(tmp_path)
    yield opened
    opened.close()
