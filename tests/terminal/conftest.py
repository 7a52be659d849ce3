"""The program itself on a real terminal: a pty seen through an emulator, or a tmux pane."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Protocol

import pyte
import pytest

DEADLINE = 40.0
KEYS = {
    "Enter": "\r",
    "Tab": "\t",
    "Escape": "\x1b",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "Left": "\x1b[D",
    "C-a": "\x01",
    "C-c": "\x03",
    "C-d": "\x04",
    "C-r": "\x12",
    "C-l": "\x0c",
    "C-x": "\x18",
    "C-e": "\x05",
}


class Terminal(Protocol):
    """What a user has: keys and a screen."""

    def start(self, arguments: Sequence[str], **environment: str) -> None: ...
    def type(self, text: str) -> None: ...
    def press(self, key: str) -> None: ...
    def paste(self, text: str) -> None: ...
    def resize(self, columns: int, lines: int) -> None: ...
    def text(self) -> str: ...
    def exit_code(self) -> int: ...
    def end(self) -> None: ...

    @property
    def pid(self) -> int: ...


class User:
    """Somebody at a terminal: types, waits, looks."""

    def __init__(self, terminal: Terminal, home: Path) -> None:
        self.terminal = terminal
        self.home = home

    def run(self, *arguments: str, prompt: str = "sampledb>", **environment: str) -> None:
        """Start the program and wait for its prompt."""
        self.terminal.start(arguments, **environment)
        self.see(prompt)

    def line(self, text: str, *, see: str = "") -> str:
        """Type a line and Enter; wait for a text when one is given."""
        self.terminal.type(text)
        self.terminal.press("Enter")
        return self.see(see) if see else ""

    def press(self, *keys: str) -> None:
        for key in keys:
            self.terminal.press(key)

    def type(self, text: str) -> None:
        self.terminal.type(text)

    def see(self, text: str, *, times: int = 1) -> str:
        """Wait until the screen shows a text so often."""
        return self.until(lambda shown: shown.count(text) >= times, text)

    def gone(self, text: str) -> str:
        """Wait until the screen does not show a text any more."""
        return self.until(lambda shown: text not in shown, f"no {text}")

    def until(self, condition: Callable[[str], bool], wanted: str) -> str:
        end = time.monotonic() + DEADLINE
        while not condition(shown := self.terminal.text()):
            if time.monotonic() > end:
                raise AssertionError(f"never saw {wanted!r}; the screen shows:\n{shown}")
            time.sleep(0.02)
        return shown

    def leave(self) -> int:
        """Wait for the program's end and return its exit code."""
        return self.terminal.exit_code()


