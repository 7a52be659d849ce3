"""Queries of a script whose results Athena itself writes as Parquet, fetched into files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from athena_shell.core.errors import CommandError, OutputError
from athena_shell.output.export import refuse_taken
from athena_shell.output.parts import put, what_stays
from athena_shell.query.cost import format_bytes
from athena_shell.query.unload import is_unloadable, result_location, unloading
from athena_shell.script.delivery import Delivery, PatternDelivery, reporting

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_shell.commands.services import Connection
    from athena_shell.config.settings import Settings
    from athena_shell.core.model import QueryExecution, ResultSet, Target
    from athena_shell.output.registry import FormatterRegistry
    from athena_shell.query.transfer_line import TransferLine
    from athena_shell.script.turn import Turn


class UnloadDelivery(PatternDelivery):
    """Each query's parts into a file or directory; other results are written here, as ever.

    Args:
        formatters: the formats by name.
        pattern: the file, a directory, or a path with ``{n}`` and ``{name}``.
        connect: returns the connection.
        force: whether existing files are replaced.
        line: tells how far a transfer is.
    """

    def __init__(
        self,
        formatters: FormatterRegistry,
        pattern: str,
        connect: Callable[[], Connection],
        *,
        force: bool = False,
        line: TransferLine | None = None,
    ) -> None:
        super().__init__(formatters, pattern, force=force, line=line)
        self._connect = connect
        self.results = 0

    def trial(self, _settings: Settings) -> Delivery:
        """Return what refuses as this does and writes nothing."""
        return UnloadDelivery(self._formatters, self._pattern, self._connect, force=self._force)

    def expect(self, settings: Settings) -> None:
        """Refuse a result whose file or directory is taken; raises OutputError."""
        del settings  # Athena itself writes Parquet
        self._refuse(self._expected)
        self._expected.add(self._path)
        refuse_taken(self._path, force=self._force, folder=True)

    def wrap(self, turn: Turn, target: Target) -> None:
        """Have Athena write the result of a prepared statement, if UNLOAD takes that.

        Raises:
            CommandError: there is no place in S3 for the parts.
            OutputError: the file exists already, or an earlier statement has it.
        """
        if turn.sent is None or not is_unloadable(turn.final.text):
            return
        self._refuse(self._written)
        refuse_taken(self._path, force=self._force, folder=True)
        workgroup = self._connect().metadata.workgroup(target.workgroup or "primary")
        turn.sent = unloading(turn.sent, result_location(target, workgroup))
        turn.final = replace(turn.final, text=turn.sent.text)
        turn.unloads = True
        self._written.add(self._path)

    def fetch(self, execution: QueryExecution) -> tuple[int | None, str]:
        """Fetch what a query has written; return its rows, if they can be told, and a sentence.

        Raises:
            CommandError: pyarrow is needed and not installed.
            OutputError: a file cannot be written.
            ResultError: a part was deleted or replaced meanwhile.
        """
        self.results += 1
        find = self._connect().parts
        if find is None:
            raise CommandError("The parts cannot be fetched here.", "Leave --unload out.")
        parts = find(execution)
        if not parts:
            return 0, f"Athena wrote nothing, so {self._path} was not written"
        with reporting(self._line) as report:
            done = put(parts, self._path, report, force=self._force)
        size = format_bytes(done.bytes)
        return done.rows or None, f"{self._path} ({size}); {what_stays(parts)}"

    def receive(self, result: ResultSet, settings: Settings) -> int:
        """Write a result that is not Athena's own file and return its number of rows."""
        refuse_taken(self._path, force=self._force, folder=True)
        if self._path.is_dir():
            raise OutputError(
                f"{self._path} is a directory, and this result has no parts to put there.",
                "Only queries are unloaded; name a file, such as 'out-{n}.parquet'.",
            )
        self.results += 1
        return super().receive(result, settings)
