"""Random fault schedules: whatever goes wrong, nothing is doubled, lost, orphaned or unexplained.

Each seed makes one schedule of faults at the endpoint and one scenario of a user: how long the
query takes, how many rows it has, and whether somebody stops, detaches, runs out of time or kills
the shell. After each run the endpoint's ledger, the journal, the rows and the file are compared.

``--schedules N`` runs more than the continuous integration's share.
"""

from __future__ import annotations

import io
import random
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from athena_shell.athena.service import ResultOptions, start_parameters
from athena_shell.config.settings import Settings
from athena_shell.core.errors import AthenaShellError
from athena_shell.core.model import Column, Intent, QueryExecution, Row, Statement
from athena_shell.local.faults import Fault, FaultKind, Faults, Schedule
from athena_shell.local.pace import Pace
from athena_shell.output.export import whole_or_absent
from athena_shell.output.registry import FormatterRegistry
from athena_shell.query.control import Control, StopReason
from athena_shell.query.cost import Price
from athena_shell.query.interruption import Detached
from athena_shell.query.journal import Journal
from athena_shell.query.log_file import decode
from athena_shell.query.progress import Progress
from athena_shell.query.pursuit import Pursuit
from athena_shell.query.recovery import Fate, recover
from athena_shell.query.runner import Terms
from athena_shell.query.terms import Limits, Persistence
from athena_shell.shell.console import Console
from athena_shell.shell.progress import ProgressLine
from athena_shell.shell.rendering import Renderer
from tests.faults.conftest import TARGET, TEXTS, numbers
from tests.faults.terminal_bytes import HOSTILE, unsafe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.faults.conftest import World

SHARE = 1000
CHUNKS = 20
MOST_CALLS = 3000
HOSTILE_SHARE = 0.3
FORMATTERS = FormatterRegistry(entry_points=tuple)
SETTINGS = Settings(pager="off")


class Killed(BaseException):
    """The shell ends without a word, as by ``kill -9``."""


@dataclass(frozen=True)
class Scenario:
    """What the user does."""

    rows: int
    runs: float
    act: str
    after: float
    hostile: bool = False

    @property
    def sql(self) -> str:
        """The statement; its texts try to drive the terminal where it is hostile."""
        return f"SELECT rows {self.rows}{' hostile' * self.hostile}"

    @property
    def expected(self) -> list[Row]:
        """The rows it has."""
        return list(numbers(self.rows, HOSTILE if self.hostile else TEXTS))

    @classmethod
    def from_seed(cls, seed: int) -> Scenario:
        dice = random.Random(f"scenario {seed}")  # noqa: S311 - repeatable on purpose
        act = dice.choice(["wait"] * 6 + ["stop", "terminate", "detach", "kill", "limit", "export"])
        return cls(
            rows=dice.choice((0, 1, 999, 1500, 2500)),
            runs=dice.choice((0.0, 0.5, 5.0, 40.0)),
            act=act,
            after=dice.choice((0.0, 0.05, 0.3, 2.0, 10.0)),
            hostile=dice.random() < HOSTILE_SHARE,
        )


@dataclass
class Outcome:
    """What the user saw."""

    execution: QueryExecution | None = None
    rows: list[Row] | None = None
    error: AthenaShellError | None = None
    killed: bool = False
    screen: str = ""


