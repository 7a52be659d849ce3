"""How a run comes to its end before its text does."""

from __future__ import annotations


class EndOfRun(Exception):
    """The run ends here with this exit code."""

    def __init__(self, code: int, *, whole: bool) -> None:
        super().__init__(code)
        self.code = code
        self.whole = whole
