"""The line of a transfer: nothing for a quick one, gone at the end, cut to the screen."""

from __future__ import annotations

import io

import pytest

from athena_shell.core.model import Transferred
from athena_shell.query.transfer_line import TransferLine, line_on, transfer_parts

MB = 1 << 20


class Hand:
    """A clock turned by hand."""

    def __init__(self) -> None:
        self.seconds = 5.0

    def __call__(self) -> float:
        return self.seconds


def test_a_quick_transfer_draws_nothing_and_a_slow_one_cleans_up() -> None:
    clock, drawn = Hand(), io.StringIO()
    line = TransferLine(drawn.write, lambda: 200, clock)
    line.report(Transferred(1, 1, 10))
    clock.seconds += 0.29
    line.report(Transferred(2, 2, 10))
    line.clear()
    assert drawn.getvalue() == ""
    clock.seconds += 0.71
    line.report(Transferred(1500, 25 * MB, 100 * MB))
    line.report(Transferred(1501, 26 * MB, 100 * MB))  # too soon after the last one
    line.clear()
    line.clear()
    assert drawn.getvalue() == (
        "\r\x1b[J█████░░░░░░░░░░░░░░░ 25 % · 1,500 rows · 25.0 MB of 100 MB · 25.0 MB/s"
        " · 3.0 s left\r\r\x1b[J"
    )


@pytest.mark.parametrize(
    ("transferred", "text"),
    [
        (Transferred(), "0 B · 0 B/s"),
        (Transferred(3000), "3,000 rows · 1,500 rows/s"),
        (Transferred(3, 2048), "3 rows · 2.00 KB · 1.00 KB/s"),
        (Transferred(0, 10, 10), "###################. 99 % · 10 B of 10 B · 5 B/s · 1.0 s left"),
    ],
)
def test_what_is_known_is_said(transferred: Transferred, text: str) -> None:
    assert " · ".join(transfer_parts(transferred, 2.0, "#.")) == text


def test_a_narrow_screen_cuts_from_the_end() -> None:
    clock, drawn = Hand(), io.StringIO()
    line = TransferLine(drawn.write, lambda: 27, clock)
    clock.seconds += 1
    line.report(Transferred(1500, 25 * MB, 100 * MB))
    assert drawn.getvalue() == "\r\x1b[J█████░░░░░░░░░░░░░░░ 25 %\r"


@pytest.mark.parametrize("term", ["xterm", "dumb", ""])
def test_what_is_no_terminal_gets_nothing(term: str) -> None:
    class Clock:
        def monotonic(self) -> float:
            return 0.0

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return term != "xterm"

    stream = Terminal()
    line = line_on(stream, {"TERM": term}, Clock())  # type: ignore[arg-type]  # only this is used
    line.report(Transferred(1, 1))
    line.clear()
    assert stream.getvalue() == ""
