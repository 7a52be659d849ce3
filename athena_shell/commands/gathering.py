r"""The variables that ``\gset`` makes of a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from athena_shell.core.model import Column, Row
from athena_shell.core.records import dataclass
from athena_shell.sql.variables import is_variable

_REMEDY: Final = "AS gives a column another name."


@dataclass(frozen=True)
class Gathered:
    """What a row becomes.

    Args:
        values: by the variable's name; None where the variable is to be forgotten.
        told: what the user should know of columns that are not among them, or empty.
    """

    values: Mapping[str, str | None]
    told: str


def gather(columns: Sequence[Column], row: Row, prefix: str) -> Gathered:
    """Return the variables of a row; of two columns of one name the last one counts."""
    values: dict[str, str | None] = {}
    unfit: list[str] = []
    twice: list[str] = []
    for column, value in zip(columns, row, strict=True):
        name = prefix + column.name
        if not is_variable(name):
            unfit.append(f"“{name}”")
            continue
        if name in values:
            twice.append(f"“{name}”")
        values[name] = value
    told = []
    if unfit:
        told.append(f"{', '.join(unfit)}: no name of a variable, left out.")
    if twice:
        told.append(
            f"{', '.join(dict.fromkeys(twice))}: given more than once, the last one counts."
        )
    if told:
        told.append(_REMEDY)
    return Gathered(values, " ".join(told))
