"""A filter on one column as a user types it: ``> 10``, ``= text``, ``null`` or a part of a text."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from athena_shell.core.model import Column
from athena_shell.output.statistics import sort_key

Condition = Callable[[str | None], bool]

_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


def condition(column: Column, text: str) -> Condition:
    """Return the test that a typed filter means.

    ``= v``, ``!= v``, ``< v``, ``<= v``, ``> v`` and ``>= v`` compare as the column's type does;
    ``null`` and ``!null`` ask for missing values; ``!part`` is true of values without that part,
    anything else of values with it, ignoring case. Missing values fulfil ``null`` only.
    """
    wanted = text.strip()
    if wanted.lower() == "null":
        return lambda cell: cell is None
    if wanted.lower() == "!null":
        return lambda cell: cell is not None
    for sign, compare in _COMPARISONS.items():
        if wanted.startswith(sign):
            return _comparison(column, compare, wanted[len(sign) :].strip())
    if wanted.startswith("!"):
        part = wanted[1:].strip().lower()
        return lambda cell: cell is not None and part not in cell.lower()
    part = wanted.lower()
    return lambda cell: cell is not None and part in cell.lower()


def _comparison(column: Column, compare: Callable[[Any, Any], bool], value: str) -> Condition:
    key = sort_key(column)
    wanted = key(value)
    return lambda cell: cell is not None and compare(key(cell), wanted)
