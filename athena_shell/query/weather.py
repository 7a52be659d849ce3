"""How long a service has been failing in a row, and how long to wait before the next try."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from athena_shell.athena.patience import delays

if TYPE_CHECKING:
    from athena_shell.core.errors import ServiceError
    from athena_shell.core.ports import Clock


class Weather:
    """The state of the connection, as one statement sees it.

    Args:
        clock: time.
        seed: spreads the pauses of many statements.
    """

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self._clock = clock
        self._seed = seed
        self._since: float | None = None
        self._error: ServiceError | None = None
        self._delays: Iterator[float] = delays(seed)

    @property
    def lasting(self) -> float:
        """Seconds since the first failure in a row."""
        return 0.0 if self._since is None else self._clock.monotonic() - self._since

    def worsen(self, error: ServiceError) -> None:
        """Note a failure."""
        if self._since is None:
            self._since = self._clock.monotonic()
        self._error = error

    def clear(self) -> None:
        """Note an answer."""
        self._since = self._error = None
        self._delays = delays(self._seed)

    def next_delay(self) -> float:
        """Return the seconds until the next try, longer each time."""
        return next(self._delays)

    def text(self, delay: float) -> str:
        """Say what is wrong, for the progress line; empty in fine weather.

        Args:
            delay: the seconds until the next try; 0 while it is made.
        """
        if self._error is None:
            return ""
        text = f"no answer for {self.lasting:.0f} s ({self._error.code or self._error.message})"
        return f"{text}, next try in {delay:.0f} s" if delay else text
