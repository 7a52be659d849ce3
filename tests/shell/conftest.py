"""The shell on a terminal that exists in memory, over a service that answers from a table."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyte
import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output

from athena_shell.commands.services import Connection
from athena_shell.completion.names import Names
from athena_shell.config.paths import Paths
from athena_shell.config.settings import Settings
from athena_shell.core.credentials import Credentials, Identity
from athena_shell.core.errors import CommandError
from athena_shell.core.model import (
    Column,
    Database,
    Intent,
    Page,
    QueryExecution,
    QueryState,
    QueryStatistics,
    ResultSet,
    Row,
    Table,
    TableColumn,
    Workgroup,
)
from athena_shell.core.secret import Secret
from athena_shell.core.session import Session
from athena_shell.query.cost import Price
from athena_shell.query.journal import Journal
from athena_shell.query.runner import QueryRunner, Terms
from athena_shell.shell.prompt import Devices
from athena_shell.shell.start import Connected, Shell, ShellParts
from tests.commands.fake_saved import FakeSaved

DEADLINE = 10.0
START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

Rows = Sequence[Row]


class SteppingClock:
    """A clock that moves only when somebody sleeps, and by a hair whenever it is read."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return START + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        with self._lock:
            return self._seconds

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._seconds += seconds


@dataclass
class Answer:
    """What the fake service says to one text."""

    columns: Sequence[str] = ("n",)
    rows: Rows = (("1",),)
    error: Exception | None = None
    looks: int = 1
    scanned: int = 10 * 1024**2
    types: Sequence[str] = ()
    substatement: str = "SELECT"


@dataclass
class FakeEngine:
    """A query service that answers from a table of texts."""

    answers: dict[str, Answer] = field(default_factory=dict)
    started: list[Intent] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    _looks: dict[str, int] = field(default_factory=dict)

    def start(self, intent: Intent) -> str:
        if self.errors:
            raise self.errors.pop(0)
        self.started.append(intent)
        answer = self._answer(intent.statement.text)
        if answer.error is not None:
            raise answer.error
        return f"query-{len(self.started)}"

    def _answer(self, text: str) -> Answer:
        return self.answers.get(text, Answer())

    def _intent(self, query_id: str) -> Intent:
        return self.started[int(query_id.removeprefix("query-")) - 1]

    def describe(self, query_id: str) -> QueryExecution:
        intent = self._intent(query_id)
        answer = self._answer(intent.statement.text)
        looks = self._looks[query_id] = self._looks.get(query_id, 0) + 1
        state = QueryState.SUCCEEDED if looks >= answer.looks else QueryState.RUNNING
        if query_id in self.stopped:
            state = QueryState.CANCELLED
        return QueryExecution(
            id=query_id,
            state=state,
            text=intent.statement.text,
            statement_type="DML",
            substatement_type=answer.substatement,
            statistics=QueryStatistics(scanned_bytes=answer.scanned),
            workgroup=intent.target.workgroup,
            submitted=START,
        )

    def describe_many(self, query_ids: Sequence[str]) -> Mapping[str, QueryExecution]:
        return {query_id: self.describe(query_id) for query_id in query_ids}

    def stop(self, query_id: str) -> None:
        self.stopped.append(query_id)

    def fetch(self, execution: QueryExecution) -> ResultSet:
        answer = self._answer(execution.text)
        self.fetched.append(execution.id)
        types = answer.types or ["varchar"] * len(answer.columns)
        columns = tuple(
            Column(name, kind) for name, kind in zip(answer.columns, types, strict=True)
        )
        return ResultSet(columns, iter([Page(tuple(answer.rows))]))

    def recent(self, workgroup: str, limit: int) -> Iterable[str]:  # noqa: ARG002 - the port's
        return [f"query-{number}" for number in range(len(self.started), 0, -1)][:limit]


ORDERS = Table(
    "orders",
    "shop",
    "AwsDataCatalog",
    "EXTERNAL_TABLE",
    (
        TableColumn("id", "bigint", "the order's number"),
        TableColumn("amount", "decimal(10,2)"),
        TableColumn("day", "date", "", is_partition=True),
    ),
    (("location", "s3://shop/orders/"), ("serde", "Parquet")),
)
CHEAP = Table(
    "cheap_orders", "shop", "AwsDataCatalog", "VIRTUAL_VIEW", (TableColumn("id", "bigint"),)
)


