"""Which columns a chart shows and how, chosen from their types where the user did not."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from athena_shell.core.errors import CommandError
from athena_shell.core.model import Column
from athena_shell.core.records import dataclass
from athena_shell.output.values import INTEGERS, is_number

_TEMPORAL: Final = frozenset({"date", "timestamp", "timestamp with time zone", "time"})
_TEXTS: Final = frozenset({"varchar", "char", "string", "boolean"})
_MOST_SERIES: Final = 6
_PAIR: Final = 2


class ChartKind(StrEnum):
    """The pictures there are."""

    LINE = "line"
    BAR = "bar"
    HIST = "hist"
    SCATTER = "scatter"


@dataclass(frozen=True)
class ChartPlan:
    """What to draw: ``x`` is a column's place or ``None`` for the row's number."""

    kind: ChartKind
    x: int | None
    ys: tuple[int, ...]


def plan_chart(columns: Sequence[Column], words: Sequence[str]) -> ChartPlan:
    r"""Read the arguments of ``\chart [line|bar|hist|scatter] [x] [y…]``.

    Without columns the first time or text is x, or a whole number with others beside it; the
    numbers are the series. Without a kind a text makes bars, a single number without x a histogram,
    anything else lines. Bars show the first series unless others are asked for.

    Raises:
        CommandError: a kind or a column is unknown, a column is not made of numbers, or a histogram
            is asked of several.
    """
    kinds = [kind.value for kind in ChartKind]
    kind = ChartKind(words[0].lower()) if words and words[0].lower() in kinds else None
    names = words[1:] if kind else words
    if names and kind is None and _find(columns, names[0]) is None:
        raise CommandError(
            f"“{names[0]}” is neither a kind of chart nor a column of the result.",
            f"Kinds: {', '.join(kinds)}. Columns: {', '.join(column.name for column in columns)}.",
        )
    places = [_place(columns, name) for name in names]
    if kind is ChartKind.HIST:
        if len(places) > 1:
            raise CommandError(
                f"A histogram shows one column; {len(places)} are named.",
                f"For example \\chart hist {names[0]}",
            )
        return ChartPlan(kind, None, _numbers(columns, places[:1] or _all_numbers(columns)[:1]))
    x, ys = _split(columns, places)
    if kind is None:
        kind = _kind_of(columns, x, ys, asked=bool(names))
    if kind is ChartKind.HIST:
        x = None
    alone = kind is ChartKind.HIST or (kind is ChartKind.BAR and len(places) < _PAIR)
    return ChartPlan(kind, x, _numbers(columns, ys)[: 1 if alone else None])


def _split(columns: Sequence[Column], places: Sequence[int]) -> tuple[int | None, list[int]]:
    if len(places) > 1:
        return places[0], list(places[1:])
    numbers = _all_numbers(columns)
    if places and is_number(columns[places[0]]):
        return _natural_x(columns), list(places)
    if places:
        return places[0], numbers[:_MOST_SERIES]
    x = _natural_x(columns)
    if x is None and len(numbers) >= _PAIR and columns[numbers[0]].type in INTEGERS:
        return numbers[0], numbers[1 : _MOST_SERIES + 1]
    return x, numbers[:_MOST_SERIES]


def _natural_x(columns: Sequence[Column]) -> int | None:
    """Return the first time, else the first text."""
    times = (place for place, column in enumerate(columns) if is_time(column))
    texts = (place for place, column in enumerate(columns) if column.type in _TEXTS)
    return next(times, next(texts, None))


def _kind_of(
    columns: Sequence[Column], x: int | None, ys: Sequence[int], *, asked: bool
) -> ChartKind:
    if x is None:
        return ChartKind.HIST if len(ys) == 1 and not asked else ChartKind.LINE
    if is_time(columns[x]) or is_number(columns[x]):
        return ChartKind.LINE
    return ChartKind.BAR


def is_time(column: Column) -> bool:
    """Whether the column's values lie on a line of time."""
    return column.type in _TEMPORAL


def _all_numbers(columns: Sequence[Column]) -> list[int]:
    return [place for place, column in enumerate(columns) if is_number(column)]


def _numbers(columns: Sequence[Column], places: Sequence[int]) -> tuple[int, ...]:
    if not places:
        raise CommandError(
            "The result has no column of numbers to draw.", "CAST a column to double in the query."
        )
    for place in places:
        if not is_number(columns[place]):
            raise CommandError(
                f"The column {columns[place].name} is {columns[place].type}, not a number.",
                "Name a column of numbers, or CAST it in the query.",
            )
    return tuple(places)


def _place(columns: Sequence[Column], name: str) -> int:
    place = _find(columns, name)
    if place is None:
        raise CommandError(
            f"The result has no column “{name}”.",
            f"It has {', '.join(column.name for column in columns)}.",
        )
    return place


def _find(columns: Sequence[Column], name: str) -> int | None:
    """Return the column of just this name, else the first that differs in case alone."""
    names = [column.name for column in columns]
    if name in names:
        return names.index(name)
    lowered = [known.lower() for known in names]
    return lowered.index(name.lower()) if name.lower() in lowered else None
