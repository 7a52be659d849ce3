"""What the program adds to a script's own time, beside the barest boto3 program that does the same.

All speak to one embedded endpoint on a loopback socket: PyAthena too, and athenacli where
``ATHENA_SHELL_RIVALS`` names the ``bin`` directory that holds it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import gettempdir

import pytest

from athena_shell.app.surroundings import SystemClock
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.serve import Served, served

pytestmark = pytest.mark.benchmark

ROUNDS = 15
STATEMENTS = 1_000
RIVALS = os.environ.get("ATHENA_SHELL_RIVALS", "")
FEWER = 50
"""Statements for athenacli, which waits a fifth of a second for each."""
LONG_RUN = 10_000
POLL = 0.02
"""Seconds between two looks at a statement, the same for all: a statement here takes some
milliseconds, and waiting would only make the measurement longer."""

BARE = """
import sys, time
import boto3
url, role, token, where, count = sys.argv[1:]
sts = boto3.client("sts", region_name="us-east-1", endpoint_url=url)
keys = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="bare",
    WebIdentityToken=open(token).read().strip())["Credentials"]
athena = boto3.client("athena", region_name="us-east-1", endpoint_url=url,
    aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
    aws_session_token=keys["SessionToken"])
for n in range(int(count)):
    started = athena.start_query_execution(QueryString=f"SELECT {n}", WorkGroup="primary",
        ResultConfiguration={"OutputLocation": where})["QueryExecutionId"]
    while True:
        found = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
        if found["Status"]["State"] in ("SUCCEEDED", "FAILED"):
            break
        time.sleep(POLL)
    rows = athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
    print([cell.get("VarCharValue") for cell in rows[-1]["Data"]])
"""

PYATHENA = """
import sys
import boto3
from pyathena import connect
url, role, token, where, count = sys.argv[1:]
sts = boto3.client("sts", region_name="us-east-1", endpoint_url=url)
keys = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="bare",
    WebIdentityToken=open(token).read().strip())["Credentials"]
cursor = connect(s3_staging_dir=where, region_name="us-east-1", endpoint_url=url,
    aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
    aws_session_token=keys["SessionToken"], poll_interval=POLL).cursor()
for n in range(int(count)):
    print(cursor.execute(f"SELECT {n}").fetchall())
"""


ATHENACLI = """
import os, subprocess, sys
import boto3
url, role, token, home, *line = sys.argv[1:]
sts = boto3.client("sts", region_name="us-east-1", endpoint_url=url)
keys = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="bare",
    WebIdentityToken=open(token).read().strip())["Credentials"]
there = {**os.environ, "HOME": home, "AWS_ENDPOINT_URL": url,
    "AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
    "AWS_SESSION_TOKEN": keys["SessionToken"]}
first = os.path.join(home, ".athenacli", "athenaclirc")
if not os.path.exists(first):  # it writes its configuration at its first start and does no more
    subprocess.run(line, env=there, stdin=subprocess.DEVNULL)
subprocess.run(line, env=there, stdin=subprocess.DEVNULL, check=True)
"""


@dataclass(frozen=True)
class Spent:
    """What a process took, in seconds."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Rivals:
    """The programs that do the same, each told how many statements to run."""

    served: Served
    directory: Path

    def bare(self, count: int) -> list[str]:
        return self._script(BARE, count)

    def pyathena(self, count: int) -> list[str]:
        return self._script(PYATHENA, count)

    def athenacli(self, count: int) -> list[str]:
        values = (self.served.url, self.served.role_arn, str(self.served.token_file))
        words = [str(Path(RIVALS, "athenacli")), "-r", "us-east-1", "-e", str(self.script(count))]
        home = self.directory / "athenacli"
        home.mkdir(exist_ok=True)
        staging = ["--s3-staging-dir", self.served.output_location, "default"]
        return [sys.executable, "-c", ATHENACLI, *values, str(home), *words, *staging]

    def script(self, count: int) -> Path:
        script = self.directory / f"{count}.sql"
        script.write_text("".join(f"SELECT {n};\n" for n in range(count)))
        return script

    def ours(self, count: int, *flags: str) -> list[str]:
        return self.program(str(self.script(count)), *flags)

    def ended_after(self, count: int, length: int) -> list[str]:
        """Run so many statements of a script, whose text is read in parts and takes room itself."""
        lines = self.script(length).read_text().splitlines(keepends=True)
        script = self.directory / f"{count}-of-{length}.sql"
        script.write_text("".join([*lines[:count], "\\quit\n", *lines[count:]]))
        return self.program(str(script))

    def program(self, *arguments: str) -> list[str]:
        config = self.directory / "config.ini"
        if not config.exists():
            config.touch(0o600)
            config.write_text(self.served.profile)
        head = [sys.executable, "-m", "athena_shell", "--config", str(config)]
        poll = f"min_poll_interval={POLL * 1000:.0f}"
        return [*head, "--format", "csv", "-q", "--set", poll, *arguments]

    def _script(self, text: str, count: int) -> list[str]:
        served = self.served
        values = (served.url, served.role_arn, str(served.token_file), served.output_location)
        return [sys.executable, "-c", text.replace("POLL", str(POLL)), *values, str(count)]


