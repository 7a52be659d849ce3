"""A pager gets no more than it reads, no secret, and no shell."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from athena_shell.core.errors import CommandError, ServiceError
from athena_shell.output.pager import DEFAULT_PAGER, Pager, pager_command
from athena_shell.output.screen import Screen
from athena_shell.output.sink import Sink

SCREEN = Screen(80, 5)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Rows:
    """Pieces of a long text that count how many were taken."""

    def __init__(self, count: int, failure: Exception | None = None) -> None:
        self.taken = 0
        self.closed = False
        self._count = count
        self._failure = failure

    def pieces(self) -> Iterator[str]:
        try:
            for number in range(self._count):
                self.taken += 1
                yield f"{number} {'x' * 60}\n"
            if self._failure:
                raise self._failure
        finally:
            self.closed = True


def pager(program: str, warnings: list[str], *arguments: str, **extra: str) -> Pager:
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", **extra}
    return Pager((sys.executable, "-c", program, *arguments), environment, warnings.append)


@pytest.mark.parametrize(
    ("setting", "environment", "command"),
    [
        ("auto", {"TERM": "xterm"}, DEFAULT_PAGER),
        ("auto", {"TERM": "xterm", "PAGER": "less"}, DEFAULT_PAGER),
        ("auto", {"TERM": "xterm", "PAGER": "most -s 'a b'"}, ("most", "-s", "a b")),
        ("bat --plain", {"TERM": "xterm", "PAGER": "most"}, ("bat", "--plain")),
        ("less; rm -rf /", {"TERM": "xterm"}, ("less;", "rm", "-rf", "/")),
        ("off", {"TERM": "xterm"}, ()),
        ("auto", {"TERM": "dumb"}, ()),
        ("less", {}, ()),
    ],
)
def test_the_command(setting: str, environment: dict[str, str], command: tuple[str, ...]) -> None:
    assert pager_command(setting, environment) == command


def test_an_open_quote_is_an_error() -> None:
    with pytest.raises(CommandError, match="cannot be split"):
        pager_command("less '", {"TERM": "xterm"})


def test_what_fits_is_printed() -> None:
    warnings: list[str] = []
    terminal = Terminal()
    pager("raise SystemExit(9)", warnings).show(Rows(4).pieces(), Sink(terminal), SCREEN)
    assert terminal.getvalue().count("\n") == 4


def test_nothing_is_paged_when_the_output_is_no_terminal() -> None:
    stream = io.StringIO()
    pager("raise SystemExit(9)", []).show(Rows(1000).pieces(), Sink(stream), SCREEN)
    assert stream.getvalue().count("\n") == 1000


def test_a_pager_reads_everything(tmp_path: Path) -> None:
    program = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"
    terminal = Terminal()
    rows = Rows(1000)
    pager(program, [], str(tmp_path / "read")).show(rows.pieces(), Sink(terminal), SCREEN)
    assert (tmp_path / "read").read_text() == "".join(Rows(1000).pieces())
    assert terminal.getvalue() == ""


def test_quitting_stops_the_fetching() -> None:
    rows = Rows(10_000_000)
    pager("input()", []).show(rows.pieces(), Sink(Terminal()), SCREEN)
    assert rows.taken < 20_000
    deadline = time.monotonic() + 5
    while not rows.closed and time.monotonic() < deadline:
        time.sleep(0.01)
    assert rows.closed


def test_a_pager_that_waits_gets_no_more_than_a_pipe_full(tmp_path: Path) -> None:
    program = "import os, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.01)\n"
    rows = Rows(10_000_000)
    taken_while_waiting = []

    def pieces() -> Iterator[str]:
        for piece in rows.pieces():
            if rows.taken == 500:
                (tmp_path / "go").touch()
                taken_while_waiting.append(rows.taken)
            yield piece

    pager(program, [], str(tmp_path / "go")).show(pieces(), Sink(Terminal()), SCREEN)
    assert taken_while_waiting == [500]
    assert rows.taken < 5_000


def test_an_error_of_the_source_comes_after_what_was_shown(tmp_path: Path) -> None:
    program = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"
    rows = Rows(100, ServiceError("gone"))
    with pytest.raises(ServiceError, match="gone"):
        pager(program, [], str(tmp_path / "read")).show(rows.pieces(), Sink(Terminal()), SCREEN)
    assert (tmp_path / "read").read_text().count("\n") == 100


def test_a_missing_pager_costs_one_notice() -> None:
    warnings: list[str] = []
    missing = Pager(("no-such-pager", "-x"), {"PATH": "/bin"}, warnings.append)
    for _ in range(2):
        terminal = Terminal()
        missing.show(Rows(100).pieces(), Sink(terminal), SCREEN)
        assert terminal.getvalue().count("\n") == 100
    notice = "There is no pager “no-such-pager”; results are printed."
    assert warnings == [f"{notice} \\pager COMMAND chooses another one."]


def test_a_pager_that_cannot_run_costs_one_notice(tmp_path: Path) -> None:
    broken = tmp_path / "pager"
    broken.write_bytes(b"\x7fELF broken")
    broken.chmod(0o755)
    warnings: list[str] = []
    Pager((str(broken),), {"PATH": "/bin"}, warnings.append).show(
        Rows(100).pieces(), Sink(Terminal()), SCREEN
    )
    assert len(warnings) == 1
    assert "cannot be started" in warnings[0]


def test_the_pager_inherits_no_secret_and_is_kept_from_running_programs(tmp_path: Path) -> None:
    program = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
    shown = pager(
        program,
        [],
        str(tmp_path / "environment"),
        AWS_SESSION_TOKEN="canary",
        LESSOPEN="|evil %s",
        LESSCLOSE="evil",
    )
    shown.show(Rows(100).pieces(), Sink(Terminal()), SCREEN)
    environment = (tmp_path / "environment").read_text()
    assert "canary" not in environment
    assert "evil" not in environment
    assert '"LESSSECURE": "1"' in environment


def test_an_interrupt_belongs_to_the_pager() -> None:
    program = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "os.kill(os.getppid(), signal.SIGINT)\n"
        "sys.stdin.read()\n"
    )
    before = signal.getsignal(signal.SIGINT)
    rows = Rows(1000)
    pager(program, []).show(rows.pieces(), Sink(Terminal()), SCREEN)
    assert rows.taken == 1000
    assert signal.getsignal(signal.SIGINT) is before
