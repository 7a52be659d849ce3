"""What is told about a statement while it runs."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from athena_shell.core.model import QueryExecution
from athena_shell.core.records import dataclass


class Phase(StrEnum):
    """Where a statement is between Enter and its first row."""

    CONNECTING = "connecting"  # nothing was sent, not even to log in
    LOGGING_IN = "logging in"  # nothing was sent to Athena
    STARTING = "starting"
    WAITING = "waiting"  # for room: Athena's limit of concurrent queries is reached
    RUNNING = "running"  # Athena knows it; the execution says QUEUED or RUNNING
    STOPPING = "stopping"
    FETCHING = "fetching"
    ENDED = "ended"


@dataclass(frozen=True)
class Progress:
    """One look at a running statement.

    Args:
        phase: where it is.
        elapsed: seconds since Enter.
        query_id: empty until Athena has told it.
        execution: Athena's latest description, ``None`` before the first.
        weather: what is wrong with the connection at the moment, or an empty text.
        place: 1-based place in this shell's own queue while waiting for room, else 0.
    """

    phase: Phase
    elapsed: float = 0.0
    query_id: str = ""
    execution: QueryExecution | None = None
    weather: str = ""
    place: int = 0


Observer = Callable[[Progress], None]
"""Is called from the thread that runs the statement; must not block."""


def ignore(_progress: Progress) -> None:
    """Observe nothing."""