class FakeMetadata:
    """A catalog of two databases."""

    def __init__(self) -> None:
        self.content: dict[str, tuple[Table, ...]] = {"default": (), "shop": (CHEAP, ORDERS)}

    def catalogs(self) -> Sequence[str]:
        return ("AwsDataCatalog",)

    def databases(self, catalog: str) -> Sequence[Database]:  # noqa: ARG002 - the port's
        return tuple(Database(name, f"the {name} database") for name in self.content)

    def database(self, catalog: str, name: str) -> Database:  # noqa: ARG002 - the port's
        if name not in self.content:
            raise CommandError(f"There is no database {name}.", "\\databases lists them.")
        return Database(name)

    def tables(self, catalog: str, database: str) -> Sequence[Table]:
        return self.content[self.database(catalog, database).name]

    def table(self, catalog: str, database: str, name: str) -> Table:
        for table in self.tables(catalog, database):
            if table.name == name:
                return table
        raise CommandError(f"There is no table {name}.", "\\tables lists them.")

    def workgroups(self) -> Sequence[str]:
        return ("primary", "closed")

    def workgroup(self, name: str) -> Workgroup:
        return Workgroup(name, "DISABLED" if name == "closed" else "ENABLED")


@dataclass
class FakeAuthentication:
    """A login that can be made to need a person."""

    can_replace_token: bool = True
    tokens: list[str] = field(default_factory=list)
    renewals: int = 0
    forgotten: bool = False
    error: Exception | None = None
    description: str = "JWT from file token"
    is_renewing: bool = False

    def current(self) -> Credentials:
        if self.error is not None:
            raise self.error
        return self._credentials()

    def status(self) -> Credentials | None:
        return None if self.forgotten else self._credentials()

    def _credentials(self) -> Credentials:
        return Credentials(
            "AKIA",
            Secret("canary-secret-key"),
            Secret("canary-session-token"),
            START + timedelta(minutes=15),
            identity=Identity("arn:aws:iam::123456789012:role/team/analyst", "ann", "athena"),
        )

    can_log_in: bool = False

    def renew(self) -> Credentials:
        self.renewals += 1
        return self.current()

    def login(self) -> Credentials:
        return self.renew()

    def replace_token(self, text: str) -> None:
        self.tokens.append(text)
        self.error = None

    def forget(self) -> None:
        self.forgotten = True


class ScreenStream(io.StringIO):
    """A text stream that a terminal emulator shows."""

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__()
        self.screen = pyte.HistoryScreen(columns, lines, history=2000)
        self._parser = pyte.Stream(self.screen)
        self._lock = threading.Lock()
        self.raw = ""

    @property
    def encoding(self) -> str:  # type: ignore[override] # a terminal has one
        return "utf-8"

    def write(self, text: str) -> int:
        with self._lock:
            self.raw += text
            self._parser.feed(text.replace("\r\n", "\n").replace("\n", "\r\n"))
        return len(text)

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("a terminal in memory")

    def flush(self) -> None:
        """Everything is shown already."""

    def lines(self) -> list[str]:
        """All lines ever shown, blanks at their ends left out."""
        with self._lock:
            above = [
                "".join(row[x].data for x in range(self.screen.columns)).rstrip()
                for row in self.screen.history.top
            ]
            return [*above, *(line.rstrip() for line in self.screen.display)]

    def text(self) -> str:
        return "\n".join(self.lines()).rstrip()


