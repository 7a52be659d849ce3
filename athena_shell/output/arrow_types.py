"""Athena's types in Arrow, and the step from Athena's texts to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from athena_shell.core.errors import OutputError
from athena_shell.core.model import Column
from athena_shell.output.values import unique_names

_WIDEST_DECIMAL: Final = 38
_MILLISECONDS: Final = 3
_MICROSECONDS: Final = 6
ZONED: Final = "timestamp with time zone"
_MOMENT: Final = r"^(?P<local>\S+ \S+?) ?(?P<zone>[A-Za-z][\w/+-]*|[+-]\d{2}:\d{2})$"
_OFFSET: Final = re.compile(r"([+-])(\d{2}):(\d{2})")
_UTC: Final = frozenset({"UTC", "Z", "GMT", "UCT", "Etc/UTC"})

Reader = Callable[[Any], Any]
"""Turns an array of texts into an array of the column's type."""


def schema_of(pa: Any, columns: Sequence[Column]) -> Any:
    """Return the schema; each field's metadata tells Athena's own type."""
    names = unique_names(columns)
    fields = [
        pa.field(name, _arrow_type(pa, column), metadata={"athena.type": column.type})
        for name, column in zip(names, columns, strict=True)
    ]
    return pa.schema(fields)


def _arrow_type(pa: Any, column: Column) -> Any:
    simple = {
        "boolean": pa.bool_(),
        "tinyint": pa.int8(),
        "smallint": pa.int16(),
        "int": pa.int32(),
        "integer": pa.int32(),
        "bigint": pa.int64(),
        "float": pa.float32(),
        "real": pa.float32(),
        "double": pa.float64(),
        "date": pa.date32(),
        "varbinary": pa.binary(),
        "binary": pa.binary(),
    }
    if column.type == "decimal" and 0 < column.precision <= _WIDEST_DECIMAL:
        return pa.decimal128(column.precision, column.scale)
    if column.type == "timestamp":
        return pa.timestamp(_unit(column.precision))
    if column.type == ZONED:
        return pa.timestamp(_unit(column.precision), "UTC")
    if column.type == "time":
        unit = _unit(column.precision)
        return pa.time32(unit) if unit == "ms" else pa.time64(unit)
    if column.type == "json" and hasattr(pa, "json_"):
        return pa.json_(pa.string())
    return simple.get(column.type, pa.string())


def _unit(precision: int) -> str:
    if precision <= _MILLISECONDS:
        return "ms"
    return "us" if precision <= _MICROSECONDS else "ns"


def reader_of(pa: Any, column: Column, field: Any) -> Reader:
    """Return what reads a column's texts; it raises OutputError where one does not read."""
    kind = field.type
    if pa.types.is_string(kind):
        return _same
    if isinstance(kind, pa.BaseExtensionType):
        return lambda texts: pa.ExtensionArray.from_storage(kind, texts)
    if pa.types.is_binary(kind):
        return lambda texts: pa.array(
            [None if cell is None else _bytes(cell, field.name) for cell in texts.to_pylist()],
            kind,
        )
    read = _casts(pa, column, kind)

    def checked(texts: Any) -> Any:
        try:
            return read(texts)
        except pa.ArrowInvalid as error:
            raise OutputError(
                f"A value of {field.name} does not read as {column.type}: {error}",
                "Export it as csv, or CAST the column to varchar.",
            ) from error

    return checked


def _casts(pa: Any, column: Column, kind: Any) -> Reader:
    if column.type == ZONED:
        return _instants(pa, kind)
    if column.type == "time":
        return _times(pa, kind)
    return lambda texts: texts.cast(kind)


def _times(pa: Any, kind: Any) -> Reader:
    """Return what reads times of day, which Arrow reads as parts of moments only."""
    import pyarrow.compute as pc

    def read(texts: Any) -> Any:
        moments = pc.binary_join_element_wise("1970-01-01", texts, " ")
        return moments.cast(pa.timestamp(kind.unit)).cast(kind)

    return read


def _same(texts: Any) -> Any:
    return texts


def _bytes(cell: str, name: str) -> bytes:
    """Read Athena's text of bytes: pairs of hexadecimal digits parted by blanks."""
    try:
        return bytes.fromhex(cell)
    except ValueError as error:
        raise OutputError(
            f"A value of {name} does not read as bytes: {error}.", "Export it as csv."
        ) from error


def _instants(pa: Any, kind: Any) -> Reader:
    """Return what reads ``2024-01-01 10:00:00.000 Europe/Amsterdam`` as an instant in UTC."""
    import pyarrow.compute as pc

    def read(texts: Any) -> Any:
        parts = pc.extract_regex(texts, _MOMENT)
        if parts.null_count != texts.null_count:
            wrong = texts.filter(pc.and_(texts.is_valid(), parts.is_null()))[0]
            raise pa.ArrowInvalid(f"“{wrong}”")
        local = pc.struct_field(parts, "local").cast(pa.timestamp(kind.unit))
        zones = pc.struct_field(parts, "zone")
        found = pa.nulls(len(texts), kind)
        for zone in pc.unique(zones).to_pylist():
            if zone is not None:
                found = pc.if_else(pc.equal(zones, zone), _in_utc(pa, local, zone, kind), found)
        return found

    return read


def _in_utc(pa: Any, local: Any, zone: str, kind: Any) -> Any:
    import pyarrow.compute as pc

    if zone in _UTC:
        return local.view(kind)  # unlike assume_timezone this needs no time zone database
    if offset := _OFFSET.fullmatch(zone):
        minutes = int(offset[2]) * 60 + int(offset[3])
        seconds = pa.scalar(minutes * (60 if offset[1] == "+" else -60), pa.duration("s"))
        return pc.subtract(local, seconds.cast(pa.duration(kind.unit))).view(kind)
    # an hour that comes twice is told from its second coming by nothing in the text
    placed = pc.assume_timezone(local, zone, ambiguous="earliest", nonexistent="latest")
    return placed.cast(kind)
