"""Random faults, and real signals to a real process: what it leaves, the next start takes up.

Each seed is one run of the program on a terminal, over an endpoint in this process, whose ledger
therefore outlives the program. ``--schedules N`` runs a hundredth of N of them.
"""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from athena_shell.app.surroundings import SystemClock
from athena_shell.config.paths import Paths
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.faults import FaultKind, Faults, Schedule
from athena_shell.local.lake import Lake
from athena_shell.local.ledger import Start
from athena_shell.local.pace import Pace
from athena_shell.local.serve import Served, served
from athena_shell.query.journal import Entry, Journal
from athena_shell.query.log_file import decode
from athena_shell.shell.history import HistoryFile
from tests.faults.conftest import NumberEngine
from tests.faults.programs import Nursery, Program, surroundings
from tests.faults.terminal_bytes import HOSTILE, unsafe

SHARE = 8
CHUNKS = 4
QUICK = 12.0
MOST_CALLS = 400
RUNNING = frozenset({"QUEUED", "RUNNING"})
SIGNALS = {
    "interrupt": signal.SIGINT,
    "detach": signal.SIGINT,
    "terminate": signal.SIGTERM,
    "hang up": signal.SIGHUP,
    "kill": signal.SIGKILL,
}


@dataclass(frozen=True)
class Scene:
    """What one user does with the program.

    Args:
        act: what strikes it.
        calls: how many calls the endpoint has had when that strikes.
        after: seconds more.
        script: whether it runs one statement into a file instead of showing the prompt.
        rows: of the statement.
        runs: seconds that the statement takes.
    """

    act: str
    calls: int
    after: float
    script: bool
    rows: int
    runs: float

    @classmethod
    def from_seed(cls, seed: int) -> Scene:
        dice = random.Random(f"process {seed}")  # noqa: S311 - repeatable on purpose
        act = dice.choice(("wait", "close", *SIGNALS, *SIGNALS))
        return cls(
            act=act,
            calls=dice.randint(0, 12),
            after=dice.choice((0.0, 0.01, 0.05, 0.2)),
            script=dice.random() < 0.4,
            rows=dice.choice((0, 9, 9, 1200)),
            runs=dice.choice((0.0, 0.3)) if act == "wait" else dice.choice((0.0, 0.5, 60.0)),
        )


@dataclass
class Site:
    """The endpoint, its address and the nursery of programs."""

    local: LocalEndpoint
    served: Served
    nursery: Nursery

    def starts(self, text: str) -> list[Start]:
        return [start for start in self.local.endpoint.ledger.starts if text in start.sql]

    def state(self, query_id: str) -> str:
        executions = self.local.endpoint.athena.executions
        return executions.get(query_id).state(executions.now())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("site")
    with ExitStack() as stack:
        engine = NumberEngine(Lake(directory / "lake"))
        local = LocalEndpoint.over(engine, directory / "root", clock=SystemClock())
        there = stack.enter_context(served(local, directory / "token"))
        nursery = Nursery.open()
        stack.callback(nursery.close)
        yield Site(local, there, nursery)


