"""One statement on its way through a run."""

from __future__ import annotations

from dataclasses import field

from athena_shell.core.errors import AthenaShellError
from athena_shell.core.model import Statement
from athena_shell.core.records import dataclass
from athena_shell.query.journal import Entry
from athena_shell.script.directives import Directives
from athena_shell.script.record import Record
from athena_shell.sql.statement import classify
from athena_shell.sql.variables import Substitution


@dataclass
class Turn:
    """A statement's turn.

    Args:
        statement: as it stands in its script.
        directives: what comments before it say.
        record: its figures.
        final: what is sent in its place.
        sent: the way back from there to the script.
        arguments: SQL literals for its ``?``.
        error: why it is not sent.
        earlier: what an earlier run has done of it.
        unloads: whether Athena itself writes its result as Parquet.
    """

    statement: Statement
    directives: Directives
    record: Record
    final: Statement = field(default_factory=lambda: Statement(""))
    sent: Substitution | None = None
    arguments: tuple[str, ...] = ()
    error: AthenaShellError | None = None
    earlier: Entry | None = None
    unloads: bool = False

    @property
    def place(self) -> str:
        """The statement's file and line."""
        return f"{self.record.source}:{self.record.line}"

    @property
    def paid(self) -> bool:
        """Whether an earlier run has paid for it."""
        return self.earlier is not None and bool(self.earlier.state)

    @property
    def is_done(self) -> bool:
        """Whether an earlier run has done it and it has no result to show again."""
        return self.paid and not classify(self.final.text).has_header
