"""Where the result of a statement goes: screen, file, program, variables, statements, a grid."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Final

from athena_shell.commands.gathering import gather
from athena_shell.commands.request import Delivery, Divert, EndStatement
from athena_shell.core.child import how_it_ended, interrupts_left_to_the_child
from athena_shell.core.counting import counted
from athena_shell.core.environment import child_environment
from athena_shell.core.errors import AthenaShellError, CommandError, OutputError
from athena_shell.core.model import (
    Column,
    QueryExecution,
    ResultSet,
    Row,
    Statement,
    Terminator,
    Transferred,
)
from athena_shell.core.records import dataclass
from athena_shell.output.crosstab import crosstab
from athena_shell.output.export import refuse_taken
from athena_shell.output.held import LATEST, HeldResult
from athena_shell.output.options import Content, FormatOptions, options_for
from athena_shell.output.sanitize import sanitize
from athena_shell.output.sink import encoded
from athena_shell.output.transfer import as_result
from athena_shell.query.cost import format_bytes
from athena_shell.shell.afterword import afterword, done_text, rows_text
from athena_shell.shell.files import Files, StandingFile
from athena_shell.shell.progress import elapsed_text
from athena_shell.shell.rendering import Counted
from athena_shell.shell.theme import Role
from athena_shell.shell.tools import Tools
from athena_shell.shell.unloading import fetch_parts
from athena_shell.sql.splitter import statements_in_data
from athena_shell.sql.statement import classify

_DRAWN: Final = frozenset({Delivery.SCREEN, Delivery.PIPE, Delivery.CROSSTAB})
_DIVERTED: Final = frozenset({Delivery.SCREEN, Delivery.VERTICAL, Delivery.CROSSTAB})
_INTO_THE_SHELL: Final = frozenset({Delivery.VARIABLES, Delivery.STATEMENTS})
_PLAIN_SUBSTATEMENTS: Final = frozenset({"EXPLAIN", "SHOW_CREATE_TABLE", "SHOW_CREATE_VIEW"})


@dataclass(frozen=True)
class Finished:
    """A result to deliver.

    Args:
        execution: the succeeded query.
        result: its result, not yet read.
        elapsed: seconds from Enter to the first page.
        quiet: leave out the line after the result.
    """

    execution: QueryExecution
    result: ResultSet
    elapsed: float
    quiet: bool = False


class Deliveries:
    """Brings results where they belong.

    Args:
        tools: the shell's parts.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._files = Files(tools)
        self._open: StandingFile | None = None
        self._cells: tuple[str, ...] = ()
        self.execute: Callable[[Statement], object] = lambda _: None
        self._ways: Mapping[Delivery, Callable[[Finished, EndStatement], str]] = {
            Delivery.SCREEN: self._to_screen,
            Delivery.VERTICAL: self._to_screen,
            Delivery.FILE: self._to_file,
            Delivery.PIPE: self._to_pipe,
            Delivery.VARIABLES: self._to_variables,
            Delivery.STATEMENTS: self._to_statements,
            Delivery.CROSSTAB: self._to_grid,
        }

    def expect(self, text: str, end: EndStatement) -> None:
        """Refuse a statement whose result has nowhere to go, before it is sent.

        Raises CommandError for a format that is none for the screen, OutputError for a file.
        """
        current = self._tools.current
        diverted = current.diverted
        if diverted is None or diverted.path is None:
            if end.delivery in _DRAWN:
                self._tools.renderer.require_drawable(current.settings)
        elif end.delivery in _DIVERTED and classify(text).has_header:
            if self._open is None:
                refuse_taken(Path(diverted.path), force=diverted.force)
            elif self._open.file.results:
                self._open.file.refuse_another(current.settings.format)

    def deliver(self, finished: Finished, end: EndStatement) -> None:
        """Read the result and bring it to where it is wanted, then say how it went.

        What the query has cost is said too when its result cannot be brought there.
        """
        try:
            rows = self._brought(finished, end)
        except AthenaShellError as error:
            self._say_how(finished, "")
            wanted = finished.result.columns and end.delivery not in _INTO_THE_SHELL
            if wanted and "\\result" not in error.hint:
                free = _shown_free(finished.execution)
                error.hint = f"{error.hint}\n{free}".strip()
            raise
        tools = self._tools
        if 0 < tools.current.settings.notify_after <= finished.elapsed:
            tools.console.ring()
            text = f"{rows}, {elapsed_text(finished.elapsed)}" if rows else "Finished."
            tools.console.notify(tools.current.settings.notify, text)
        self._say_how(finished, rows)
        cells, self._cells = self._cells, ()
        self._execute(cells)

    def _brought(self, finished: Finished, end: EndStatement) -> str:
        if "--unload" in end.options:
            force = "--force" in end.options
            return fetch_parts(self._tools, finished.execution, Path(end.argument), force=force)
        if finished.result.columns:
            return self._ways[end.delivery](finished, end)
        rows = self._written(finished)
        if end.delivery is Delivery.FILE:
            rows += f", no result to write to {end.argument}"
        return rows

    def _say_how(self, finished: Finished, rows: str) -> None:
        tools = self._tools
        if tools.current.settings.timing and not finished.quiet:
            line = afterword(finished.execution, finished.elapsed, tools.price(), rows=rows)
            tools.console.say(line, Role.QUIET)

    def _written(self, finished: Finished) -> str:
        """Say what a statement without rows has done."""
        for _ in finished.result.rows():
            pass
        return done_text(finished.execution.text, finished.result.update_count)

    # --- to the screen, or where that is diverted to ---

    def _to_screen(self, finished: Finished, end: EndStatement) -> str:
        current = self._tools.current
        aside = self._aside(finished.result)
        if aside:
            return aside
        vertical = end.delivery is Delivery.VERTICAL
        held = current.results.add(
            finished.result.columns, finished.execution.id, finished.execution.text
        )
        counted = Counted(held.keep(finished.result.rows()))
        self._draw(finished, counted, vertical=vertical)
        return rows_text(counted.count, complete=counted.complete)

    def _draw(self, finished: Finished, counted: Counted, *, vertical: bool) -> None:
        tools = self._tools
        columns = finished.result.columns
        if finished.execution.substatement_type.upper() in _PLAIN_SUBSTATEMENTS:
            tools.renderer.page(_plain(counted), tools.current.settings)
        else:
            tools.renderer.show(columns, counted, tools.current.settings, vertical=vertical)

    def show_held(self, name: str, format_name: str) -> None:
        """Draw a held result again; what was not kept is read again, which runs nothing."""
        settings = self._tools.current.settings
        if format_name:
            settings = replace(settings, format=format_name)
        columns, rows = self.held(name)
        self._tools.renderer.show(columns, rows, settings)

    def held(self, name: str = LATEST) -> tuple[Sequence[Column], Iterable[Row]]:
        """Return a held result, all of it; what was not kept is read again."""
        result = self.held_result(name)
        return result.columns, result.rows()

    def held_result(self, name: str = LATEST) -> ResultSet:
        """Return a held result as if it had just been opened."""
        held = self._tools.current.results.find(name)
        if held.complete or not held.query_id:
            return as_result(held.columns, held.rows())
        connect = self._tools.services.connect

        def fetch() -> ResultSet:
            engine = connect().engine
            execution = engine.describe(held.query_id)
            return self._tools.read_on(engine.fetch(execution), execution)

        return self._tools.run_again_after_login(fetch)

    def show_whole(self, held: HeldResult) -> str:
        """Bring a result that is held whole to where results go; return what to say of it."""
        aside = self._aside(as_result(held.columns, held.rows()))
        if aside:
            return aside
        self._tools.renderer.show(held.columns, held.rows(), self._tools.current.settings)
        return rows_text(len(held))

    def show_answer(
        self,
        columns: Sequence[Column],
        rows: Iterable[Row],
        content: Content = Content.LIST,
        *,
        hold: bool = False,
    ) -> None:
        """Bring a command's answer, which no query gave, to where results go.

        Args:
            columns: its columns.
            rows: read once.
            content: what they are.
            hold: whether it is held as a result of its own.
        """
        aside = self._aside(as_result(columns, rows))
        if aside:
            self._tools.console.say(aside)
            return
        if hold:
            rows = self._tools.current.results.add(columns).keep(rows)
        self._tools.renderer.show(columns, rows, self._tools.current.settings, content=content)

    def export(self, path: Path, *, force: bool, format_name: str = "") -> None:
        """Write the last result to a file, whole or absent."""
        query_id = self._tools.current.results.find().query_id
        try:
            done = self._files.write(self.held_result(), path, force=force, format_name=format_name)
        except KeyboardInterrupt:
            raise reading_interrupted(query_id, path) from None
        self._tools.console.say(_written_to(done, path))

    # --- to files and programs ---

    def divert(self, divert: Divert) -> None:
        """Send results to a file from now on, or to the screen again."""
        self.close()
        self._tools.current.diverted = None
        if divert.path is None:
            self._tools.console.say("Results go to the screen.")
            return
        path = Path(divert.path)
        refuse_taken(path, force=divert.force)
        if not divert.once:
            self._open = StandingFile(self._files, path, force=divert.force)
        self._tools.current.diverted = divert
        what = "The next result goes" if divert.once else "Results go"
        self._tools.console.say(f"{what} to {path}.")

    def close(self) -> None:
        """Make the file of the last diversion whole."""
        opened, self._open = self._open, None
        if opened is not None:
            opened.close()

    def _aside(self, result: ResultSet) -> str:
        """Write a result to the file that results go to and say so; nothing for the screen."""
        diverted = self._tools.current.diverted
        if diverted is None or diverted.path is None:
            return ""
        path = Path(diverted.path)
        if self._open is not None:
            return _written_to(self._files.add(result, self._open.file), path)
        self._tools.current.diverted = None
        return _written_to(self._files.write(result, path, force=diverted.force), path)

    def _to_file(self, finished: Finished, end: EndStatement) -> str:
        path = Path(end.argument)
        force = "--force" in end.options
        try:
            done = self._files.write(finished.result, path, force=force, format_name=end.format)
        except KeyboardInterrupt:
            raise reading_interrupted(finished.execution.id, path) from None
        return _written_to(done, path)

    def _exact(self) -> FormatOptions:
        return options_for(self._tools.current.settings)

    def _to_pipe(self, finished: Finished, end: EndStatement) -> str:
        counted = Counted(finished.result.rows())
        settings = self._tools.current.settings
        formatter = self._tools.services.formatters.named(settings.format)
        pieces = formatter.text(finished.result.columns, counted, self._exact())
        services = self._tools.services
        _feed(end.argument, pieces, services.environment, services.directory)
        return rows_text(counted.count, complete=counted.complete)

    # --- into the shell itself ---

    def _to_variables(self, finished: Finished, end: EndStatement) -> str:
        rows = list(islice(finished.result.rows(), 2))
        if len(rows) != 1:
            found = "no row" if not rows else "more than one row"
            advice = _shown_free(finished.execution) if rows else ""
            raise CommandError(f"\\gset needs exactly one row; there is {found}.", advice)
        gathered = gather(finished.result.columns, rows[0], end.argument)
        variables = self._tools.current.variables
        for name, value in gathered.values.items():
            if value is None:
                variables.pop(name, None)
            else:
                variables[name] = value
        self._tools.console.say(gathered.told, Role.NOTICE)
        return rows_text(1)

    def _to_statements(self, finished: Finished, _end: EndStatement) -> str:
        self._cells = tuple(cell for row in finished.result.rows() for cell in row if cell)
        return counted(len(self._cells), "statement")

    def _execute(self, cells: tuple[str, ...]) -> None:
        """Run what a result holds, once the line after that result has been said."""
        for number, cell in enumerate(cells, start=1):
            self._tools.console.say(cell, Role.QUIET)
            try:
                for statement in statements_in_data(cell, r"\gexec"):
                    self.execute(replace(statement, terminator=Terminator.END))
            except (AthenaShellError, KeyboardInterrupt):
                if left := len(cells) - number:
                    text = f"\\gexec stops here: {counted(left, 'statement')} more not run."
                    self._tools.console.say(text, Role.NOTICE)
                raise

    def _to_grid(self, finished: Finished, end: EndStatement) -> str:
        columns, rows = crosstab(finished.result.columns, finished.result.rows(), end.options)
        self.show_answer(columns, rows, Content.RESULT)
        return rows_text(len(rows))


