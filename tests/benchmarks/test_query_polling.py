"""Time that waiting adds to a query, beside PyAthena and athenacli against the same endpoint.

Each tool runs queries of known lengths over a loopback socket, each against an endpoint of its
own, whose ledger counts the looks and whose answers to them travel for 40 ms. The variable
``ATHENA_SHELL_RIVALS`` names the Python interpreter of an environment that holds athenacli; without
it PyAthena alone stands beside us.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from athena_shell.app.surroundings import SystemClock
from athena_shell.athena.calls import Caller
from athena_shell.athena.service import AthenaEngine
from athena_shell.core.model import QueryExecution, Statement, Target
from athena_shell.local.defaults import OUTPUT_LOCATION, REGION
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.faults import Fault, FaultKind
from athena_shell.local.identity import Caller as Keys
from athena_shell.local.lake import Lake
from athena_shell.local.serve import served
from athena_shell.query.journal import Journal
from athena_shell.query.runner import QueryRunner, new_intent
from athena_shell.query.watcher import Watcher
from tests.faults.conftest import NumberEngine

pytestmark = pytest.mark.benchmark

LENGTHS = (0.3, 1.0, 5.0, 30.0, 60.0)
BACKGROUND = 200
MOST_LOOKS = 1 + 4 + 10 + 30 + 70 + 100  # the first statement's, then 100 for the longest
RIVALS = os.environ.get("ATHENA_SHELL_RIVALS", "")
TARGET = Target(output_location=OUTPUT_LOCATION)
PYATHENA = """
import pyathena, sys, time
connection = pyathena.connect(s3_staging_dir=sys.argv[1], region_name=sys.argv[2])
connection.cursor().execute("SELECT 1").fetchall()
for length in sys.argv[3:]:
    cursor = connection.cursor().execute(f"SELECT /* local: run {length}s */ 1")
    print(time.monotonic(), flush=True)
    cursor.fetchall()
"""
ATHENACLI = """
import os, sys, time
from athenacli.sqlexecute import SQLExecute
keys = os.environ
shell = SQLExecute(keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], None, sys.argv[2],
                   sys.argv[1], "primary", None, "default")
list(shell.run("SELECT 1"))
for length in sys.argv[3:]:
    for title, rows, headers, status in shell.run(f"SELECT /* local: run {length}s */ 1"):
        list(rows or ())
    print(time.monotonic(), flush=True)
"""


@dataclass
class Site:
    """An endpoint of one tool's own, and keys for it."""

    local: LocalEndpoint
    url: str
    keys: Keys
    directory: Path

    def looks(self) -> int:
        ledger = self.local.endpoint.ledger
        return ledger.count("GetQueryExecution") + ledger.count("BatchGetQueryExecution")

    def ended(self) -> list[float]:
        """When each paced query really ended, in the order of their starts."""
        executions = self.local.endpoint.athena.executions
        times = []
        for start in self.local.endpoint.ledger.starts:
            if "local:" in start.sql:
                found = executions.get(start.query_id).ended
                assert found is not None
                times.append(found.seconds)
        return times


@contextmanager
def site(directory: Path) -> Iterator[Site]:
    directory.mkdir()
    engine = NumberEngine(Lake(directory / "lake"))
    local = LocalEndpoint.over(engine, directory / "root", clock=SystemClock())
    for operation in ("GetQueryExecution", "BatchGetQueryExecution"):
        delay = Fault(operation, 1, FaultKind.DELAY, seconds=0.04, times=10**9)
        local.endpoint.faults.add(delay)
    with served(local, directory / "token") as there:
        yield Site(local, there.url, local.endpoint.sessions.add_user(), directory)


def engine_of(there: Site) -> AthenaEngine:
    import boto3

    clock = SystemClock()
    client = boto3.client(
        "athena",
        region_name=REGION,
        endpoint_url=there.url,
        aws_access_key_id=there.keys.access_key,
        aws_secret_access_key=there.keys.secret_key,
    )
    return AthenaEngine(Caller(lambda _service: client, clock=clock), clock)


def ours(there: Site) -> list[float]:
    runner = QueryRunner(
        engine_of(there), SystemClock(), Journal(there.directory / "journal", SystemClock())
    )
    list(runner.result(runner.run(Statement("SELECT 1"), TARGET)).rows())
    times = []
    for length in LENGTHS:
        text = f"SELECT /* local: run {length}s */ 1"
        execution = runner.run(Statement(text), TARGET)
        times.append(time.monotonic())
        list(runner.result(execution).rows())
    return times


