"""Pictures of a result in the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from athena_shell.core.counting import counted
from athena_shell.core.errors import CommandError
from athena_shell.core.model import Column, Row
from athena_shell.output.bars import draw_bars
from athena_shell.output.chart_plan import ChartKind, ChartPlan, is_time
from athena_shell.output.chart_points import (
    Numbers,
    Points,
    label,
    number,
    read_numbers,
    scattered,
    thinned,
)
from athena_shell.output.histogram import bins
from athena_shell.output.missing import extra
from athena_shell.output.round_numbers import marks
from athena_shell.output.sanitize import sanitize
from athena_shell.output.screen import Screen
from athena_shell.output.values import group_digits, is_number
from athena_shell.output.widths import cut

_MOST_BARS: Final = 30
_MOST_BINS: Final = 20
_TICK_ROOM: Final = 15
_NUMBER_ROOM: Final = 9
_MOST_TICKS: Final = 9
_LEAST_WIDTH: Final = 10  # of a picture in a frame
_LEAST_HEIGHT: Final = 8
_FEW: Final = 150  # points that are drawn large
_MARKERS: Final = ("braille", "●", "+", "x", "o", "*")  # told apart without colour
_PLAIN_MARKERS: Final = ("*", "+", "x", "o", "#", "@")
_LEGEND: Final = {"braille": "⢕"}
_ASCII: Final = str.maketrans("┌┐└┘├┤┬┴┼─│…", "+++++++++-|~")


def draw_chart(
    plan: ChartPlan,
    columns: Sequence[Column],
    rows: Iterable[Row],
    screen: Screen,
    *,
    color: bool = False,
    unicode: bool = True,
) -> str:
    """Return a picture that fits the screen; missing and infinite values are left out.

    Numbers beyond 1e300 count as infinite.

    Args:
        plan: what to draw.
        columns: the result's columns.
        rows: the result; of a very long one the first rows are drawn, and the title says so.
        screen: the size of the terminal.
        color: whether series may be coloured; they differ in shape anyway.
        unicode: whether the terminal shows more than ASCII.

    Raises:
        CommandError: plotext is not installed, the window is too narrow, or nothing can be drawn.
    """
    width = screen.width or 80
    height = max(_LEAST_HEIGHT, (screen.height or 24) - 1)  # below the title
    if plan.kind is ChartKind.BAR:
        text = _bars(plan, columns, rows, width, unicode=unicode)
    else:
        numbers = read_numbers(plan, columns, rows)
        if plan.kind is ChartKind.HIST:
            text = _histogram(plan, columns, numbers, (width, height), unicode=unicode)
        elif width < _LEAST_WIDTH:
            raise CommandError(
                f"A {plan.kind} chart needs {_LEAST_WIDTH} columns; the window has {width}.",
                "Widen the window, or draw bars.",
            )
        else:
            figure = _Figure(plan, columns, numbers, width, height)
            text = figure.draw(color=color, unicode=unicode)
    return text if unicode else text.translate(_ASCII)


def _title(columns: Sequence[Column], names: str, x: int | None, note: str, width: int) -> str:
    by = "" if x is None else f" by {sanitize(columns[x].name)}"
    return cut(f"{names}{by}{note}", width) + "\n"


def _bars(
    plan: ChartPlan, columns: Sequence[Column], rows: Iterable[Row], width: int, *, unicode: bool
) -> str:
    """Draw a bar for each of the first rows, one series below the other."""
    taken: list[Row] = []
    count = 0
    for row in rows:
        if any(not math.isnan(number(row[place])) for place in plan.ys):
            count += 1
            if count <= _MOST_BARS:
                taken.append(row)
    note = f", first {_MOST_BARS} of {count:,} rows" if count > _MOST_BARS else ""
    parts = []
    for place in plan.ys:
        bars = [
            (
                str(at) if plan.x is None else label(row[plan.x]),
                group_digits(row[place] or ""),
                value,
            )
            for at, row in enumerate(taken, 1)
            if not math.isnan(value := number(row[place]))
        ]
        if bars:
            title = _title(columns, sanitize(columns[place].name), plan.x, note, width)
            parts.append(title + draw_bars(bars, width, unicode=unicode))
    if not parts:
        raise _nothing()
    return "\n".join(parts)


def _histogram(
    plan: ChartPlan,
    columns: Sequence[Column],
    numbers: Numbers,
    size: tuple[int, int],
    *,
    unicode: bool,
) -> str:
    values = [value for value in numbers.ys[0] if not math.isnan(value)]
    if not values:
        raise _nothing()
    width, height = size
    note = f", {counted(len(values), 'value')}{_first(numbers)}"
    title = _title(columns, sanitize(columns[plan.ys[0]].name), None, note, width)
    bars = [
        (span, f"{count:,}", float(count)) for span, count in bins(values, min(_MOST_BINS, height))
    ]
    return title + draw_bars(bars, width, unicode=unicode)


def _first(numbers: Numbers) -> str:
    return f", first {len(numbers.xs):,} rows" if numbers.more else ""


class _Figure:
    """Lines or points in a frame."""

    def __init__(
        self, plan: ChartPlan, columns: Sequence[Column], numbers: Numbers, width: int, height: int
    ) -> None:
        self._plan = plan
        self._columns = columns
        self._numbers = numbers
        self._width = width
        self._height = height

    def draw(self, *, color: bool, unicode: bool) -> str:
        series = {
            at: points for at in range(len(self._plan.ys)) if (points := self._numbers.points(at))
        }
        if not series:
            raise _nothing()
        with extra("chart", f"A {self._plan.kind} chart"):
            import plotext
        plotext.terminal.limit(width=False, height=False)
        figure = plotext.figure
        figure.clear()
        figure.theme("default" if color else "colorless")
        figure.plot_size(self._width, self._height)
        figure.legend(False)  # noqa: FBT003 - the library's signature
        markers = _MARKERS if unicode else _PLAIN_MARKERS
        lines = self._plan.kind is ChartKind.LINE
        names = []
        for at, points in series.items():
            marker = markers[at % len(markers)]
            if lines:
                shown = thinned(points, 2 * self._width)
            else:
                shown = scattered(points, 2 * self._width, 4 * self._height)
            if marker == "braille" and len(shown) <= (1 if lines else _FEW):
                marker = "•"
            signal = figure.signal([x for x, _ in shown], [y for _, y in shown], marker=marker)
            figure.draw(signal.lines() if lines and len(shown) > 1 else signal)
            name = sanitize(self._columns[self._plan.ys[at]].name)
            sign = f"{_LEGEND.get(marker, marker)} " if len(self._plan.ys) > 1 else ""
            names.append(sign + name)
        self._label(figure, series.values())
        text: str = figure.build().string(colorless=not color)
        figure.clear()
        title = _title(
            self._columns, "  ".join(names), self._plan.x, _first(self._numbers), self._width
        )
        return title + "\n".join(line.rstrip() for line in text.rstrip("\n").split("\n")) + "\n"

    def _label(self, figure: Any, series: Iterable[Points]) -> None:
        """Put round numbers, dates or the column's texts beside the axes."""
        points = [point for known in series for point in known]
        ys = [y for _, y in points]
        low, high = _span(min(ys), max(ys))
        ruler = figure.ruler("y")
        ruler.lim(low, high)  # ticks alone would cut off what lies beyond the outermost ones
        ruler.ticks(*marks(min(ys), max(ys), max(2, self._height // 3)))
        first, last = min(x for x, _ in points), max(x for x, _ in points)
        figure.ruler("x").lim(*_span(first, last))
        figure.ruler("x").ticks(*self._x_ticks(first, last))

    def _x_ticks(self, low: float, high: float) -> tuple[list[float], list[str]]:
        x = self._plan.x
        if x is None or is_number(self._columns[x]):
            return marks(low, high, max(2, self._width // _NUMBER_ROOM))
        count = min(_MOST_TICKS, max(2, self._width // _TICK_ROOM))
        places = sorted({low + (high - low) * step / (count - 1) for step in range(count)})
        if is_time(self._columns[x]):
            kind = self._columns[x].type
            return places, [_moment_text(place, kind, high - low) for place in places]
        rows = sorted({round(place) for place in places})
        return [float(row) for row in rows], [self._numbers.labels[row - 1] for row in rows]


def _span(low: float, high: float) -> tuple[float, float]:
    return (low, high) if low < high else (low - 1, high + 1)


def _moment_text(seconds: float, kind: str, span: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    if kind == "time":
        return f"{moment:%H:%M:%S}"
    day = 86_400
    if kind == "date" or span > 3 * day:
        return date.isoformat(moment.date())
    return f"{moment:%m-%d %H:%M}"


def _nothing() -> CommandError:
    return CommandError("There is nothing to draw: no row has numbers in these columns.")
