"""Iceberg's partition transforms: how a row's partition follows from its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from athena_shell.local.catalog import ColumnEntry
from athena_shell.local.errors import EngineError, unsupported
from athena_shell.local.types import DATE, INTEGER, DuckType, parse_type, quote

_TIMES: Final = ("DATE", "TIMESTAMP")
_SHAPE: Final = re.compile(
    r"""\s*(?:(?P<kind>\w+)\s*\(\s*(?:(?P<width>\d+)\s*,\s*)?)?
    (?P<mark>["`]?)(?P<column>[\w$ -]+?)(?P=mark)\s*(?:,\s*(?P<last>\d+)\s*)?(?P<close>\))?\s*""",
    re.VERBOSE,
)
_SUFFIXES: Final = {"truncate": "trunc"}
_WIDE: Final = ("bucket", "truncate")
_KINDS: Final = ("identity", "year", "month", "day", "hour", *_WIDE)


@dataclass(frozen=True)
class Transform:
    """One part of a partition specification.

    Attributes:
        kind: ``identity``, ``year``, ``month``, ``day``, ``hour``, ``bucket`` or ``truncate``.
        column: the source column.
        width: the number of buckets, or the width of a truncation.
        type: the source column's type.
    """

    kind: str
    column: str
    width: int
    type: DuckType

    @property
    def name(self) -> str:
        """The partition field's name, such as ``ts_day``."""
        if self.kind == "identity":
            return self.column
        return f"{self.column}_{_SUFFIXES.get(self.kind, self.kind)}"

    @property
    def result(self) -> DuckType:
        """The type of the partition's value."""
        if self.kind == "day":
            return DATE
        return self.type if self.kind in {"identity", "truncate"} else INTEGER

    @property
    def text(self) -> str:
        """The transform as the catalog keeps it, such as ``bucket(16, id)``."""
        if self.kind == "identity":
            return self.column
        width = f"{self.width}, " if self.kind in _WIDE else ""
        return f"{self.kind}({width}{self.column})"

    @property
    def shown(self) -> str:
        """The transform as SHOW CREATE TABLE writes it."""
        if self.kind == "identity":
            return f"`{self.column}`"
        width = f"{self.width}, " if self.kind in _WIDE else ""
        return f"{self.kind}({width}`{self.column}`)"

    @property
    def specification(self) -> str:
        """The transform as Iceberg's own specification names it, such as ``bucket[16]``."""
        return f"{self.kind}[{self.width}]" if self.kind in _WIDE else self.kind

    @property
    def sql(self) -> str:
        """The partition's value as DuckDB computes it."""
        value = quote(self.column)
        years = f"CAST(date_part('year', {value}) AS INTEGER)"
        if self.kind == "bucket":
            return f"a_iceberg_bucket({self._hash(value)}, {self.width})"
        if self.kind == "truncate":
            return self._truncated(value)
        return {
            "identity": value,
            "year": f"({years} - 1970)",
            "month": f"(({years} - 1970) * 12 + CAST(date_part('month', {value}) AS INTEGER) - 1)",
            "day": f"CAST({value} AS DATE)",
            "hour": f"CAST(floor(epoch({value}) / 3600) AS INTEGER)",
        }[self.kind]

    def _hash(self, value: str) -> str:
        if self.type.is_integer:
            return f"a_murmur_long(CAST({value} AS BIGINT))"
        if self.type.name == "DATE":
            return f"a_murmur_long(date_diff('day', DATE '1970-01-01', {value}))"
        if self.type.name == "TIMESTAMP":
            return f"a_murmur_long(epoch_us({value}))"
        return f"a_murmur_blob({value if self.type.name == 'BLOB' else f'encode({value})'})"

    def _truncated(self, value: str) -> str:
        if self.type.name == "VARCHAR":
            return f"left({value}, {self.width})"
        width = str(self.width)
        if self.type.name == "DECIMAL":
            width = f"CAST({self.width}e-{self.type.parameters[1]} AS {self.type.sql})"
        rest = f"((({value} % {width}) + {width}) % {width})"
        return f"CAST({value} - {rest} AS {self.type.sql})"


def read_transform(text: str, columns: Sequence[ColumnEntry]) -> Transform:
    """Read a transform; EngineError when it is none or its column does not allow it."""
    match = _SHAPE.fullmatch(text)
    kind = (match["kind"] or "identity").lower() if match is not None else ""
    if match is None or bool(match["kind"]) != bool(match["close"]) or kind not in _KINDS:
        raise EngineError("INVALID_TABLE_PROPERTY", f"Unable to parse partitioning value: {text}")
    name = match["column"].lower()
    found = next((column for column in columns if column.name == name), None)
    if found is None:
        raise EngineError("COLUMN_NOT_FOUND", f"Partition column '{name}' does not exist")
    width = int(match["width"] or match["last"] or 0)
    if (kind in _WIDE) != bool(width):
        raise EngineError("INVALID_TABLE_PROPERTY", f"Unable to parse partitioning value: {text}")
    transform = Transform(kind, name, width, parse_type(found.type))
    _check(transform, found)
    return transform


def _check(transform: Transform, column: ColumnEntry) -> None:
    kind = transform.type
    plain = kind.is_integer or kind.name in {"VARCHAR", "DECIMAL"}
    allowed = {
        "identity": kind.name not in {"LIST", "MAP", "STRUCT"},
        "hour": kind.name == "TIMESTAMP",
        "bucket": plain or kind.name in {*_TIMES, "BLOB"},
        "truncate": plain,
    }.get(transform.kind, kind.name in _TIMES)
    if not allowed:
        raise EngineError(
            "NOT_SUPPORTED",
            f"Invalid source type {column.type} for transform: {transform.specification}",
        )
    if transform.kind == "bucket" and kind.name == "DECIMAL":
        raise unsupported("A bucket of a decimal")


def read_transforms(texts: Sequence[str], columns: Sequence[ColumnEntry]) -> tuple[Transform, ...]:
    """Read a partition specification; EngineError as ``read_transform``, or for a doubled one."""
    found = tuple(read_transform(text, columns) for text in texts)
    names = [transform.name for transform in found]
    for name in names:
        if names.count(name) > 1:
            raise EngineError(
                "INVALID_TABLE_PROPERTY", f"Cannot use partition name more than once: {name}"
            )
    return found