@pytest.fixture(scope="module")
def rivals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rivals]:
    local = LocalEndpoint.open(tmp_path_factory.mktemp("aws"), clock=SystemClock())
    with served(local, tmp_path_factory.mktemp("token")) as endpoint:
        yield Rivals(endpoint, tmp_path_factory.mktemp("scripts"))


def surroundings() -> dict[str, str]:
    """Return the environment of an installed program: what it imports is compiled once."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONPYCACHEPREFIX": str(Path(gettempdir(), "athena-shell-compiled"))}


def spend(line: Sequence[str]) -> Spent:
    """Run a program to its end and return what it took by itself, its children's time included."""
    before, began = os.times(), time.perf_counter()
    subprocess.run(line, stdout=subprocess.DEVNULL, check=True, env=surroundings())
    after = os.times()
    cpu = (
        after.children_user - before.children_user + after.children_system - before.children_system
    )
    return Spent(time.perf_counter() - began, cpu)


def test_one_statement_from_start_to_exit(rivals: Rivals) -> None:
    lines = {"bare": rivals.bare(1), "ours": rivals.ours(1), "pyathena": rivals.pyathena(1)}
    taken: dict[str, list[Spent]] = {name: [] for name in lines}
    for line in lines.values():
        spend(line)  # what is compiled is there from now on
    for _ in range(ROUNDS):
        for name, line in lines.items():
            taken[name].append(spend(line))
    wall = {name: median(each.wall for each in spent) for name, spent in taken.items()}
    cpu = {name: median(each.cpu for each in spent) for name, spent in taken.items()}
    print(" · ".join(f"{name} {wall[name]:.2f} s (CPU {cpu[name]:.2f} s)" for name in lines))
    assert wall["ours"] <= 1.15 * wall["bare"]


@pytest.mark.timeout(600)
def test_a_statement_costs_little_of_our_own(rivals: Rivals) -> None:
    share: dict[str, float] = {}
    lines = {"bare": rivals.bare, "ours": rivals.ours, "pyathena": rivals.pyathena}
    if RIVALS:
        lines["athenacli"] = rivals.athenacli
    for name, line in lines.items():
        count = FEWER if name == "athenacli" else STATEMENTS
        spend(line(1))  # what is compiled is there from now on
        one, many = spend(line(1)), spend(line(count))
        share[name] = (many.cpu - one.cpu) / (count - 1)
    print(" · ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in share.items()))
    assert share["ours"] - share["bare"] <= 0.008


def test_eight_at_once_are_six_times_faster(rivals: Rivals) -> None:
    script = rivals.directory / "slow.sql"
    script.write_text("SELECT /* local: run 1s */ 1;\n" * 16)
    in_turn = spend(rivals.program(str(script))).wall
    at_once = spend(rivals.program(str(script), "--parallel", "8")).wall
    start = min(spend(rivals.ours(1)).wall for _ in range(3))
    print(f"in turn {in_turn:.1f} s · at once {at_once:.1f} s · start alone {start:.1f} s")
    assert (in_turn - start) / (at_once - start) >= 6


@pytest.mark.timeout(1200)
def test_memory_stays_flat_over_a_long_run(rivals: Rivals) -> None:
    few, many = (peak_mib(rivals.ended_after(count, LONG_RUN)) for count in (STATEMENTS, LONG_RUN))
    print(f"{STATEMENTS} statements {few:.1f} MiB · {LONG_RUN} statements {many:.1f} MiB")
    assert many - few <= 4


def peak_mib(line: Sequence[str]) -> float:
    """Run the program to its end and return the largest resident size it saw of itself.

    The kernel's figure for a child would count this process's own size before the child began.
    """
    code = (
        "import re, sys; from athena_shell.cli import main; assert main(sys.argv[1:]) == 0;"
        "text = open('/proc/self/status').read();"
        "print(re.search(r'VmHWM:\\s+(\\d+)', text)[1], file=sys.stderr)"
    )
    arguments = line[line.index("athena_shell") + 1 :]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return int(done.stderr) / 1024
