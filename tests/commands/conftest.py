"""Commands dispatched on their own, without a shell around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from athena_shell.commands.built_in import built_in_commands
from athena_shell.commands.invocation import Situation
from athena_shell.commands.outcome import Outcome
from athena_shell.commands.services import Connection, Services
from athena_shell.config.settings import Settings
from athena_shell.core.errors import CommandError
from athena_shell.core.model import Database, Table, TableColumn, Workgroup
from athena_shell.core.session import Session
from athena_shell.output.registry import FormatterRegistry

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

Dispatch = Callable[..., Outcome]

ORDERS = Table(
    "orders",
    "shop",
    "AwsDataCatalog",
    "EXTERNAL_TABLE",
    (
        TableColumn("id", "bigint", "the order's number"),
        TableColumn("day", "date", "", is_partition=True),
    ),
    (
        ("comment", "what was ordered"),
        ("location", "s3://shop/orders/"),
        ("numRows", "1200"),
        ("serde.serialization.lib", "org.openx.data.jsonserde.JsonSerDe"),
        ("sizeKey", "65536"),
    ),
)
CHEAP = Table("cheap", "shop", "AwsDataCatalog", "VIRTUAL_VIEW", (TableColumn("id", "bigint"),))


class StoppedClock:
    def now(self) -> datetime:
        return START

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class Catalog:
    """A catalog of one database with a table and a view."""

    def catalogs(self) -> tuple[str, ...]:
        return ("AwsDataCatalog", "other")

    def databases(self, catalog: str) -> tuple[Database, ...]:
        assert catalog == "AwsDataCatalog"
        return (Database("default"), Database("shop", "what we sell"))

    def database(self, catalog: str, name: str) -> Database:
        for each in self.databases(catalog):
            if each.name == name:
                return each
        raise CommandError(f"There is no database {name}.")

    def tables(self, catalog: str, database: str) -> tuple[Table, ...]:
        return (CHEAP, ORDERS) if self.database(catalog, database).name == "shop" else ()

    def table(self, catalog: str, database: str, name: str) -> Table:
        for each in self.tables(catalog, database):
            if each.name == name:
                return each
        raise CommandError(f"There is no table {name}.")

    def workgroups(self) -> tuple[str, ...]:
        return ("primary", "closed")

    def workgroup(self, name: str) -> Workgroup:
        if name not in self.workgroups():
            raise CommandError(f"There is no workgroup {name}.")
        return Workgroup(name, "DISABLED" if name == "closed" else "ENABLED", scan_limit=10**9)


def unused(name: str) -> Any:
    """Return a part that no command of these tests may touch."""

    class Unused:
        def __getattr__(self, attribute: str) -> Any:
            raise AssertionError(f"{name}.{attribute} was used")

    return Unused()


@pytest.fixture
def dispatch(tmp_path: Path) -> Dispatch:
    """Return what dispatches a command line."""

    def run(text: str, *, profiles: tuple[str, ...] = (), **situation: Any) -> Outcome:
        connection = Connection(
            engine=situation.pop("engine", unused("engine")),
            metadata=Catalog(),
            runner=unused("runner"),
            names=situation.pop("names", unused("names")),
            authentication=situation.pop("authentication", unused("authentication")),
            journal=situation.pop("journal", unused("journal")),
            saved=situation.pop("saved", None),
            estimator=situation.pop("estimator", None),
        )
        services = Services(
            connect=lambda: connection,
            formatters=FormatterRegistry(),
            clock=StoppedClock(),
            environment={"HOME": "/home/ann"},
            directory=tmp_path,
            history=situation.pop("history", None),
            profiles=profiles,
        )
        session = replace(Session("test", database="shop"), **situation.pop("session", {}))
        settings = situation.pop("settings", Settings())
        place = Situation(session, settings, **situation)
        return built_in_commands().dispatch(text, place, services)

    return run
