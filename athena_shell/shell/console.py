"""The terminal as the shell writes to it: data to stdout, talk to stderr, all of it harmless."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import field
from textwrap import wrap
from typing import Final, TextIO

from athena_shell.core.errors import AthenaShellError, ScriptError
from athena_shell.core.records import dataclass
from athena_shell.core.redact import redact
from athena_shell.output.sanitize import sanitize
from athena_shell.output.sink import Sink
from athena_shell.output.widths import display_width
from athena_shell.shell.theme import Role, paint, wants_color

_NOTICES: Final = {"osc9": "9;athena-shell: ", "osc777": "777;notify;athena-shell;"}


@dataclass
class Console:
    """The two streams a user sees.

    Args:
        stdout: for data.
        stderr: for talk.
        environment: ``COLUMNS``, ``LINES``, ``TERM`` and ``NO_COLOR`` are read.
        color: returns the setting ``color``.
    """

    stdout: TextIO
    stderr: TextIO
    environment: Mapping[str, str]
    color: Callable[[], str] = lambda: "auto"
    sink: Sink = field(init=False)
    _talk: Sink = field(init=False)

    def __post_init__(self) -> None:
        self.sink = Sink(self.stdout)
        self._talk = Sink(self.stderr, "the error output")

    @property
    def talk_tty(self) -> bool:
        """Whether talk goes to a terminal."""
        return self._talk.tty

    @property
    def smart(self) -> bool:
        """Whether the terminal can move its cursor."""
        return self._talk.tty and self.environment.get("TERM", "dumb") not in {"", "dumb"}

    @property
    def colored(self) -> bool:
        """Whether data may be coloured."""
        return wants_color(self.color(), self.environment, tty=self.sink.tty)

    @property
    def talk_colored(self) -> bool:
        """Whether talk may be coloured."""
        return wants_color(self.color(), self.environment, tty=self._talk.tty)

    def size(self) -> tuple[int, int]:
        """Return the terminal's columns and lines; 80 by 24 when they cannot be had."""
        for stream in (self.stdout, self.stderr):
            try:
                return _size_of(stream.fileno())
            except (OSError, ValueError, AttributeError):
                continue
        size = shutil.get_terminal_size()
        return size.columns, size.lines

    def say(self, text: str, role: Role | None = None) -> None:
        """Write talk of one line or more; empty text writes nothing."""
        if not text:
            return
        safe = sanitize(text, keep_newlines=True, keep_tabs=True)
        if self._talk.tty:
            safe = folded(safe, self.size()[0])
        painted = paint(safe, role, color=self.talk_colored) if role else safe
        self.write_talk(painted + "\n")

    def write_talk(self, text: str) -> None:
        """Write sanitised text to stderr and show it at once."""
        self._talk.write(text)
        self._talk.flush()

    def ring(self) -> None:
        """Ring the terminal's bell."""
        if self.smart:
            self.write_talk("\a")

    def notify(self, way: str, text: str) -> None:
        """Ask the terminal for a desktop notice: ``osc9``, ``osc777``, or none for ``off``.

        OSC 9 is iTerm2's, OSC 777 rxvt-unicode's; a terminal that knows neither shows nothing.
        """
        start = _NOTICES.get(way)
        if start is not None and self.smart:
            self.write_talk(f"\x1b]{start}{sanitize(text)}\a")

    def print(self, text: str) -> None:
        """Write data as it is meant to be read: sanitised on a terminal, exact elsewhere."""
        safe = sanitize(text, keep_newlines=True, keep_tabs=True) if self.sink.tty else text
        self.sink.write(safe)
        self.sink.flush()

    def fail(self, error: AthenaShellError) -> None:
        """Write an expected error: what is wrong, then the next step."""
        place = ""
        if isinstance(error, ScriptError) and error.source and error.line:
            place = f"{error.source}:{error.line}:{error.column or 1}: "
        self.say(place + redact(error.message), Role.ERROR)
        self.say(redact(error.hint), Role.HINT)


def folded(text: str, width: int) -> str:
    """Return the text with lines wider than the terminal broken between words."""
    return "\n".join(
        line
        if display_width(line) <= width
        else "\n".join(wrap(line, width, break_long_words=False, break_on_hyphens=False))
        for line in text.split("\n")
    )


def _size_of(descriptor: int) -> tuple[int, int]:
    import os

    size = os.get_terminal_size(descriptor)
    if not size.columns or not size.lines:
        raise OSError("a terminal of no size")
    return size.columns, size.lines
