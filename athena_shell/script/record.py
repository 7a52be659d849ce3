"""What became of one statement of a run."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Final

from athena_shell.core.errors import AthenaShellError, QueryCancelled, QueryError
from athena_shell.core.model import Position, QueryExecution, Statement
from athena_shell.core.records import dataclass
from athena_shell.core.redact import redact
from athena_shell.output.sanitize import sanitize, sanitize_json
from athena_shell.query.cost import Price
from athena_shell.query.interruption import Detached
from athena_shell.script.directives import behind_comments
from athena_shell.sql.statement import StatementKind, classify

_A_SECOND: Final = 1000  # in milliseconds

SUCCEEDED, FAILED, CANCELLED, RUNNING = "SUCCEEDED", "FAILED", "CANCELLED", "RUNNING"
SKIPPED: Final = "SKIPPED"
"""The state of a statement that an earlier run has done."""
ASSERTION: Final = "assertion"
"""The kind of an ``\\assert``."""
COMMAND: Final = "command"
"""The kind of a backslash command; only one that failed has a record."""
SCRIPT: Final = "script"
"""The kind of a script that could not be read to its end."""


@dataclass
class Record:
    """A statement's figures, filled in while it runs; ``None`` where there is nothing to say.

    A command that failed has a record too. It is no statement of the run: its number is 0.
    """

    number: int
    name: str
    source: str
    line: int
    column: int
    kind: str
    verb: str
    state: str = ""
    query_id: str = ""
    seconds: float = 0.0
    queue_ms: int | None = None
    engine_ms: int | None = None
    scanned_bytes: int | None = None
    cost: Decimal | None = None
    rows: int | None = None
    error: str = ""
    exit_code: int = 0

    @classmethod
    def of(cls, number: int, name: str, statement: Statement) -> Record:
        """Return the record of a statement that has not run yet."""
        knowledge = classify(statement.text)
        start = behind_comments(statement)
        return cls(
            number,
            name,
            statement.source,
            start.line,
            start.column,
            knowledge.kind.value,
            knowledge.verb,
        )

    @classmethod
    def of_assertion(cls, number: int, name: str, condition: Statement) -> Record:
        r"""Return the record of an ``\assert`` that has not run yet."""
        record = cls.of(number, name, condition)
        record.kind, record.verb = ASSERTION, r"\assert"
        return record

    @classmethod
    def of_command(cls, text: str, source: str, place: Position) -> Record:
        """Return the record of a command that failed; without a text, of its script."""
        verb = (text.split(None, 1) or [""])[0]
        kind = COMMAND if verb else SCRIPT
        return cls(0, "", source, place.line, place.column, kind, verb)

    @property
    def counts_rows(self) -> bool:
        """Whether the statement can change rows, so that their number says something."""
        return self.kind != StatementKind.DDL or self.verb == "CREATE TABLE"

    def see(self, final: Statement) -> None:
        """Take what a statement is when something is sent around it."""
        knowledge = classify(final.text)
        self.kind, self.verb = knowledge.kind.value, knowledge.verb

    @property
    def place(self) -> str:
        """Where the statement stands and what it is: ``daily.sql:12 SELECT totals``."""
        name = "" if self.name in {"", str(self.number)} else f" {self.name}"
        return f"{self.source}:{self.line} {self.verb}{name}".rstrip()

    @property
    def title(self) -> str:
        """What the statement is called in lists: its name and its verb."""
        return f"{self.name} {self.verb}".strip() or self.kind

    def note(self, execution: QueryExecution, seconds: float, price: Price | None) -> None:
        """Take the figures of the statement's execution."""
        statistics = execution.statistics
        self.state = execution.state.value
        self.query_id = execution.id
        self.seconds = round(seconds, 3)
        self.queue_ms, self.engine_ms = statistics.queue_ms, statistics.engine_ms
        self.scanned_bytes = statistics.scanned_bytes
        self.cost = price.of_query(execution) if price else None

    def fail(self, error: AthenaShellError, price: Price | None) -> Decimal:
        """Take a failure with its figures, as far as they are known; return what they add."""
        execution = error.execution if isinstance(error, QueryError) else None
        if execution is not None:
            self.note(execution, (execution.statistics.total_ms or 0) / _A_SECOND, price)
        self.state = _state_of(error)
        self.error = redact(error.message)
        self.exit_code = int(error.exit_code)
        self.query_id = self.query_id or str(getattr(error, "query_id", ""))
        return (self.cost if execution else None) or Decimal(0)

    def as_json(self) -> str:
        """Return the record as one line of JSON; the cost is a number of US dollars."""
        members = asdict(self)
        members["number"] = self.number or None
        members["cost"] = None if self.cost is None else float(self.cost)
        return sanitize_json(json.dumps(members, ensure_ascii=False))


def _state_of(error: AthenaShellError) -> str:
    """Return the state that a failure leaves: whoever interrupts has not failed."""
    if isinstance(error, Detached):
        return RUNNING
    return CANCELLED if isinstance(error, QueryCancelled) else FAILED


def printable(text: str) -> str:
    """Return the text fit for XML and Markdown, with what would be invisible there made visible."""
    return sanitize(text, keep_newlines=True, keep_tabs=True, keep_joiners=True)


def shortened(text: str, longest: int) -> str:
    """Return the text, or its beginning when it is longer."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
