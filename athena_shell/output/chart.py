"""Pictures of a result in the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import cycle, islice
from typing import Any, Final

from athena_shell.core.errors import CommandError
from athena_shell.core.model import Column, Row
from athena_shell.output.bars import draw_bars
from athena_shell.output.chart_plan import ChartKind, ChartPlan, is_time
from athena_shell.output.missing import extra
from athena_shell.output.sanitize import sanitize
from athena_shell.output.screen import Screen
from athena_shell.output.values import group_digits, is_number
from athena_shell.output.widths import cut

_MOST_POINTS: Final = 10_000
_MOST_BARS: Final = 30
_BINS: Final = 20
_TICKS: Final = 5
_LEAST_WIDTH: Final = 20
_LEAST_HEIGHT: Final = 8
_WIDEST_LABEL: Final = 20
_MARKERS: Final = ("braille", "●", "+", "x", "o", "*")  # told apart without colour

Points = list[tuple[float, float]]


def draw_chart(
    plan: ChartPlan,
    columns: Sequence[Column],
    rows: Iterable[Row],
    screen: Screen,
    *,
    color: bool = False,
) -> str:
    """Return a picture that fits the screen; missing and infinite values are left out.

    Args:
        plan: what to draw.
        columns: the result's columns.
        rows: the result; the first ten thousand rows are drawn.
        screen: the size of the terminal.
        color: whether series may be coloured; they differ in shape anyway.

    Raises:
        CommandError: plotext is not installed, or there is nothing to draw.
    """
    taken = list(islice(iter(rows), _MOST_POINTS + 1))
    title = _title(plan, columns)
    if len(taken) > _MOST_POINTS:
        title += f", first {_MOST_POINTS:,} rows"
    width = max(_LEAST_WIDTH, screen.width or 80)
    if plan.kind is ChartKind.BAR:
        return f"{title}\n{_bars(plan, taken, width)}"
    with extra("chart", "A chart"):
        import plotext
    figure = plotext.figure
    figure.clear()
    figure.theme("default" if color else "colorless")
    figure.plot_size(width, max(_LEAST_HEIGHT, (screen.height or 24) - 3))
    _DRAW[plan.kind](figure, plan, columns, taken[:_MOST_POINTS])
    figure.title(title)
    text: str = figure.build().string(colorless=not color)
    figure.clear()
    return "\n".join(line.rstrip() for line in text.rstrip("\n").split("\n")) + "\n"


def _title(plan: ChartPlan, columns: Sequence[Column]) -> str:
    drawn = plan.ys[:1] if plan.kind is ChartKind.BAR else plan.ys
    ys = ", ".join(sanitize(columns[place].name) for place in drawn)
    return ys if plan.x is None else f"{ys} by {sanitize(columns[plan.x].name)}"


def _number(cell: str | None) -> float | None:
    try:
        value = float(cell or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _moment(cell: str | None) -> float | None:
    """Return a date, time or timestamp as seconds; zone names are left out of account."""
    text = (cell or "")[:23]
    for read in (
        datetime.fromisoformat,
        lambda value: datetime.fromisoformat(f"1970-01-01 {value}"),
    ):
        try:
            return read(text).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return None


def _x_values(
    plan: ChartPlan, columns: Sequence[Column], rows: Sequence[Row]
) -> list[float | None]:
    x = plan.x
    if x is not None and is_time(columns[x]):
        return [_moment(row[x]) for row in rows]
    if x is not None and is_number(columns[x]):
        return [_number(row[x]) for row in rows]
    return [float(number) for number in range(1, len(rows) + 1)]


def _draw_points(
    figure: Any, plan: ChartPlan, columns: Sequence[Column], rows: Sequence[Row]
) -> None:
    xs = _x_values(plan, columns, rows)
    seen: list[float] = []
    for place, marker in zip(plan.ys, cycle(_MARKERS), strict=False):
        points: Points = [
            (x, y)
            for x, row in zip(xs, rows, strict=True)
            if x is not None and (y := _number(row[place])) is not None
        ]
        if not points:
            continue
        points.sort(key=lambda point: point[0])
        seen += [x for x, _ in points]
        signal = figure.signal([x for x, _ in points], [y for _, y in points], marker=marker)
        if plan.kind is ChartKind.LINE:
            signal.lines()
        if len(plan.ys) > 1:
            signal.label(sanitize(columns[place].name))
        figure.draw(signal)
    if not seen:
        raise _nothing()
    if plan.x is not None:
        _label_x(figure, plan.x, columns, rows, (min(seen), max(seen)))


def _label_x(
    figure: Any, x: int, columns: Sequence[Column], rows: Sequence[Row], span: tuple[float, float]
) -> None:
    low, high = span
    places = [low + (high - low) * step / (_TICKS - 1) for step in range(_TICKS)]
    if is_time(columns[x]):
        labels = [_moment_text(place, columns[x].type, high - low) for place in places]
        figure.ruler("x").ticks(places, labels)
    elif not is_number(columns[x]):
        numbers = sorted({round(place) for place in places})
        labels = [_label(rows[number - 1][x]) for number in numbers]
        figure.ruler("x").ticks(numbers, labels)


def _moment_text(seconds: float, kind: str, span: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    if kind == "time":
        return f"{moment:%H:%M:%S}"
    day = 86_400
    if kind == "date" or span > 3 * day:
        return date.isoformat(moment.date())
    return f"{moment:%m-%d %H:%M}"


def _label(cell: str | None) -> str:
    return "NULL" if cell is None else cut(sanitize(cell[:100]), _WIDEST_LABEL)


def _bars(plan: ChartPlan, rows: Sequence[Row], width: int) -> str:
    place = plan.ys[0]
    bars = [
        (str(number) if plan.x is None else _label(row[plan.x]), row[place] or "", value)
        for number, row in enumerate(rows, 1)
        if (value := _number(row[place])) is not None
    ]
    if not bars:
        raise _nothing()
    if len(bars) > _MOST_BARS:
        raise CommandError(
            f"{len(bars):,} bars do not fit; at most {_MOST_BARS} can be read.",
            "Group or limit the query, or draw lines.",
        )
    return draw_bars([(label, group_digits(number), value) for label, number, value in bars], width)


def _draw_histogram(
    figure: Any, plan: ChartPlan, _columns: Sequence[Column], rows: Sequence[Row]
) -> None:
    cells = (_number(row[plan.ys[0]]) for row in rows)
    values = [value for value in cells if value is not None]
    if not values:
        raise _nothing()
    if min(values) == max(values):
        values = [*values, values[0] + 1]
    figure.draw(figure.hist(values, bins=_BINS))


def _nothing() -> CommandError:
    return CommandError("There is nothing to draw: no row has numbers in these columns.")


_DRAW: Final = {
    ChartKind.LINE: _draw_points,
    ChartKind.SCATTER: _draw_points,
    ChartKind.HIST: _draw_histogram,
}
