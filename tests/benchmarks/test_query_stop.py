"""From Ctrl-C to the prompt: the shell itself, in each state of a statement, on a real terminal.

Each state is tried with a network that answers and with one that hangs from the key press on.
``ATHENA_SHELL_TRIES`` sets how often.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import pytest

from athena_shell.app.surroundings import SystemClock
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.faults import ANY, Fault, FaultKind, Faults
from athena_shell.local.lake import Lake
from athena_shell.local.serve import Served, served
from tests.faults.conftest import NumberEngine
from tests.faults.programs import Nursery, Program, surroundings

pytestmark = pytest.mark.benchmark

TRIES = int(os.environ.get("ATHENA_SHELL_TRIES", "2"))
LIMIT = 1.0
LONG = 20.0
FOR_EVER = 10**9
LASTING = "SELECT /* local: run 600s */ rows 1"
WAITING = "SELECT /* local: queue 600s */ rows 1"


@dataclass
class Bench:
    """A shell on a terminal, and the endpoint it talks to."""

    local: LocalEndpoint
    program: Program
    home: Path
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.endpoint = self.local.endpoint
        self.endpoint.pause = self._pause  # type: ignore[method-assign] # as patient as the test

    def _pause(self, seconds: float) -> bool:
        return self.gate.wait(seconds) if seconds > 0 else False

    def slow(self, operation: str, seconds: float = LONG) -> None:
        self._plan(operation, FaultKind.DELAY, seconds=seconds)

    def failing(
        self, operation: str, code: str = "InternalServerException", status: int = 500
    ) -> None:
        self._plan(operation, FaultKind.ERROR, code=code, status=status)

    def _plan(self, operation: str, kind: FaultKind, **details: object) -> None:
        fault = Fault(operation, 1, kind, times=FOR_EVER, **details)  # type: ignore[arg-type] # its fields
        self.endpoint.faults.add(fault)

    def enter(self, line: str) -> int:
        """Type a line and return the place in the output where what follows begins."""
        assert self.program.text
        before = len(self.program.raw)
        self.program.line(line)
        return before

    def shown(self, line: str, text: str) -> None:
        """Type a line and wait for a text behind it."""
        before = self.enter(line)
        assert self.program.until(lambda: text.encode() in self.program.raw[before:]), line

    def begin_anew(self) -> None:
        """Let everything that hangs go on and everything that runs end."""
        self.endpoint.faults = Faults()
        self.gate.set()
        self.gate = threading.Event()
        executions = self.endpoint.athena.executions
        for start in self.endpoint.ledger.starts[-4:]:
            executions.stop(start.query_id)


def start_under_way(bench: Bench) -> None:
    bench.slow("StartQueryExecution")
    bench.shown(f"{LASTING};", "STARTING")


def queued(bench: Bench) -> None:
    bench.shown(f"{WAITING};", "QUEUED")


def running(bench: Bench) -> None:
    bench.shown(f"{LASTING};", "RUNNING")


def fetching(bench: Bench) -> None:
    bench.slow("GetQueryResults")
    bench.shown("SELECT rows 2500;", "FETCHING")


def rendering(bench: Bench) -> None:
    bench.enter("\\set pager off")
    before = bench.enter("SELECT rows 60000;")
    assert bench.program.until(lambda: len(bench.program.raw) > before + 20_000)


def viewer(bench: Bench) -> None:
    bench.enter("\\set pager auto")
    bench.shown("SELECT rows 2500;", "\x1b[?1049h")


def own_queue(bench: Bench) -> None:
    bench.shown("\\workgroup narrow", "narrow")
    bench.shown(f"{LASTING};>", "a notice comes")
    bench.shown(f"{LASTING};", "WAITING FOR ROOM, place 1")


def outage(bench: Bench) -> None:
    bench.failing("GetQueryExecution")
    bench.shown(f"{LASTING};", "no answer for")


def login_prompt(bench: Bench) -> None:
    bench.failing("AssumeRoleWithWebIdentity", "ExpiredTokenException", 400)
    bench.endpoint.sessions.expire_all()
    bench.shown(f"{LASTING};", "New token")


def estimate(bench: Bench) -> None:
    bench.shown(f"{WAITING} \\estimate", "QUEUED")


def export(bench: Bench) -> None:
    bench.slow("GetObject", 0.5)
    ledger = bench.endpoint.ledger
    started = len(ledger.starts)
    bench.enter("SELECT rows 150000 \\g --force out.csv")
    assert bench.program.until(lambda: len(ledger.starts) > started)
    calls = ledger.count("GetObject")
    assert bench.program.until(lambda: ledger.count("GetObject") > calls)


def background(bench: Bench) -> None:
    bench.slow("StopQueryExecution")
    bench.shown(f"{LASTING};>", "a notice comes")
    started = bench.endpoint.ledger.starts[-1].query_id
    bench.enter(f"\\stop {started}")
    assert bench.program.until(lambda: started in bench.endpoint.ledger.stops)


STATES: dict[str, Callable[[Bench], None]] = {
    "before the id is known": start_under_way,
    "queued": queued,
    "running": running,
    "fetching": fetching,
    "rendering": rendering,
    "in the viewer": viewer,
    "own queue": own_queue,
    "outage": outage,
    "login prompt": login_prompt,
    "estimate": estimate,
    "export": export,
    "background": background,
}


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery.open()
    yield nursery
    nursery.close()


@pytest.fixture
def bench(tmp_path: Path, nursery: Nursery) -> Iterator[Bench]:
    with ExitStack() as stack:
        engine = NumberEngine(Lake(tmp_path / "lake"))
        local = LocalEndpoint.over(engine, tmp_path / "root", clock=SystemClock())
        there = stack.enter_context(served(local, tmp_path / "token"))
        config = tmp_path / "config.ini"
        config.write_text(profile(there, local.token()), encoding="utf-8")
        config.chmod(0o600)
        program = nursery.start(("--config", str(config)), tmp_path, surroundings(tmp_path))
        bench = Bench(local, program, tmp_path)
        stack.callback(bench.begin_anew)
        stack.callback(program.close)
        assert program.see("default>")
        bench.shown("SELECT rows 1;", "1 row")
        yield bench


def profile(there: Served, token: str) -> str:
    """Return the served profile with a token that only a person can replace."""
    lines = there.profile.splitlines()
    kept = [line for line in lines if not line.startswith("web_identity_token_file")]
    return "\n".join([*kept, f"web_identity_token = {token}"]) + "\n"


def seconds_back(bench: Bench, reach: Callable[[Bench], None], *, hangs: bool) -> float:
    """Bring the shell into a state, press Ctrl-C and time the way back to the prompt."""
    reach(bench)
    if hangs:
        bench.endpoint.faults = Faults()
        bench.slow(ANY)
    program = bench.program
    assert program.text
    before = len(program.raw)
    pressed = time.monotonic()
    program.type("\x03")
    back = program.until(lambda: b"default> " in program.raw[before:], 30)
    seconds = time.monotonic() - pressed
    assert back, program.raw[before - 1500 : before + 500]
    bench.begin_anew()
    return seconds


@pytest.mark.parametrize("network", ["answers", "hangs"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.timeout(3600)
def test_the_way_back_to_the_prompt(bench: Bench, state: str, network: str) -> None:
    times = [seconds_back(bench, STATES[state], hangs=network == "hangs") for _ in range(TRIES)]

    late = quantiles(times, n=100)[98] if len(times) > 2 else max(times)
    print(
        f"{state}, network {network}: median {median(times):.2f} s, 99 % {late:.2f} s,"
        f" longest {max(times):.2f} s in {TRIES} tries"
    )
    assert max(times) <= LIMIT
    assert not _left_running(bench)


def _left_running(bench: Bench) -> list[str]:
    """Return what runs on although nobody asked for that, once the network answers again."""
    executions = bench.endpoint.athena.executions

    def alive() -> list[str]:
        now = executions.now()
        ids = [start.query_id for start in bench.endpoint.ledger.starts]
        return [each for each in ids if executions.get(each).state(now) in {"QUEUED", "RUNNING"}]

    bench.program.until(lambda: not alive(), 10)
    return alive()
