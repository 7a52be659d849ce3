"""The program as a user meets it: another process, against the endpoint on a loopback socket."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from athena_shell.app.surroundings import SystemClock
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.serve import Served, served

PROGRAM = (sys.executable, "-m", "athena_shell")


@dataclass(frozen=True)
class Ended:
    """How a run of the program ended."""

    code: int
    out: str
    talk: str


Run: TypeAlias = Callable[..., Ended]


@dataclass(frozen=True)
class Aws:
    """The served endpoint and the parts that tests make it with."""

    local: LocalEndpoint
    served: Served


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    local = LocalEndpoint.open(tmp_path_factory.mktemp("aws"), clock=SystemClock())
    with served(local, tmp_path_factory.mktemp("token")) as endpoint:
        yield Aws(local, endpoint)


@pytest.fixture
def config(tmp_path: Path, aws: Aws) -> Path:
    """A configuration whose one profile leads to the served endpoint."""
    path = tmp_path / "config.ini"
    path.write_text(f"{aws.served.profile}Schema = sampledb\n", encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the program in an empty directory and wait for its end."""

    def start(
        *arguments: str, stdin: str | bytes = "", extra: Mapping[str, str] | None = None
    ) -> Ended:
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [*PROGRAM, *arguments],
            input=data,
            capture_output=True,
            cwd=work,
            env={**os.environ, **(extra or {})},
            timeout=60,
            check=False,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    return start
