r"""Rows as JSON: one array, or one object a line.

Types map like this: integers, decimals and finite approximate numbers become numbers with exactly
the digits Athena gave; booleans become ``true`` and ``false``; NULL becomes ``null``; ``json``
values are embedded; everything else, ``NaN`` and the infinities among it, is a string. Repeated
column names get ``_2``, ``_3`` … since an object cannot hold a key twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from athena_shell.core.model import Column, Row
from athena_shell.output.batches import batches
from athena_shell.output.options import FormatOptions
from athena_shell.output.sanitize import sanitize_json
from athena_shell.output.values import is_number, unique_names

_NUMBER: Final = re.compile(r"-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][-+]?+[0-9]++)?+")
_NUMBERS: Final = re.compile(rf"(?:{_NUMBER.pattern},)*+{_NUMBER.pattern}")
_BOOLEANS: Final = frozenset({"true", "false"})
_LAYOUT: Final = str.maketrans("\n\r\t", "   ")  # blanks between tokens, never inside a string
_string = json.encoder.encode_basestring


def format_json(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    """Yield one array of objects, an object a line."""
    opening = "[\n"
    for objects in _objects(columns, rows, options, ",\n"):
        yield opening + objects
        opening = ",\n"
    yield "[]\n" if opening == "[\n" else "\n]\n"


def format_jsonl(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    """Yield one object a line."""
    for objects in _objects(columns, rows, options, "\n"):
        yield objects + "\n"


def _objects(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions, separator: str
) -> Iterator[str]:
    """Yield the objects of some rows at a time, with the separator between them."""
    if not columns:
        return
    encoders = [_column_encoder(column) for column in columns]
    keys = [_string(name) for name in unique_names(columns)]
    step = 2 * len(columns) + 1
    for batch in batches(rows, len(columns)):
        many = len(batch)
        before = "{"
        pieces = [""] * (step * many)
        for number, cells in enumerate(zip(*batch, strict=True)):
            quote, texts = encoders[number](cells)
            pieces[2 * number :: step] = [f"{before}{keys[number]}: {quote}"] * many
            pieces[2 * number + 1 :: step] = texts
            before = f"{quote}, "
        pieces[step - 1 :: step] = [before[:-2] + "}" + separator] * many
        objects = "".join(pieces)[: -len(separator)]
        if options.tty:
            lines = objects.split(separator)  # no text holds a line break unescaped
            keep = options.keep_joiners
            objects = separator.join(sanitize_json(line, keep_joiners=keep) for line in lines)
        yield objects


Encoder = Callable[[Row], tuple[str, Sequence[str]]]
"""Takes a column's cells; returns the quote around each of them, if any, and their texts."""

_BARE: Final = ""
_QUOTED: Final = '"'
_ESCAPED: Final = bytes(range(0x20)) + b'"\\'


def _column_encoder(column: Column) -> Encoder:
    if is_number(column):
        return _encode_numbers
    if column.type == "boolean":
        return _encode_booleans
    if column.type == "json":
        return _each(embedded)
    return _encode_strings


def _encode_strings(cells: Row) -> tuple[str, Sequence[str]]:
    whole = None not in cells
    raw = "".join(cells if whole else filter(None, cells)).encode("utf-8", "surrogatepass")  # type: ignore[arg-type]  # no None is left
    plain = len(raw.translate(None, _ESCAPED)) == len(raw)
    if plain and whole:
        return _QUOTED, cells  # type: ignore[return-value]  # as above
    if plain:
        return _BARE, ["null" if cell is None else f'"{cell}"' for cell in cells]
    return _BARE, ["null" if cell is None else _string(cell) for cell in cells]


def _encode_numbers(cells: Row) -> tuple[str, Sequence[str]]:
    whole = None not in cells
    present = cells if whole else [cell for cell in cells if cell is not None]
    if not present or _NUMBERS.fullmatch(",".join(present)):  # type: ignore[arg-type]  # as above
        texts = cells if whole else ["null" if cell is None else cell for cell in cells]
        return _BARE, texts  # type: ignore[return-value]  # as above
    return _BARE, ["null" if cell is None else _number(cell) for cell in cells]


def _number(cell: str) -> str:
    return cell if is_number_text(cell) else str(_string(cell))


def is_number_text(text: str) -> bool:
    """Whether the text is a plain numeral, such as ``-1.50`` or ``1.0E10``."""
    return _NUMBER.fullmatch(text) is not None


def _encode_booleans(cells: Row) -> tuple[str, Sequence[str]]:
    if _BOOLEANS.issuperset(cells):
        return _BARE, cells  # type: ignore[return-value]  # no None is in it
    return _BARE, ["null" if cell is None else _boolean(cell) for cell in cells]


def _boolean(cell: str) -> str:
    return cell if cell in _BOOLEANS else str(_string(cell))


def _each(encode: Callable[[str], str]) -> Encoder:
    return lambda cells: (_BARE, ["null" if cell is None else encode(cell) for cell in cells])


def embedded(text: str) -> str:
    """Return JSON text on one line, or as a JSON string when it is not valid JSON."""
    return text.translate(_LAYOUT).strip() if is_json(text) else str(_string(text))


def is_json(text: str) -> bool:
    """Whether the text is one JSON value, by the letter of the standard."""
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> str:
    raise ValueError(constant)
