"""What commands ask of a script's run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from athena_shell.commands.request import (
    Attach,
    Bind,
    Check,
    Copy,
    Divert,
    EndStatement,
    Export,
    Quit,
    Request,
    RunFile,
    RunStatement,
    ShowResult,
    Warn,
)
from athena_shell.core.errors import CommandError
from athena_shell.core.model import Statement
from athena_shell.output.sanitize import sanitize
from athena_shell.script.ending import EndOfRun
from athena_shell.script.results import bring
from athena_shell.script.writing import write

if TYPE_CHECKING:
    from athena_shell.script.runner import ScriptRunner


def serve(request: Request, runner: ScriptRunner, typed: Statement | None) -> None:
    """Do what a command asks; raises CommandError for what only the interactive shell can do.

    Args:
        request: the wish.
        runner: the run it is done in.
        typed: the unfinished statement before the command.
    """
    match request:
        case Quit(code):
            raise EndOfRun(code, whole=True)
        case Warn(text):
            runner.talk.always(sanitize(text))
        case RunFile(path, relative):
            runner.include(path, relative=relative)
        case RunStatement():
            _run(request, runner)
        case Bind(parameters):
            runner.state = replace(runner.state, parameters=parameters)
        case EndStatement() | Check() | Attach() | ShowResult():
            bring(request, runner, typed)
        case Divert() | Export() | Copy():
            write(request, runner, typed)
        case _:
            raise CommandError(
                "This command works in the interactive shell only.",
                "A script has no prompt: leave the command out.",
            )


def _run(request: RunStatement, runner: ScriptRunner) -> None:
    here = runner.state.session
    there = request.place(here)
    runner.state = replace(runner.state, parameters=request.parameters, session=there)
    try:
        runner.statement(runner.made(request.text))
    finally:
        if runner.state.session is there:  # the statement itself may have been a USE
            runner.state = replace(runner.state, session=here)
