"""From start to first prompt, and from Enter to answer, on a real terminal; rivals in the same run.

athenacli is measured when ``ATHENA_SHELL_RIVALS`` names the ``bin`` directory that holds it.
"""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest

pytestmark = pytest.mark.benchmark

ROUNDS = 15
RIVALS = os.environ.get("ATHENA_SHELL_RIVALS", "")
DEADLINE = 30.0
WHERE = b"\x1b[6n"  # a terminal answers where its cursor is
BARE = "from prompt_toolkit import PromptSession; PromptSession().prompt('bare> ')"

PROFILE = """
[profile work]
AuthenticationType = JWT
AwsRegion = us-east-1
S3OutputLocation = s3://team-results/
preferred_role = arn:aws:iam::123456789012:role/analyst
role_session_name = jane
web_identity_token_file = {token}
EndpointOverride = http://127.0.0.1:9
StsEndpointOverride = http://127.0.0.1:9
S3EndpointOverride = http://127.0.0.1:9
"""


@dataclass
class Terminal:
    """A program on a pseudo-terminal."""

    descriptor: int
    seen: bytes = b""

    def until(self, marker: bytes) -> float:
        """Read until the marker has come and return the moment it did."""
        began = time.perf_counter()
        while marker not in self.seen:
            ready, _, _ = select.select([self.descriptor], [], [], 0.5)
            if ready:
                data = os.read(self.descriptor, 65536)
                self.seen += data
                for _ in range(data.count(WHERE)):
                    os.write(self.descriptor, b"\x1b[1;1R")
            assert time.perf_counter() - began < DEADLINE, self.seen[-2000:]
        return time.perf_counter()

    def type(self, text: bytes) -> float:
        self.seen = b""
        os.write(self.descriptor, text)
        return time.perf_counter()


@contextmanager
def terminal(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> Iterator[tuple[Terminal, float]]:
    leader, follower = pty.openpty()
    began = time.perf_counter()
    process = subprocess.Popen(
        arguments,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environment,
        start_new_session=True,
    )
    os.close(follower)
    try:
        yield Terminal(leader), began
    finally:
        process.kill()
        process.wait()
        os.close(leader)


def first_prompt(arguments: Sequence[str], marker: bytes, environment: Mapping[str, str]) -> float:
    with terminal(arguments, environment) as (screen, began):
        return screen.until(marker) - began


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    token = tmp_path / "token"
    token.write_text("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl", encoding="utf-8")
    token.chmod(0o600)
    config = tmp_path / "config.ini"
    config.write_text(PROFILE.format(token=token), encoding="utf-8")
    rival = tmp_path / "athenaclirc"
    rival.write_text("[main]\nprompt = 'rival> '\nless_chatty = True\n", encoding="utf-8")
    return {
        **os.environ,
        "ATHENA_SHELL_CONFIG": str(config),
        "ATHENACLIRC": str(rival),
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def test_first_prompt(environment: dict[str, str]) -> None:
    program = (sys.executable, "-m", "athena_shell")
    lines: dict[str, tuple[tuple[str, ...], bytes]] = {
        "bare": ((sys.executable, "-c", BARE), b"bare>"),
        "program": (program, b"default>"),
    }
    if RIVALS:
        rival = str(Path(RIVALS) / "athenacli")
        options = ("--athenaclirc", environment["ATHENACLIRC"], "--s3-staging-dir", "s3://x/")
        lines["athenacli"] = ((rival, *options), b"rival>")
    times: dict[str, list[float]] = {name: [] for name in lines}
    for _ in range(ROUNDS):
        for name, (arguments, marker) in lines.items():
            times[name].append(first_prompt(arguments, marker, environment))
    medians = {name: median(values) for name, values in times.items()}
    print({name: round(value, 3) for name, value in medians.items()})
    assert medians["program"] <= 1.3 * medians["bare"]
    if RIVALS:
        assert medians["program"] <= 0.45 * medians["athenacli"]
    else:
        print("athenacli was not measured: ATHENA_SHELL_RIVALS is not set")


def test_answer_after_enter(environment: dict[str, str]) -> None:
    answers = []
    with terminal((sys.executable, "-m", "athena_shell", "--local"), environment) as (screen, _):
        screen.until(b"sampledb>")
        screen.type(b"SELECT 1;\r")
        screen.until(b"1 row")
        for number in range(ROUNDS):
            began = screen.type(f"SELECT {7000 + number};\r".encode())
            screen.until(f"|  {7000 + number} |".encode())
            answers.append(screen.until(b"1 row") - began)
    print(f"SELECT 1 in the open shell: {median(answers) * 1000:.0f} ms from Enter to answer")
    assert median(answers) <= 0.150


PEAK = """
import json, resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(json.dumps(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


def peak_kib(*arguments: str) -> int:
    """Return the most memory a run of the program had, in KiB."""
    line = (sys.executable, "-c", PEAK, sys.executable, "-m", "athena_shell", *arguments)
    done = subprocess.run(line, check=True, capture_output=True)
    return int(json.loads(done.stdout))


def test_memory_of_a_large_export(tmp_path: Path) -> None:
    """The embedded engine's own memory is in both figures; it streams too."""
    statement = "SELECT * FROM orders CROSS JOIN (VALUES 1, 2, 3) AS v(copy) LIMIT {rows}"
    peaks = {}
    for name, rows in {"one": 1, "many": 100_000}.items():
        target = tmp_path / f"{name}.csv"
        peaks[name] = peak_kib("--local", "-c", statement.format(rows=rows), "-o", str(target))
        assert target.exists()
    with (tmp_path / "many.csv").open(encoding="utf-8") as lines:
        assert sum(1 for _ in lines) == 100_001
    print(f"peak MiB: { {name: peak // 1024 for name, peak in peaks.items()} }")
    assert peaks["many"] - peaks["one"] <= 60 * 1024
