"""What a column's type means for showing its values, and the one step from value to text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from athena_shell.core.model import Column, Row
from athena_shell.output.nested import is_nested, laid_out
from athena_shell.output.options import FormatOptions

INTEGERS: Final = frozenset({"tinyint", "smallint", "int", "integer", "bigint"})
APPROXIMATE: Final = frozenset({"float", "real", "double"})
NUMBERS: Final = INTEGERS | APPROXIMATE | {"decimal"}

_GROUP: Final = 3
_MAGNITUDES: Final = (
    (1e15, "quadrillion"),
    (1e12, "trillion"),
    (1e9, "billion"),
    (1e6, "million"),
)
_TOO_BIG: Final = 1e18
_LONGEST_MAGNITUDE: Final = 60
LONGEST_SHOWN: Final = 4_000
"""Characters of a value that are ever looked at to draw one line of it."""


def is_number(column: Column) -> bool:
    """Whether values of the column are numerals, which are aligned right."""
    return column.type in NUMBERS


def type_text(column: Column) -> str:
    """Return the type as written in SQL, such as ``decimal(10,2)``."""
    if column.type == "decimal" and column.precision:
        return f"decimal({column.precision},{column.scale})"
    return column.type


def unique_names(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return names that differ from each other, for formats that address values by name.

    An empty name becomes ``_colN`` as Athena itself names it; a repeated one gets ``_2``, ``_3`` …
    """
    taken = {column.name for column in columns}
    seen: set[str] = set()
    names = []
    for index, column in enumerate(columns):
        name = column.name or f"_col{index}"
        if name in seen:
            number = 2
            while f"{name}_{number}" in taken or f"{name}_{number}" in seen:
                number += 1
            name = f"{name}_{number}"
        seen.add(name)
        names.append(name)
    return tuple(names)


def group_digits(text: str) -> str:
    """Return a plain numeral with its whole part grouped: ``-1234567.10`` → ``-1,234,567.10``.

    Anything else, such as ``1.0E10`` or ``NaN``, comes back as it is.
    """
    sign = text[:1] if text[:1] in {"-", "+"} else ""
    whole, point, fraction = text[len(sign) :].partition(".")
    if not (whole.isascii() and whole.isdigit()) or len(whole) <= _GROUP:
        return text
    if point and not (fraction.isascii() and fraction.isdigit()):
        return text
    first = len(whole) % _GROUP
    groups = [whole[:first]] * bool(first)
    groups += [whole[at : at + _GROUP] for at in range(first, len(whole), _GROUP)]
    return f"{sign}{','.join(groups)}{point}{fraction}"


def shown_rows(
    columns: Sequence[Column], options: FormatOptions
) -> Callable[[Sequence[Row]], Sequence[Row]] | None:
    """Return the step that turns values into the text people read, or ``None`` for no change.

    A missing value stays ``None``: only the drawing decides how NULL looks.
    """
    changes = [
        (index, change)
        for index, column in enumerate(columns)
        if (change := _change(column, options)) is not None
    ]
    if not changes:
        return None

    def shown(rows: Sequence[Row]) -> Sequence[Row]:
        changed = []
        for row in rows:
            cells = list(row)
            for index, change in changes:
                cell = cells[index]
                if cell is not None:
                    cells[index] = change(cell)
            changed.append(tuple(cells))
        return changed

    return shown


def _change(column: Column, options: FormatOptions) -> Callable[[str], str] | None:
    if options.digit_groups and is_number(column):
        return group_digits
    if options.pretty and is_nested(column):
        return partial(laid_out, kind=column.type)
    return None


def magnitude(text: str) -> str:
    """Return a big number in words, such as ``12.35 million``, or an empty text.

    Small numbers need none, and numbers past a quintillion are mostly hashes.
    """
    if len(text) > _LONGEST_MAGNITUDE:
        return ""
    try:
        value = float(text)
    except ValueError:
        return ""
    for size, word in _MAGNITUDES:
        if size <= abs(value) < _TOO_BIG:
            return f"{value / size:.2f} {word}"
    return ""


def magnitudes(columns: Sequence[Column], row: Row) -> Row:
    """Return what to show under the numbers of a lone row; ``()`` when they are all small."""
    hints = tuple(
        f"({hint})" if cell and is_number(column) and (hint := magnitude(cell)) else ""
        for column, cell in zip(columns, row, strict=True)
    )
    return hints if any(hints) else ()