@dataclass
class Terminal:
    """A running shell: type into it, look at it."""

    stream: ScreenStream
    keys: PipeInput
    shell: Shell
    engine: FakeEngine
    metadata: FakeMetadata
    authentication: FakeAuthentication
    folder: Path
    code: int | None = None
    _reads: int = 0

    def begin(self) -> None:
        """Run the shell on a thread of its own, counting its prompts."""
        read = self.shell.prompt.read

        def counted(text: str = "") -> str:
            self._reads += 1
            return read(text)

        self.shell.prompt.read = counted  # type: ignore[method-assign] # counts, changes nothing
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.wait(lambda: self._reads > 0 and self.text().endswith(">"))

    def _run(self) -> None:
        self.code = self.shell.run()

    def end(self) -> int | None:
        """Leave with Ctrl-D and return the exit code."""
        if self._thread.is_alive():
            self.type("\x03\x04")
        self._thread.join(DEADLINE)
        assert not self._thread.is_alive(), self.text()
        return self.code

    def answers(self, text: str, *rows: Row, columns: Sequence[str] = ("n",), **more: Any) -> None:
        """Teach the service what to say to a text."""
        self.engine.answers[text] = Answer(columns, rows, **more)

    def failure(self) -> Exception | None:
        """Return the last error the shell has told."""
        desk = self.shell._desk.value
        assert desk is not None
        return desk.current.last_error

    def type(self, text: str) -> None:
        self.keys.send_text(text)

    def enter(self, line: str, until: str = "") -> str:
        """Type a line and Enter; wait until a text is shown, or the next prompt."""
        before = self.prompts()
        self.type(line + "\r")
        if until:
            return self.wait_for(until)
        self.wait(lambda: self.prompts() > before and self.text().endswith(">"))
        return self.text()

    def prompts(self) -> int:
        return self._reads

    def text(self) -> str:
        return self.stream.text()

    def wait_for(self, text: str) -> str:
        self.wait(lambda: text in self.text())
        return self.text()

    def wait(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + DEADLINE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"not within {DEADLINE} s; the screen shows:\n{self.text()}")
            time.sleep(0.005)


Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return what starts a shell on a terminal in memory; it is left when the test ends."""
    with ExitStack() as stack:

        def begin(
            *,
            columns: int = 80,
            lines: int = 24,
            settings: Mapping[str, str] | None = None,
            engine: FakeEngine | None = None,
            authentication: FakeAuthentication | None = None,
            connect_error: Exception | None = None,
            estimator: Any = None,
            warnings: Sequence[str] = (),
            connection: Connection | None = None,
            profile_settings: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
            **session: Any,
        ) -> Terminal:
            stream = ScreenStream(columns, lines)
            os.environ["COLUMNS"], os.environ["LINES"] = str(columns), str(lines)
            keys = stack.enter_context(create_pipe_input())
            output = Vt100_Output(
                stream,
                lambda: Size(rows=lines, columns=columns),
                term="xterm-256color",
                default_color_depth=ColorDepth.DEPTH_8_BIT,
                enable_cpr=False,
            )
            clock = SteppingClock()
            engine = engine or FakeEngine()
            metadata = FakeMetadata()
            authentication = authentication or FakeAuthentication()
            journal = Journal(tmp_path / "journal", clock, profile="test")
            stack.callback(journal.close)
            price = Price()
            connection = connection or Connection(
                engine,
                metadata,
                QueryRunner(engine, clock, journal, Terms(price=price)),
                Names(metadata, None, clock),
                authentication,
                journal,
                price,
                estimator,
                saved=FakeSaved(),
                list_price=price,
            )
            where = replace(Session("test", database="shop"), **session)
            chosen = Settings()
            for name, value in {"toolbar": "", "pager": "off", **(settings or {})}.items():
                chosen = chosen.with_value(name, value)

            def connect(profile: str) -> Connected:
                if connect_error is not None:
                    raise connect_error
                under = profile_settings.get(profile, {})
                told = chosen
                for name, value in under.items():
                    told = told.with_value(name, value)
                there = replace(where, profile=profile)
                return Connected(connection, there, warnings, told, tuple(under))

            parts = ShellParts(
                session=where,
                settings=chosen,
                connect=connect,
                paths=Paths.of({"HOME": str(tmp_path)}, "linux"),
                clock=clock,
                environment={
                    "PATH": os.environ["PATH"],
                    "TERM": "xterm-256color",
                    "EDITOR": "true",
                },
                directory=tmp_path,
                stdout=stream,
                stderr=stream,
                profiles=("test", "other"),
                check=lambda profile: [f"parameters of {profile}", "session"],
                crash=lambda error: f"unexpected: {error!r}",
                devices=Devices(keys, output),
            )
            terminal = Terminal(
                stream, keys, Shell(parts), engine, metadata, authentication, tmp_path
            )
            terminal.begin()
            stack.callback(terminal.end)
            return terminal

        yield begin
