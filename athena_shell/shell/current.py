"""What is current in this shell: the one place where a command's changes are put."""

from __future__ import annotations

from dataclasses import field

from athena_shell.commands.invocation import Situation
from athena_shell.commands.request import Divert
from athena_shell.config.settings import Settings
from athena_shell.core.errors import AthenaShellError
from athena_shell.core.model import QueryExecution, Statement
from athena_shell.core.records import dataclass
from athena_shell.core.session import Session
from athena_shell.output.held import HeldResults
from athena_shell.query.bill import Bill


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
    results: HeldResults = field(default_factory=HeldResults)
    diverted: Divert | None = None
    bill: Bill = field(default_factory=Bill)

    def situation(self) -> Situation:
        """Return where things stand, for a command."""
        return Situation(
            self.session,
            self.settings,
            dict(self.variables),
            self.last_error,
            self.last_execution,
        )
