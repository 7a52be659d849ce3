"""How long a statement takes beyond its real work, so that waiting can be tested."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

_HINT: Final = re.compile(r"/\*\s*local:(?P<rules>[^*]*)\*/", re.IGNORECASE)
_RULE: Final = re.compile(
    r"(?P<name>queue|run|scan)\s+(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[a-z]*)", re.IGNORECASE
)
_SECONDS: Final = {"": 1.0, "s": 1.0, "ms": 0.001, "m": 60.0, "min": 60.0}
_BYTES: Final = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}


@dataclass(frozen=True)
class Pace:
    """Times and figures that a statement is given.

    Args:
        queue: seconds in QUEUED.
        run: seconds in RUNNING before the real work.
        scan: bytes it says it scanned, ``None`` for the engine's own figure.
    """

    queue: float = 0.0
    run: float = 0.0
    scan: int | None = None

    @property
    def delay(self) -> float:
        """Seconds from the submission to the real work."""
        return self.queue + self.run

    def hinted(self, sql: str) -> Pace:
        """Return the pace that a comment of the statement asks for.

        Such a comment is ``/* local: queue 2s, run 30s, scan 5 GB */``; what it leaves out stays.
        """
        match = _HINT.search(sql)
        if match is None:
            return self
        pace = self
        for rule in _RULE.finditer(match["rules"]):
            number, unit = float(rule["number"]), rule["unit"].lower()
            name = rule["name"].lower()
            if name == "scan" and unit in _BYTES:
                pace = replace(pace, scan=int(number * _BYTES[unit]))
            elif name == "queue" and unit in _SECONDS:
                pace = replace(pace, queue=number * _SECONDS[unit])
            elif name == "run" and unit in _SECONDS:
                pace = replace(pace, run=number * _SECONDS[unit])
        return pace
