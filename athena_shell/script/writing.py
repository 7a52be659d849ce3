r"""Commands that write results into files, for scripts that may: ``\output``, ``\export``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from athena_shell.commands.request import Copy, Divert, Export
from athena_shell.core.errors import CommandError
from athena_shell.core.model import Statement
from athena_shell.output.export import refuse_taken
from athena_shell.script.delivery import delivery_to_file
from athena_shell.script.execution import attach

if TYPE_CHECKING:
    from athena_shell.script.runner import ScriptRunner


def write(request: Divert | Export | Copy, runner: ScriptRunner, typed: Statement | None) -> None:
    """Do what a command asks; raises OutputError, and what a statement fails with.

    Args:
        request: the wish.
        runner: the run it is done in.
        typed: the unfinished statement before the command.
    """
    match request:
        case Divert():
            runner.divert(request)
        case Export():
            _export(request, runner, typed)
        case Copy(exports):
            _copy(exports, runner)


def _export(request: Export, runner: ScriptRunner, typed: Statement | None) -> None:
    """Write a result to a file; without a statement, the last result, which runs nothing."""
    if request.unload:
        raise CommandError(
            r"A script cannot \export --unload.", "Start the program with --unload -o FILE."
        )
    if request.text and typed is not None:
        raise CommandError(
            r"\export got a query before it and one behind it.", "Give it one or the other."
        )
    statement = runner.made(request.text) if request.text else typed
    last = runner.state.last
    if statement is None and last is None:
        raise CommandError("There is no result to write yet.", "Give \\export a query.")
    formatters = runner.stage.services.formatters
    with delivery_to_file(
        formatters, request.path, force=request.force, format_name=request.format
    ) as delivery:
        if statement is not None:
            runner.statement(statement, delivery=delivery)
        elif last is not None:
            runner.show(attach(last.id, runner.stage), delivery=delivery)


def _copy(exports: Sequence[Export], runner: ScriptRunner) -> None:
    for export in exports:
        refuse_taken(export.path, force=export.force)
    for export in exports:
        _export(export, runner, None)
