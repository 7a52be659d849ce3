"""What is current in this shell: the one place where a command's changes are put."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from athena_shell.commands.invocation import Situation
from athena_shell.commands.request import Divert
from athena_shell.config.settings import Settings
from athena_shell.core.errors import AthenaShellError
from athena_shell.core.model import Column, QueryExecution, Row, Statement
from athena_shell.core.session import Session


@dataclass(frozen=True)
class Held:
    """The last result: its first rows, and the execution that has all of them.

    Args:
        columns: the result's columns.
        rows: the rows that were kept.
        complete: whether these are all rows.
        execution: where the rest is, ``None`` for a command's answer.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    complete: bool
    execution: QueryExecution | None = None


@dataclass
class Current:
    """The values that change while the shell runs; each of them is frozen itself."""

    session: Session
    settings: Settings
    variables: dict[str, str] = field(default_factory=dict)
    parameters: tuple[str, ...] = ()
    last_statement: Statement | None = None
    last_error: AthenaShellError | None = None
    last_execution: QueryExecution | None = None
    held: Held | None = None
    diverted: Divert | None = None
    cost: Decimal = Decimal(0)
    scanned_bytes: int = 0
    notice: str = ""

    def situation(self) -> Situation:
        """Return where things stand, for a command."""
        return Situation(
            self.session,
            self.settings,
            dict(self.variables),
            self.last_error,
            self.last_execution,
        )
