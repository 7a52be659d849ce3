"""Waiting for a person to log in elsewhere: the polling rule of RFC 8628, section 3.5."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from athena_shell.core.errors import AuthError, ServiceError
from athena_shell.core.ports import Clock

Found = TypeVar("Found")

DEFAULT_INTERVAL: Final = 5.0
_SLOWER: Final = 5.0
_SLOWEST: Final = 60.0


class Pending(Exception):
    """The person has not finished; ``slow_down`` when the server wants longer pauses."""

    def __init__(self, *, slow_down: bool = False) -> None:
        super().__init__("pending")
        self.slow_down = slow_down


def poll(ask: Callable[[], Found], *, interval: float, seconds: float, clock: Clock) -> Found:
    """Ask until there is an answer.

    Args:
        ask: returns the answer or raises Pending.
        interval: seconds between two questions, as the server said; 5 when it said nothing.
        seconds: how long the code is valid.
        clock: to wait with.

    Raises:
        AuthError: the time is over.
    """
    ends = clock.monotonic() + seconds
    pause = min(max(interval, 1.0), _SLOWEST)
    while clock.monotonic() + pause <= ends:
        clock.sleep(pause)
        try:
            return ask()
        except Pending as pending:
            pause += _SLOWER if pending.slow_down else 0.0
        except ServiceError as error:
            # RFC 8628: on a connection time-out, ask less often rather than give up.
            if not error.transient:
                raise
            pause = min(pause * 2, _SLOWEST)
    raise AuthError(
        "Nobody logged in before the code's time was over.", r"Start again with \login."
    )


def printable(text: str) -> str:
    """Return a server's text as it may be shown to a person: printable ASCII only, shortened."""
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in text)[:300]
