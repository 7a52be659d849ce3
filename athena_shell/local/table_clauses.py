"""The clauses of CREATE TABLE and ALTER TABLE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from athena_shell.local.catalog import ColumnEntry
from athena_shell.local.errors import EngineError, unsupported
from athena_shell.local.statements import Reader
from athena_shell.local.types import parse_type

_FORMATS: Final = {
    "PARQUET": "parquet",
    "TEXTFILE": "csv",
    "JSON": "json",
}
_SERDES: Final = {
    "parquethiveserde": "parquet",
    "lazysimpleserde": "csv",
    "opencsvserde": "csv",
    "jsonserde": "json",
}
_DELIMITERS: Final = {
    r"\t": "\t", r"\001": "\x01", r"\u0001": "\x01", r"\n": "\n", r"\\": "\\", r"\"": '"',
    r"\'": "'",
}  # fmt: skip


def read_pairs(reader: Reader) -> dict[str, str]:
    """Take ``('a'='b', …)``."""
    reader.expect("(")
    pairs: dict[str, str] = {}
    while not reader.accept(")"):
        token = reader.take()
        key = token.value
        reader.expect("=")
        sign = "-" if reader.accept("-") else ""
        pairs[key.lower() if token.kind == "word" else key] = sign + reader.take().value
        if reader.peek().text != ")":
            reader.expect(",")
    return pairs


def read_columns(reader: Reader) -> tuple[ColumnEntry, ...]:
    """Take ``(name type [COMMENT 'text'], …)``."""
    reader.expect("(")
    columns = []
    while True:
        columns.append(read_column(reader))
        if reader.accept(")"):
            return tuple(columns)
        reader.expect(",")


def read_column(reader: Reader, *following: str) -> ColumnEntry:
    """Take ``name type [COMMENT 'text']``, which some words may follow."""
    name = reader.name()
    start, depth = reader.peek().start, 0
    while not (depth == 0 and reader.peek().text in {",", ")"}):
        if reader.at_end() or (depth == 0 and reader.peek().upper in {"COMMENT", *following}):
            break
        text = reader.take().text
        depth += {"(": 1, "<": 1, ")": -1, ">": -1}.get(text, 0)
    kind = " ".join(reader.sql[start : reader.peek().start].split()).lower().replace(", ", ",")
    if not kind:
        raise reader.mistake("<type>")
    try:
        parse_type(kind)
    except ValueError:
        raise EngineError("TYPE_NOT_FOUND", f"Unknown type: {kind}") from None
    return ColumnEntry(name, kind, reader.string() if reader.accept("COMMENT") else "")


@dataclass
class Clauses:
    """What a CREATE TABLE says after its columns."""

    format: str = ""
    comment: str = ""
    location: str = ""
    keys: tuple[ColumnEntry, ...] = ()
    transforms: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)


def read_clause(reader: Reader, clauses: Clauses) -> None:
    """Take one clause; EngineError SYNTAX_ERROR when there is none."""
    for words, read in _CLAUSES.items():
        if reader.accept(*words.split()):
            read(reader, clauses)
            return
    raise reader.mistake("'COMMENT', 'LOCATION', 'PARTITIONED', 'ROW', 'STORED', 'TBLPROPERTIES'")


def _comment(reader: Reader, clauses: Clauses) -> None:
    clauses.comment = reader.string()


def _location(reader: Reader, clauses: Clauses) -> None:
    clauses.location = reader.string()


def _properties(reader: Reader, clauses: Clauses) -> None:
    clauses.properties = read_pairs(reader)


def _bucketed(_reader: Reader, _clauses: Clauses) -> None:
    raise unsupported("A bucketed table")


def _serde(reader: Reader, clauses: Clauses) -> None:
    serde = reader.string()
    clauses.options["serde"] = serde
    clauses.format = _SERDES.get(serde.rpartition(".")[2].lower(), "")
    if not clauses.format:
        raise unsupported(f"The SerDe {serde}")
    if reader.accept("WITH", "SERDEPROPERTIES"):
        _serde_properties(read_pairs(reader), clauses)


def _partitioned(reader: Reader, clauses: Clauses) -> None:
    if reader.peek(2).text in {",", ")", "("}:
        clauses.transforms = read_transform_texts(reader)
    else:
        clauses.keys = read_columns(reader)


def read_transform_texts(reader: Reader) -> tuple[str, ...]:
    """Take ``(name, transform(name), …)``."""
    reader.expect("(")
    texts = []
    while True:
        parts = [reader.name()]
        if reader.peek().text == "(":
            reader.expect("(")
            while not reader.accept(")"):
                if reader.at_end():
                    raise reader.mistake("')'")
                parts.append(reader.take().value)
            texts.append(f"{parts[0]}({''.join(parts[1:])})")
        else:
            texts.append(parts[0])
        if reader.accept(")"):
            return tuple(texts)
        reader.expect(",")


def _serde_properties(pairs: dict[str, str], clauses: Clauses) -> None:
    names = {
        "field.delim": "delimiter", "serialization.format": "delimiter",
        "separatorChar": "delimiter", "quoteChar": "quote", "escapeChar": "escape",
        "escape.delim": "escape", "serialization.null.format": "null",
    }  # fmt: skip
    for key, value in pairs.items():
        if key == "serialization.format" and (value.isdigit() or "field.delim" in pairs):
            continue
        if key in names:
            clauses.options[names[key]] = _DELIMITERS.get(value, value)
        elif key.startswith(("mapping.", "input.")):
            raise unsupported(f"The SerDe property {key}")


def _delimited(reader: Reader, clauses: Clauses) -> None:
    clauses.format = "csv"
    while True:
        if reader.accept("FIELDS", "TERMINATED", "BY"):
            value = reader.string()
            clauses.options["delimiter"] = _DELIMITERS.get(value, value)
        elif reader.accept("ESCAPED", "BY"):
            value = reader.string()
            clauses.options["escape"] = _DELIMITERS.get(value, value)
        elif reader.accept("LINES", "TERMINATED", "BY"):
            reader.string()
        elif reader.accept("NULL", "DEFINED", "AS"):
            clauses.options["null"] = reader.string()
        elif reader.peek().upper in {"COLLECTION", "MAP"}:
            raise unsupported("A text table with arrays or maps")
        else:
            return


def _stored(reader: Reader, clauses: Clauses) -> None:
    if reader.accept("INPUTFORMAT"):
        reading = reader.string()
        reader.expect("OUTPUTFORMAT")
        reader.string()
        if "parquet" in reading.lower():
            clauses.format = "parquet"
        elif "TextInputFormat" not in reading:
            raise unsupported(f"The input format {reading}")
        return
    name = reader.take().upper
    if name not in _FORMATS:
        raise unsupported(f"STORED AS {name}")
    if not (clauses.format == "json" and name == "TEXTFILE"):
        clauses.format = _FORMATS[name]


_CLAUSES: Final[dict[str, Callable[[Reader, Clauses], None]]] = {
    "COMMENT": _comment,
    "PARTITIONED BY": _partitioned,
    "ROW FORMAT SERDE": _serde,
    "ROW FORMAT DELIMITED": _delimited,
    "STORED AS": _stored,
    "LOCATION": _location,
    "TBLPROPERTIES": _properties,
    "CLUSTERED BY": _bucketed,
}
