"""The terms on which a statement runs: pace, limits, persistence."""

from __future__ import annotations

from athena_shell.core.records import dataclass


@dataclass(frozen=True)
class Pace:
    """How often a running query is looked at.

    The pause is ``share`` of the time gone by, at least ``least`` and at most ``most`` seconds.
    """

    least: float = 0.1
    most: float = 1.0
    share: float = 0.05

    @classmethod
    def of_milliseconds(cls, least: int, most: int) -> Pace:
        """Return the pace between two limits, of which the longer one counts."""
        return cls(least / 1000, max(least, most) / 1000)

    def pause(self, elapsed: float) -> float:
        """Return the seconds to wait after ``elapsed`` seconds."""
        return min(max(self.least, self.share * elapsed), self.most)


@dataclass(frozen=True)
class Limits:
    """Where the shell itself stops a statement; ``None`` for no limit.

    Args:
        seconds: since Enter.
        scan_bytes: as Athena reports them while the query runs.
    """

    seconds: float | None = None
    scan_bytes: int | None = None


@dataclass(frozen=True)
class Persistence:
    """For how many seconds a failing service is bad weather rather than a failure.

    Args:
        first: before the service has ever answered: a wrong address should be told soon.
        start: while it is not known whether the query was started.
        watch: while a query that was started is watched.
    """

    first: float = 10.0
    start: float = 300.0
    watch: float = 3600.0
