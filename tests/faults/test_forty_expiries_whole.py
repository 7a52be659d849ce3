"""The whole product left open over forty expiries: the shell at its prompt, and a script."""

from __future__ import annotations

import csv
import io
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output

from athena_shell.athena.metadata import AthenaMetadata
from athena_shell.athena.readers import ResultReader
from athena_shell.auth.registry import AuthRegistry
from athena_shell.auth.sign_in import sign_in
from athena_shell.commands.built_in import built_in_commands
from athena_shell.commands.services import Connection, Services
from athena_shell.completion.names import Names
from athena_shell.config.connection import CONNECTION
from athena_shell.config.options import Source
from athena_shell.config.paths import Paths
from athena_shell.config.profile import Profile
from athena_shell.config.settings import Settings
from athena_shell.core.session import Session
from athena_shell.local.defaults import ROLE
from athena_shell.local.wire import Reply
from athena_shell.output.registry import FormatterRegistry
from athena_shell.output.sink import Sink
from athena_shell.query.foreground import Foreground
from athena_shell.query.runner import QueryRunner
from athena_shell.script.stage import Stage
from athena_shell.script.start import run_script
from athena_shell.shell.prompt import Devices
from athena_shell.shell.start import Connected, Shell, ShellParts
from tests.faults.conftest import REGION, World, issued_token, numbers
from tests.shell.conftest import (
    FakeAuthentication,
    FakeEngine,
    FakeMetadata,
    ScreenStream,
    Terminal,
)

EXPIRIES = 40
THREADS = 8
LONG = 2500
"""Rows of a result of three pages."""


