"""A person's own directory of CSV, JSON and Parquet files as read-only tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from athena_shell.local.alter import partitions_below
from athena_shell.local.catalog import ColumnEntry, PartitionEntry, TableEntry
from athena_shell.local.duck import Duck
from athena_shell.local.errors import EngineError
from athena_shell.local.storage import data_reader
from athena_shell.local.types import DuckType, list_of, map_of, row_of, simple, text

DATABASE: Final = "default"
_SUFFIXES: Final = {
    ".csv": "csv", ".tsv": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
_PACKED: Final = {".gz", ".zst"}
_MOST_COLUMNS: Final = 5000


@dataclass(frozen=True)
class _Find:
    """A file, or a folder of files of one format, that is to become a table."""

    name: str
    path: Path
    files: tuple[Path, ...]
    format: str
    keys: tuple[str, ...] = ()


def find_tables(duck: Duck, directory: Path) -> tuple[tuple[TableEntry, ...], tuple[str, ...]]:
    """Return a table for each readable file or folder, and a warning for everything else."""
    if not directory.is_dir():
        return (), (f"{directory}: not a directory; no tables were made of it",)
    warnings: list[str] = []
    entries: dict[str, TableEntry] = {}
    for find in _finds(directory, warnings):
        if find.name in entries:
            other = entries[find.name].options["source"]
            warnings.append(f"{find.path}: skipped, its table name {find.name} is taken by {other}")
            continue
        try:
            entries[find.name] = _entry(duck, find)
        except (EngineError, OSError) as error:
            reason = error.message if isinstance(error, EngineError) else str(error)
            warnings.append(f"{find.path}: cannot be read as {find.format}: {reason}")
    if not entries and not warnings:
        warnings.append(f"{directory}: holds no CSV, JSON or Parquet file")
    return tuple(entries.values()), tuple(warnings)


def clean_name(text_: str) -> str:
    """Return a name that needs no quotes in SQL.

    >>> clean_name("2024 Orders (EU)")
    't_2024_orders_eu'
    """
    name = re.sub(r"[^0-9a-z_]+", "_", text_.lower()).strip("_")
    if not name:
        return "t"
    return name if name[0].isalpha() or name[0] == "_" else f"t_{name}"


def _format_of(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    return _SUFFIXES.get(suffixes[-1], "") if suffixes else ""


def _stem(path: Path) -> str:
    name = path.name
    for suffix in reversed(path.suffixes):
        if suffix.lower() in _SUFFIXES or suffix.lower() in _PACKED:
            name = name.removesuffix(suffix)
    return name


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name[0] not in "._")


def _finds(directory: Path, warnings: list[str]) -> Iterator[_Find]:
    for path in _visible(directory):
        if path.is_dir():
            yield from _folder(path, clean_name(path.name), warnings)
        elif form := _format_of(path):
            yield _Find(clean_name(_stem(path)), path, (path,), form)


def _folder(folder: Path, name: str, warnings: list[str]) -> Iterator[_Find]:
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(p[0] in "._" for p in path.relative_to(folder).parts)
    ]
    known = [path for path in files if _format_of(path)]
    if not known:
        if files:
            warnings.append(f"{folder}: skipped, no CSV, JSON or Parquet file in it")
        return
    keys = _partition_keys(folder, known)
    flat = all(path.parent == folder for path in known)
    formats = {_format_of(path) for path in known}
    if len(formats) == 1 and (flat or keys is not None):
        yield _Find(name, folder, tuple(known), formats.pop(), keys or ())
        return
    for path in _visible(folder):
        if path.is_dir():
            yield from _folder(path, f"{name}_{clean_name(path.name)}", warnings)
        elif form := _format_of(path):
            yield _Find(f"{name}_{clean_name(_stem(path))}", path, (path,), form)


def _partition_keys(folder: Path, files: Sequence[Path]) -> tuple[str, ...] | None:
    shapes = {
        tuple(
            part.partition("=")[0].lower() if "=" in part else ""
            for part in path.relative_to(folder).parts[:-1]
        )
        for path in files
    }
    if len(shapes) != 1:
        return None
    (keys,) = shapes
    return keys if keys and all(keys) else None


def _entry(duck: Duck, find: _Find) -> TableEntry:
    listed = "[" + ", ".join(text(str(path)) for path in find.files) + "]"
    described = duck.describe(f"SELECT * FROM {data_reader(find.format, listed)}")
    if not described or len(described) > _MOST_COLUMNS:
        raise EngineError("INVALID_TABLE_PROPERTY", f"{len(described)} columns")
    names = _column_names([name for name, _ in described])
    kinds = [_storable(kind) for _, kind in described]
    same = names == [original.lower() for original, _ in described]
    keys = tuple(ColumnEntry(key, "string") for key in find.keys)
    partitions: tuple[PartitionEntry, ...] = ()
    if keys:
        found = partitions_below(find.path, list(find.keys))
        partitions = tuple(PartitionEntry(values, str(find.path / path)) for values, path in found)
    columns = tuple(
        ColumnEntry(name, kind.hive)
        for name, kind in zip(names, kinds, strict=True)
        if name not in find.keys
    )
    return TableEntry(
        DATABASE,
        find.name,
        format=f"data_{find.format}",
        columns=columns,
        partition_keys=keys,
        partitions=partitions,
        location=str(find.path),
        options={"source": str(find.path), **({} if same else {"names": json.dumps(names)})},
        read_only=True,
    )


def _column_names(originals: Sequence[str]) -> list[str]:
    names: list[str] = []
    for place, original in enumerate(originals):
        name = original.strip().lower() or f"column{place}"
        while name in names:
            name += "_"
        names.append(name)
    return names


def _storable(kind: DuckType) -> DuckType:
    if kind.name == "LIST":
        return list_of(_storable(kind.element))
    if kind.name == "MAP":
        return map_of(_storable(kind.key), _storable(kind.value))
    if kind.name == "STRUCT":
        return row_of(*((name, _storable(of)) for name, of in kind.items))
    replaced = {"NULL": "VARCHAR", "TIME": "VARCHAR", "JSON": "VARCHAR", "UUID": "VARCHAR",
                "INTERVAL": "VARCHAR", "TIMESTAMP WITH TIME ZONE": "TIMESTAMP"}  # fmt: skip
    if kind.name == "HUGEINT":
        return simple("DECIMAL", 38, 0)
    return simple(replaced[kind.name]) if kind.name in replaced else kind