@dataclass
class Life:
    """One seed's programs, the first and the one that comes after it, in one home."""

    site: Site
    scene: Scene
    home: Path

    def __post_init__(self) -> None:
        self.home.mkdir()
        self._config = self.home / "config.ini"
        self._config.write_text(self.site.served.profile, encoding="utf-8")
        self._config.chmod(0o600)
        self.surroundings = surroundings(self.home)
        self.paths = Paths.of(self.surroundings, "linux")
        self.out = self.home / "out.csv"
        self.sql = f"SELECT /* {self.home.name} */ rows {self.scene.rows} hostile"

    def start(self, *arguments: str) -> Program:
        flags = ("--config", str(self._config), "--set", "pager=off", *arguments)
        return self.site.nursery.start(flags, self.home, self.surroundings)

    def entries(self) -> tuple[Entry, ...]:
        journal = Journal(self.paths.journal, self.site.local.endpoint.clock)
        try:
            return journal.entries()
        finally:
            journal.close()

    def first(self) -> Program:
        """Run the first program to its end, whatever that is."""
        scene, ledger = self.scene, self.site.local.endpoint.ledger
        before = len(ledger.calls)
        if scene.script:
            program = self.start("-o", str(self.out), "-c", self.sql)
        else:
            program = self.start()
            program.see("default>")
            program.line(f"{self.sql};")
        if scene.act != "wait":
            program.until(lambda: len(ledger.calls) - before >= scene.calls, 1.0)
            program.until(lambda: False, scene.after)
            self._strike(program)
        if not scene.script and scene.act in {"wait", "interrupt", "detach"}:
            program.line("\\q")
        presses = 3 if scene.act in {"interrupt", "detach"} else 0
        while program.leave(QUICK if not presses else 2.0) is None and presses:
            # Whoever pressed Ctrl-C before the statement had begun presses it again.
            presses -= 1
            program.signal(signal.SIGINT)
        return program

    def _strike(self, program: Program) -> None:
        if self.scene.act == "close":
            program.hang_up()
            return
        program.signal(SIGNALS[self.scene.act])
        if self.scene.act == "detach":
            program.until(lambda: False, 0.03)
            program.signal(signal.SIGINT)


def judge(life: Life, program: Program) -> list[str]:
    """Return what is wrong after the first program, by invariant."""
    scene, site = life.scene, life.site
    if program.code is None:
        return [f"I8 it does not end; it shows {program.text[-300:]!r}"]
    starts = site.starts(life.sql)
    entries = {entry.query_id: entry for entry in life.entries() if life.sql in entry.text}
    problems = [f"I1 started {len(starts)} times"] if len(starts) > 1 else []
    if max(Counter(entry.token for entry in entries.values()).values(), default=1) > 1:
        problems.append("I1 a token stands for two statements")
    for start in starts:
        problems += _orphaned(life, program, start, entries)
    problems += _file_problems(life, program)
    problems += _torn(life)
    problems += [f"I7 sent to the terminal: {each}" for each in unsafe(program.text)]
    problems += _leaked(life, program)
    if "Traceback" in program.text or "unexpected way" in program.text:
        problems.append(f"I9 {program.text[-2000:]}")
    if scene.act == "wait" and scene.script and not program.code and not starts:
        problems.append("I2 it ended well and ran nothing")
    return problems


def _orphaned(life: Life, program: Program, start: Start, entries: dict[str, Entry]) -> list[str]:
    query_id, state = start.query_id, life.site.state(start.query_id)
    entry = entries.get(query_id) or entries.get("")
    if entry is None or entry.refused:
        return [f"I3 {query_id} is {state} and the journal does not know it"]
    if state not in RUNNING:
        return []
    if not entry.is_open:
        return [f"I3 {query_id} runs and the journal holds it for {entry.state}"]
    silent = life.scene.act in {"kill", "close", "hang up"}
    said = (f"Query {query_id}", f"query {query_id}", "id is known", "is not known")
    if not silent and not any(each in program.text for each in said):
        return [f"I3 {query_id} runs on unsaid: {program.text[-800:]!r}"]
    return []


def _file_problems(life: Life, program: Program) -> list[str]:
    """An export is whole or absent, and a success means whole."""
    if not life.scene.script:
        return []
    if program.code:
        return ["I4 a failed run left its file"] if life.out.exists() else []
    lines = life.out.read_bytes().count(b"\r\n") or life.out.read_bytes().count(b"\n")
    return [] if lines >= life.scene.rows + 1 else [f"I2 {lines} lines of {life.scene.rows}"]


def _torn(life: Life) -> list[str]:
    """A line that a kill has torn is passed over by every reader; any other is a fault."""
    journal, history = _lines(life.paths.journal), _lines(life.paths.history)
    if life.scene.act == "kill":
        journal = journal[:-1]
    problems = ["I5 the journal does not parse"] if None in map(decode, journal) else []
    read = HistoryFile(life.paths.history, lambda: 1000, life.site.local.endpoint.clock).entries()
    if len(list(read)) != len(history):
        problems.append("I5 the history does not parse")
    return problems


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines() if path.exists() else []


