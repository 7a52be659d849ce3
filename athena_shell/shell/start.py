"""The interactive program: the prompt first, everything else behind it.

Whatever the first paint does not need is imported after it, on the thread that then connects.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from athena_shell.core.errors import ExitCode, OutputError
from athena_shell.core.records import dataclass
from athena_shell.shell.behind import Behind
from athena_shell.shell.gone import is_gone, let_go
from athena_shell.shell.history import HistoryFile
from athena_shell.shell.keys import Keys
from athena_shell.shell.labels import early_facts, filled, fitted, with_room
from athena_shell.shell.prompt import Devices, Faces, Late, Prompt
from athena_shell.shell.signals import Ended, ending_in_order
from athena_shell.shell.theme import wants_color

if TYPE_CHECKING:
    from athena_shell.commands.services import Connection
    from athena_shell.config.paths import Paths
    from athena_shell.config.settings import Settings
    from athena_shell.core.ports import Clock
    from athena_shell.core.session import Session
    from athena_shell.output.registry import FormatterRegistry
    from athena_shell.shell.desk import Desk

_SWITCH_SECONDS = 0.001  # what works behind the prompt makes way for a key after this time
_NEXT = {"completion": ("on", "off"), "multi_line": ("on", "off"), "key_bindings": ("emacs", "vi")}


@dataclass
class Connected:
    """What connecting under a profile gives.

    Args:
        connection: what talks to AWS.
        session: where statements run at first.
        warnings: what there is to know.
        settings: the settings under this profile; ``None`` leaves them as they are.
        own_settings: those of them that the profile itself gives.
    """

    connection: Connection
    session: Session
    warnings: Sequence[str] = ()
    settings: Settings | None = None
    own_settings: Collection[str] = ()


@dataclass
class ShellParts:
    """What the composition root hands to the shell.

    Args:
        session: where the shell starts, as the profile says.
        settings: the settings it starts with.
        connect: makes a profile's connection by its name; takes its time, so it is called behind
            the first prompt; raises AthenaShellError.
        paths: the program's files.
        clock: the time.
        environment: the environment variables.
        directory: the working directory.
        stdout: for data.
        stderr: for talk.
        profiles: the names of the profiles there are.
        variables: variables set on the command line.
        greeting: a line before the first prompt; empty for none.
        crash: keeps an unexpected error in the log and returns the line to say.
        formatters: the output formats; by default all that are installed.
        check: tries a profile by its name and yields a line for each step.
        devices: the terminal; the default is the process's own.
    """

    session: Session
    settings: Settings
    connect: Callable[[str], Connected]
    paths: Paths
    clock: Clock
    environment: Mapping[str, str]
    directory: Path
    stdout: TextIO
    stderr: TextIO
    profiles: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    greeting: str = ""
    crash: Callable[[BaseException], str] = repr
    formatters: FormatterRegistry | None = None
    check: Callable[[str], Iterable[str]] | None = None
    devices: Devices = field(default_factory=Devices)


def run_shell(parts: ShellParts) -> int:
    """Run the interactive program to its end and return the exit code."""
    if parts.environment.get("TERM", "dumb") not in {"", "dumb"}:
        return Shell(parts).run()
    from prompt_toolkit.application import create_app_session

    from athena_shell.shell.plain_terminal import PlainTerminal

    with create_app_session(output=PlainTerminal(parts.stdout)):
        return Shell(parts).run()


class Shell:
    """The prompt, and behind it the desk where statements and commands are run.

    Args:
        parts: what the composition root hands in.
    """

    def __init__(self, parts: ShellParts) -> None:
        self._parts = parts
        self._settings = parts.settings
        self._history = HistoryFile(
            parts.paths.history,
            lambda: self._current_settings().history_size,
            parts.clock,
            self._say_later,
        )
        self._late = Late()
        self._desk: Behind[Desk] = Behind(
            self._make_desk, ready=lambda desk: desk.connect_behind(), failed=self._no_desk
        )
        self.prompt = Prompt(
            self._current_settings,
            Faces(self._prompt_text, self._right_text, self._toolbar_text, self._title),
            Keys(self._ends, self._edit, self._toggle),
            self._history,
            self._late,
            parts.devices,
            color=self._wants_color,
        )

    def run(self) -> int:
        """Show the prompt at once and read until the user leaves; return the exit code."""
        self._greet()
        self.prompt.after_first_paint(self._painted)
        try:
            with ending_in_order(self.prompt.leave):
                return self._loop()
        except Ended as ended:
            with suppress(OutputError):  # a terminal that is gone hears nothing
                if self._desk.value is not None:
                    self._desk.value.repl.end()
            return ended.code
        except OutputError as error:  # the terminal is gone
            desk = self._desk.value
            return (desk.repl.code if desk is not None else None) or error.exit_code
        except OSError as error:
            if not is_gone(error):
                raise
            return int(ExitCode.HANGUP)
        finally:
            if self._desk.value is not None:
                self._desk.value.close()
            self._history.trim()
            with suppress(OSError):  # nor has it a title any more
                self.prompt.forget_title()
            let_go(self._parts.stdout, self._parts.stderr)

    def _painted(self) -> None:
        """Do what the first paint did not wait for."""
        gc.enable()  # whoever started the shell may have put it off
        sys.setswitchinterval(_SWITCH_SECONDS)
        self._desk.start()

    def _greet(self) -> None:
        greeting, stderr = self._parts.greeting, self._parts.stderr
        if not greeting:
            return
        width = self.prompt.session.output.get_size().columns
        if any(len(line) > width for line in greeting.split("\n")):
            from athena_shell.shell.console import folded

            greeting = folded(greeting, width)
        stderr.write(greeting + "\n")
        stderr.flush()

    def _begin(self) -> None:
        """Run the start file, under either of its names; only the configuration's folder has it."""
        rc = self._parts.paths.rc
        for path in (rc, rc.with_name(f".{rc.name}")):
            if path.exists():
                self._desk.get().repl.begin(path)

    def _loop(self) -> int:
        self._begin()
        if (desk := self._desk.value) is not None and desk.repl.code is not None:
            return desk.repl.end()
        text = ""
        while True:
            if self._desk.value is not None:
                self._desk.value.notices.flush()
            try:
                typed = self.prompt.read(text)
            except KeyboardInterrupt:
                text = ""
                if self._desk.value is not None:
                    self._desk.value.interrupted()
                continue
            except EOFError:
                return self._desk.get().repl.end() if self._desk.value is not None else 0
            repl = self._desk.get().repl
            repl.enter(typed)
            if repl.code is not None:
                return repl.end()
            text = repl.take_next()

    def _make_desk(self) -> Desk:
        from athena_shell.shell.desk import Desk

        return Desk(self._parts, self.prompt, self._history, self._late)

    def _no_desk(self, error: BaseException) -> None:
        """Leave the error to the first line typed, which meets it again."""
        self._parts.crash(error)

    def _say_later(self, text: str) -> None:
        if self._desk.value is not None:
            self._desk.value.notices.add(text)

    # --- around the prompt ---

    def _current_settings(self) -> Settings:
        return self._desk.value.current.settings if self._desk.value else self._settings

    def _wants_color(self) -> bool:
        parts = self._parts
        tty = parts.stderr.isatty()
        return wants_color(self._current_settings().color, parts.environment, tty=tty)

    def _prompt_text(self, width: int) -> tuple[str, bool]:
        desk = self._desk.value
        session = desk.current.session if desk else self._parts.session
        text = filled(self._current_settings().prompt, self._facts())
        return with_room(text, width), session.production

    def _right_text(self) -> str:
        pattern = self._current_settings().prompt_right
        return filled(pattern, self._facts()) if pattern else ""

    def _toolbar_text(self, width: int) -> str:
        pattern = self._current_settings().toolbar
        return fitted(pattern, self._facts(), width) if pattern else ""

    def _title(self) -> str:
        pattern = self._current_settings().window_title
        return filled(pattern, self._facts()).strip() if pattern else ""

    def _facts(self) -> Mapping[str, str]:
        desk = self._desk.value
        return desk.facts() if desk else early_facts(self._parts.session)

    # --- keys ---

    def _ends(self, text: str) -> bool:
        from athena_shell.shell.bare_words import is_bare_word
        from athena_shell.sql.splitter import is_complete

        at_once = not self._current_settings().multi_line or is_bare_word(text)
        return at_once or is_complete(text)

    def _edit(self, text: str) -> str:
        return self._desk.get().edited(text)

    def _toggle(self, name: str) -> None:
        settings = self._current_settings()
        first, second = _NEXT[name]
        changed = settings.with_value(name, second if settings.text(name) == first else first)
        desk = self._desk.get()
        desk.current.settings = changed
        self.prompt.toggled()
        desk.notices.add(f"{name} = {changed.text(name)}")
