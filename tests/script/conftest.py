"""A script run on a page: an engine with canned answers, streams that are captured."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from athena_shell.commands.built_in import built_in_commands
from athena_shell.commands.services import Authentication, Connection, Services
from athena_shell.completion.names import Names
from athena_shell.config.options import ScriptOptions, Source
from athena_shell.config.settings import Settings
from athena_shell.core.errors import AthenaShellError, CommandError
from athena_shell.core.model import (
    Column,
    Database,
    Intent,
    Page,
    Part,
    QueryExecution,
    QueryState,
    QueryStatistics,
    ResultSet,
    Row,
    Table,
    Workgroup,
)
from athena_shell.core.ports import Metadata
from athena_shell.core.session import Session
from athena_shell.output.registry import FormatterRegistry
from athena_shell.output.sink import Sink
from athena_shell.query.cost import Price
from athena_shell.query.foreground import Foreground
from athena_shell.query.journal import Journal
from athena_shell.query.runner import QueryRunner
from athena_shell.script.stage import Stage
from athena_shell.script.start import run_script
from tests.script.deeds import watched


class FakeClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=self.time)

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@dataclass(frozen=True)
class Answer:
    """What the engine says to a statement."""

    columns: tuple[str, ...] = ("n",)
    rows: tuple[Row, ...] = (("1",),)
    reason: str = ""
    scanned: int = 0
    error: Exception | None = None
    seconds: float = 0.0
    meeting: threading.Barrier | None = None
    deed: Callable[[], None] | None = None


@dataclass
class FakeEngine:
    """Answers texts from a table; any other text gives one row with 1."""

    clock: FakeClock
    answers: dict[str, Answer] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopped: set[str] = field(default_factory=set)
    begun: dict[str, float] = field(default_factory=dict)

    def _answer(self, query_id: str) -> tuple[str, Answer]:
        text = self.texts[int(query_id.removeprefix("q-")) - 1]
        return text, self.answers.get(text, Answer())

    def start(self, intent: Intent) -> str:
        answer = self.answers.get(intent.statement.text, Answer())
        with self.lock:
            self.texts.append(intent.statement.text)
            self.intents.append(intent)
            query_id = f"q-{len(self.texts)}"
            self.begun[query_id] = self.clock.monotonic()
        if answer.meeting is not None:
            answer.meeting.wait()
        if answer.deed is not None:
            answer.deed()
        if answer.error is not None:
            raise answer.error
        return query_id

    def describe(self, query_id: str) -> QueryExecution:
        text, answer = self._answer(query_id)
        state = QueryState.FAILED if answer.reason else QueryState.SUCCEEDED
        if query_id in self.stopped:
            state = QueryState.CANCELLED
        elif self.clock.monotonic() - self.begun.get(query_id, 0.0) < answer.seconds:
            state = QueryState.RUNNING
        return QueryExecution(
            id=query_id,
            state=state,
            text=text,
            statement_type="DML",
            reason=answer.reason,
            submitted=self.clock.now(),
            statistics=QueryStatistics(scanned_bytes=answer.scanned),
        )

    def describe_many(self, query_ids: Sequence[str]) -> Mapping[str, QueryExecution]:
        return {query_id: self.describe(query_id) for query_id in query_ids}

    def stop(self, query_id: str) -> None:
        self.stopped.add(query_id)

    def fetch(self, execution: QueryExecution) -> ResultSet:
        answer = self._answer(execution.id)[1]
        columns = tuple(Column(name) for name in answer.columns)
        return ResultSet(columns, iter([Page(answer.rows)]))

    def recent(self, workgroup: str, limit: int) -> Iterable[str]:
        del workgroup
        return [f"q-{n}" for n in range(len(self.texts), 0, -1)][:limit]


class FakeMetadata:
    """Knows the databases default and sales."""

    def catalogs(self) -> Sequence[str]:
        return ("AwsDataCatalog",)

    def databases(self, catalog: str) -> Sequence[Database]:
        del catalog
        return (Database("default"), Database("sales"))

    def database(self, catalog: str, name: str) -> Database:
        for found in self.databases(catalog):
            if found.name == name:
                return found
        raise CommandError(f"There is no database {name}.")

    def tables(self, catalog: str, database: str) -> Sequence[Table]:
        return (Table("orders", database, catalog),)

    def table(self, catalog: str, database: str, name: str) -> Table:
        return Table(name, database, catalog)

    def workgroups(self) -> Sequence[str]:
        return ("primary",)

    def workgroup(self, name: str) -> Workgroup:
        return Workgroup(name)


class Terminal(io.TextIOWrapper):
    """A standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Ran:
    """How a run went."""

    code: int
    out: str
    err: str
    texts: list[str]


