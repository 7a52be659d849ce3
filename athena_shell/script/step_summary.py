"""A run as a table in Markdown, for the step summary of a GitHub workflow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from athena_shell.query.cost import Price, format_bytes, format_cost
from athena_shell.query.progress_text import took_text
from athena_shell.script.record import SKIPPED, Record, printable, shortened

_MOST: Final = 500
_LONGEST: Final = 300
_PUNCTUATION: Final = re.compile(r"[\\`*_\[\]~|]")


def step_summary(records: Sequence[Record], last: str, price: Price | None) -> str:
    """Return the records and the last line as Markdown; GitHub drops what is larger than 1 MiB.

    Args:
        records: the statements of the run; many are told of by those that failed, then the first.
        last: the sums of the run.
        price: to show costs; ``None`` leaves them out.
    """
    lines = [
        "| | Statement | State | Rows | Time | Scanned | Cost |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    told = records
    if len(records) > _MOST:
        told = sorted(records, key=lambda record: not record.error)[:_MOST]
    lines += [_row(record, price) for record in told]
    more = len(records) - len(told)
    left_out = f"and {more:,} more\n\n" if more else ""
    return "\n".join(lines) + f"\n\n{left_out}{_plain(last)}\n"


def _row(record: Record, price: Price | None) -> str:
    mark = "❌" if record.error else "⏭️" if record.state == SKIPPED else "✅"
    cost = format_cost(record.cost, price.symbol) if price and record.cost is not None else ""
    cells = (
        mark,
        f"{record.place} {shortened(record.error, _LONGEST)}".strip(),
        record.state,
        "" if record.rows is None else f"{record.rows:,}",
        took_text(record.seconds),
        "" if record.scanned_bytes is None else format_bytes(record.scanned_bytes),
        cost,
    )
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _plain(text: str) -> str:
    """Return text that Markdown, which may hold HTML, shows as it is, on one line."""
    text = printable(text).replace("\n", " ")
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    return _PUNCTUATION.sub(r"\\\g<0>", text)
