"""What commands ask of a script's run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from athena_shell.commands.request import (
    Attach,
    Bind,
    Delivery,
    EndStatement,
    Quit,
    Request,
    RunFile,
    RunStatement,
    ShowResult,
    Warn,
)
from athena_shell.core.errors import CommandError
from athena_shell.core.model import Row, Statement
from athena_shell.output.sanitize import sanitize
from athena_shell.script.delivery import delivery_to_file
from athena_shell.script.ending import EndOfRun
from athena_shell.script.execution import attach, estimate_text

if TYPE_CHECKING:
    from athena_shell.script.runner import ScriptRunner


def serve(request: Request, runner: ScriptRunner, statement: Statement | None) -> None:
    """Do what a command asks; raises CommandError for what only the interactive shell can do.

    Args:
        request: the wish.
        runner: the run it is done in.
        statement: the statement before the command, or the last one.
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
        case Attach(query_id) | ShowResult(query_id):
            runner.show(attach(query_id, runner.stage))
        case EndStatement():
            _end(request, runner, _required(statement))
        case _:
            raise CommandError(
                "This command works in the interactive shell only.",
                "Leave it out of the script.",
            )


def _run(request: RunStatement, runner: ScriptRunner) -> None:
    here = runner.state.session
    there = replace(here, database=request.database or here.database)
    runner.state = replace(runner.state, parameters=request.parameters, session=there)
    try:
        runner.statement(Statement(request.text))
    finally:
        if runner.state.session is there:  # the statement itself may have been a USE
            runner.state = replace(runner.state, session=here)


def _required(statement: Statement | None) -> Statement:
    if statement is None:
        raise CommandError("There is no statement before the command.", "Write one before it.")
    return statement


def _end(request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
    match request.delivery:
        case Delivery.SCREEN:
            runner.statement(statement)
        case Delivery.VERTICAL:
            runner.statement(statement, format_name="vertical")
        case Delivery.FILE:
            _to_file(request, runner, statement)
        case Delivery.VARIABLES:
            _to_variables(request.argument, runner, statement)
        case Delivery.STATEMENTS:
            for text in _cells(runner, statement):
                runner.statement(replace(statement, text=text))
        case Delivery.ESTIMATE:
            text = estimate_text(statement, runner.state, runner.stage)
            runner.stage.out.write_all([sanitize(text, keep_newlines=True)])
        case _:
            raise CommandError(
                f"A script cannot show a result as {request.delivery.value}.",
                "Leave the command out of the script.",
            )


def _to_file(request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
    with delivery_to_file(
        runner.stage.services.formatters,
        Path(request.argument),
        force="--force" in request.options,
    ) as delivery:
        runner.statement(statement, delivery=delivery)


def _to_variables(prefix: str, runner: ScriptRunner, statement: Statement) -> None:
    done = runner.result_of(statement)
    if done is None:
        raise CommandError(r"USE has no result for \gset.", r"Write a query before \gset.")
    rows = done.result.rows()
    row = next(rows, None)
    if row is None or next(rows, None) is not None:
        found = "no row" if row is None else "more than one row"
        raise CommandError(
            rf"\gset needs exactly one row, and the statement gave {found}.",
            "Add LIMIT 1 or a condition.",
        )
    values = dict(runner.state.variables)
    for column, value in zip(done.result.columns, row, strict=True):
        values.pop(prefix + column.name, None)
        if value is not None:
            values[prefix + column.name] = value
    runner.state = replace(runner.state, variables=values)


def _cells(runner: ScriptRunner, statement: Statement) -> Iterator[str]:
    done = runner.result_of(statement)
    rows: Iterator[Row] = iter(()) if done is None else done.result.rows()
    for row in list(rows):
        yield from (cell for cell in row if cell)
