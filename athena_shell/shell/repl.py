"""What was entered is run and shown; every expected error is told and survived."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from athena_shell.commands.outcome import Layout, Outcome
from athena_shell.core.errors import AthenaShellError, CommandError, QueryFailed, ScriptError
from athena_shell.core.model import CommandLine, Position, Statement
from athena_shell.output.sanitize import sanitize
from athena_shell.query.interruption import QueryHungUp, QueryTerminated
from athena_shell.query.watcher import Watcher
from athena_shell.script.assertion import asserted
from athena_shell.script.conditions import Conditions
from athena_shell.script.foreign import refuse_foreign
from athena_shell.shell.bare_words import as_command
from athena_shell.shell.delivery import Deliveries, reading_interrupted
from athena_shell.shell.hanging import hung
from athena_shell.shell.prose import fitted_prose
from athena_shell.shell.requests import Requests
from athena_shell.shell.statements import Statements
from athena_shell.shell.theme import Role
from athena_shell.shell.tools import Tools
from athena_shell.sql.splitter import Piece, StatementCommand, split

_LAID_OUT: Final = {Layout.PROSE: fitted_prose, Layout.ENTRIES: hung}


class Repl:
    """Runs what was entered.

    Args:
        tools: the shell's parts.
        background: watches statements that nobody waits for.
        switch: returns to work under another profile.
        crash: keeps an unexpected error in the log and returns the line to say.
    """

    def __init__(
        self,
        tools: Tools,
        background: Watcher,
        *,
        switch: Callable[[str], None],
        crash: Callable[[BaseException], str],
    ) -> None:
        self._tools = tools
        self._background = background
        self._switch = switch
        self._crash = crash
        self._deliveries = Deliveries(tools)
        self._statements = Statements(tools, self._deliveries, background)
        self._requests = Requests(tools, self._statements, self._deliveries, self)
        self.code: int | None = None
        self._next = ""
        self._conditions = Conditions()
        self._start_file = ""

    def take_next(self) -> str:
        """Return the text to put into the next prompt, once."""
        text, self._next = self._next, ""
        return text

    def begin(self, path: Path) -> None:
        """Run the start file without a word about what it sets.

        A command that is wrong and a statement that fails do not keep back those behind them.
        """
        quoted = str(path).replace("'", "''")
        self._start_file = str(path)
        self.enter(f"\\read '{quoted}'")
        self._start_file = ""

    def enter(self, text: str) -> None:
        """Run what was entered; every error is told and survived."""
        try:
            self.submit(as_command(text))
        except (QueryTerminated, QueryHungUp) as error:
            self.leave(error.exit_code)
            self._tools.console.fail(error)
        except AthenaShellError as error:
            self._tell(error)
        except KeyboardInterrupt:
            last = self._tools.current.last_execution
            self._tools.console.fail(reading_interrupted(last.id if last else ""))
        except Exception as error:  # noqa: BLE001 - the shell outlives its own faults
            self._tools.console.say(self._crash(error), Role.ERROR)

    def _tell(self, error: AthenaShellError) -> None:
        self._tools.current.last_error = error
        self._tools.console.fail(error)

    def end(self) -> int:
        """Finish what is open, name what still runs, and return the exit code."""
        try:
            self._deliveries.close()
        except AthenaShellError as error:
            self._tools.console.fail(error)
        running = self._background.running
        if running:
            ids = "\n".join(f"  \\attach {each.query_id}" for each in running)
            self._tools.console.say(f"Still running; take them up again with:\n{ids}", Role.NOTICE)
        return self.code or 0

    # --- what requests use ---

    def submit(self, text: str, source: str = "", start: Position | None = None) -> None:
        """Run all statements and commands of a text in order; raises the first error."""
        goes_on = not source and _goes_on(text)
        cut = split(text, source=source, final=not goes_on, start=start)
        conditions = Conditions() if source else self._conditions
        for piece in cut.pieces:
            if self.code is not None:
                return
            try:
                self._run(piece, conditions, cut.remainder.rstrip() if goes_on else "")
            except (CommandError, QueryFailed, ScriptError) as error:
                self._meet(error, piece, source)
        if source:
            conditions.finish()

    def _meet(self, error: AthenaShellError, piece: Piece, source: str) -> None:
        """Raise what went wrong, with its place in a file; in the start file only tell it."""
        placed = error
        if source and isinstance(error, CommandError):
            placed = _placed(error, piece)
        if source and source == self._start_file:
            self._tell(placed)
        elif placed is error:
            raise error
        else:
            raise placed from error

    def _run(self, piece: Piece, conditions: Conditions, unfinished: str) -> None:
        if self._skipped(piece, conditions):
            return
        if isinstance(piece, StatementCommand):
            if piece.keeps and unfinished:
                self._next = unfinished
            self._command(piece, piece.statement)
        elif isinstance(piece, CommandLine):
            self._command(piece, None)
        else:
            refuse_foreign(piece.text)
            self._statements.run(piece)

    def _skipped(self, piece: Piece, conditions: Conditions) -> bool:
        r"""Obey ``\if`` and its kind, and ``\assert``; whether nothing is left to do."""
        command = None
        if isinstance(piece, CommandLine) and not isinstance(piece, StatementCommand):
            command = piece
        taken = command is not None and conditions.take(command, self._tools.current.variables)
        if not conditions.active:
            if conditions is self._conditions:
                self._tools.console.say("Skipped until \\endif.", Role.QUIET)
            return True
        condition = None if command is None or taken else asserted(command)
        if condition is not None:
            self._statements.require(condition)
        return taken or condition is not None

    def leave(self, code: int) -> None:
        """End after this."""
        self.code = code

    def put(self, text: str) -> None:
        """Put a text into the next prompt."""
        self._next = text

    def switch(self, profile: str) -> None:
        """Go on under another profile."""
        self._switch(profile)

    # --- commands ---

    def _command(self, line: CommandLine, typed: Statement | None) -> None:
        tools = self._tools
        try:
            outcome = tools.run_again_after_login(
                lambda: tools.registry.dispatch(
                    line.text, tools.current.situation(), tools.services
                ),
                line.text.split(None, 1)[0],
            )
        except CommandError:
            # The command can be typed again, rightly, for the statement before it.
            tools.current.last_statement = typed or tools.current.last_statement
            raise
        self._take(outcome)
        self._show(outcome)
        if outcome.request is not None:
            self._requests.serve(outcome.request, typed)

    def _take(self, outcome: Outcome) -> None:
        current = self._tools.current
        if outcome.session is not None:
            current.session = outcome.session
        if outcome.settings is not None:
            current.settings = outcome.settings
        if outcome.variables is not None:
            current.variables = dict(outcome.variables)

    def _show(self, outcome: Outcome) -> None:
        tools = self._tools
        if outcome.title:
            tools.console.say(outcome.title, Role.STRONG)
        is_text = bool(outcome.text) and (not outcome.columns or self._is_drawn())
        if outcome.columns and not is_text:
            self._deliveries.show_answer(outcome.columns, outcome.rows, outcome.content, hold=True)
        footer = self._laid_out(outcome.footer, Layout.ENTRIES)
        if footer and self._is_drawn():
            tools.console.print(footer + "\n")
        else:
            tools.console.say(footer)
        if is_text:
            text = self._laid_out(outcome.text, outcome.layout)
            if not text.endswith("\n"):
                text += "\n"  # the prompt needs a line of its own
            lines = sanitize(text, keep_newlines=True, keep_tabs=True)
            tools.renderer.page(iter(lines.splitlines(keepends=True)), tools.current.settings)
        if not self._start_file:
            tools.console.say(outcome.message)

    def _is_drawn(self) -> bool:
        """Whether what is shown now is drawn on the screen."""
        current = self._tools.current
        return current.diverted is None and self._tools.renderer.formatter(current.settings).drawn

    def _laid_out(self, text: str, layout: Layout) -> str:
        """Return a text with its lines broken for the terminal, where it goes to one."""
        way = _LAID_OUT.get(layout)
        console = self._tools.console
        return way(text, console.size()[0]) if way and console.sink.tty else text


def _placed(error: CommandError, piece: Piece) -> ScriptError:
    """Return an error of a piece of a file with its place there."""
    start = piece.start
    return ScriptError(
        error.message, error.hint, source=piece.source, line=start.line, column=start.column
    )


def _goes_on(text: str) -> bool:
    """Whether the text ends with a command that leaves its statement unfinished."""
    pieces = split(text).pieces
    return bool(pieces) and isinstance(last := pieces[-1], StatementCommand) and last.keeps
