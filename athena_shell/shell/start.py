"""The interactive program put together from its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from athena_shell.commands.built_in import built_in_commands
from athena_shell.commands.services import Connection, Services
from athena_shell.commands.topics import topic_names
from athena_shell.config.paths import Paths
from athena_shell.config.settings import Settings
from athena_shell.core.errors import AthenaShellError, OutputError
from athena_shell.core.model import QueryExecution
from athena_shell.core.ports import Clock
from athena_shell.core.session import Session
from athena_shell.output.registry import FormatterRegistry
from athena_shell.shell.background import Background, notice_of
from athena_shell.shell.behind import Behind
from athena_shell.shell.completer import SuggestionCompleter
from athena_shell.shell.console import Console
from athena_shell.shell.current import Current
from athena_shell.shell.editor import edit_text, editor_command
from athena_shell.shell.history import HistoryFile
from athena_shell.shell.keys import Keys
from athena_shell.shell.labels import filled, fitted
from athena_shell.shell.notices import Notices
from athena_shell.shell.prompt import Devices, Faces, Late, Prompt
from athena_shell.shell.rendering import Renderer
from athena_shell.shell.repl import Repl
from athena_shell.shell.signals import Ended, ending_in_order
from athena_shell.shell.toolbar import facts
from athena_shell.shell.tools import Tools
from athena_shell.sql.splitter import is_complete

if TYPE_CHECKING:
    from athena_shell.completion.suggestion import Suggestion

_NEXT = {"completion": ("on", "off"), "multi_line": ("on", "off"), "key_bindings": ("emacs", "vi")}


@dataclass(frozen=True)
class Connected:
    """What connecting under a profile gives: the connection and where it starts."""

    connection: Connection
    session: Session


@dataclass(frozen=True)
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
        formatters: the output formats.
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
    formatters: FormatterRegistry = field(default_factory=FormatterRegistry)
    devices: Devices = field(default_factory=Devices)


def run_shell(parts: ShellParts) -> int:
    """Run the interactive program to its end and return the exit code."""
    return Shell(parts).run()


class Shell:
    """The program's parts, wired to each other.

    Args:
        parts: what the composition root hands in.
    """

    def __init__(self, parts: ShellParts) -> None:
        self._parts = parts
        self._console = Console(parts.stdout, parts.stderr, parts.environment, parts.settings.color)
        self._notices = Notices(self._console)
        self._history = HistoryFile(
            parts.paths.history, parts.settings.history_size, parts.clock, self._notices.add
        )
        self._late = Late()
        self._current = Current(
            parts.session, parts.settings, parts.directory, dict(parts.variables)
        )
        self.prompt = Prompt(
            lambda: self._current.settings,
            Faces(self._prompt_text, self._right_text, self._toolbar_text),
            Keys(self._ends, self._edit, self._toggle),
            self._history,
            self._late,
            parts.devices,
            color=self._console.talk_colored,
        )
        self._tools = self._make_tools()
        self._background = Background(lambda: self._tools.services.connect().engine, self._ended)
        self._notices.above = self.prompt.above
        self.repl = Repl(
            self._tools,
            self._notices,
            self._background,
            switch=self._switch,
            crash=parts.crash,
        )

    def run(self) -> int:
        """Show the prompt at once, connect behind it, and read until the user leaves."""
        self._console.say(self._parts.greeting)
        self.prompt.after_first_paint(self._tools.behind.start)
        try:
            with ending_in_order(self.prompt.leave):
                return self.repl.run(self.prompt)
        except Ended as ended:
            return ended.code
        except OutputError as error:  # the terminal is gone
            return error.exit_code
        finally:
            self._close()

    def _close(self) -> None:
        self._background.close()
        self._history.trim()
        connection = self._tools.behind.value
        if connection is not None:
            connection.names.close()

    def _make_tools(self) -> Tools:
        parts = self._parts
        services = Services(
            connect=lambda: self._tools.behind.get(),  # noqa: PLW0108 - it may be replaced later
            formatters=parts.formatters,
            clock=parts.clock,
            environment=parts.environment,
            directory=parts.directory,
            history=self._history,
            profiles=parts.profiles,
        )
        return Tools(
            current=self._current,
            console=self._console,
            renderer=Renderer(self._console, parts.formatters, parts.environment),
            registry=built_in_commands(),
            services=services,
            behind=Behind(self._connect, ready=self._warm_up, failed=self._not_connected),
            clock=parts.clock,
            asker=self.prompt,
            keyboard=parts.devices.keyboard,
        )

    # --- behind the prompt ---

    def _connect(self) -> Connection:
        self._load_lexer()
        return self._parts.connect(self._current.session.profile).connection

    def _load_lexer(self) -> None:
        if self._late.lexer is None:
            from prompt_toolkit.lexers import PygmentsLexer

            from athena_shell.sql.lexer import AthenaLexer

            self._late.lexer = PygmentsLexer(AthenaLexer)
            self.prompt.refresh()

    def _warm_up(self, connection: Connection) -> None:
        """Do what the first statement would wait for, while the user still types it."""
        self._late.completer = SuggestionCompleter(
            self._suggest,
            lambda: self._current.settings.completion,
            lambda error: self._notices.add(self._parts.crash(error)),
        )
        try:
            connection.authentication.current()
        except AthenaShellError as error:
            self._not_connected(error)
            return
        finally:
            self.prompt.refresh()
        session = self._current.session
        connection.names.want(session.catalog, session.database)
        connection.names.want(session.catalog)

    def _not_connected(self, error: BaseException) -> None:
        if isinstance(error, AthenaShellError):
            self._notices.add("\n".join(part for part in (error.message, error.hint) if part))
        else:
            self._notices.add(self._parts.crash(error))

    def _switch(self, profile: str) -> None:
        connected = self._tools.run_again_after_login(
            lambda: self._parts.connect(profile), "connecting"
        )
        behind = Behind(lambda: connected.connection, ready=self._warm_up)
        behind.get()
        self._tools.behind = behind
        self._current.session = connected.session
        self._console.say(f"Profile {profile}.")
        self._warm_up(connected.connection)

    def _suggest(self, text: str, cursor: int) -> Iterable[Suggestion]:
        from athena_shell.completion.candidates import suggest
        from athena_shell.config import settings

        connection = self._tools.behind.value
        if connection is None:
            return ()
        return suggest(
            text,
            cursor,
            session=self._current.session,
            names=connection.names,
            commands=tuple(self._tools.registry),
            settings_names=settings.names(),
            variables=tuple(self._current.variables),
            values={
                "format": self._parts.formatters.names(),
                "topic": topic_names(),
                "profile": self._parts.profiles,
                "query_id": tuple(each.query_id for each in self._background.running),
            },
        )

    def _ended(self, execution: QueryExecution) -> None:
        connection = self._tools.behind.value
        if connection is not None:
            connection.journal.ended(execution)
        price = self._tools.price()
        cost = price.of_query(execution) if price else None
        if cost:
            self._current.cost += cost
        self._notices.add(notice_of(execution))

    # --- around the prompt ---

    def _prompt_text(self) -> tuple[str, bool]:
        production = self._current.session.production
        return filled(self._current.settings.prompt, self._facts()), production

    def _right_text(self) -> str:
        pattern = self._current.settings.prompt_right
        return filled(pattern, self._facts()) if pattern else ""

    def _toolbar_text(self, width: int) -> str:
        pattern = self._current.settings.toolbar
        return fitted(pattern, self._facts(), width) if pattern else ""

    def _facts(self) -> Mapping[str, str]:
        return facts(self._tools, self._background)

    # --- keys ---

    def _ends(self, text: str) -> bool:
        return not self._current.settings.multi_line or is_complete(text)

    def _edit(self, text: str) -> str:
        environment = self._parts.environment
        try:
            command = editor_command(self._current.settings.editor, environment)
            return edit_text(text, command, environment)
        except AthenaShellError as error:
            self._console.fail(error)
            return text

    def _toggle(self, name: str) -> None:
        settings = self._current.settings
        first, second = _NEXT[name]
        value = second if settings.text(name) == first else first
        self._current.settings = settings.with_value(name, value)
        self.prompt.toggled()
