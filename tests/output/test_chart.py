"""Charts are chosen by type, fit the screen, and can be read without colour."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from athena_shell.core.errors import CommandError
from athena_shell.core.model import Column, Row
from athena_shell.output.bars import draw_bars
from athena_shell.output.chart import draw_chart
from athena_shell.output.chart_plan import ChartKind, ChartPlan, plan_chart
from athena_shell.output.screen import Screen
from athena_shell.output.widths import display_width

COLUMNS = (
    Column("day", "date"),
    Column("n", "bigint"),
    Column("country"),
    Column("amount", "double"),
    Column("at", "timestamp"),
    Column("clock", "time"),
)
SCREEN = Screen(70, 18)


def rows(count: int) -> list[Row]:
    return [
        (
            f"2024-01-{number + 1:02d}",
            str(number * number),
            ("DE", "US", "漢字\x1b[31m")[number % 3],
            str(number * 1.5),
            f"2024-01-01 {number:02d}:00:00.000",
            f"{number:02d}:00:00",
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("words", "plan"),
    [
        ([], ChartPlan(ChartKind.LINE, 0, (1, 3))),
        (["bar"], ChartPlan(ChartKind.BAR, 0, (1, 3))),
        (["Country", "n"], ChartPlan(ChartKind.BAR, 2, (1,))),
        (["hist", "amount"], ChartPlan(ChartKind.HIST, None, (3,))),
        (["hist"], ChartPlan(ChartKind.HIST, None, (1,))),
        (["SCATTER", "n", "amount"], ChartPlan(ChartKind.SCATTER, 1, (3,))),
        (["n"], ChartPlan(ChartKind.LINE, 0, (1,))),
        (["at"], ChartPlan(ChartKind.LINE, 4, (1, 3))),
    ],
)
def test_plans(words: Sequence[str], plan: ChartPlan) -> None:
    assert plan_chart(COLUMNS, words) == plan


def test_a_lone_number_is_a_histogram() -> None:
    assert plan_chart((Column("n", "bigint"),), []) == ChartPlan(ChartKind.HIST, None, (0,))
    assert plan_chart((Column("n", "bigint"),), ["n"]) == ChartPlan(ChartKind.LINE, None, (0,))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nope"], "The result has no column “nope”."),
        (["line", "day", "country"], "The column country is varchar, not a number."),
    ],
)
def test_wrong_columns(words: Sequence[str], message: str) -> None:
    with pytest.raises(CommandError) as raised:
        plan_chart(COLUMNS, words)
    assert raised.value.message == message
    with pytest.raises(CommandError, match="no column of numbers"):
        plan_chart((Column("t"),), [])


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["bar", "country", "n"],
        ["hist", "n"],
        ["scatter", "n", "amount"],
        ["at", "n"],
        ["clock", "n"],
    ],
)
def test_pictures_fit_and_are_plain_text(words: Sequence[str], forbidden: frozenset[str]) -> None:
    text = draw_chart(plan_chart(COLUMNS, words), COLUMNS, rows(20), SCREEN)
    lines = text.splitlines()
    assert len(lines) <= max(SCREEN.height, 21)
    assert max(map(display_width, lines)) <= SCREEN.width
    assert forbidden.intersection(text) == {"\n"}
    assert any(name in lines[0] for name in ("n", "amount"))


def test_a_time_axis_is_labelled_with_dates() -> None:
    text = draw_chart(plan_chart(COLUMNS, ["day", "n"]), COLUMNS, rows(20), SCREEN)
    assert "2024-01-01" in text.splitlines()[-1]
    assert "2024-01-20" in text.splitlines()[-1]
    text = draw_chart(plan_chart(COLUMNS, ["line", "country", "n"]), COLUMNS, rows(20), SCREEN)
    assert "DE" in text.splitlines()[-1]


def test_series_are_told_apart_by_shape() -> None:
    text = draw_chart(plan_chart(COLUMNS, []), COLUMNS, rows(20), SCREEN)
    assert "⢕ n" in text
    assert "● amount" in text
    assert "\x1b[" in draw_chart(plan_chart(COLUMNS, []), COLUMNS, rows(20), SCREEN, color=True)


def test_bars() -> None:
    assert draw_bars([("DE", "10", 10), ("漢字", "-5", -5), ("", "0.1", 0.1)], 19) == (
        "DE    10 ██████████\n漢字  -5 ░░░░░\n     0.1 ▏\n"
    )
    assert draw_bars([("a", "0", 0.0)], 5) == "a 0\n"


def test_bars_name_only_the_series_they_draw() -> None:
    text = draw_chart(ChartPlan(ChartKind.BAR, 0, (1, 3)), COLUMNS, rows(3), SCREEN)
    assert text.splitlines()[0] == f"{COLUMNS[1].name} by {COLUMNS[0].name}"


def test_missing_values_are_left_out_and_nothing_is_said() -> None:
    plan = plan_chart(COLUMNS, ["day", "n"])
    odd: list[Row] = [(None, None, None, None, None, None), ("x", "NaN", None, None, None, None)]
    assert draw_chart(plan, COLUMNS, [*odd, *rows(3)], SCREEN)
    for words in (["day", "n"], ["bar", "country", "n"], ["hist", "n"]):
        with pytest.raises(CommandError, match="There is nothing to draw"):
            draw_chart(plan_chart(COLUMNS, words), COLUMNS, odd, SCREEN)
    assert draw_chart(plan_chart(COLUMNS, ["hist", "n"]), COLUMNS, rows(1), SCREEN)


def test_too_many_rows_are_said() -> None:
    columns = (Column("n", "bigint"),)
    many: list[Row] = [(str(number),) for number in range(10_001)]
    assert "first 10,000 rows" in draw_chart(plan_chart(columns, []), columns, many, SCREEN)
    with pytest.raises(CommandError, match="31 bars do not fit"):
        draw_chart(plan_chart(columns, ["bar", "n"]), columns, many[:31], SCREEN)
