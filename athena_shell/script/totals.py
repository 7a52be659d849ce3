"""The sums of a run, told in its last line."""

from __future__ import annotations

from decimal import Decimal

from athena_shell.core.records import dataclass
from athena_shell.query.cost import Price, format_bytes, format_cost
from athena_shell.query.progress_text import took_text
from athena_shell.script.record import CANCELLED, RUNNING, SKIPPED, Record


@dataclass
class Totals:
    """The sums of a run; what they take does not grow with it."""

    statements: int = 0
    failed: int = 0
    interrupted: int = 0
    commands: int = 0
    skipped: int = 0
    left: int = 0
    seconds: float = 0.0
    scanned_bytes: int = 0
    cost: Decimal = Decimal(0)

    def take(self, record: Record) -> None:
        """Add a statement, or a command that failed."""
        if not record.number:
            self.commands += 1
            return
        self.statements += 1
        interrupted = record.state in {CANCELLED, RUNNING}
        self.failed += bool(record.error) and not interrupted
        self.interrupted += interrupted
        self.skipped += record.state == SKIPPED
        self.seconds += record.seconds
        self.scanned_bytes += record.scanned_bytes or 0
        self.cost += record.cost or 0

    @property
    def records(self) -> int:
        """How many there is something to say of."""
        return self.statements + self.commands

    def parts(self, price: Price | None) -> list[str]:
        """Return the last line: ``7 statements: 6 succeeded, 1 failed``, ``12.0 s``."""
        ended = self.failed + self.interrupted + self.skipped
        counts = [f"{self.statements - ended} succeeded"]
        counts += [f"{self.failed} failed"] if self.failed else []
        counts += [f"{self.interrupted} interrupted"] if self.interrupted else []
        counts += [f"{self.skipped} skipped"] if self.skipped else []
        plural = "" if self.statements == 1 else "s"
        parts = [f"{self.statements} statement{plural}: {', '.join(counts)}"]
        if self.left:
            parts.append(f"{self.left} not run")
        if self.commands:
            parts.append(f"{self.commands} command{'' if self.commands == 1 else 's'} failed")
        parts += [
            took_text(self.seconds),
            f"{format_bytes(self.scanned_bytes)} scanned",
        ]
        if price:
            parts.append("free" if self.cost == 0 else format_cost(self.cost, price.symbol))
        return parts
