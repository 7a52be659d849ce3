"""What is said of a statement while it runs, as the parts of one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from athena_shell.core.model import QueryExecution
from athena_shell.output.sanitize import sanitize
from athena_shell.output.widths import cut, display_width
from athena_shell.query.cost import Price, format_bytes, format_cost
from athena_shell.query.progress import Phase, Progress

ERASE: Final = "\r\x1b[J"
"""Takes a line away that ``overdrawn`` drew, into however many rows a resize has broken it."""

_SEPARATOR: Final = " · "
_INDENT: Final = "  "
_MINUTE: Final = 60


def elapsed_text(seconds: float) -> str:
    """Return ``0.412 s``, ``12.3 s``, ``3 min 05 s`` or ``2 h 03 min``."""
    if seconds < 1:
        return f"{seconds:.3f} s"
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), _MINUTE)
    if minutes < _MINUTE:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // _MINUTE} h {minutes % _MINUTE:02} min"


def took_text(seconds: float) -> str:
    """Return what a statement took as its lines say it: ``0.4 s``, ``12.3 s``, ``3 min 05 s``."""
    return f"{seconds:.1f} s" if seconds < _MINUTE else elapsed_text(seconds)


def progress_parts(progress: Progress, price: Price | None) -> tuple[str, ...]:
    """Return the parts of the line, the most wanted first.

    ``RUNNING · 12.3 s · 1.20 GB · $0.0062 · queued 0.3 s · 5d7…``
    """
    parts = (
        _state(progress),
        elapsed_text(progress.elapsed),
        progress.weather,
        *_figures(progress.execution, price),
        progress.query_id,
    )
    return tuple(sanitize(part) for part in parts if part)


def _state(progress: Progress) -> str:
    state = progress.phase.value.upper()
    if progress.phase is Phase.RUNNING and progress.execution is not None:
        state = progress.execution.state.value
    return f"{state} FOR ROOM, place {progress.place}" if progress.place else state


def _figures(execution: QueryExecution | None, price: Price | None) -> Iterator[str]:
    if execution is None:
        return
    statistics = execution.statistics
    if statistics.scanned_bytes:
        yield format_bytes(statistics.scanned_bytes)
        cost = price.of_query(execution) if price else None
        if price and cost:
            yield format_cost(cost, price.symbol)
    if statistics.queue_ms:
        yield f"queued {elapsed_text(statistics.queue_ms / 1000)}"


def fitting(parts: Sequence[str], width: int) -> str:
    """Return the parts on one line, as many from the first on as there is room for."""
    text = cut(parts[0], width) if parts else ""
    for part in parts[1:]:
        longer = text + _SEPARATOR + part
        if display_width(longer) > width:
            break
        text = longer
    return text


def folded(parts: Sequence[str], width: int) -> str:
    """Return all the parts on as few lines as there is room for; none is broken in its middle.

    Args:
        parts: what is said.
        width: columns of the terminal; 0 means there is none, and all goes on one line.
    """
    lines: list[str] = []
    for part in parts:
        longer = lines[-1] + _SEPARATOR + part if lines else part
        if lines and width and display_width(longer) > width:
            lines.append(_INDENT + part)
        else:
            lines[-1:] = [longer]
    return "\n".join(lines)


def overdrawn(text: str) -> str:
    """Return what draws a line in place of the last one.

    The cursor stays at the line's start: a terminal made narrower wraps the line below it, one that
    wraps nothing leaves it alone, and in both cases all of it is from the cursor on.
    """
    return f"{ERASE}{text}\r"
