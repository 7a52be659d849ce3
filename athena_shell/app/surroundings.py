"""What surrounds the program: the machine's time and the process's environment."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start, never going back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Pause the calling thread."""
        time.sleep(seconds)


def environment() -> Mapping[str, str]:
    """Return the process's environment variables."""
    return os.environ
