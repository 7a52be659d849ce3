"""The numbers of a chart: read once from a result's rows, thinned to what a screen can show."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import UTC, datetime
from typing import Final

from athena_shell.core.model import Column, Row
from athena_shell.core.records import dataclass
from athena_shell.output.chart_plan import ChartPlan, is_time
from athena_shell.output.sanitize import sanitize
from athena_shell.output.values import is_number
from athena_shell.output.widths import cut

MOST_ROWS: Final = 200_000
_WIDEST_LABEL: Final = 20
_LONGEST_LABEL: Final = 100
_GREATEST: Final = 1e300  # beyond it the distance of two numbers may be infinite
_LEAST: Final = 1e-300  # below it a step between two numbers may be zero
_NONE: Final = math.nan

Points = list[tuple[float, float]]


@dataclass
class Numbers:
    """What is drawn, column by column; a missing or infinite value is NaN.

    Args:
        xs: where each row stands.
        ys: the values of each series.
        labels: a text column's values, when one is x.
        more: whether rows were left out.
    """

    xs: array[float] = field(default_factory=lambda: array("d"))
    ys: list[array[float]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    more: bool = False

    def points(self, series: int) -> Points:
        """Return the known points of a series in the order of x."""
        known = [
            (x, y)
            for x, y in zip(self.xs, self.ys[series], strict=True)
            if not math.isnan(x) and not math.isnan(y)
        ]
        known.sort()
        return known


def read_numbers(
    plan: ChartPlan, columns: Sequence[Column], rows: Iterable[Row], most: int = MOST_ROWS
) -> Numbers:
    """Read what a plan draws.

    Args:
        plan: which columns.
        columns: the result's columns.
        rows: the result.
        most: how many rows are read.
    """
    numbers = Numbers(ys=[array("d") for _ in plan.ys])
    x = plan.x
    timed = x is not None and is_time(columns[x])
    labelled = x is not None and not timed and not is_number(columns[x])
    for count, row in enumerate(rows, 1):
        if count > most:
            numbers.more = True
            break
        if x is None:
            numbers.xs.append(count)
        elif labelled:
            numbers.xs.append(count)
            numbers.labels.append(label(row[x]))
        else:
            numbers.xs.append(moment(row[x]) if timed else number(row[x]))
        for ys, place in zip(numbers.ys, plan.ys, strict=True):
            ys.append(number(row[place]))
    return numbers


def number(cell: str | None) -> float:
    """Return a numeral's value; NaN when it is missing or too great to draw, such as ``1e308``."""
    try:
        value = float(cell or "")
    except ValueError:
        return _NONE
    size = abs(value)
    if size < _LEAST:
        return 0.0
    return value if size <= _GREATEST else _NONE


def moment(cell: str | None) -> float:
    """Return a date, time or timestamp as seconds; zone names are left out of account."""
    text = (cell or "")[:23]
    if ":" in text[:3]:  # a time of day
        text = f"1970-01-01 {text}"
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return _NONE


def label(cell: str | None) -> str:
    """Return a value as it stands beside a bar or below a line."""
    return "NULL" if cell is None else cut(sanitize(cell[:_LONGEST_LABEL]), _WIDEST_LABEL)


def thinned(points: Points, places: int) -> Points:
    """Return so many points that a line through them looks the same on a screen.

    Args:
        points: in the order of x.
        places: how many places of the screen's width can be told apart; of each the first, the
            last, the lowest and the highest point are kept.
    """
    if len(points) <= 4 * places:
        return points
    first = points[0][0]
    step = (points[-1][0] - first) / places or 1.0
    kept: Points = []
    group: Points = []
    place = 0
    for point in points:
        here = int((point[0] - first) / step)
        if here != place:
            kept += _outline(group)
            group, place = [], here
        group.append(point)
    return kept + _outline(group)


def _outline(group: Points) -> Points:
    if not group:
        return []
    ends = {0, len(group) - 1}
    by_y = range(len(group))
    ends.add(min(by_y, key=lambda at: group[at][1]))
    ends.add(max(by_y, key=lambda at: group[at][1]))
    return [group[at] for at in sorted(ends)]


def scattered(points: Points, places: int, levels: int) -> Points:
    """Return one point for each spot of the screen that has any.

    Args:
        points: any.
        places: spots from left to right.
        levels: spots from bottom to top.
    """
    if len(points) <= places:
        return points
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, low = min(xs), min(ys)
    across = (max(xs) - left) / places or 1.0
    up = (max(ys) - low) / levels or 1.0
    spots = {(int((x - left) / across), int((y - low) / up)): (x, y) for x, y in points}
    spots |= {(-1, at): point for at, point in enumerate((min(points), max(points)))}
    return list(spots.values())
