"""Faults on schedule: what goes wrong at the n-th call of an operation."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ANY: Final = "*"


class FaultKind(StrEnum):
    """What can go wrong."""

    ERROR = "error"
    """The call is refused and has no effect."""
    ERROR_AFTER = "error-after"
    """The call takes effect, yet an error is the reply."""
    LOST = "lost"
    """The call takes effect, and the connection closes without a reply."""
    RESET = "reset"
    """The connection is reset, and the call has no effect."""
    CUT = "cut"
    """The reply ends after ``at`` bytes of its body."""
    DELAY = "delay"
    """The reply comes ``seconds`` late."""
    DRIP = "drip"
    """The reply's bytes come one by one, ``seconds`` apart."""
    EXPIRE = "expire"
    """Every session expires just before the call."""
    STALE = "stale"
    """The call's page token is refused."""
    REPEAT = "repeat"
    """The reply's page token is the call's own."""
    REVIVE = "revive"
    """The query that is described looks FAILED once before it shows its success."""
    ETAG = "etag"
    """The object looks replaced from this call on."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Args:
        operation: the API operation, ``*`` for any.
        nth: which call of it, from 1.
        kind: what goes wrong.
        code: the error code, for errors.
        status: the HTTP status, for errors.
        message: the error's text.
        at: bytes of the body that arrive, for cuts; negative counts from the end.
        seconds: how long, for delays and drips.
        times: how many calls in a row are struck.
    """

    operation: str
    nth: int
    kind: FaultKind
    code: str = "InternalServerException"
    status: int = 500
    message: str = "An internal error was injected"
    at: int = 0
    seconds: float = 0.0
    times: int = 1

    def __str__(self) -> str:
        detail = {
            FaultKind.ERROR: f" {self.status} {self.code}",
            FaultKind.ERROR_AFTER: f" {self.status} {self.code}",
            FaultKind.CUT: f" at byte {self.at}",
            FaultKind.DELAY: f" {self.seconds:g} s",
            FaultKind.DRIP: f" {self.seconds:g} s a byte",
        }.get(self.kind, "")
        times = f" ×{self.times}" if self.times > 1 else ""
        return f"{self.operation} #{self.nth}: {self.kind}{detail}{times}"


@dataclass(frozen=True)
class Schedule:
    """Some faults, and the seed they came from."""

    faults: tuple[Fault, ...] = ()
    seed: int | None = None

    def __str__(self) -> str:
        origin = "" if self.seed is None else f"seed {self.seed}: "
        return origin + ("; ".join(map(str, self.faults)) or "no fault")

    @classmethod
    def from_seed(cls, seed: int, *, most: int = 6) -> Schedule:
        """Return 1 to ``most`` random faults; the same seed gives the same faults."""
        dice = random.Random(seed)  # noqa: S311 - repeatable on purpose, nothing is secret
        return cls(tuple(_any_fault(dice) for _ in range(dice.randint(1, most))), seed)

    def shrunk(self, fails: Callable[[Schedule], bool]) -> Schedule:
        """Return the smallest part of the schedule, faults left out one by one, that still fails.

        Args:
            fails: runs a schedule and tells whether the failure is still there.
        """
        current = self
        for fault in self.faults:
            fewer = Schedule(tuple(f for f in current.faults if f is not fault), self.seed)
            if fails(fewer):
                current = fewer
        return current


_THROTTLED: Final = ("ThrottlingException", 400)
_TOO_MANY: Final = ("TooManyRequestsException", 400)
_SERVER: Final = ("InternalServerException", 500)
_UNAVAILABLE: Final = ("ServiceUnavailable", 503)
_SLOW_DOWN: Final = ("SlowDown", 503)
_STS_THROTTLED: Final = ("Throttling", 400)
_IDP: Final = ("IDPCommunicationError", 400)

_TRANSPORT: Final = (
    FaultKind.LOST,
    FaultKind.RESET,
    FaultKind.CUT,
    FaultKind.DELAY,
    FaultKind.DRIP,
    FaultKind.ERROR,
)
_ATHENA_ERRORS: Final = (_THROTTLED, _TOO_MANY, _SERVER, _UNAVAILABLE)

_MENU: Final = {
    "StartQueryExecution": (
        (*_TRANSPORT, FaultKind.ERROR_AFTER, FaultKind.EXPIRE),
        (_THROTTLED, _SERVER, _UNAVAILABLE),
    ),
    "GetQueryExecution": ((*_TRANSPORT, FaultKind.EXPIRE, FaultKind.REVIVE), _ATHENA_ERRORS),
    "GetQueryResults": (
        (*_TRANSPORT, FaultKind.EXPIRE, FaultKind.STALE, FaultKind.REPEAT),
        _ATHENA_ERRORS,
    ),
    "StopQueryExecution": ((*_TRANSPORT, FaultKind.EXPIRE), _ATHENA_ERRORS),
    "GetObject": ((*_TRANSPORT, FaultKind.EXPIRE, FaultKind.ETAG), (_SLOW_DOWN, _UNAVAILABLE)),
    "AssumeRoleWithWebIdentity": (
        (FaultKind.LOST, FaultKind.RESET, FaultKind.DELAY, FaultKind.ERROR),
        (_STS_THROTTLED, _IDP, _UNAVAILABLE),
    ),
}
"""For each operation: the kinds of fault and the errors that may strike it at random."""

_LAST_CALL: Final = 6
_LONGEST_RUN: Final = 3
_LAST_BYTE: Final = 400
_DELAY_SECONDS: Final = 0.02
_DRIP_SECONDS: Final = 0.0002


def _any_fault(dice: random.Random) -> Fault:
    operation = dice.choice(list(_MENU))
    kinds, errors = _MENU[operation]
    kind = dice.choice(kinds)
    code, status = dice.choice(errors)
    return Fault(
        operation,
        nth=dice.randint(1, _LAST_CALL),
        kind=kind,
        code=code,
        status=status,
        at=dice.randint(0, _LAST_BYTE),
        seconds=_DRIP_SECONDS if kind is FaultKind.DRIP else _DELAY_SECONDS,
        times=dice.randint(1, _LONGEST_RUN) if kind is FaultKind.ERROR else 1,
    )


class Faults:
    """Counts calls and says what strikes them; safe for several threads."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._planned = list(faults)
        self._counts: Counter[str] = Counter()

    def add(self, *faults: Fault) -> None:
        """Plan more; ``nth`` counts from the operation's very first call."""
        with self._lock:
            self._planned.extend(faults)

    def next(self, operation: str, kind: FaultKind, **details: object) -> None:
        """Plan a fault for the operation's next call from now."""
        with self._lock:
            nth = self._counts[operation] + 1
            self._planned.append(Fault(operation, nth, kind, **details))  # type: ignore[arg-type] # the fields of Fault, by name

    def clear(self) -> None:
        """Plan nothing any more; the counts stay."""
        with self._lock:
            self._planned.clear()

    def strike(self, operation: str) -> Fault | None:
        """Count a call and return what strikes it."""
        with self._lock:
            for name in (operation, ANY):
                self._counts[name] += 1
            for fault in self._planned:
                count = self._counts[fault.operation]
                if fault.operation in {operation, ANY} and (
                    fault.nth <= count < fault.nth + fault.times
                ):
                    return fault
        return None
