"""Settings that a running connection takes over at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, runtime_checkable

from athena_shell.athena.readers import ResultReader
from athena_shell.commands.services import Connection
from athena_shell.config.settings import Settings
from athena_shell.query.cost import Price
from athena_shell.query.terms import Pace


@runtime_checkable
class _ReadsResults(Protocol):
    """An engine that can be told how results are read."""

    result_reader: ResultReader


def tuned(connection: Connection, settings: Settings) -> Connection:
    """Return a connection that looks at queries, reads results and counts as the settings say."""
    connection.runner.pace = Pace.of_milliseconds(
        settings.min_poll_interval, settings.max_poll_interval
    )
    if isinstance(connection.engine, _ReadsResults):
        connection.engine.result_reader = ResultReader(settings.result_reader)
    price = Price.chosen(settings.price_per_tb, connection.list_price)
    connection.runner.price = price
    return connection if price == connection.price else replace(connection, price=price)
