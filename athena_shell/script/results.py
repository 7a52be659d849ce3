"""Commands that end a statement: where its result goes, or what is told instead of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from athena_shell.commands.gathering import gather
from athena_shell.commands.request import Attach, Check, Delivery, EndStatement, ShowResult
from athena_shell.core.errors import CommandError
from athena_shell.core.model import Row, Statement
from athena_shell.output.sanitize import sanitize
from athena_shell.script.delivery import delivery_to_file
from athena_shell.script.execution import attach, estimate_text
from athena_shell.sql.splitter import statements_in_data

if TYPE_CHECKING:
    from athena_shell.script.runner import ScriptRunner

_REFUSED: Final = {
    Delivery.PIPE: ("A script starts no program.", "Pipe the output of athena-shell itself."),
    Delivery.BACKGROUND: (
        "A script starts nothing in the background.",
        "--parallel N runs statements at once.",
    ),
    Delivery.FORMATTED: ("A script does not change itself.", r"\fmt works in the shell."),
}


def bring(
    request: EndStatement | Check | Attach | ShowResult,
    runner: ScriptRunner,
    typed: Statement | None,
) -> None:
    """Bring what a command wants: of the statement before it, of the last one, of a query.

    Args:
        request: the wish.
        runner: the run it is done in.
        typed: the unfinished statement before the command.

    Raises CommandError for what a script cannot do, and what the statement fails with.
    """
    if isinstance(request, Attach | ShowResult):
        runner.show(attach(request.query_id, runner.stage))
    elif isinstance(request, Check):
        from athena_shell.script.studies import check

        check(request, runner, typed)
    elif request.delivery is Delivery.ANALYZE and typed is None:
        from athena_shell.script.studies import study_run

        study_run(runner, request.argument)
    elif request.delivery in _REFUSED:
        raise CommandError(*_REFUSED[request.delivery])
    elif (way := _WAYS.get(request.delivery)) is not None:
        way(request, runner, _required(runner, typed))
    else:
        from athena_shell.script.studies import study

        study(request, runner, _required(runner, typed))


def _required(runner: ScriptRunner, typed: Statement | None) -> Statement:
    statement = typed or runner.last_statement
    if statement is None:
        raise CommandError("There is no statement before the command.", "Write one before it.")
    return statement


def _show(_request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
    runner.statement(statement)


def _vertically(_request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
    runner.statement(statement, format_name="vertical")


def _to_file(request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
    with delivery_to_file(
        runner.stage.services.formatters,
        Path(request.argument),
        force="--force" in request.options,
        format_name=request.format,
    ) as delivery:
        runner.statement(statement, delivery=delivery)


def _into_variables(request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
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
    gathered = gather(done.result.columns, row, request.argument)
    for name, value in gathered.values.items():
        values.pop(name, None)
        if value is not None:
            values[name] = value
    if gathered.told:
        runner.talk.normal(sanitize(gathered.told))
    runner.state = replace(runner.state, variables=values)
    runner.tell(done, 1)


def _execute(_request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
    for text in _cells(runner, statement):
        for cell in statements_in_data(text):
            runner.statement(replace(statement, text=cell.text, literal=True))


def _cells(runner: ScriptRunner, statement: Statement) -> Iterator[str]:
    done = runner.result_of(statement)
    rows: Iterator[Row] = iter(()) if done is None else done.result.rows()
    for row in list(rows):
        yield from (cell for cell in row if cell)


def _estimate(_request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
    text = estimate_text(statement, runner.state, runner.stage)
    runner.stage.out.write_all([sanitize(text, keep_newlines=True)])


_WAYS: Final[dict[Delivery, Callable[[EndStatement, ScriptRunner, Statement], None]]] = {
    Delivery.SCREEN: _show,
    Delivery.VERTICAL: _vertically,
    Delivery.FILE: _to_file,
    Delivery.VARIABLES: _into_variables,
    Delivery.STATEMENTS: _execute,
    Delivery.ESTIMATE: _estimate,
}