def _leaked(life: Life, program: Program) -> list[str]:
    """Look for the session's keys on the terminal and in every file but the cache's own."""
    callers = life.site.local.endpoint.sessions._callers.values()
    secrets = [text for each in callers for text in (each.secret_key, each.session_token) if text]
    files = (life.paths.journal, life.paths.history, life.paths.log)
    written = [
        program.text,
        *(path.read_text("utf-8", "replace") for path in files if path.exists()),
    ]
    return ["I6 a secret is out"] if any(s in text for s in secrets for text in written) else []


def recovered(life: Life) -> list[str]:
    """Start again and return what the second start does not know or does not say."""
    opened = [entry for entry in life.entries() if entry.is_open]
    if not opened:
        return []
    starts = life.site.starts(life.sql)
    program = life.start()
    try:
        program.see("default>")
        done = program.until(lambda: not _unknown(life, program), QUICK)
        program.line("\\q")
        program.leave(QUICK)
        problems = [] if done else [f"I3 after a restart: {_unknown(life, program)}"]
        problems += [f"I7 sent to the terminal: {each}" for each in unsafe(program.text)]
    finally:
        program.close()
    if life.site.starts(life.sql) != starts:
        problems.append("I1 the second start ran the statement again")
    return problems


def _unknown(life: Life, program: Program) -> list[str]:
    """Return what the second start has not told yet."""
    missing = []
    known = {entry.query_id for entry in life.entries()}
    for start in life.site.starts(life.sql):
        if start.query_id not in known:
            missing.append(f"{start.query_id} is not in the journal")
        elif start.query_id not in program.text and "earlier shell" not in program.text:
            missing.append(f"{start.query_id} is not told of")
    if not known - {""} and "earlier shell" not in program.text:
        missing.append("the statement that was not started is not told of")
    return missing


def failures(site: Site, schedule: Schedule, scene: Scene, home: Path) -> list[str]:
    """Play one seed and return what went wrong."""
    endpoint = site.local.endpoint
    executions = endpoint.athena.executions
    life = Life(site, scene, home)
    endpoint.faults = Faults(
        replace(fault, message="".join(HOSTILE), seconds=min(fault.seconds, 0.02))
        for fault in schedule.faults
        if fault.kind is not FaultKind.DRIP or fault.seconds < 1
    )
    executions.pace = Pace(run=scene.runs)
    before = len(endpoint.ledger.calls)
    program = life.first()
    try:
        problems = judge(life, program)
    finally:
        program.close()
    if len(endpoint.ledger.calls) - before > MOST_CALLS:
        problems.append("I8 too many calls")
    endpoint.faults = Faults()
    problems += recovered(life)
    for start in site.starts(life.sql):
        executions.stop(start.query_id)
    return problems


def check(site: Site, seed: int, directory: Path) -> None:
    schedule, scene = Schedule.from_seed(seed), Scene.from_seed(seed)
    problems = failures(site, schedule, scene, directory / f"s{seed}")
    if problems:
        homes = (directory / f"s{seed}-{number}" for number in count())
        again = partial(failures, site, scene=scene)
        smallest = schedule.shrunk(lambda fewer: bool(again(fewer, home=next(homes))))
        pytest.fail(f"process seed {seed}: {problems}\n{scene}\n{schedule}\nsmallest: {smallest}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "chunk" in metafunc.fixturenames:
        metafunc.parametrize("chunk", range(CHUNKS))


@pytest.mark.timeout(3600)
def test_random_signals(
    site: Site, chunk: int, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    total = int(pytestconfig.getoption("--schedules")) // 100 or SHARE
    for seed in range(chunk, total, CHUNKS):
        check(site, seed, tmp_path)