@dataclass
class Script:
    """Runs scripts in a directory of their own; what is set here holds for each run."""

    directory: Path
    answers: dict[str, Answer] = field(default_factory=dict)
    settings: Settings = field(default_factory=lambda: Settings(format="csv", timing=False))
    options: ScriptOptions = field(default_factory=ScriptOptions)
    output: str = ""
    force: bool = False
    format_name: str = ""
    stdin: bytes = b""
    stream: BinaryIO | None = None
    intents: list[Intent] = field(default_factory=list)
    session: Session = field(default_factory=Session)
    environment: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    earlier_texts: list[str] = field(default_factory=list)
    parts: tuple[Part, ...] = ()
    width: Callable[[], int] = lambda: 0
    any_answer: Answer = field(default_factory=Answer)
    sent: list[str] = field(default_factory=list)
    region: str = ""
    tty: bool = False

    def slow(self, text: str, *, seconds: float) -> None:
        self.answers[text] = Answer(seconds=seconds)

    def meet(self, text: str, meeting: threading.Barrier) -> None:
        self.answers[text] = replace(self.answers[text], meeting=meeting)

    def answer(self, text: str, *rows: Row, columns: tuple[str, ...] = ("n",)) -> None:
        self.answers[text] = Answer(columns, rows)

    def fail(self, text: str, reason: str) -> None:
        self.answers[text] = Answer(reason=reason)

    def file(self, name: str, text: str | bytes) -> str:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def run(self, *sources: Source | str) -> Ran:
        """Run files (``Source``) and texts given with ``-c``; errors become codes as in cli."""
        engine = self.engine()
        self.intents = engine.intents
        binary = io.BytesIO()
        out = (Terminal if self.tty else io.TextIOWrapper)(binary, encoding="utf-8", newline="")
        talk = io.StringIO()
        stage = self.stage(engine, Sink(out), talk, sources)
        try:
            code = run_script(stage)
        except AthenaShellError as error:
            place = f"{getattr(error, 'source', '')}:{getattr(error, 'line', '')}: "
            talk.write(f"{place}{error.message}\n{error.hint}\n")
            code = int(error.exit_code)
        self.sent = engine.texts
        out.flush()
        data = binary.getvalue().decode()
        return Ran(code, data, talk.getvalue(), engine.texts[len(self.earlier_texts) :])

    def engine(self) -> FakeEngine:
        return FakeEngine(FakeClock(), self.answers, list(self.earlier_texts))

    def stage(
        self, engine: FakeEngine, out: Sink, talk: io.StringIO, sources: Sequence[Source | str]
    ) -> Stage:
        clock = engine.clock
        metadata: Metadata = FakeMetadata()
        path = self.directory.parent / "state" / "journal"
        journal = Journal(path, clock, profile="test", region=self.region)
        runner = QueryRunner(engine, clock, journal)
        connection = Connection(
            engine,
            metadata,
            runner,
            names=Names(metadata, None, clock),
            authentication=cast("Authentication", None),  # nor for it
            journal=journal,
            price=Price(),
            parts=lambda _: self.parts,
        )
        return Stage(
            session=self.session,
            settings=self.settings,
            registry=built_in_commands,
            services=Services(
                lambda: connection, FormatterRegistry(), clock, self.environment, self.directory
            ),
            foreground=Foreground(clock),
            stdin=self.stream or io.BytesIO(self.stdin),
            out=out,
            talk=talk,
            price=Price(),
            sources=tuple(
                s if isinstance(s, Source) else Source(s, is_file=False) for s in sources
            ),
            options=self.options,
            output=self.output,
            force=self.force,
            format_name=self.format_name,
            warnings=self.warnings,
            talk_width=lambda: self.width(),  # noqa: PLW0108 - the width of the moment
        )


@pytest.fixture
def script(tmp_path: Path) -> Script:
    directory = tmp_path / "work"
    directory.mkdir()
    return Script(directory)


@pytest.fixture
def deeds(script: Script) -> Iterator[list[str]]:
    """Collect what a script does to the machine; what a first run loads is loaded before."""
    script.run("SELECT 1")
    with watched() as done:
        yield done
