"""The names behind the prompt: read again, stopped, failing."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from athena_shell.core.errors import ServiceError
from athena_shell.core.model import Table
from tests.shell.conftest import FakeMetadata, Start, Terminal


class Weather:
    """What the catalog's lists meet: a gate, and whether they fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.broken = False
        tables = FakeMetadata.tables

        def slow(metadata: FakeMetadata, catalog: str, database: str) -> Sequence[Table]:
            assert self.gate.wait(10)
            if self.broken:
                raise ServiceError("Glue cannot be reached.", transient=True)
            return tables(metadata, catalog, database)

        monkeypatch.setattr(FakeMetadata, "tables", slow)


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> Weather:
    return Weather(monkeypatch)


def names(terminal: Terminal) -> list[str]:
    """Return the tables that completion knows in ``shop``."""
    desk = terminal.shell._desk.value
    connection = desk.tools.behind.value if desk is not None else None
    if connection is None:
        return []
    found = connection.names.snapshot().database("AwsDataCatalog", "shop")
    return sorted(found.tables) if found else []


def test_control_c_stops_a_refresh(start: Start, weather: Weather) -> None:
    shell = start()
    shell.wait(lambda: names(shell) == ["cheap_orders", "orders"])
    weather.gate.clear()
    shell.metadata.content["shop"] = ()
    shell.enter("\\refresh")
    before = shell.prompts()
    shell.type("\x03")
    shell.wait(lambda: shell.prompts() > before and shell.text().endswith(">"))
    weather.gate.set()
    assert shell.text().count("Stopped; names are as they were.") == 1
    assert names(shell) == ["cheap_orders", "orders"]
    before = shell.prompts()
    shell.type("\x03")
    shell.wait(lambda: shell.prompts() > before and shell.text().endswith(">"))
    assert shell.text().count("Stopped") == 1
    shell.enter("\\refresh")
    shell.wait(lambda: names(shell) == [])


def test_a_failed_refresh_is_one_notice_and_is_tried_again(start: Start, weather: Weather) -> None:
    shell = start()
    shell.wait(lambda: names(shell) == ["cheap_orders", "orders"])
    weather.broken = True
    shell.enter("\\refresh")
    notice = "Names for completion could not be refreshed: Glue cannot be reached."
    shell.wait_for(notice)
    shell.enter("\\echo here")
    assert shell.text().count(notice) == 1
    weather.broken = False
    shell.metadata.content["shop"] = ()
    shell.enter("\\refresh")
    shell.wait(lambda: names(shell) == [])
    assert shell.text().count(notice) == 1
