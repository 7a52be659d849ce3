"""Repeating a call through bad weather, above the retries of the AWS library.

botocore spends its retry quota within a few calls of a lasting outage and then gives each call one
attempt, so minutes of patience have to live here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, TypeVar

from athena_shell.core.errors import ServiceError
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.core.ports import Clock

T = TypeVar("T")

FIRST_DELAY: Final = 0.25
LONGEST_DELAY: Final = 15.0


def delays(seed: int = 0) -> Iterator[float]:
    """Yield the pauses in seconds between attempts: doubling to 15 s, spread by ``seed``.

    The spread (up to a quarter, fixed for a seed) keeps many shells from knocking in step.
    """
    spread = 1 + (seed % 97) / 388
    delay = FIRST_DELAY
    while True:
        yield min(delay * spread, LONGEST_DELAY)
        delay = min(delay * 2, LONGEST_DELAY)


@dataclass(frozen=True)
class Patience:
    """How long a call is repeated when it fails for a passing reason.

    Args:
        clock: time.
        limit: seconds from the first failure until the failure counts.
    """

    clock: Clock
    limit: float = 300.0

    def repeat(
        self, call: Callable[[], T], told: Callable[[ServiceError], None] | None = None
    ) -> T:
        """Return what ``call`` returns, repeating it while it fails for a passing reason.

        Raises the last error when it is not transient or patience is at its end.
        """
        began: float | None = None
        for delay in delays():
            try:
                return call()
            except ServiceError as error:
                now = self.clock.monotonic()
                began = now if began is None else began
                if not error.transient or now + delay - began > self.limit:
                    raise
                if told is not None:
                    told(error)
            self.clock.sleep(delay)
        raise AssertionError("delays never end")  # pragma: no cover
