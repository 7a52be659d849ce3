"""A literal token that dies: the shell asks for another, unseen, and goes on."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.faults import Fault, FaultKind
from athena_shell.local.serve import Served, served
from athena_shell.query.progress_text import ERASE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.terminal.conftest import User

pytestmark = [pytest.mark.terminal, pytest.mark.timeout(120)]


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@pytest.fixture
def endpoint(tmp_path: Path) -> LocalEndpoint:
    return LocalEndpoint.open(tmp_path / "endpoint", clock=RealClock())


@pytest.fixture
def there(endpoint: LocalEndpoint, tmp_path: Path) -> Iterator[Served]:
    """Serve the embedded endpoint to other processes."""
    with served(endpoint, tmp_path / "served") as there:
        yield there


def give(user: User, there: Served, token: str) -> None:
    """Put a literal token, which nothing renews, into the user's configuration."""
    config = user.home / ".config" / "athena-shell" / "config.ini"
    config.parent.mkdir(parents=True)
    literal = f"web_identity_token = {token}"
    config.write_text(
        there.profile.replace(f"web_identity_token_file = {there.token_file}", literal)
    )
    config.chmod(0o600)


def test_a_dead_token_is_replaced_unseen_and_the_statement_runs(
    endpoint: LocalEndpoint, there: Served, sit_down: Callable[..., User]
) -> None:
    user = sit_down()
    give(user, there, endpoint.issuer.token(lifetime=timedelta(hours=-1)))
    user.run("-p", "local", prompt="default>")
    user.see("expired")
    user.line("SELECT 1 AS n;", see="New token (hidden):")
    fresh = endpoint.token()
    user.line(fresh, see="1 row")

    raw = user.terminal.raw.decode()  # type: ignore[attr-defined] # a pty keeps all bytes
    signature = fresh.rpartition(".")[2]
    assert signature not in raw
    assert "*" * 20 not in raw
    user.line("\\q")
    assert user.leave() == 0
    (history,) = user.home.rglob("history")
    assert signature not in history.read_text()


def test_the_viewer_is_left_for_a_login_and_comes_back_where_it_was(
    endpoint: LocalEndpoint, there: Served, sit_down: Callable[..., User]
) -> None:
    user = sit_down()
    give(user, there, endpoint.token())
    user.run("-p", "local", "--set", "result_reader=api", prompt="default>")
    user.line("SELECT n FROM UNNEST(sequence(1, 2500)) AS t (n);", see="row 1 of 500+")
    faults = endpoint.endpoint.faults
    refusal = {"code": "ExpiredTokenException", "status": 400, "message": "Token is expired"}
    faults.next("AssumeRoleWithWebIdentity", FaultKind.ERROR, **refusal, times=1000)
    endpoint.endpoint.sessions.expire_all()
    user.type("GG" + "hl" * 100)
    user.see("New token (hidden):")
    faults.clear()  # whoever asked before, such as the names behind the prompt, was refused too
    fresh = endpoint.token()
    user.line(fresh, see="row 2,500 of 2,500")
    user.type("q")
    user.see("2,500 rows")
    assert len(endpoint.endpoint.ledger.starts) == 1
    assert fresh.rpartition(".")[2] not in user.terminal.raw.decode()  # type: ignore[attr-defined] # a pty keeps all bytes
    user.line("\\q")
    assert user.leave() == 0


def test_an_export_takes_its_line_away_for_the_login_and_goes_on(
    endpoint: LocalEndpoint, there: Served, sit_down: Callable[..., User]
) -> None:
    user = sit_down()
    give(user, there, endpoint.token())
    user.run("-p", "local", "--set", "result_reader=api", prompt="default>")
    user.line("SELECT 1;", see="1 row")
    faults = endpoint.endpoint.faults
    refusal = {"code": "ExpiredTokenException", "status": 400, "message": "Token is expired"}
    faults.add(Fault("GetQueryResults", 3, FaultKind.DELAY, seconds=0.5))
    faults.add(Fault("GetQueryResults", 7, FaultKind.EXPIRE))
    faults.next("AssumeRoleWithWebIdentity", FaultKind.ERROR, **refusal, times=1000)
    user.line("\\export out.jsonl SELECT n FROM UNNEST(sequence(1, 9500)) AS t (n);")
    user.see("New token (hidden):")
    raw = user.terminal.raw.decode()  # type: ignore[attr-defined] # a pty keeps all bytes
    _, drawn, behind = raw.rpartition("B/s")
    assert drawn
    assert ERASE in behind.partition("STS says")[0]
    faults.clear()
    user.line(endpoint.token(), see="9,500 rows")
    assert len((user.home / "out.jsonl").read_text().splitlines()) == 9500
    user.line("\\q")
    assert user.leave() == 0


def test_a_login_that_hangs_is_named_can_be_given_up_and_leaves_nothing_behind(user: User) -> None:
    config = user.home / ".config" / "athena-shell" / "config.ini"
    config.parent.mkdir(parents=True)
    script = user.home / "hangs.sh"
    script.write_text(f"#!/bin/sh\necho $$ > {user.home}/pid\nexec sleep 600\n")
    script.chmod(0o700)
    config.write_text(
        "[profile slow]\nAwsRegion = us-east-1\nrole_session_name = jane\n"
        "preferred_role = arn:aws:iam::123456789012:role/analyst\n"
        f"web_identity_token_process = {script}\n"
    )
    user.run(prompt="default>")
    user.see("us-east-1  logging in")
    user.line("SELECT 1;", see="LOGGING IN · ")
    user.press("C-c")
    user.see("Stopped before it was started; nothing ran.\ndefault>")
    user.line("\\dt", see="logging in · ")
    user.press("C-c")
    user.see("Stopped waiting for an answer.\ndefault>")
    child = int((user.home / "pid").read_text())
    user.line("\\q")
    assert user.leave() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
