"""What commands ask of the shell, one method for each kind of request."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Protocol

from athena_shell.commands import request as asked
from athena_shell.commands.request import Delivery, Request
from athena_shell.core.child import how_it_ended, interrupts_left_to_the_child
from athena_shell.core.counting import counted
from athena_shell.core.environment import child_environment
from athena_shell.core.errors import AthenaShellError, CommandError, LoginRequired, ScriptError
from athena_shell.core.model import Position, QueryExecution, QueryState, Statement
from athena_shell.output.export import refuse_taken
from athena_shell.output.sanitize import sanitize
from athena_shell.query.control import Control
from athena_shell.query.progress import Observer
from athena_shell.query.verdict import failure_of
from athena_shell.script.sources import read
from athena_shell.shell.charts import draw_held
from athena_shell.shell.delivery import Deliveries
from athena_shell.shell.editor import edit_file, edit_text, editor_command
from athena_shell.shell.hanging import hung
from athena_shell.shell.local_queries import query_held
from athena_shell.shell.statements import Statements
from athena_shell.shell.studies import STUDIES, study, study_run
from athena_shell.shell.theme import Role
from athena_shell.shell.tools import Tools
from athena_shell.shell.unloading import unload_statement
from athena_shell.shell.watching import watch
from athena_shell.sql.formatting import format_text

_DEEPEST: Final = 16


class Loop(Protocol):
    """What the read loop offers to requests."""

    def submit(self, text: str, source: str = "", start: Position | None = None) -> None:
        """Run all statements and commands of a text; raises the first error."""

    def leave(self, code: int) -> None:
        """End after this."""

    def put(self, text: str) -> None:
        """Put a text into the next prompt."""

    def switch(self, profile: str) -> None:
        """Go on under another profile."""


class Requests:
    """Serves requests.

    Args:
        tools: the shell's parts.
        statements: runs statements.
        deliveries: brings results where they belong.
        loop: the read loop.
    """

    def __init__(
        self, tools: Tools, statements: Statements, deliveries: Deliveries, loop: Loop
    ) -> None:
        self._tools = tools
        self._statements = statements
        self._deliveries = deliveries
        self._loop = loop
        self._files: list[Path] = []
        deliveries.execute = statements.run
        self._served: Mapping[type, Callable[[Any, Statement | None], None]] = {
            asked.Quit: self._quit,
            asked.RunStatement: self._run_statement,
            asked.RunText: lambda request, _: loop.submit(request.text),
            asked.RunFile: self._run_file,
            asked.Keep: self._keep,
            asked.AskFirst: self._ask_first,
            asked.ChangeDirectory: self._change_directory,
            asked.EditText: self._edit,
            asked.Divert: lambda request, _: deliveries.divert(request),
            asked.EndStatement: self._end_statement,
            asked.Watch: self._watch,
            asked.Bind: self._bind,
            asked.ShowResult: self._show_result,
            asked.Attach: self._attach,
            asked.Detach: lambda request, _: statements.detach(request.query_id),
            asked.Login: self._login,
            asked.SwitchProfile: lambda request, _: loop.switch(request.name),
            asked.ShellLine: self._shell_line,
            asked.ShowHeld: self._show_held,
            asked.QueryHeld: self._query_held,
            asked.Chart: self._chart,
            asked.Export: self._export,
            asked.Copy: self._copy,
            asked.ShowBuffer: self._show_buffer,
            asked.Check: self._check,
            asked.DropBuffer: lambda _request, _: None,
            asked.Warn: lambda request, _: tools.console.say(request.text),
        }

    def serve(self, request: Request, typed: Statement | None) -> None:
        """Serve a request; ``typed`` is the unfinished statement before the command."""
        self._served[type(request)](request, typed)

    def _quit(self, request: asked.Quit, _: Statement | None) -> None:
        self._loop.leave(request.code)

    def _run_statement(self, request: asked.RunStatement, _: Statement | None) -> None:
        current = self._tools.current
        if request.parameters:
            current.parameters = request.parameters
        here = current.session
        there = current.session = request.place(here)
        try:
            self._statements.run(Statement(request.text))
        finally:
            if current.session is there:  # the statement itself may have been a USE
                current.session = here

    def _keep(self, request: asked.Keep, typed: Statement | None) -> None:
        _refuse_two(request.text, typed)
        text = request.text or self._statement(typed).text
        self._ask(request.question)
        self._say_after(lambda: request.keep(text))

    def _ask_first(self, request: asked.AskFirst, _: Statement | None) -> None:
        self._ask(request.question)
        self._say_after(request.act)

    def _ask(self, question: str) -> None:
        if question and not self._tools.asker.confirm(question):
            raise CommandError("Nothing was changed.")

    def _say_after(self, act: Callable[[], str]) -> None:
        self._tools.console.say(self._tools.run_again_after_login(act))

    def _change_directory(self, request: asked.ChangeDirectory, _: Statement | None) -> None:
        tools = self._tools
        tools.services = replace(tools.services, directory=request.path)

    def _run_file(self, request: asked.RunFile, _: Statement | None) -> None:
        path = Path(request.path)
        if request.relative and self._files:
            path = self._files[-1].parent / path
        elif request.relative:
            path = self._tools.services.directory / path
        if len(self._files) >= _DEEPEST:
            raise ScriptError(f"{path} is read from within itself, {_DEEPEST} files deep.")
        self._files.append(path)
        try:
            self._loop.submit(read(str(path)).text, str(path))
        finally:
            self._files.pop()

    def _edit(self, request: asked.EditText, typed: Statement | None) -> None:
        services = self._tools.services
        environment, directory = services.environment, services.directory
        command = editor_command(self._tools.current.settings.editor, environment)
        if request.path is not None:
            edit_file(request.path, command, environment, directory)
            self._loop.submit(read(str(request.path)).text, str(request.path))
            return
        statement = typed or self._tools.current.last_statement
        text = statement.text if statement else ""
        self._loop.put(edit_text(text, command, environment, directory))

    def _end_statement(self, request: asked.EndStatement, typed: Statement | None) -> None:
        if request.delivery is Delivery.ANALYZE and typed is None:
            study_run(self._statements, self._tools, request.argument)
            return
        if request.delivery is Delivery.FORMATTED and request.argument:
            self._show_tidied(Path(request.argument), typed)
            return
        statement = self._statement(typed)
        if request.delivery is Delivery.FORMATTED:
            self._loop.put(format_text(statement.text))
        elif request.delivery in STUDIES:
            study(self._statements, self._tools, statement, request)
        else:
            if request.delivery is Delivery.FILE:
                refuse_taken(Path(request.argument), force="--force" in request.options)
            self._statements.run(statement, request)

    def _show_tidied(self, path: Path, typed: Statement | None) -> None:
        if typed is not None and typed.text.strip():
            raise CommandError(
                "\\fmt got a statement before it and a file behind it.", "Give it one or the other."
            )
        text = format_text(read(str(path)).text)
        lines = text.splitlines(keepends=True)
        shown = (sanitize(line, keep_newlines=True, keep_tabs=True) for line in lines)
        self._tools.renderer.page(shown, self._tools.current.settings)

    def _check(self, request: asked.Check, typed: Statement | None) -> None:
        before = typed if typed is not None and typed.text.strip() else None
        if before is not None and (request.profile or request.text):
            raise CommandError(
                "\\check got a statement before it and something behind it.",
                "Give it one or the other; nothing was checked.",
            )
        statement = Statement(request.text) if request.text else before
        if statement is not None:
            study(self._statements, self._tools, statement, asked.EndStatement(Delivery.CHECK))
        else:
            self._try_profile()

    def _try_profile(self) -> None:
        tools = self._tools
        check = tools.services.check
        if check is None:
            raise CommandError("No profile can be tried here.", "athena-shell --check tries one.")
        profile = tools.current.session.profile
        lines = tools.run_again_after_login(lambda: list(check(profile)), "trying the profile")
        text = "\n".join(lines)
        if tools.console.sink.tty:
            text = hung(text, tools.console.size()[0])
        safe = sanitize(f"{text}\n", keep_newlines=True)
        tools.renderer.page(iter(safe.splitlines(keepends=True)), tools.current.settings)

    def _watch(self, request: asked.Watch, typed: Statement | None) -> None:
        watch(self._tools, self._statements, self._statement(typed), request)

    def _statement(self, typed: Statement | None) -> Statement:
        statement = typed or self._tools.current.last_statement
        if statement is None:
            raise CommandError("There is no statement yet.", "Type one before the command.")
        return statement

    def _bind(self, request: asked.Bind, _: Statement | None) -> None:
        self._tools.current.parameters = request.parameters

    def _show_result(self, request: asked.ShowResult, _: Statement | None) -> None:
        def find(_control: Control, _observer: Observer) -> QueryExecution:
            execution = self._tools.services.connect().engine.describe(request.query_id)
            if not execution.state.is_terminal:
                raise CommandError(
                    f"Query {request.query_id} is {execution.state.value}.",
                    f"\\attach {request.query_id} waits for its end.",
                )
            if execution.state is not QueryState.SUCCEEDED:
                raise failure_of(execution)
            return execution

        self._statements.show(find)

    def _attach(self, request: asked.Attach, _: Statement | None) -> None:
        def find(control: Control, observer: Observer) -> QueryExecution:
            runner = self._tools.services.connect().runner
            return runner.attach(request.query_id, observer=observer, control=control)

        self._statements.show(find, request.query_id)

    def _login(self, request: asked.Login, _: Statement | None) -> None:
        tools = self._tools
        tools.log_in(LoginRequired(request.reason or "A new token for this profile:"))
        tools.run_again_after_login(tools.services.connect().authentication.renew)

    def _shell_line(self, request: asked.ShellLine, _: Statement | None) -> None:
        environment = self._tools.services.environment
        shell = environment.get("SHELL", "/bin/sh")
        arguments = [shell, "-c", request.line] if request.line else [shell]
        try:
            with interrupts_left_to_the_child():
                ended = subprocess.run(  # noqa: S603 - the user typed this line for the shell
                    arguments,
                    env=child_environment(environment),
                    cwd=self._tools.services.directory,
                    check=False,
                )
        except OSError as error:
            raise CommandError(f"{shell} cannot be started: {error.strerror}.") from error
        if ended.returncode:
            self._tools.console.say(f"Ended {how_it_ended(ended.returncode)}.", Role.NOTICE)

    def _show_held(self, request: asked.ShowHeld, _: Statement | None) -> None:
        self._deliveries.show_held(request.name, request.format)

    def _query_held(self, request: asked.QueryHeld, typed: Statement | None) -> None:
        _refuse_two(request.text, typed)
        query_held(self._tools, self._deliveries, request.text, typed)

    def _chart(self, request: asked.Chart, typed: Statement | None) -> None:
        if typed is not None:
            self._statements.run(typed, asked.EndStatement(Delivery.SCREEN))
        draw_held(self._tools, self._deliveries, request.words)

    def _export(self, request: asked.Export, typed: Statement | None) -> None:
        _refuse_two(request.text, typed)
        statement = Statement(request.text) if request.text else typed
        refuse_taken(request.path, force=request.force, folder=request.unload)
        if statement is None and not request.unload:
            self._deliveries.export(request.path, force=request.force, format_name=request.format)
            return
        options = ["--force"] if request.force else []
        if request.unload:
            options.append("--unload")
            statement = unload_statement(self._tools, statement)
        end = asked.EndStatement(Delivery.FILE, str(request.path), tuple(options), request.format)
        self._statements.run(self._statement(statement), end)

    def _copy(self, request: asked.Copy, _: Statement | None) -> None:
        for export in request.exports:
            refuse_taken(export.path, force=export.force)
        for number, export in enumerate(request.exports, start=1):
            try:
                self._export(export, None)
            except (AthenaShellError, KeyboardInterrupt):
                if left := len(request.exports) - number:
                    text = f"\\copy stops here: {counted(left, 'file')} more not written."
                    self._tools.console.say(text, Role.NOTICE)
                raise

    def _show_buffer(self, _: asked.ShowBuffer, typed: Statement | None) -> None:
        self._tools.console.print(self._statement(typed).text + "\n")


def _refuse_two(behind: str, typed: Statement | None) -> None:
    """Refuse a query before a command and another one behind it: which is meant nobody knows."""
    if behind and typed is not None:
        raise CommandError(
            "There is a query before the command and one behind it, not both can be meant.",
            r"\reset forgets the one before. Nothing was run.",
        )