def slowest_look(there: Site) -> float:
    """Return how long one look takes on this machine: a reply has to travel anyhow."""
    engine = engine_of(there)
    execution = QueryRunner(
        engine, SystemClock(), Journal(there.directory / "journal", SystemClock())
    ).run(Statement("SELECT 1"), TARGET)
    times = []
    for _ in range(20):
        began = time.monotonic()
        engine.describe(execution.id)
        times.append(time.monotonic() - began)
    return max(times)


def rival(python: str, program: str) -> Callable[[Site], list[float]]:
    def run(there: Site) -> list[float]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(there.directory),
            "AWS_ACCESS_KEY_ID": there.keys.access_key,
            "AWS_SECRET_ACCESS_KEY": there.keys.secret_key,
            "AWS_ENDPOINT_URL": there.url,
        }
        arguments = [python, "-c", program, OUTPUT_LOCATION, REGION, *map(str, LENGTHS)]
        done = subprocess.run(
            arguments, capture_output=True, text=True, env=environment, check=False, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return [float(line) for line in done.stdout.split()]

    return run


def tools() -> dict[str, Callable[[Site], list[float]]]:
    found = {"athena-shell": ours, "PyAthena": rival(sys.executable, PYATHENA)}
    return {**found, "athenacli": rival(RIVALS, ATHENACLI)} if RIVALS else found


@pytest.mark.timeout(600)
def test_waiting(tmp_path: Path) -> None:
    added: dict[str, list[float]] = {}
    looks: dict[str, int] = {}
    with ExitStack() as stack:

        def measure(name: str, run: Callable[[Site], list[float]], there: Site) -> None:
            returned = run(there)
            added[name] = [late - end for late, end in zip(returned, there.ended(), strict=True)]
            looks[name] = there.looks()

        threads = [
            threading.Thread(
                target=measure, args=(name, run, stack.enter_context(site(tmp_path / name)))
            )
            for name, run in tools().items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(added) == set(tools())
    with site(tmp_path / "idle") as there:
        travel = slowest_look(there)
    for name, times in added.items():
        cells = (
            f"{length:g} s: +{late:.2f} s" for length, late in zip(LENGTHS, times, strict=True)
        )
        print(f"{name}, {looks[name]} looks in {sum(LENGTHS):g} s of queries", *cells, sep="\n  ")

    for length, late in zip(LENGTHS, added["athena-shell"], strict=True):
        assert late - travel <= (0.1 if length < 2 else 0.05 * length)
    assert sum(added["athena-shell"]) <= sum(added["PyAthena"])
    assert looks["athena-shell"] <= MOST_LOOKS


@pytest.mark.timeout(300)
def test_two_hundred_in_the_background(tmp_path: Path) -> None:
    dice = random.Random(1)  # noqa: S311 - the same lengths each time
    told: dict[str, float] = {}
    with site(tmp_path / "site") as there:
        engine = engine_of(there)
        journal = Journal(there.directory / "journal", SystemClock())
        runner = QueryRunner(engine, SystemClock(), journal)

        def note(execution: QueryExecution) -> None:
            told[execution.id] = time.monotonic()

        watcher = Watcher(lambda: engine, lambda: journal, note)
        before = len(there.local.endpoint.ledger.calls)
        for _ in range(BACKGROUND):
            text = f"SELECT /* local: run {dice.uniform(10, 30):.2f}s */ 1"
            watcher.watch(runner.begin(new_intent(Statement(text), TARGET)), text)
        end = time.monotonic() + 120
        while watcher.running and time.monotonic() < end:
            time.sleep(0.05)
        watcher.close()
        calls = [
            call.at.timestamp()
            for call in there.local.endpoint.ledger.calls[before:]
            if call.operation == "BatchGetQueryExecution"
        ]
        executions = there.local.endpoint.athena.executions
        late = []
        for query_id, when in told.items():
            ended = executions.get(query_id).ended
            assert ended is not None
            late.append(when - ended.seconds)
    busiest = max(sum(at <= other < at + 1 for other in calls) for at in calls)
    span = max(calls) - min(calls)
    print(
        f"{len(told)} notices, the latest after {max(late):.2f} s; {len(calls)} looks"
        f" in {span:.0f} s, {len(calls) / span:.1f} a second, {busiest} in the busiest"
    )
    assert len(told) == BACKGROUND
    assert max(late) <= 3.0
    assert busiest <= 5
