"""A literal token that dies: the shell asks for another, unseen, and goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.serve import Served, served

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


def test_a_dead_token_is_replaced_unseen_and_the_statement_runs(
    endpoint: LocalEndpoint, there: Served, sit_down: Callable[..., User]
) -> None:
    user = sit_down()
    dead = endpoint.issuer.token(lifetime=timedelta(hours=-1))
    config = user.home / ".config" / "athena-shell" / "config.ini"
    config.parent.mkdir(parents=True)
    literal = f"web_identity_token = {dead}"
    profile = there.profile.replace(f"web_identity_token_file = {there.token_file}", literal)
    config.write_text(profile)
    config.chmod(0o600)

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
