"""A login that ends under a script, and that nobody is there to renew."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.app.surroundings import SystemClock
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.faults import FaultKind
from athena_shell.local.serve import Served, served
from tests.app.conftest import PROGRAM

if TYPE_CHECKING:
    from tests.app.conftest import Run

DEADLINE = 60.0


@pytest.fixture
def local(tmp_path: Path) -> LocalEndpoint:
    return LocalEndpoint.open(tmp_path / "endpoint", clock=SystemClock())


@pytest.fixture
def there(local: LocalEndpoint, tmp_path: Path) -> Iterator[Served]:
    with served(local, tmp_path / "served") as there:
        yield there


@pytest.fixture
def config(local: LocalEndpoint, there: Served, tmp_path: Path) -> Path:
    """Write a profile whose token is a literal, so that nothing yields another one."""
    path = tmp_path / "config.ini"
    literal = f"web_identity_token = {local.token()}"
    source = f"web_identity_token_file = {there.token_file}"
    path.write_text(there.profile.replace(source, literal), encoding="utf-8")
    path.chmod(0o600)
    return path


def log_out(local: LocalEndpoint) -> None:
    """End every session; STS calls the token too old from now on."""
    local.endpoint.faults.next(
        "AssumeRoleWithWebIdentity",
        FaultKind.ERROR,
        code="ExpiredTokenException",
        status=400,
        message="Token is expired",
        times=100,
    )
    local.endpoint.sessions.expire_all()


def test_a_script_ends_with_3_and_names_what_still_runs(
    local: LocalEndpoint, config: Path, tmp_path: Path, run: Run
) -> None:
    script = tmp_path / "two.sql"
    statements = [f"SELECT /* local: run 3s */ {number} AS n;" for number in (1, 2)]
    script.write_text("\n".join(statements))
    arguments = ("--config", str(config), "-p", "local", "--format", "csv")
    with subprocess.Popen(
        [*PROGRAM, *arguments, "--parallel", "2", str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        end = time.monotonic() + DEADLINE
        while len(local.endpoint.ledger.starts) < len(statements):
            assert time.monotonic() < end
            time.sleep(0.01)
        log_out(local)
        out, talk = process.communicate(timeout=DEADLINE)
    assert process.returncode == 3
    assert out == ""
    assert "STS says that the token has expired" in talk
    ids = [start.query_id for start in local.endpoint.ledger.starts]
    told = [line.strip() for line in talk.splitlines() if "--attach" in line]
    assert sorted(told) == sorted(f"athena-shell -p local --attach {query_id}" for query_id in ids)

    local.endpoint.faults.clear()
    for start in local.endpoint.ledger.starts:
        taken_up = run(*arguments, "--attach", start.query_id)
        number = start.sql.removesuffix(" AS n").split()[-1]
        assert (taken_up.code, taken_up.out) == (0, f'"n"\n"{number}"\n'), taken_up.talk
    assert len(local.endpoint.ledger.starts) == len(statements)
