"""ALTER and MSCK REPAIR."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from athena_shell.local.alter_columns import COLUMN_FORMS
from athena_shell.local.catalog import PartitionEntry, TableEntry
from athena_shell.local.ddl import new_table
from athena_shell.local.errors import EngineError, unsupported
from athena_shell.local.execution import Execution, no_result, text_result
from athena_shell.local.result import LocalResult
from athena_shell.local.statements import Reader
from athena_shell.local.table_clauses import read_pairs


def alter_database(execution: Execution, reader: Reader) -> LocalResult:
    """ALTER DATABASE … SET DBPROPERTIES."""
    reader.take()
    reader.take()
    name = reader.name()
    reader.expect("SET", "DBPROPERTIES")
    pairs = read_pairs(reader)
    reader.end()
    entry = execution.catalog.database(name)
    if entry is None:
        raise EngineError("SCHEMA_NOT_FOUND", f"Schema '{name}' does not exist")
    execution.catalog.add_database(replace(entry, properties={**entry.properties, **pairs}))
    return no_result()


def alter_table(execution: Execution, reader: Reader) -> LocalResult:
    """ALTER TABLE in the forms below."""
    reader.expect("ALTER", "TABLE")
    entry = execution.writable(*reader.table_name(execution.database))
    if reader.accept("RENAME", "TO"):
        with execution.write_lock:
            _rename(execution, reader, entry)
        return no_result()
    for words, change in _FORMS.items():
        if reader.accept(*words.split()):
            with execution.write_lock:
                execution.catalog.add_table(change(execution, reader, entry))
            return no_result()
    if reader.peek().upper in {"RENAME", "DROP"}:
        raise unsupported(f"ALTER TABLE {reader.peek().upper}")
    raise reader.mistake("'ADD', 'DROP', 'SET'")


def _specification(reader: Reader, entry: TableEntry) -> tuple[str, ...]:
    reader.expect("PARTITION")
    reader.expect("(")
    values: dict[str, str] = {}
    while True:
        key = reader.name()
        reader.expect("=")
        sign = "-" if reader.accept("-") else ""
        values[key] = sign + reader.take().value
        if reader.accept(")"):
            break
        reader.expect(",")
    keys = [key.name for key in entry.partition_keys]
    if not keys:
        raise EngineError("INVALID_PARTITION", f"Table {entry.name} is not partitioned")
    if sorted(values) != sorted(keys):
        raise EngineError(
            "INVALID_PARTITION", f"Partition keys of {entry.name} are {', '.join(keys)}"
        )
    return tuple(values[key] for key in keys)


def _default_location(entry: TableEntry, values: tuple[str, ...]) -> str:
    parts = (f"{k.name}={v}" for k, v in zip(entry.partition_keys, values, strict=True))
    return entry.location.rstrip("/") + "/" + "/".join(parts) + "/"


def _change_partition(execution: Execution, reader: Reader, entry: TableEntry) -> TableEntry:
    """PARTITION (…) SET LOCATION, or PARTITION (…) RENAME TO PARTITION (…)."""
    reader.at -= 1
    values = _specification(reader, entry)
    known = {partition.values: partition for partition in entry.partitions}
    if values not in known:
        raise EngineError("NOT_FOUND", f"Partition does not exist: {list(values)}")
    if reader.accept("RENAME", "TO"):
        new = _specification(reader, entry)
        if new in known:
            raise EngineError("ALREADY_EXISTS", f"Partition already exists: {list(new)}")
        changed = replace(known[values], values=new)
    else:
        reader.expect("SET", "LOCATION")
        location = reader.string()
        execution.lake.path_of(location)
        changed = replace(known[values], location=location)
    reader.end()
    kept = (changed if one.values == values else one for one in entry.partitions)
    return replace(entry, partitions=tuple(kept))


def _add_partitions(execution: Execution, reader: Reader, entry: TableEntry) -> TableEntry:
    absent = reader.accept("IF", "NOT", "EXISTS")
    known = {partition.values: partition for partition in entry.partitions}
    while not reader.at_end():
        values = _specification(reader, entry)
        location = (
            reader.string() if reader.accept("LOCATION") else _default_location(entry, values)
        )
        execution.lake.path_of(location)
        if values in known and not absent:
            raise EngineError("ALREADY_EXISTS", f"Partition already exists: {list(values)}")
        known.setdefault(values, PartitionEntry(values, location))
    return replace(entry, partitions=tuple(known.values()))


def _drop_partitions(_execution: Execution, reader: Reader, entry: TableEntry) -> TableEntry:
    present = reader.accept("IF", "EXISTS")
    known = {partition.values: partition for partition in entry.partitions}
    while not reader.at_end():
        values = _specification(reader, entry)
        if values not in known and not present:
            raise EngineError("NOT_FOUND", f"Partition does not exist: {list(values)}")
        known.pop(values, None)
        reader.accept(",")
    return replace(entry, partitions=tuple(known.values()))


def _set_properties(_execution: Execution, reader: Reader, entry: TableEntry) -> TableEntry:
    pairs = read_pairs(reader)
    reader.end()
    options = dict(entry.options)
    if "skip.header.line.count" in pairs:
        options["skip"] = pairs["skip.header.line.count"]
    return replace(entry, properties={**entry.properties, **pairs}, options=options)


def _unset_properties(_execution: Execution, reader: Reader, entry: TableEntry) -> TableEntry:
    reader.accept("IF", "EXISTS")
    reader.expect("(")
    keys = {reader.string()}
    while reader.accept(","):
        keys.add(reader.string())
    reader.expect(")")
    reader.end()
    properties = {key: value for key, value in entry.properties.items() if key not in keys}
    return replace(entry, properties=properties)


def _rename(execution: Execution, reader: Reader, entry: TableEntry) -> None:
    database, name = reader.table_name(entry.database)
    reader.end()
    if entry.format != "iceberg":
        raise EngineError("NOT_SUPPORTED", "RENAME TO is only supported for Iceberg tables")
    new_table(execution, database, name)
    execution.catalog.add_table(replace(entry, database=database, name=name))
    execution.catalog.remove_table(entry.database, entry.name)


def _set_location(execution: Execution, reader: Reader, entry: TableEntry) -> TableEntry:
    location = reader.string()
    reader.end()
    execution.lake.path_of(location)
    return replace(entry, location=location)


_FORMS: Final[dict[str, Callable[[Execution, Reader, TableEntry], TableEntry]]] = {
    **COLUMN_FORMS,
    "ADD": _add_partitions,
    "DROP": _drop_partitions,
    "PARTITION": _change_partition,
    "SET TBLPROPERTIES": _set_properties,
    "UNSET TBLPROPERTIES": _unset_properties,
    "SET LOCATION": _set_location,
}


def repair(execution: Execution, reader: Reader) -> LocalResult:
    """MSCK REPAIR TABLE: take up partitions whose directories are there."""
    reader.expect("MSCK", "REPAIR", "TABLE")
    entry = execution.writable(*reader.table_name(execution.database))
    reader.end()
    if not entry.partition_keys:
        raise EngineError(
            "INVALID_TABLE_PROPERTY", f"Table {entry.name} is not a partitioned table"
        )
    keys = [key.name for key in entry.partition_keys]
    known = {partition.values for partition in entry.partitions}
    found = partitions_below(execution.storage.folder(entry.location), keys)
    new = [(values, folder) for values, folder in found if values not in known]
    added = tuple(
        PartitionEntry(values, entry.location.rstrip("/") + "/" + folder + "/")
        for values, folder in new
    )
    with execution.write_lock:
        execution.catalog.add_table(replace(entry, partitions=(*entry.partitions, *added)))
    shown = [f"{entry.name}:{folder}" for _, folder in new]
    lines = ["Partitions not in metastore:\t" + "\t".join(shown)] if shown else []
    lines += [f"Repair: Added partition to metastore {item}" for item in shown]
    return text_result(("_c0",), lines)


def partitions_below(folder: Path, keys: list[str]) -> list[tuple[tuple[str, ...], str]]:
    """Return the values and the relative directories of Hive partitions."""
    found = []
    for path in sorted(folder.glob("/".join(["*=*"] * len(keys)))):
        parts = path.relative_to(folder).parts
        names = [part.partition("=")[0].lower() for part in parts]
        if path.is_dir() and names == keys:
            found.append(
                (tuple(unquote(part.partition("=")[2]) for part in parts), "/".join(parts))
            )
    return found