def _shown_free(execution: QueryExecution) -> str:
    return f"\\result {execution.id} shows the rows; runs nothing."


def _plain(rows: Counted) -> Iterator[str]:
    """Yield the text of a result that is one text, line by line."""
    for row in rows:
        line = "".join(cell or "" for cell in row)
        yield sanitize(line, keep_newlines=True, keep_tabs=True) + "\n"


def _written_to(done: Transferred, path: Path) -> str:
    return f"{rows_text(done.rows)} to {path} ({format_bytes(done.bytes)})"


def _feed(
    line: str, pieces: Iterator[str], environment: Mapping[str, str], directory: Path
) -> None:
    """Run a line of the system's shell and write text to it until it wants no more."""
    try:
        process = subprocess.Popen(  # noqa: S602 - a pipe is typed by the user as a shell line
            line,
            shell=True,
            stdin=subprocess.PIPE,
            env=child_environment(environment),
            cwd=directory,
        )
    except OSError as error:
        raise OutputError(f"“{line}” cannot be started: {error.strerror}.") from error
    stdin = process.stdin
    assert stdin is not None  # noqa: S101 - it was asked for
    try:
        with stdin:
            for piece in chain(pieces, ()):
                stdin.write(encoded(piece))
    except BrokenPipeError:
        pass
    finally:
        with interrupts_left_to_the_child():
            code = process.wait()
    if code:
        raise CommandError(f"“{line}” ended {how_it_ended(code)}.")


def reading_interrupted(query_id: str, path: Path | None = None) -> AthenaShellError:
    """Return what tells that a result was not read to its end, and which file it is not in."""
    where = f"\\result {query_id} shows it again without running it." if query_id else ""
    lost = f"; {path} was not written" if path is not None else ""
    return OutputError(f"Reading the result was interrupted{lost}.", where)
