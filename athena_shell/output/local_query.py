"""SQL over held results, answered by DuckDB in this process: nothing is sent, nothing is billed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from athena_shell.core.errors import CommandError
from athena_shell.core.model import Column, Row
from athena_shell.core.records import dataclass
from athena_shell.output.held import LATEST, HeldResult
from athena_shell.output.local_types import (
    TEXT,
    athena_column,
    duckdb_type,
    is_exact,
    reading,
    writing,
)
from athena_shell.output.missing import extra
from athena_shell.output.values import unique_names
from athena_shell.sql.tokens import Kind, name_of, significant

_MEMORY_MB: Final = 2000
_FETCH: Final = 500
_LOAD_CHARACTERS: Final = 1 << 20
_AGAIN_SECONDS: Final = 0.05
_NAME: Final = re.compile(r"_\d*")
_QUERIES: Final = frozenset({"SELECT", "EXPLAIN", "MULTI"})
_OWN_TABLES: Final = re.compile(
    r'^Did you mean "(?:pg_|duckdb_|sqlite_|pragma_|information_schema).*"\??\n', re.MULTILINE
)
"""What DuckDB proposes of its own catalog, where nothing of the user's is."""
_PLACE: Final = re.compile(r"^LINE (\d+):", re.MULTILINE)
_CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",
}
_LOCKED: Final = (
    "SET python_enable_replacements = false",
    "SET TimeZone = 'UTC'",
    "SET lock_configuration = true",
)


def names_in(text: str) -> frozenset[str]:
    """Return the names in a query that a held result may have: ``_``, ``_1`` and so on."""
    return frozenset(
        name
        for token in significant(text, 0)
        if token.kind in {Kind.WORD, Kind.QUOTED} and _NAME.fullmatch(name := name_of(token))
    )


@dataclass(frozen=True)
class LocalAnswer:
    """What a query over held results gives.

    Args:
        columns: with the types that Athena would say.
        rows: its rows, read once while the query is open.
        kept_as_text: columns whose values do not all read as their type, such as ``_1.price``.
    """

    columns: tuple[Column, ...]
    rows: Iterator[Row]
    kept_as_text: tuple[str, ...] = ()


