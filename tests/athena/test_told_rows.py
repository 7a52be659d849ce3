"""Rows as Athena tells them: taken when they can be right, and never waited for."""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest

from athena_shell.athena.ahead import Ahead
from athena_shell.athena.calls import Caller
from athena_shell.athena.told_rows import ToldRows
from athena_shell.core.model import QueryExecution, QueryState


class Told:
    """A service that tells a number of rows, once it may."""

    def __init__(self, rows: object, *, at_once: bool = True) -> None:
        self.may = threading.Event()
        self._rows = rows
        if at_once:
            self.may.set()

    def call(self, _service: str, _method: str, **_parameters: Any) -> Any:
        self.may.wait(10)
        return {"QueryRuntimeStatistics": {"Timeline": {}, "Rows": {"OutputRows": self._rows}}}


def told(service: Told) -> ToldRows:
    return ToldRows(cast("Caller", service), QueryExecution("q", QueryState.SUCCEEDED), 4)


@pytest.mark.parametrize(
    ("rows", "size", "least", "taken"),
    [
        (10, 100, 3, 10),
        (25, 100, 3, 25),
        (26, 100, 3, None),  # four columns have three commas and a line end
        (10, 100, 11, None),  # more were counted
        (0, 100, 0, None),
        (None, 100, 0, None),
    ],
)
def test_only_what_can_be_right_is_taken(
    rows: int | None,
    size: int,
    least: int,
    taken: int | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Ahead, "is_done", property(lambda ahead: ahead._done.wait(10)))

    assert told(Told(rows)).within(size, least) == taken


def test_nothing_is_waited_for() -> None:
    service = Told(10, at_once=False)

    assert told(service).within(100, 0) is None

    service.may.set()
