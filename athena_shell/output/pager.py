"""An external pager that is fed only as fast as the user reads.

The pager is started without a shell and with ``LESSSECURE``, so that neither a setting nor what it
shows can start a program. Its input is a pipe: when the user stops reading, the pipe fills up and
no further row is fetched; when the user quits, the rest is never asked for.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import PurePath
from typing import IO, Final

from athena_shell.core.child import interrupts_left_to_the_child
from athena_shell.core.errors import CommandError, OutputError
from athena_shell.output.children import child_environment
from athena_shell.output.intermission import Intermission
from athena_shell.output.screen import Screen
from athena_shell.output.sink import Sink, encoded

DEFAULT_PAGER: Final = ("less", "-SRXF")
_BUILT_IN: Final = frozenset({"", "auto", "on", "builtin"})
_LAST_WORDS: Final = 1.0  # seconds a fetch may still take once the user has quit
_AS_FAR_AS_READ: Final = (
    "\n— Here the login ended. Leave the pager to renew it; the rest follows. —\n"
)


def pager_command(setting: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the pager's arguments, or none when paging is off or cannot work.

    Args:
        setting: ``auto``, ``off`` or a command line, which is split but never given to a shell.
        environment: ``PAGER`` is used by ``auto``; ``TERM`` says what the terminal can do.

    Raises:
        CommandError: the command line has an open quote.
    """
    choice = setting.strip()
    if choice.lower() == "off" or environment.get("TERM", "dumb") in {"", "dumb"}:
        return ()
    line = environment.get("PAGER", "") if choice.lower() in _BUILT_IN else choice
    try:
        arguments = tuple(shlex.split(line))
    except ValueError as error:
        raise CommandError(
            f"The pager “{line}” cannot be split into arguments: {error}.",
            "Close the quote, or use \\pager off.",
        ) from error
    if not arguments:
        return DEFAULT_PAGER
    if arguments == ("less",):
        return DEFAULT_PAGER
    return arguments


class Pager:
    """Shows long texts through another program.

    Args:
        command: the program and its arguments; none means never page.
        environment: what the program inherits, before secrets are taken out.
        warn: takes the one notice when the program cannot be started.
        intermission: asks for a login that the rest of the text needs.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        warn: Callable[[str], None],
        intermission: Intermission | None = None,
    ) -> None:
        self._intermission = intermission or Intermission()
        self._command = tuple(command)
        self._environment = {**child_environment(environment), "LESSSECURE": "1"}
        self._environment.setdefault("LESSCHARSET", "utf-8")
        self._warn = warn

    def show(self, pieces: Iterator[str], sink: Sink, screen: Screen) -> None:
        """Print what fits on the screen, page what does not.

        Pieces are taken only as they are needed. Errors of their source are raised after what came
        before them was shown.

        Raises:
            OutputError: the terminal cannot be written to.
        """
        if not self._command or not sink.tty:
            sink.write_all(pieces)
            return
        held: list[str] = []
        lines = 0
        for piece in pieces:
            held.append(piece)
            lines += screen.lines_of(piece)
            if lines >= screen.height:
                break
        else:
            sink.write_all(held)
            return
        sink.flush()
        if not self._page(held, pieces):
            sink.write_all(chain(held, pieces))

    def _page(self, held: list[str], pieces: Iterator[str]) -> bool:
        """Run the pager to its end; false when it could not be started."""
        program = shutil.which(self._command[0], path=self._environment.get("PATH"))
        if program is None:
            self._give_up(f"There is no pager “{self._command[0]}”")
            return False
        try:
            feeder = _Feeder(held, pieces, self._started(program))
        except OSError as error:
            self._give_up(f"The pager {program} cannot be started: {error.strerror}")
            return False
        with self._intermission.on_screen(feeder.close_early):
            feeder.start()
            feeder.wait()
            while self._intermission.wanted:
                self._intermission.hold(lambda: self._come_back(feeder, program))
                feeder.wait()
        feeder.finish()
        return True

    def _started(self, program: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - arguments, never a shell line
            [program, *self._command[1:]], stdin=subprocess.PIPE, env=self._environment
        )

    def _come_back(self, feeder: _Feeder, program: str) -> None:
        try:
            feeder.process = self._started(program)
        except OSError as error:
            raise OutputError(
                f"The pager {program} cannot be started again: {error.strerror}."
            ) from error

    def _give_up(self, reason: str) -> None:
        self._warn(f"{reason}; results are printed. \\pager COMMAND chooses another one.")
        self._command = ()


class _Feeder:
    """Writes pieces to the pager on a thread, so that quitting never waits for a fetch."""

    def __init__(
        self, held: list[str], pieces: Iterator[str], process: subprocess.Popen[bytes]
    ) -> None:
        self._held = held
        self._pieces = pieces
        self.process = process
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._feed, name="pager", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wait(self) -> None:
        """Wait until the user leaves the pager."""
        with interrupts_left_to_the_child():
            self.process.wait()

    def close_early(self) -> bool:
        """End the text here; false when the user has left already."""
        try:
            with self._stdin() as stdin:
                stdin.write(encoded(_AS_FAR_AS_READ))
        except BrokenPipeError:
            return False
        return True

    def finish(self) -> None:
        """Wait a moment for a fetch under way; raise what went wrong in the source."""
        self._thread.join(_LAST_WORDS)
        if self._failure is not None:
            raise self._failure

    def _stdin(self) -> IO[bytes]:
        assert self.process.stdin is not None  # noqa: S101 - Popen was given a pipe
        return self.process.stdin

    def _feed(self) -> None:
        try:
            self._write()
        except BaseException as error:  # noqa: BLE001 - raised again on the caller's thread
            self._failure = error
        finally:
            with suppress(OSError):
                self._stdin().close()
            close = getattr(self._pieces, "close", None)
            if close is not None:
                close()

    def _write(self) -> None:
        for piece in chain(self._held, self._pieces):
            stdin = self._stdin()
            try:
                stdin.write(encoded(piece))
                stdin.flush()
            except BrokenPipeError:
                return
            if self.process.poll() is not None:
                return


def pager_name(command: Sequence[str]) -> str:
    """Return the program's name for messages; empty when paging is off."""
    return PurePath(command[0]).name if command else ""