class PtyTerminal:
    """A pty whose other side is an emulator in this process."""

    def __init__(self, home: Path, columns: int, lines: int) -> None:
        self._home = home
        self._screen = pyte.HistoryScreen(columns, lines, history=5000)
        self._stream = pyte.ByteStream(self._screen)
        self._master = -1
        self._process: subprocess.Popen[bytes] | None = None
        self.raw = b""

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, arguments: Sequence[str], **environment: str) -> None:
        self._master, slave = pty.openpty()
        self._set_size()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "athena_shell", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=surroundings(self._home, environment),
            cwd=self._home,
            preexec_fn=lambda: os.login_tty(slave),  # noqa: PLW1509 - no thread runs in between
        )
        os.close(slave)

    def _set_size(self) -> None:
        size = struct.pack("HHHH", self._screen.lines, self._screen.columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def press(self, key: str) -> None:
        os.write(self._master, KEYS[key].encode())

    def paste(self, text: str) -> None:
        """Paste as terminals do in bracketed mode, reading meanwhile so that nobody blocks."""
        data = f"\x1b[200~{text}\x1b[201~".encode()
        while data:
            _, writable, _ = select.select([], [self._master], [], 0.1)
            if writable:
                data = data[os.write(self._master, data[:512]) :]
            self._read()

    def resize(self, columns: int, lines: int) -> None:
        self._screen.resize(lines, columns)
        self._set_size()
        assert self._process is not None
        self._process.send_signal(signal.SIGWINCH)

    def _read(self) -> None:
        while select.select([self._master], [], [], 0)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            self.raw += data
            self._answer(data)
            self._stream.feed(data)

    def _answer(self, data: bytes) -> None:
        """Tell where the cursor is when the program asks, as a terminal must."""
        if b"\x1b[6n" in data:
            cursor = self._screen.cursor
            os.write(self._master, f"\x1b[{cursor.y + 1};{cursor.x + 1}R".encode())

    def text(self) -> str:
        self._read()
        above = [
            "".join(row[x].data for x in range(self._screen.columns)).rstrip()
            for row in self._screen.history.top
        ]
        below = [line.rstrip() for line in self._screen.display]
        return "\n".join([*above, *below]).rstrip()

    def exit_code(self) -> int:
        assert self._process is not None
        end = time.monotonic() + DEADLINE
        while self._process.poll() is None:
            self._read()
            assert time.monotonic() < end, self.text()
            time.sleep(0.02)
        self._read()
        return self._process.returncode

    def end(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()
            with suppress(OSError):
                os.close(self._master)


class TmuxTerminal:
    """A pane of a tmux server of its own."""

    def __init__(self, home: Path, columns: int, lines: int) -> None:
        self._home = home
        self._size = (columns, lines)
        self._socket = f"athena-shell-{uuid.uuid4().hex[:8]}"
        self._code = home / "exit-code"

    @property
    def pid(self) -> int:
        return int(self._tmux("display-message", "-p", "#{pane_pid}"))

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._socket, "-f", os.devnull, *arguments],
            check=True,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self._home)},
        )
        return done.stdout

    def start(self, arguments: Sequence[str], **environment: str) -> None:
        columns, lines = self._size
        values = surroundings(self._home, environment)
        values["TERM"] = environment.get("TERM", "screen-256color")
        settings = [f"{name}={shlex.quote(value)}" for name, value in values.items()]
        program = shlex.join([sys.executable, "-m", "athena_shell", *arguments])
        line = f"env -i {' '.join(settings)} {program}; echo $? > {self._code}; exec sleep 600"
        size = ("-x", str(columns), "-y", str(lines))
        self._tmux("new-session", "-d", "-s", "t", *size, "-c", str(self._home), line)

    def type(self, text: str) -> None:
        # An argument that ends with ; would be tmux's own separator of commands.
        safe = f"{text[:-1]}\\;" if text.endswith(";") else text
        self._tmux("send-keys", "-t", "t", "-l", "--", safe)

    def press(self, key: str) -> None:
        self._tmux("send-keys", "-t", "t", key)

    def paste(self, text: str) -> None:
        buffer = self._home / "buffer"
        buffer.write_text(text)
        self._tmux("load-buffer", str(buffer))
        self._tmux("paste-buffer", "-p", "-t", "t")

    def resize(self, columns: int, lines: int) -> None:
        self._tmux("resize-window", "-t", "t", "-x", str(columns), "-y", str(lines))

    def text(self) -> str:
        shown = self._tmux("capture-pane", "-p", "-S", "-2000", "-t", "t")
        return "\n".join(line.rstrip() for line in shown.splitlines()).rstrip()

    def exit_code(self) -> int:
        end = time.monotonic() + DEADLINE
        while not self._code.exists() or not self._code.read_text():
            assert time.monotonic() < end, self.text()
            time.sleep(0.02)
        return int(self._code.read_text())

    def end(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self._tmux("kill-server")


def surroundings(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Return a small, fixed environment."""
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
        "TZ": "UTC",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        **more,
    }


KINDS: dict[str, Callable[[Path, int, int], Terminal]] = {
    "pty": PtyTerminal,
    "tmux": TmuxTerminal,
}


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """End every terminal of a test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def sit_down(tmp_path: Path, stack: ExitStack) -> Callable[..., User]:
    """Return what puts a user before a terminal of a kind and a size."""

    def sit(kind: str = "pty", columns: int = 100, lines: int = 30) -> User:
        home = tmp_path / "user"
        home.mkdir(exist_ok=True)
        terminal = KINDS[kind](home, columns, lines)
        stack.callback(terminal.end)
        return User(terminal, home)

    return sit


PRESENT = [kind for kind in KINDS if kind == "pty" or shutil.which(kind)]


@pytest.fixture
def user(sit_down: Callable[..., User]) -> User:
    """Put a user before a terminal that others wrote: tmux, where this machine has it."""
    return sit_down(PRESENT[-1])


@pytest.fixture(params=PRESENT)
def any_user(request: pytest.FixtureRequest, sit_down: Callable[..., User]) -> User:
    """Put a user before each kind of terminal that this machine has."""
    return sit_down(request.param)