class Screen(io.StringIO):
    """A terminal that keeps what it was sent."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("a terminal in memory")


@dataclass
class Face:
    """What the user looks at: the shell's own printing over a terminal in memory."""

    screen: Screen = field(default_factory=Screen)

    def __post_init__(self) -> None:
        surroundings = {"TERM": "xterm-256color"}
        self.console = Console(self.screen, self.screen, surroundings)
        self.renderer = Renderer(self.console, FORMATTERS, surroundings, Path.cwd)
        self.progress = ProgressLine(self.console, Price)

    def observe(self, progress: Progress) -> None:
        self.progress.show(progress)

    def draw(self, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        self.renderer.show(columns, rows, SETTINGS)


def _plan(world: World, scenario: Scenario, control: Control) -> None:
    """Let the user act when the scenario says so."""

    def kill() -> None:
        raise Killed

    actions: dict[str, Callable[[], None]] = {
        "stop": control.cancel,
        "terminate": lambda: control.cancel(StopReason.TERMINATE),
        "detach": control.detach,
        "kill": kill,
    }
    if scenario.act in actions:
        when = world.clock.monotonic() + scenario.after
        world.clock.at.append((when, actions[scenario.act]))


def play(world: World, scenario: Scenario, journal: Journal) -> Outcome:
    """Run one statement under the scenario."""
    outcome = Outcome()
    face = Face()
    control = Control()
    _plan(world, scenario, control)
    limits = Limits(seconds=scenario.after) if scenario.act == "limit" else Limits()
    terms = Terms(persistence=Persistence(first=5, start=60, watch=120))
    runner = world.runner(journal, terms, patience=60)
    # A text of its own: a killed shell's query is looked for by its text.
    statement = Statement(f"{scenario.sql} -- {world.directory.name}")
    try:
        outcome.execution = runner.run(
            statement, TARGET, control=control, limits=limits, observer=face.observe
        )
        result = runner.result(outcome.execution, face.observe)
        if scenario.act == "export":
            _export(world.directory / "out.txt", result.rows())
        else:
            outcome.rows = list(result.rows())
            if scenario.hostile:
                face.draw(result.columns, outcome.rows)
    except AthenaShellError as error:
        outcome.error = error
        face.console.fail(error)
    except Killed:
        outcome.killed = True
    finally:
        world.clock.at.clear()
        outcome.screen = face.screen.getvalue()
    return outcome


def _export(path: Path, rows: Iterable[Row]) -> None:
    with whole_or_absent(path) as writer:
        for row in rows:
            writer.write(f"{row!r}\n")


def judge(world: World, scenario: Scenario, outcome: Outcome, journal: Journal) -> list[str]:
    """Return what is wrong after a run, by invariant."""
    problems = []
    started = Counter(start.token for start in world.starts())
    if any(count > 1 for count in started.values()) or len(started) > 1:
        problems.append(f"I1 started {dict(started)}")
    if outcome.rows is not None and outcome.rows != scenario.expected:
        problems.append(f"I2 {len(outcome.rows)} rows of {scenario.rows}")
    problems += _orphans(world, outcome, journal)
    problems += _export_problems(world, scenario, outcome)
    lines = (world.directory / "journal.jsonl").read_bytes().splitlines()
    if any(decode(line) is None for line in lines):
        problems.append("I5 the journal does not parse")
    problems += _leaks(world, outcome)
    problems += [f"I7 sent to the terminal: {each}" for each in unsafe(outcome.screen)]
    if world.calls() > MOST_CALLS:
        problems.append(f"I8 {world.calls()} calls")
    problems += _journal_problems(world, outcome, journal)
    return problems


def _orphans(world: World, outcome: Outcome, journal: Journal) -> list[str]:
    now = world.clock.monotonic()
    executions = world.endpoint.athena.executions
    told = _told(outcome)
    problems = []
    for start in world.starts():
        if executions.get(start.query_id).state(now) not in {"QUEUED", "RUNNING"}:
            continue
        listed = [entry for entry in journal.entries() if entry.token == start.token]
        if listed and not listed[0].is_open:
            problems.append("I3 it runs and the journal holds it for ended")
        unknown = outcome.error is not None and "not known" in outcome.error.message
        if not (isinstance(outcome.error, Detached) or start.query_id in told) and not (
            outcome.killed or unknown
        ):
            problems.append(f"I3 {start.query_id} runs on unsaid: {outcome.error!r}")
    return problems


def _told(outcome: Outcome) -> str:
    error = outcome.error
    return f"{error.message} {error.hint}" if error is not None else ""


def _export_problems(world: World, scenario: Scenario, outcome: Outcome) -> list[str]:
    path = world.directory / "out.txt"
    if scenario.act != "export":
        return []
    whole = "".join(f"{row!r}\n" for row in scenario.expected)
    if outcome.error is None and path.read_text() != whole:
        return ["I4 the export is not whole"]
    if outcome.error is not None and path.exists():
        return ["I4 a failed export left a file"]
    return []


def _leaks(world: World, outcome: Outcome) -> list[str]:
    keys = world.credentials.status()
    secrets = [] if keys is None else [keys.secret_key.reveal()]
    if keys is not None and keys.session_token is not None:
        secrets.append(keys.session_token.reveal())
    seen = outcome.screen + (world.directory / "journal.jsonl").read_text()
    return ["I6 a secret is out"] if any(secret in seen for secret in secrets) else []


def _journal_problems(world: World, outcome: Outcome, journal: Journal) -> list[str]:
    entries = journal.entries()
    if len(entries) != 1:
        return [f"I3 {len(entries)} entries in the journal"]
    (entry,) = entries
    ids = world.endpoint.ledger.executions(entry.token)
    if ids and entry.refused:
        return ["I3 the journal says refused, yet it was started"]
    if entry.query_id and entry.query_id not in ids:
        return ["I3 the journal holds another id"]
    if outcome.rows is not None and entry.state != "SUCCEEDED":
        return ["I3 the journal missed the end"]
    return []


def _recovered(world: World, outcome: Outcome, expected: Journal) -> list[str]:
    """Start again after a kill: the next shell must know what became of the statement."""
    if not outcome.killed:
        return []
    expected.close()
    with closing(Journal(expected.path, world.clock)) as journal:
        findings = recover(journal, world.engine())
        (entry,) = journal.entries()
    started = [start.query_id for start in world.starts()]
    if [entry.query_id][: bool(entry.query_id)] != started:
        return [f"I3 recovered {entry.query_id!r} of {started}"]
    if any(finding.fate is Fate.UNKNOWN for finding in findings):
        return ["I3 a killed statement's fate stays unknown"]
    told = {finding.query_id for finding in findings if finding.fate is Fate.RUNNING}
    if started and not entry.state and entry.query_id not in told:
        return ["I3 a killed statement was not told of"]
    return []


def failures(world: World, schedule: Schedule, scenario: Scenario, directory: Path) -> list[str]:
    """Play one schedule, with a journal of its own, and return what went wrong."""
    world.directory = directory
    directory.mkdir()
    world.begin_run()
    if (schedule.seed or 0) % 3 == 0:
        world.endpoint.sessions.expire_all()
    world.endpoint.faults = Faults(map(_quick, schedule.faults))
    world.endpoint.athena.executions.pace = Pace(run=scenario.runs)
    journal = Journal(directory / "journal.jsonl", world.clock)
    try:
        outcome = play(world, scenario, journal)
        world.endpoint.faults = Faults()
        problems = judge(world, scenario, outcome, journal)
        return problems + _recovered(world, outcome, journal)
    except Exception as error:  # noqa: BLE001 - I9: nothing but our own errors may come out
        return [f"I9 {error!r}"]
    finally:
        journal.close()


def _quick(fault: Fault) -> Fault:
    """Let a reply drip without real pauses, and an error's message be hostile to terminals."""
    seconds = 0.0 if fault.kind is FaultKind.DRIP else fault.seconds
    return replace(fault, seconds=seconds, message="".join(HOSTILE))


def check(world: World, seeds: Sequence[int], directory: Path) -> None:
    for seed in seeds:
        schedule, scenario = Schedule.from_seed(seed), Scenario.from_seed(seed)
        problems = failures(world, schedule, scenario, directory / str(seed))
        if problems:
            smallest = shrunk(world, schedule, scenario, directory / f"{seed}-again")
            pytest.fail(f"seed {seed}: {problems}\n{scenario}\n{smallest}")


def shrunk(world: World, schedule: Schedule, scenario: Scenario, directory: Path) -> Schedule:
    """Return the smallest part of a failing schedule that still fails."""
    directory.mkdir()
    places = (directory / str(number) for number in count())
    return schedule.shrunk(lambda fewer: bool(failures(world, fewer, scenario, next(places))))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "chunk" in metafunc.fixturenames:
        metafunc.parametrize("chunk", range(CHUNKS))


@pytest.mark.timeout(600)
def test_random_schedules(
    world: World, chunk: int, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    total = int(pytestconfig.getoption("--schedules")) or SHARE
    check(world, range(chunk, total, CHUNKS), tmp_path)


def test_the_oracle_notices_a_client_that_forgets_its_token(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def forgetful(intent: Intent, options: ResultOptions) -> dict[str, object]:
        return start_parameters(replace(intent, token=str(uuid4())), options)

    monkeypatch.setattr("athena_shell.athena.service.start_parameters", forgetful)
    schedule = Schedule((Fault("StartQueryExecution", 1, FaultKind.LOST),))

    problems = failures(world, schedule, Scenario(1, 0.0, "wait", 0.0), tmp_path / "run")

    assert problems[0].startswith("I1")


def test_the_oracle_notices_a_lost_page(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("athena_shell.athena.results.parse_rows", lambda _reply: [])

    problems = failures(world, Schedule(()), Scenario(1, 0.0, "wait", 0.0), tmp_path / "run")

    assert problems[0].startswith("I2")


def test_the_oracle_notices_a_cell_that_drives_the_terminal(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("athena_shell.output.table.sanitizer", lambda **_: lambda text: text)
    scenario = Scenario(9, 0.0, "wait", 0.0, hostile=True)

    problems = failures(world, Schedule(()), scenario, tmp_path / "run")

    assert problems[0].startswith("I7")


def test_the_oracle_notices_a_killed_statement_that_is_not_found_again(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    schedule = Schedule((Fault("StartQueryExecution", 1, FaultKind.LOST),), seed=1)
    scenario = Scenario(1, 0.5, "kill", 0.0)
    assert failures(world, schedule, scenario, tmp_path / "found") == []
    monkeypatch.setattr("athena_shell.query.recovery._match", lambda *_: None)

    problems = failures(world, schedule, scenario, tmp_path / "lost")

    assert problems[0].startswith("I3 recovered")


def test_the_oracle_notices_an_orphan(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def give_up(_pursuit: Pursuit) -> QueryExecution:
        raise AthenaShellError("Something went wrong.")

    monkeypatch.setattr("athena_shell.query.runner.follow", give_up)

    problems = failures(world, Schedule(()), Scenario(1, 40.0, "wait", 0.0), tmp_path / "run")

    assert problems[0].startswith("I3")
