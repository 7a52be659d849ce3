"""The program in processes of its own, each on a terminal that the test holds."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DEADLINE = 60.0
_SIZE = (30, 200)


class Program:
    """One running program.

    Args:
        pid: its process.
        master: this side of its terminal.
        slave: the other side, held so that what was written last can still be read.
        code: returns its exit code, ``None`` while it runs.
    """

    def __init__(
        self, pid: int, master: int, slave: int, code: Callable[[int], int | None]
    ) -> None:
        self.pid = pid
        self.raw = bytearray()
        self._master = master
        self._slave = slave
        self._code_of = code
        self.code: int | None = None
        self._hung_up = False

    @property
    def text(self) -> str:
        """Everything it has written."""
        self._read()
        return self.raw.decode("utf-8", "replace")

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def line(self, text: str) -> None:
        """Type a line and Enter."""
        self.type(f"{text}\r")

    def signal(self, number: signal.Signals) -> None:
        if not self.ended():
            os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Close the terminal, as when a window is closed."""
        self._read()
        self._hung_up = True
        os.close(self._slave)
        os.close(self._master)

    def ended(self) -> bool:
        self._read()
        if self.code is None:
            self.code = self._code_of(self.pid)
        return self.code is not None

    def until(self, condition: Callable[[], bool], deadline: float = DEADLINE) -> bool:
        """Wait, the terminal being read; whether the condition came true in time."""
        end = time.monotonic() + deadline
        while not condition():
            if time.monotonic() > end:
                return False
            self._read(0.005)
        return True

    def see(self, text: str, deadline: float = DEADLINE) -> bool:
        """Wait until it has written a text."""
        wanted = text.encode()
        return self.until(lambda: wanted in self.raw, deadline)

    def leave(self, deadline: float = DEADLINE) -> int | None:
        """Wait for its end and return its exit code, ``None`` when it does not end."""
        self.until(self.ended, deadline)
        self._read()
        return self.code

    def close(self) -> None:
        """End it whatever it does."""
        if not self.ended():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.until(self.ended)
        if not self._hung_up:
            self.hang_up()

    def _read(self, wait: float = 0.0) -> None:
        if self._hung_up:
            if wait:
                select.select([], [], [], wait)
            return
        while select.select([self._master], [], [], wait)[0]:
            self.raw += os.read(self._master, 65536)
            wait = 0.0


@dataclass
class Nursery:
    """Starts programs by forking a process that has loaded everything."""

    process: subprocess.Popen[str]

    @classmethod
    def open(cls) -> Nursery:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )
        return cls(process)

    def start(
        self,
        arguments: Sequence[str],
        directory: Path,
        environment: Mapping[str, str],
        stdin: Path | None = None,
    ) -> Program:
        """Start the program in a directory, on a terminal of 200 columns.

        Args:
            arguments: its command line.
            directory: where it works.
            environment: its variables.
            stdin: a file or a pipe to read in the terminal's place.
        """
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *_SIZE, 0, 0))
        asked = {
            "arguments": list(arguments),
            "directory": str(directory),
            "environment": dict(environment),
            "terminal": os.ttyname(slave),
            "stdin": str(stdin or ""),
        }
        pid = int(self._ask(asked))
        return Program(pid, master, slave, lambda number: self._ask({"code": number}))

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(DEADLINE)
        self.process.stdout.close()

    def _ask(self, asked: Mapping[str, Any]) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def surroundings(home: Path) -> dict[str, str]:
    """Return the environment of a program whose home is a directory of the test."""
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
        "TZ": "UTC",
        "PROMPT_TOOLKIT_NO_CPR": "1",
    }