@dataclass
class Strikes:
    """Does something just before the endpoint judges a chosen request."""

    world: World
    _due: dict[str, dict[int, Callable[[], None]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        judge = self.world.endpoint.handle

        def handle(method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
            target = {name.lower(): text for name, text in headers.items()}.get("x-amz-target", "")
            strike = self._next(target.rpartition(".")[2])
            if strike is not None:
                strike()
            return judge(method, url, headers, body)

        self.world.endpoint.handle = handle  # type: ignore[method-assign] # looks on, then judges

    def on(self, operation: str, action: Callable[[], None], *turns: int) -> None:
        """Act at an operation's next request, or at those counted from now."""
        with self._lock:
            self._due[operation] = dict.fromkeys(turns or (1,), action)

    def _next(self, operation: str) -> Callable[[], None] | None:
        with self._lock:
            due = self._due.get(operation, {})
            left = {turn - 1: action for turn, action in due.items()}
            self._due[operation] = {turn: action for turn, action in left.items() if turn}
            return left.get(0)


@dataclass
class Expiry:
    """The end of a session: by the clock, or because the service says so; then all sign at once."""

    world: World
    seconds: float

    def __call__(self) -> None:
        if self.seconds:
            self.world.clock.advance(self.seconds)
        else:
            self.world.endpoint.sessions.expire_all()
        barrier = threading.Barrier(THREADS)
        errors: list[BaseException] = []

        def sign() -> None:
            barrier.wait()
            try:
                caller.call("athena", "list_work_groups")
            except BaseException as error:  # noqa: BLE001 - told by the assertion below
                errors.append(error)

        caller = self.world.caller()
        threads = [threading.Thread(target=sign) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert errors == []


@pytest.fixture(autouse=True)
def by_hand(world: World) -> None:
    """Let pauses pass quickly, but leave the endpoint a moment: its workers live in real time."""

    def pause(seconds: float) -> None:
        time.sleep(min(seconds, 0.002))
        world.clock.advance(seconds)

    world.clock.sleep = pause  # type: ignore[method-assign] # see above


@pytest.fixture(params=[901.0, 0.0], ids=["by the clock", "by the service"])
def expire(request: pytest.FixtureRequest, world: World) -> Expiry:
    return Expiry(world, request.param)


@pytest.fixture
def strikes(world: World) -> Strikes:
    return Strikes(world)


@pytest.fixture
def connection(world: World) -> Connection:
    engine = world.engine(reader=ResultReader.API)
    metadata = AthenaMetadata(world.caller(), world.clock)
    journal = world.journal()
    return Connection(
        engine,
        metadata,
        QueryRunner(engine, world.clock, journal),
        Names(metadata, None, world.clock),
        world.credentials,
        journal,
    )


@pytest.fixture
def shell(world: World, connection: Connection, tmp_path: Path) -> Iterator[Terminal]:
    """Start the real shell on a terminal in memory."""
    columns, lines = 100, 30
    with ExitStack() as stack:
        os.environ["COLUMNS"], os.environ["LINES"] = str(columns), str(lines)
        stream = ScreenStream(columns, lines)
        keys = stack.enter_context(create_pipe_input())
        output = Vt100_Output(
            stream,
            lambda: Size(rows=lines, columns=columns),
            term="xterm-256color",
            default_color_depth=ColorDepth.DEPTH_1_BIT,
            enable_cpr=False,
        )
        session = Session("work", output_location="s3://athena-local-results/")
        settings = Settings(
            toolbar="", pager="off", format="csv", auto_suggest=False, result_reader="api"
        )
        parts = ShellParts(
            session=session,
            settings=settings,
            connect=lambda _: Connected(connection, session),
            paths=Paths.of({"HOME": str(tmp_path)}, "linux"),
            clock=world.clock,
            environment={"PATH": os.environ["PATH"], "TERM": "xterm-256color"},
            directory=tmp_path,
            stdout=stream,
            stderr=stream,
            devices=Devices(keys, output),
        )
        # The terminal's service and login are not asked: the shell has the real ones.
        terminal = Terminal(
            stream, keys, Shell(parts), FakeEngine(), FakeMetadata(), FakeAuthentication(), tmp_path
        )
        terminal.begin()
        stack.callback(terminal.end)
        yield terminal


def written(path: Path) -> list[tuple[str, ...]]:
    with path.open(newline="") as stream:
        return [tuple(row) for row in csv.reader(stream)][1:]


def expected(count: int) -> list[tuple[str, ...]]:
    return [tuple(cell or "" for cell in row) for row in numbers(count)]


class Day:
    """What a user does while sessions end."""

    def __init__(self, shell: Terminal, strikes: Strikes, expire: Expiry, folder: Path) -> None:
        self._shell = shell
        self._strikes = strikes
        self._expire = expire
        self._folder = folder
        self._count = 0

    def _file(self) -> Path:
        self._count += 1
        return self._folder / f"out-{self._count}.csv"

    def type_on(self) -> None:
        """The session ends while half a statement stands in the prompt."""
        path = self._file()
        half = f"SELECT rows 5 -- {self._count}"
        self._shell.type(half)
        self._shell.wait_for(half)
        self._expire()
        self._shell.enter(f"\n\\g {path}")
        assert written(path) == expected(5)

    def wait_for_a_query(self) -> None:
        """The session ends while a query runs."""
        path = self._file()
        self._strikes.on("GetQueryExecution", self._expire, 2)
        self._shell.enter(f"SELECT /* local: run 2s */ rows 6 \\g {path}")
        assert written(path) == expected(6)

    def page(self) -> None:
        """The session ends between two pages of a result in the pager."""
        path = self._file()
        self._shell.enter(f"\\set pager 'cp /dev/stdin {path}'")
        self._strikes.on("GetQueryResults", self._expire, 2)
        self._shell.enter(f"SELECT rows {LONG};")
        assert written(path) == expected(LONG)
        self._shell.enter("\\set pager off")

    def run_a_script(self) -> None:
        """The session ends between two statements of a script."""
        paths = [self._file() for _ in range(3)]
        script = self._folder / "script.sql"
        script.write_text("".join(f"SELECT rows 7 \\g {path}\n" for path in paths))
        self._strikes.on("StartQueryExecution", self._expire, 2)
        self._shell.enter(f"\\i {script}")
        assert [written(path) for path in paths] == [expected(7)] * 3

    def export(self) -> None:
        """The session ends in the middle of an export."""
        path = self._file()
        self._strikes.on("GetQueryResults", self._expire, 3)
        self._shell.enter(f"SELECT rows {LONG} \\g {path}")
        assert written(path) == expected(LONG)


def test_a_shell_outlives_forty_expiries(
    shell: Terminal, world: World, strikes: Strikes, expire: Expiry, tmp_path: Path
) -> None:
    day = Day(shell, strikes, expire, tmp_path)
    doings = (day.type_on, day.wait_for_a_query, day.page, day.run_a_script, day.export)
    shell.wait(lambda: world.endpoint.sessions.issued == 1)
    for number in range(EXPIRIES):
        doings[number % len(doings)]()
        # One renewal for each expiry, whoever noticed it.
        assert world.endpoint.sessions.issued == number + 2
    rounds = EXPIRIES // len(doings)
    assert len(world.endpoint.ledger.starts) == rounds * 7
    # A prompt for each line entered (two commands around the pager), and no question.
    assert shell.prompts() == 1 + rounds * 7
    assert "New token" not in shell.stream.raw
    assert shell.failure() is None


@dataclass
class ScriptRun:
    """Runs scripts as ``athena-shell FILE`` does."""

    world: World
    connection: Connection
    folder: Path

    def run(self, text: str, output: str = "") -> tuple[int, str, str]:
        """Return the exit code, what went to stdout and what to stderr."""
        binary, talk = io.BytesIO(), io.StringIO()
        out = io.TextIOWrapper(binary, encoding="utf-8", newline="")
        services = Services(
            lambda: self.connection, FormatterRegistry(), self.world.clock, {}, self.folder
        )
        stage = Stage(
            session=Session("work", output_location="s3://athena-local-results/"),
            settings=Settings(format="csv", result_reader="api"),
            registry=built_in_commands,
            services=services,
            foreground=Foreground(self.world.clock),
            stdin=io.BytesIO(),
            out=Sink(out),
            talk=talk,
            sources=(Source(text, is_file=False),),
            output=output,
        )
        code = run_script(stage)
        out.flush()
        return code, binary.getvalue().decode(), talk.getvalue()


@pytest.fixture
def script(world: World, connection: Connection, tmp_path: Path) -> ScriptRun:
    return ScriptRun(world, connection, tmp_path)


def test_a_script_outlives_forty_expiries(
    script: ScriptRun, world: World, strikes: Strikes, expire: Expiry
) -> None:
    world.credentials.current()
    half = EXPIRIES // 2
    # Every other call is one that is made again after a renewal.
    strikes.on("StartQueryExecution", expire, *range(1, 2 * half, 2))
    strikes.on("GetQueryResults", expire, *range(1, 2 * half, 2))
    text = "".join(f"SELECT rows {number};\n" for number in range(EXPIRIES))
    code, out, talk = script.run(text)
    assert code == 0, talk
    rows = [row for row in csv.reader(io.StringIO(out)) if row != ["n", "t"]]
    assert rows == [list(row) for number in range(EXPIRIES) for row in expected(number)]
    assert len(world.endpoint.ledger.starts) == EXPIRIES
    assert world.endpoint.sessions.issued == EXPIRIES + 1


def test_a_script_s_export_outlives_forty_expiries(
    script: ScriptRun, world: World, strikes: Strikes, expire: Expiry, tmp_path: Path
) -> None:
    world.credentials.current()
    strikes.on("GetQueryResults", expire, *range(1, 2 * EXPIRIES, 2))
    count = EXPIRIES * 1000
    code, out, talk = script.run(f"SELECT rows {count};", str(tmp_path / "out.csv"))
    assert (code, out) == (0, ""), talk
    assert written(tmp_path / "out.csv") == expected(count)
    assert len(world.endpoint.ledger.starts) == 1
    assert world.endpoint.sessions.issued == EXPIRIES + 1


MINUTES = 60.0


@pytest.fixture
def short_token(world: World) -> None:
    """Sign in anew with a literal token that lives five minutes."""
    table = CONNECTION.extended(AuthRegistry().parameters_of("JWT"))
    profile = Profile("work", table).with_values(
        {
            "AwsRegion": REGION,
            "preferred_role": ROLE,
            "web_identity_token": issued_token(timedelta(minutes=5)),
            "role_session_name": "jane",
        },
        "test",
    )
    world.credentials = sign_in(
        profile, registry=AuthRegistry(), clients=world.factory, clock=world.clock, environment={}
    )


def log_in(shell: Terminal) -> str:
    """Answer the question for a token, unseen; return what was typed."""
    token = issued_token(timedelta(days=1))
    shell.wait_for("New token (hidden):")
    shell.type(token + "\r")
    return token


def asked(shell: Terminal) -> int:
    return shell.text().count("New token (hidden):")


@pytest.mark.usefixtures("short_token")
def test_a_token_that_dies_while_a_query_runs_does_not_touch_it(
    request: pytest.FixtureRequest, world: World, strikes: Strikes, tmp_path: Path
) -> None:
    shell: Terminal = request.getfixturevalue("shell")
    shell.wait(lambda: world.endpoint.sessions.issued == 1)
    # Twelve minutes: the token is dead, the session of fifteen is not.
    strikes.on("GetQueryExecution", lambda: world.clock.advance(12 * MINUTES), 2)
    shell.enter(f"SELECT /* local: run 11min */ rows 6 \\g {tmp_path / 'out.csv'}")
    assert written(tmp_path / "out.csv") == expected(6)
    assert asked(shell) == 0
    assert world.endpoint.sessions.issued == 1
    assert len(world.endpoint.ledger.starts) == 1


@pytest.mark.usefixtures("short_token")
@pytest.mark.parametrize("pager", ["off", "cp /dev/stdin {}"])
def test_a_person_is_asked_in_the_middle_of_a_result_and_no_row_is_lost(
    request: pytest.FixtureRequest, world: World, strikes: Strikes, tmp_path: Path, pager: str
) -> None:
    shell: Terminal = request.getfixturevalue("shell")
    shell.wait(lambda: world.endpoint.sessions.issued == 1)
    path = tmp_path / "out.csv"
    strikes.on("GetQueryResults", lambda: world.clock.advance(16 * MINUTES), 2)
    if pager == "off":
        shell.type(f"SELECT rows {LONG} \\g {path}\r")
    else:
        shell.enter(f"\\set pager '{pager.format(path)}'")
        shell.type(f"SELECT rows {LONG};\r")
    shell.wait_for("New token (hidden):")
    first = path.read_text() if path.exists() else ""
    prompts = shell.prompts()
    token = log_in(shell)
    shell.wait(lambda: shell.prompts() > prompts)
    if pager == "off":
        assert written(path) == expected(LONG)
    else:
        head, notice, _ = first.partition("\n— Here the login ended.")
        assert notice
        rows = list(csv.reader(io.StringIO(head + path.read_text())))
        assert rows == [["n", "t"], *map(list, expected(LONG))]
    assert asked(shell) == 1
    assert token.rpartition(".")[2] not in shell.stream.raw
    assert len(world.endpoint.ledger.starts) == 1
    assert world.endpoint.sessions.issued == 2


@pytest.mark.usefixtures("short_token")
def test_an_export_whose_login_is_refused_leaves_no_file(
    request: pytest.FixtureRequest, world: World, strikes: Strikes, tmp_path: Path
) -> None:
    shell: Terminal = request.getfixturevalue("shell")
    shell.wait(lambda: world.endpoint.sessions.issued == 1)
    path = tmp_path / "out.csv"
    strikes.on("GetQueryResults", lambda: world.clock.advance(16 * MINUTES), 2)
    shell.type(f"SELECT rows {LONG} \\g {path}\r")
    shell.wait_for("New token (hidden):")
    shown = shell.enter("", until="was not read to its end")
    (start,) = world.endpoint.ledger.starts
    assert f"\\result {start.query_id}" in shown
    assert not path.exists()


@pytest.mark.usefixtures("short_token")
def test_a_script_without_a_login_ends_with_the_way_to_the_rest(
    request: pytest.FixtureRequest, world: World, strikes: Strikes
) -> None:
    script: ScriptRun = request.getfixturevalue("script")
    world.credentials.current()
    strikes.on("GetQueryResults", lambda: world.clock.advance(16 * MINUTES), 2)
    code, _, talk = script.run(f"SELECT rows {LONG};")
    (start,) = world.endpoint.ledger.starts
    assert code == 3
    assert f"query {start.query_id} was not read to its end" in talk
    assert f"athena-shell --attach {start.query_id}" in talk
