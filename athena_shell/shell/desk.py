"""Where statements and commands are run: all of the shell but its prompt."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Final

from athena_shell.commands.built_in import built_in_commands
from athena_shell.commands.query_filter import WORDS as QUERY_WORDS
from athena_shell.commands.services import Connection, Services
from athena_shell.commands.snippets import Snippets
from athena_shell.commands.topics import topic_names
from athena_shell.commands.tuning import tuned
from athena_shell.completion.usage import learn
from athena_shell.core.errors import AthenaShellError, LoginRequired
from athena_shell.core.model import QueryExecution
from athena_shell.output.intermission import Intermission
from athena_shell.output.registry import FormatterRegistry
from athena_shell.query.recovery import recover
from athena_shell.query.watcher import Watcher
from athena_shell.shell.behind import Behind
from athena_shell.shell.console import Console
from athena_shell.shell.current import Current
from athena_shell.shell.editor import edit_text, editor_command
from athena_shell.shell.news import news_of, notice_of
from athena_shell.shell.notices import Notices
from athena_shell.shell.rendering import Renderer
from athena_shell.shell.repl import Repl
from athena_shell.shell.theme import Role
from athena_shell.shell.toolbar import facts
from athena_shell.shell.tools import Tools

if TYPE_CHECKING:
    from athena_shell.completion.index import TableName
    from athena_shell.completion.saved_names import SavedNames
    from athena_shell.completion.suggestion import Suggestion
    from athena_shell.completion.usage import Usage
    from athena_shell.shell.hints import Hints
    from athena_shell.shell.history import HistoryFile
    from athena_shell.shell.prompt import Late, Prompt
    from athena_shell.shell.start import Connected, ShellParts

_FIRST_WORDS: Final = "SELECT "
_LEARNED: Final = 2000  # entries of the history that completion learns from


class Desk:
    """The shell's parts, wired to each other.

    Args:
        parts: what the composition root hands in.
        prompt: the prompt that is shown already.
        history: what was typed.
        late: where the prompt looks for its lexer and its completer.
    """

    def __init__(self, parts: ShellParts, prompt: Prompt, history: HistoryFile, late: Late) -> None:
        self._parts = parts
        self._prompt = prompt
        self._history = history
        self._late = late
        self._usage: Usage | None = None
        self._warned: set[str] = set()
        self._formatters = parts.formatters or FormatterRegistry()
        self._began_with = parts.settings
        self._console = Console(
            parts.stdout, parts.stderr, parts.environment, lambda: self.current.settings.color
        )
        self.notices = Notices(self._console)
        self.notices.above = prompt.above
        prompt.when_shown = self.notices.shown
        self.current = Current(parts.session, parts.settings, dict(parts.variables))
        self.tools = self._make_tools()
        self._background = Watcher(
            lambda: self.tools.services.connect().engine,
            lambda: self.tools.services.connect().journal,
            self._ended,
        )
        self.repl = Repl(self.tools, self._background, switch=self._switch, crash=parts.crash)

    def _make_tools(self) -> Tools:
        parts = self._parts
        services = Services(
            connect=lambda: tuned(self.tools.behind.get(), self.current.settings),
            formatters=self._formatters,
            clock=parts.clock,
            environment=parts.environment,
            directory=parts.directory,
            history=self._history,
            profiles=parts.profiles,
            snippets=parts.paths.snippets,
            check=parts.check,
            unwatch=lambda query_id: self._background.forget(query_id),  # noqa: PLW0108 - later
        )
        return Tools(
            current=self.current,
            console=self._console,
            renderer=Renderer(
                self._console,
                self._formatters,
                parts.environment,
                lambda: self.tools.services.directory,
                Intermission(lambda error: self.tools.log_in_between(error)),  # noqa: PLW0108 - later
            ),
            registry=built_in_commands(),
            services=services,
            behind=Behind(self._connect, ready=self._warm_up, failed=self._not_connected),
            clock=parts.clock,
            asker=self._prompt,
            keyboard=parts.devices.keyboard,
        )

    def facts(self) -> Mapping[str, str]:
        """Return what prompt, toolbar and title are made of."""
        return facts(self.tools, self._background)

    def edited(self, text: str) -> str:
        """Return a text as the user left it in the editor."""
        environment = self._parts.environment
        try:
            command = editor_command(self.current.settings.editor, environment)
            return edit_text(text, command, environment, self.tools.services.directory)
        except AthenaShellError as error:
            self._console.fail(error)
            return text

    def interrupted(self) -> None:
        """Stop a refresh of names that was asked for: Ctrl-C at the prompt."""
        connection = self.tools.behind.value
        if connection is not None and connection.names.cancel():
            self._console.say("Stopped; names are as they were.", Role.QUIET)

    def close(self) -> None:
        """Stop what works behind the prompt."""
        self.tools.behind.close()
        gc.unfreeze()
        if self._late.hints is not None:
            self._late.hints.close()
        self._background.close()
        self.current.results.close()
        connection = self.tools.behind.value
        if connection is not None:
            connection.names.close()

    # --- behind the prompt ---

    def connect_behind(self) -> None:
        """Begin to connect on a thread."""
        self.tools.behind.start()

    def _connect(self) -> Connection:
        self._load_lexer()
        connected = self._parts.connect(self.current.session.profile)
        self._warn(connected.warnings)
        return self._billed(connected.connection)

    def _billed(self, connection: Connection) -> Connection:
        """Let what a connection's queries cost count in this shell's bill."""
        connection.journal.billed = lambda ended: self.current.bill.add(ended, self.tools.price())
        return connection

    def _warn(self, warnings: Iterable[str]) -> None:
        """Tell each sentence about a profile once."""
        for warning in warnings:
            if warning not in self._warned:
                self._warned.add(warning)
                self.notices.add(warning)

    def _load_lexer(self) -> None:
        if self._late.lexer is None:
            from athena_shell.shell.coloring import SqlColors

            self._late.lexer = SqlColors()
            self._late.hints = self._make_hints()
            self._prompt.refresh()

    def _make_hints(self) -> Hints:
        from athena_shell.completion.hint import hint_at
        from athena_shell.shell.hints import Hints

        return Hints(
            hint_at,
            self._prompt.refresh,
            lambda error: self.notices.add(self._parts.crash(error)),
        )

    def _warm_up(self, connection: Connection) -> None:
        """Do what the first statement would wait for, while the user still types it."""
        from athena_shell.shell.completer import SuggestionCompleter

        self._late.completer = SuggestionCompleter(
            self._suggest,
            lambda: self.current.settings.completion,
            lambda error: self.notices.add(self._parts.crash(error)),
        )
        try:
            connection.authentication.current()
        except AthenaShellError as error:
            self._not_connected(error)
            return
        finally:
            self._prompt.refresh()
        session = self.current.session
        connection.names.on_failure(self.notices.add)
        connection.names.turn_to(session.catalog, session.database)
        connection.names.want(session.catalog)
        self._tell_what_became(connection)
        newest = islice(self._history.entries(), _LEARNED)
        self._usage = learn(reversed(tuple(newest)))
        tuple(self._suggest(_FIRST_WORDS, len(_FIRST_WORDS)))
        # What is loaded now stays: looking through it again and again would stop the keyboard.
        gc.freeze()

    def _tell_what_became(self, connection: Connection) -> None:
        """Say what became of statements of shells that were killed."""
        if not connection.journal.unfinished():
            return
        try:
            found = recover(connection.journal, connection.engine, self.current.session.profile)
        except AthenaShellError:
            return  # it is asked again at the next start
        for finding in found:
            self.notices.add(news_of(finding))

    def _not_connected(self, error: BaseException) -> None:
        if isinstance(error, AthenaShellError):
            self.notices.add("\n".join(part for part in (error.message, error.hint) if part))
        else:
            self.notices.add(self._parts.crash(error))

    def _switch(self, profile: str) -> None:
        """Go on under another profile; when it cannot log in, all stays as it was."""
        left = self.current.session.profile
        try:
            connected = self.tools.run_again_after_login(
                lambda: self._logged_in(profile), "connecting"
            )
        except AthenaShellError as error:
            error.hint = f"{error.hint} The profile is still {left}.".strip()
            raise
        self._leave_running(left)
        behind = Behind(lambda: self._billed(connected.connection), ready=self._warm_up)
        behind.get()
        before, self.tools.behind = self.tools.behind.value, behind
        if before is not None and before is not connected.connection:
            before.names.close()
        self.current.session = connected.session
        self._take_settings_of(connected)
        self._console.say(f"Profile {profile}.")
        self._warn(connected.warnings)
        self._warm_up(connected.connection)

    def _take_settings_of(self, connected: Connected) -> None:
        """Let what a profile itself says count; of the rest, what was changed here stays."""
        if connected.settings is None:
            return
        self.current.settings = connected.settings.going_on_from(
            self._began_with, self.current.settings, connected.own_settings
        )
        self._began_with = connected.settings

    def _logged_in(self, profile: str) -> Connected:
        connected = self._parts.connect(profile)
        with suppress(LoginRequired):  # the first statement asks for what only a person has
            connected.connection.authentication.current()
        return connected

    def _leave_running(self, profile: str) -> None:
        """Name what runs in the background under a profile that is left: nobody watches it now."""
        for each in self._background.running:
            self._background.forget(each.query_id)
            self._console.say(
                f"{each.query_id} runs on under profile {profile}; \\attach takes it up there.",
                Role.NOTICE,
            )

    def _suggest(self, text: str, cursor: int) -> Iterable[Suggestion]:
        from athena_shell.completion.candidates import suggest
        from athena_shell.config import settings

        connection = self.tools.behind.value
        if connection is None:
            return ()
        session = self.current.session
        connection.names.turn_to(session.catalog, session.database)
        return suggest(
            text,
            cursor,
            session=session,
            names=connection.names,
            commands=tuple(self.tools.registry),
            settings_names=settings.names(),
            variables=tuple(self.current.variables),
            usage=self._usage,
            values=self._values(),
            held=self._held(),
        )

    def _held(self) -> Sequence[TableName]:
        from athena_shell.completion.held_names import held_table

        results = self.current.results
        return tuple(
            held_table(name, results.find(name).columns) for name in reversed(results.names())
        )

    def _saved(self, typed: str) -> Sequence[str]:  # noqa: ARG002 - the names do not depend on it
        known = self._saved_names()
        return known.named(self.current.session.workgroup) if known else ()

    def _prepared(self, typed: str) -> Sequence[str]:  # noqa: ARG002 - as above
        known = self._saved_names()
        return known.prepared(self.current.session.workgroup) if known else ()

    def _workgroups(self, typed: str) -> Sequence[str]:  # noqa: ARG002 - as above
        connection = self.tools.behind.value
        return connection.names.workgroups() if connection else ()

    def _saved_names(self) -> SavedNames | None:
        connection = self.tools.behind.value
        return connection.saved_names if connection else None

    def _values(self) -> Mapping[str, Sequence[str] | Callable[[str], Sequence[str]]]:
        from athena_shell.config import settings
        from athena_shell.shell.paths import files_like

        home = self._parts.environment.get("HOME", "")
        choices = {f"value:{each.name}": each.choices for each in settings.descriptions()}
        return {
            **choices,
            # Asking for the installed formats reads the disk: not for every key.
            "format": lambda _: self._formatters.names(),
            "value:format": lambda _: self._formatters.names(),
            "topic": topic_names(),
            "profile": self._parts.profiles,
            "workgroup": self._workgroups,
            "saved": self._saved,
            "prepared": self._prepared,
            "snippet": lambda _: Snippets(self._parts.paths.snippets).names(),
            "query_id": self._query_ids(),
            "query_filter": QUERY_WORDS,
            "held": lambda _: self.current.results.names(),
            "file": lambda typed: files_like(typed, self.tools.services.directory, home),
            "directory": lambda typed: files_like(
                typed, self.tools.services.directory, home, folders_only=True
            ),
        }

    def _query_ids(self) -> tuple[str, ...]:
        """Return the ids that a user may mean: what runs behind the prompt, the last query."""
        last = self.current.last_execution
        running = tuple(each.query_id for each in reversed(self._background.running))
        return running if last is None else (*running, last.id)

    def _ended(self, execution: QueryExecution) -> None:
        self.notices.add(notice_of(execution))
