"""The nouns that travel between the rooms: statements, executions, results, names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from athena_shell.core.records import dataclass

Row = tuple[str | None, ...]
"""One result row as Athena's text; a missing value (SQL NULL) is ``None``."""


@dataclass(frozen=True)
class Position:
    """A place in a text: ``offset`` counts characters from 0, ``line`` and ``column`` from 1."""

    offset: int = 0
    line: int = 1
    column: int = 1


class Terminator(StrEnum):
    """What ended a statement."""

    SEMICOLON = ";"
    VERTICAL = r"\G"
    BACKGROUND = ";>"
    END = ""


@dataclass(frozen=True)
class Statement:
    """One SQL text with its place in the source.

    ``text`` is exactly what is sent to Athena: from the first token to the last, comments between
    kept, and those in front that touch it; terminator and surrounding blanks left out. A
    ``literal`` one was not typed by the user, so that a ``:name`` in it is no variable.
    """

    text: str
    source: str = ""
    start: Position = field(default_factory=Position)
    terminator: Terminator = Terminator.END
    literal: bool = False


@dataclass(frozen=True)
class CommandLine:
    r"""One backslash command as typed, such as ``\d orders``, with its place in the source."""

    text: str
    source: str = ""
    start: Position = field(default_factory=Position)


class QueryState(StrEnum):
    """Athena's states of a query execution."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_terminal(self) -> bool:
        """Whether the state can no longer change."""
        return self not in {QueryState.QUEUED, QueryState.RUNNING}


@dataclass(frozen=True)
class Target:
    """Where a statement runs; an empty text leaves the choice to the workgroup."""

    catalog: str = "AwsDataCatalog"
    database: str = "default"
    workgroup: str = "primary"
    output_location: str = ""


@dataclass(frozen=True)
class Intent:
    """One wish of the user to run a statement.

    ``token`` is the client request token: random, made once, sent with every repetition of the
    start, never shared by two wishes.
    """

    token: str
    statement: Statement
    target: Target
    parameters: tuple[str, ...] = ()
    reuse_minutes: int = 0


@dataclass(frozen=True)
class QueryStatistics:
    """Figures of a query execution; ``None`` where Athena has not said it (yet)."""

    scanned_bytes: int | None = None
    queue_ms: int | None = None
    planning_ms: int | None = None
    engine_ms: int | None = None
    service_ms: int | None = None
    total_ms: int | None = None
    reused: bool = False
    manifest_location: str = ""


@dataclass(frozen=True)
class QueryFailure:
    """Athena's ``AthenaError`` beside the reason text; category 1 system, 2 user, 3 other."""

    message: str = ""
    category: int = 0
    kind: int = 0
    retryable: bool = False


@dataclass(frozen=True)
class QueryExecution:
    """A started run as Athena describes it."""

    id: str
    state: QueryState
    text: str = ""
    statement_type: str = ""
    substatement_type: str = ""
    reason: str = ""
    failure: QueryFailure | None = None
    submitted: datetime | None = None
    completed: datetime | None = None
    statistics: QueryStatistics = field(default_factory=QueryStatistics)
    output_location: str = ""
    workgroup: str = ""
    catalog: str = ""
    database: str = ""
    engine_version: str = ""
    encryption: str = ""
    managed_results: bool = False


@dataclass(frozen=True)
class Column:
    """A result column; ``type`` is Athena's lower-case type name, such as ``decimal``."""

    name: str
    type: str = "varchar"
    precision: int = 0
    scale: int = 0
    nullable: str = "UNKNOWN"


@dataclass(frozen=True)
class Page:
    """Some rows of a result in order; ``next_token`` is ``None`` on the last page."""

    rows: tuple[Row, ...]
    next_token: str | None = None


@dataclass(frozen=True)
class Transferred:
    """How far a result has come on its way to a file.

    Args:
        rows: as far as they are counted.
        bytes: of the file.
        size: bytes in all, 0 while unknown.
    """

    rows: int = 0
    bytes: int = 0
    size: int = 0


Report = Callable[[Transferred], None]
"""Hears how far a transfer is, on the thread that asked for it."""


@dataclass(frozen=True)
class Part:
    """A file that a query itself has written to S3.

    Args:
        address: where it is.
        copy: fills an empty file, given by its descriptor.
    """

    address: str
    copy: Callable[[int, Report], Transferred]


@dataclass
class ResultSet:
    """The result of a succeeded query: columns at once, pages when asked for.

    ``pages`` is a single pass: what was taken from it is not held here. ``copy`` fills an empty
    file, given by its descriptor, with the whole result as Athena's own CSV; it is ``None`` where
    that cannot be or is not worth while. ``reader`` says which way the rows came.
    """

    columns: tuple[Column, ...]
    pages: Iterator[Page]
    update_count: int | None = None
    reader: str = "api"
    copy: Callable[[int, Report], Transferred] | None = None

    def rows(self) -> Iterator[Row]:
        """Yield the rows one by one; the next page is fetched only when its rows are asked for."""
        for page in self.pages:
            yield from page.rows


@dataclass(frozen=True)
class TableColumn:
    """A column as the catalog knows it; ``type`` is the full type, such as ``array(bigint)``."""

    name: str
    type: str = ""
    comment: str = ""
    is_partition: bool = False


@dataclass(frozen=True)
class Table:
    """A table or view of the catalog."""

    name: str
    database: str = ""
    catalog: str = ""
    kind: str = ""
    columns: tuple[TableColumn, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    created: datetime | None = None

    @property
    def is_view(self) -> bool:
        """Whether it is a view, which has no files of its own."""
        return "VIEW" in self.kind.upper()

    @property
    def partition_columns(self) -> tuple[TableColumn, ...]:
        """The partition columns in order."""
        return tuple(column for column in self.columns if column.is_partition)


@dataclass(frozen=True)
class Database:
    """A database of a catalog."""

    name: str
    description: str = ""


@dataclass(frozen=True)
class Workgroup:
    """A workgroup's rules; ``scan_limit`` is bytes per query, ``None`` when unlimited."""

    name: str
    state: str = "ENABLED"
    output_location: str = ""
    enforced: bool = False
    managed_results: bool = False
    scan_limit: int | None = None
    engine_version: str = ""
    description: str = ""
    requester_pays: bool = False
    encryption: str = ""
    bucket_owner: str = ""