class LocalQuery:
    """A database in memory that sees held results and nothing else of this machine.

    Args:
        memory_mb: megabytes of memory it may have.

    Raises:
        CommandError: DuckDB is not installed.
    """

    def __init__(self, memory_mb: int = _MEMORY_MB) -> None:
        with extra("local", r"\local"):
            import duckdb
        self._duckdb = duckdb
        config = {**_CONFIG, "memory_limit": f"{memory_mb}MB"}
        self._connection = duckdb.connect(":memory:", config=config)
        self._memory_mb = memory_mb
        for setting in _LOCKED:
            self._connection.execute(setting)
        self._kept_as_text: list[str] = []
        self._ended = threading.Event()

    def stop(self) -> None:
        """Interrupt what runs until ``close``; safe to call from any other thread.

        DuckDB forgets an interrupt that comes before a query has begun, so one is not enough.
        """
        while not self._ended.is_set():
            with suppress(self._duckdb.Error):
                self._connection.interrupt()
            self._ended.wait(_AGAIN_SECONDS)

    def close(self) -> None:
        """Give the memory back."""
        self._ended.set()
        self._connection.close()

    def load(self, results: Iterable[HeldResult], latest: str, check: Callable[[], None]) -> None:
        """Make held results tables.

        Args:
            results: which; each of them complete.
            latest: the name that ``_`` stands for.
            check: called now and then; raises when the user wants no more.
        """
        for result in results:
            with self._errors():
                self._load(result, check)
                if result.name == latest:
                    self._connection.execute(f"CREATE VIEW {LATEST} AS FROM {result.name}")

    def _load(self, result: HeldResult, check: Callable[[], None]) -> None:
        names = [_quoted(name) for name in _names(result.columns)]
        listed = ", ".join(f"{name} {TEXT}" for name in names)
        self._connection.execute(f"CREATE TEMP TABLE loading ({listed or 'nothing INTEGER'})")
        cells = ", ".join(f"cells[{place}]" for place in range(1, len(names) + 1))
        insert = (
            f"INSERT INTO loading SELECT {cells} FROM"  # noqa: S608 - places of columns
            f""" (SELECT unnest(from_json($1::JSON, '[["{TEXT}"]]')) AS cells)"""
        )
        for texts in result.json_groups(_LOAD_CHARACTERS):
            check()
            self._connection.execute(insert, [texts])
        kinds = self._types(result, names)
        typed = ", ".join(
            f"{reading(name, kind) if kind != TEXT else name} AS {name}"
            for name, kind in zip(names, kinds, strict=True)
        )
        self._connection.execute(
            f"CREATE TABLE {result.name} AS SELECT {typed or '*'} FROM loading"  # noqa: S608 - quoted
        )
        self._connection.execute("DROP TABLE loading")

    def _types(self, result: HeldResult, names: Sequence[str]) -> list[str]:
        """Return each column's type; text where a value would be lost or changed by its own."""
        kinds = [duckdb_type(column) for column in result.columns]
        typed = [place for place, kind in enumerate(kinds) if kind != TEXT]
        if not typed:
            return kinds
        conditions = ", ".join(
            f"bool_and({name} IS NULL OR {is_exact(name, kinds[place])})"
            for place in typed
            for name in (names[place],)
        )
        exact = self._connection.execute(f"SELECT {conditions} FROM loading").fetchone()  # noqa: S608 - quoted
        for place, fine in zip(typed, exact or (), strict=True):
            if fine is False:
                kinds[place] = TEXT
                self._kept_as_text.append(f"{result.name}.{result.columns[place].name}")
        return kinds

    def run(self, text: str) -> LocalAnswer:
        """Run one query.

        Raises:
            CommandError: it is no query, is wrong, or needs more memory than it may have.
        """
        with self._errors():
            statements = self._connection.extract_statements(text)
        if len(statements) != 1 or statements[0].type.name not in _QUERIES:
            raise CommandError(
                r"\local runs one query over held results; it changes nothing.",
                r"Write a SELECT, as in \local SELECT count(*) FROM _1.",
            )
        with self._errors(shift=1):
            if statements[0].type.name == "EXPLAIN":
                return self._plan(text)
            self._connection.execute(f"CREATE TABLE answer AS FROM (\n{text}\n)")
            return self._answer()

    def _plan(self, text: str) -> LocalAnswer:
        found = self._connection.execute(text).fetchall()
        lines = [line for row in found for line in str(row[-1]).splitlines()]
        return LocalAnswer((Column("plan"),), ((line,) for line in lines), self._texts())

    def _answer(self) -> LocalAnswer:
        described = self._connection.execute("DESCRIBE answer").fetchall()
        columns = tuple(athena_column(row[0], row[1]) for row in described)
        cells = ", ".join(writing(_quoted(row[0]), row[1]) for row in described)
        self._connection.execute(f"SELECT {cells} FROM answer")  # noqa: S608 - quoted
        return LocalAnswer(columns, self._rows(), self._texts())

    def _texts(self) -> tuple[str, ...]:
        return tuple(self._kept_as_text)

    def _rows(self) -> Iterator[Row]:
        while True:
            with self._errors():
                rows: list[Row] = self._connection.fetchmany(_FETCH)
            if not rows:
                return
            yield from rows

    @contextmanager
    def _errors(self, shift: int = 0) -> Iterator[None]:
        """Say DuckDB's errors as ours; ``shift`` lines stand before what the user wrote."""
        duckdb: Any = self._duckdb
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise CommandError(
                f"This needs more memory than the {self._memory_mb:,} MB that \\local may have.",
                "Use fewer columns or rows, or run it on Athena.",
            ) from error
        except duckdb.Error as error:
            text = _PLACE.sub(lambda found: f"LINE {int(found[1]) - shift}:", str(error))
            text = _OWN_TABLES.sub("", text)
            raise CommandError(text.strip(), r"\local speaks DuckDB's SQL.") from error


def _names(columns: Sequence[Column]) -> Iterator[str]:
    """Yield the columns' names, distinct also where only case differs, as DuckDB needs them."""
    seen: set[str] = set()
    for name in unique_names(columns):
        unique, number = name, 2
        while unique.lower() in seen:
            unique, number = f"{name}_{number}", number + 1
        seen.add(unique.lower())
        yield unique


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
