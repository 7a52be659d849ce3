"""A statement's result, every value already as Athena's text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

LocalRow = tuple[str | None, ...]


@dataclass(frozen=True)
class LocalColumn:
    """A result column as ``ColumnInfo`` describes it; ``type`` is Athena's lower-case name."""

    name: str
    type: str = "varchar"
    precision: int = 2147483647
    scale: int = 0


@dataclass
class LocalResult:
    """What a statement gave.

    Attributes:
        columns: empty for statements without a result, such as ``CREATE TABLE``.
        rows: one pass over the rows; reading it may raise EngineError, as values are made while
            they are read.
        statement_type: ``DML``, ``DDL`` or ``UTILITY``.
        substatement_type: such as ``SELECT`` or ``CREATE_TABLE_AS_SELECT``.
        update_count: rows written, for statements that write.
        scanned_bytes: an estimate from the sizes of the files that were read.
        text_lines: the lines of the ``.txt`` object for statements that Athena answers with one
            (``SHOW``, ``DESCRIBE``, DDL), which have no header row; ``None`` for CSV results.
        written: the ``s3://`` addresses of data files that the statement wrote.
    """

    columns: tuple[LocalColumn, ...]
    rows: Iterator[LocalRow]
    statement_type: str = "DML"
    substatement_type: str = "SELECT"
    update_count: int | None = None
    scanned_bytes: int = 0
    text_lines: tuple[str, ...] | None = None
    written: tuple[str, ...] = field(default=())
