"""A small catalog to complete in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest
from hypothesis import settings

from athena_shell.completion.candidates import Suggestion, suggest
from athena_shell.completion.index import ColumnName, DatabaseNames, NameIndex, TableName
from athena_shell.completion.sources import NameSource
from athena_shell.core.session import Session

# Property tests count examples, not seconds: a busy machine is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

ADDRESS = "row(street varchar, city varchar, geo row(lat double, lon double))"


def table(name: str, columns: str, *, view: bool = False) -> TableName:
    """Make a table of ``name:type`` words; a type may not hold blanks; ``!`` marks a partition."""
    entries = []
    for column in columns.split():
        label, _, kind = column.partition(":")
        entries.append(ColumnName(label.rstrip("!"), kind.replace("_", " "), label.endswith("!")))
    return TableName(name, view, tuple(entries))


SALES = DatabaseNames.of(
    [
        TableName(
            "orders",
            columns=(
                ColumnName("order_id", "bigint"),
                ColumnName("customer_id", "bigint"),
                ColumnName("total", "double"),
                ColumnName("placed_at", "timestamp(3)"),
                ColumnName("status", "varchar"),
                ColumnName("items", "array(row(sku varchar, qty integer))"),
                ColumnName("address", ADDRESS),
                ColumnName("dt", "varchar", is_partition=True),
            ),
        ),
        table("customers", "customer_id:bigint name:varchar email:varchar country:varchar"),
        table("order-lines", "order_id:bigint line:integer sku:varchar Price:double"),
        table("returns", "return_id:bigint order_id:bigint reason:varchar select:varchar"),
        table("2024_archive", "order_id:bigint total:double"),
        table("daily_sales_summary", "day:date revenue:double"),
        table("recent_orders", "order_id:bigint total:double", view=True),
    ]
)
WEB = DatabaseNames.of(
    [
        table("logs", "ip:varchar path:varchar status:integer bytes:bigint day!:varchar"),
        table("sessions", "session_id:varchar user_id:bigint started:timestamp"),
    ]
)
INDEX = NameIndex(
    ("AwsDataCatalog", "lambda_cat"),
    {"awsdatacatalog": ("sales", "web", "my-db"), "lambda_cat": ("ext",)},
    {
        ("awsdatacatalog", "sales"): SALES,
        ("awsdatacatalog", "web"): WEB,
        ("awsdatacatalog", "my-db"): DatabaseNames.of([table("t 1", "a:int")]),
        ("lambda_cat", "ext"): DatabaseNames.of([table("remote", "x:int y:int")]),
    },
    {
        ("awsdatacatalog", "sales", "orders", "dt"): ("2024-01-01", "2024-01-02"),
        ("awsdatacatalog", "web", "logs", "day"): ("monday",),
    },
)


class KnownNames:
    """Names that are all there; it remembers what was wanted."""

    def __init__(self, index: NameIndex = INDEX) -> None:
        self.index = index
        self.wanted: list[tuple[str, ...]] = []

    def snapshot(self) -> NameIndex:
        return self.index

    def want(self, catalog: str, database: str = "") -> None:
        self.wanted.append((catalog, database))

    def want_partition(self, catalog: str, database: str, table: str, column: str) -> None:
        self.wanted.append((catalog, database, table, column))


@dataclass(frozen=True)
class KnownCommand:
    name: str
    aliases: tuple[str, ...] = ()
    summary: str = ""
    arguments: tuple[str, ...] = ()
    usage: str = ""


COMMANDS = (
    KnownCommand("d", ("describe",), "describe a table", ("table",)),
    KnownCommand("use", (), "change the database", ("database",)),
    KnownCommand("format", (), "choose the output format", ("format",)),
    KnownCommand("set", (), "set a variable", ("setting", "value")),
    KnownCommand("unset", (), "forget a variable", ("setting+variable",)),
    KnownCommand("n", (), "run a saved query", ("saved", "text")),
    KnownCommand("prepared", (), "statements", ("words:drop+prepared", "prepared")),
    KnownCommand("timing", (), "show times", ("on_off",)),
    KnownCommand("help", ("?",), "show help", ("topic",)),
    KnownCommand("h", (), "SQL help", ("syntax",)),
    KnownCommand("hf", (), "function help", ("function",)),
    KnownCommand("explain", (), "show the plan", ("statement",)),
    KnownCommand("i", (), "run a file", ("file",)),
    KnownCommand("quit", ("q",), "leave"),
    KnownCommand("chart", (), "draw", ("words:line|bar|hist|scatter", "output")),
    KnownCommand("crosstabview", (), "grid", ("output", "output", "output")),
    KnownCommand("watch", (), "again and again", ("text", "words:forever")),
    KnownCommand("partitions", (), "partitions", ("table", "words:latest")),
    KnownCommand("check", (), "validate", ("statement",)),
    KnownCommand("copy", (), "to files", ("statement", "words:to", "file", "format")),
    KnownCommand("asof", (), "as it was", ("table", "text", "statement")),
    KnownCommand("save", (), "keep a query", ("text", "statement")),
    KnownCommand(
        "export", (), "to a file", ("file", "statement"), r"\export FILE [--force] [--format NAME]"
    ),
    KnownCommand("echo", (), "say", ("text",)),
    KnownCommand("if", (), "only if", ("text",)),
    KnownCommand("catalogs", (), "catalogs", ("catalog",)),
    KnownCommand("expanded", (), "records", ("words:on|off|auto",)),
    KnownCommand("pager", (), "paging", ("words:auto|off|less",)),
)
VALUES = {
    "format": ("table", "csv", "jsonl"),
    "topic": ("errors", "sql"),
    "value:theme": ("dark", "light"),
    "prepared": ("daily_report",),
    "file": ("a.sql", "b.sql", "my dir/", "it's.csv"),
    "saved": ("two words", "twofold"),
}


@pytest.fixture
def session() -> Session:
    return Session(catalog="AwsDataCatalog", database="sales")


@pytest.fixture
def name_index() -> NameIndex:
    return INDEX


@pytest.fixture(scope="session")
def session_names() -> tuple[Session, NameSource]:
    """The same for property tests, which share their fixtures over all examples."""
    return Session(catalog="AwsDataCatalog", database="sales"), KnownNames()


@pytest.fixture
def names() -> KnownNames:
    return KnownNames()


@pytest.fixture
def complete(session: Session) -> Callable[[str], list[Suggestion]]:
    """Complete at the ``|`` of a text."""

    def completed(marked: str) -> list[Suggestion]:
        place = re.search(r"(?<!\|)\|(?!\|)", marked)
        assert place is not None
        cursor = place.start()
        return suggest(
            marked[:cursor] + marked[cursor + 1 :],
            cursor,
            session=session,
            names=KnownNames(),
            commands=COMMANDS,
            settings_names=("theme", "timing"),
            variables=("day", "region"),
            values=VALUES,
        )

    return completed


@pytest.fixture
def texts(complete: Callable[[str], list[Suggestion]]) -> Callable[[str], list[str]]:
    """The texts offered at the ``|``."""

    def offered(marked: str) -> list[str]:
        found: Iterable[Suggestion] = complete(marked)
        return [suggestion.text for suggestion in found]

    return offered
