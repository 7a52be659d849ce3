"""Memory of a shell in which ten thousand statements are typed, one after another.

The shell runs on a pseudo-terminal against the embedded endpoint in another process, so what is
measured is the shell alone.
"""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from athena_shell.app.surroundings import SystemClock
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.serve import Served, served

STATEMENTS = 10_000
WARM = 2_000
"""Statements after which caches, the held results and the history are as large as they get."""

GROWTH = 1.10

SETTINGS = """
[settings]
min_poll_interval = 10
toolbar =
completion = off
"""


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Served]:
    local = LocalEndpoint.open(tmp_path / "endpoint", clock=SystemClock())
    with served(local, tmp_path / "served") as there:
        yield there
    local.close()


class Typist:
    """Somebody who types as fast as the prompt comes back."""

    def __init__(self, home: Path) -> None:
        self._master, slave = pty.openpty()
        environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "athena_shell", "-p", "local"],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            cwd=home,
            start_new_session=True,
        )
        os.close(slave)

    def until(self, wanted: bytes) -> bytes:
        """Read until a text has come."""
        seen = b""
        while wanted not in seen:
            ready, _, _ = select.select([self._master], [], [], 60)
            assert ready, seen[-500:]
            part = os.read(self._master, 65536)
            if b"\x1b[6n" in part:
                os.write(self._master, b"\x1b[1;1R")
            seen += part
        return seen

    def line(self, text: str) -> None:
        os.write(self._master, text.encode() + b"\r")

    def resident(self) -> int:
        """Return the bytes of memory that the shell has now."""
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)


@pytest.mark.timeout(3600)
def test_memory_is_flat_over_ten_thousand_statements(there: Served, tmp_path: Path) -> None:
    config = tmp_path / ".config" / "athena-shell" / "config.ini"
    config.parent.mkdir(parents=True)
    config.write_text(there.profile + SETTINGS)
    config.chmod(0o600)
    typist = Typist(tmp_path)
    try:
        typist.until(b"default>")
        warm = 0
        for number in range(1, STATEMENTS + 1):
            typist.line(f"SELECT {number} AS n, 'row {number}' AS t;")
            typist.until(b"1 row")
            if number == WARM:
                warm = typist.resident()
            if number % 1000 == 0:
                print(f"{number:,} statements: {typist.resident() / 2**20:.1f} MiB")
        assert typist.resident() <= GROWTH * warm
    finally:
        typist.end()
