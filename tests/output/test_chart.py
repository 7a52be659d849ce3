"""Charts are chosen by type, fit the screen, and can be read without colour."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from athena_shell.core.errors import CommandError
from athena_shell.core.model import Column, Row
from athena_shell.output.bars import draw_bars
from athena_shell.output.chart import draw_chart
from athena_shell.output.chart_plan import ChartKind, ChartPlan, plan_chart
from athena_shell.output.histogram import bins
from athena_shell.output.round_numbers import marks
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
        (["bar"], ChartPlan(ChartKind.BAR, 0, (1,))),
        (["bar", "country", "n", "amount"], ChartPlan(ChartKind.BAR, 2, (1, 3))),
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


def test_a_whole_number_is_x_where_nothing_else_is() -> None:
    year, low, high = Column("year", "integer"), Column("low", "double"), Column("high", "double")
    assert plan_chart((year, low, high), []) == ChartPlan(ChartKind.LINE, 0, (1, 2))
    assert plan_chart((low, high), []) == ChartPlan(ChartKind.LINE, None, (0, 1))
    nested = Column("tags", "array")
    assert plan_chart((nested, low), []) == ChartPlan(ChartKind.HIST, None, (1,))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nope"], "“nope” is neither a kind of chart nor a column of the result."),
        (["line", "nope"], "The result has no column “nope”."),
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
    ("words", "message"),
    [
        (["pie", "n"], "“pie” is neither a kind of chart nor a column of the result."),
        (["hist", "n", "amount"], "A histogram shows one column; 2 are named."),
    ],
)
def test_wrong_kinds(words: Sequence[str], message: str) -> None:
    with pytest.raises(CommandError) as raised:
        plan_chart(COLUMNS, words)
    assert raised.value.message == message


def test_a_name_of_the_same_case_wins() -> None:
    columns = (Column("a", "double"), Column("A", "double"))
    assert plan_chart(columns, ["scatter", "a", "A"]).ys == (1,)
    assert plan_chart(columns[:1], ["line", "A"]).ys == (0,)


@pytest.mark.parametrize("kind", ChartKind)
def test_numbers_at_the_ends_of_what_a_float_holds(kind: ChartKind) -> None:
    columns = (Column("x", "double"), Column("y", "double"))
    extremes = ["1e308", "-1e308", "1e300", "-1e300", "5e-324", "0", "nan", "Infinity"]
    text = draw_chart(plan_chart(columns, [kind, "y"]), columns, [(x, x) for x in extremes], SCREEN)
    assert max(map(display_width, text.splitlines())) <= SCREEN.width
    tiny = [("1", "5e-324"), ("2", "0")]
    assert draw_chart(plan_chart(columns, [kind, "y"]), columns, tiny, SCREEN)
    with pytest.raises(CommandError, match="nothing to draw"):
        draw_chart(plan_chart(columns, [kind, "y"]), columns, [("1", "1e308")], SCREEN)


WORDS: tuple[list[str], ...] = (
    [],
    ["bar", "country", "n"],
    ["hist", "n"],
    ["scatter", "n", "amount"],
    ["line", "n", "amount"],
    ["line", "country", "n", "amount"],
    ["at", "n"],
    ["clock", "n"],
)


@pytest.mark.parametrize("size", [Screen(40, 12), SCREEN, Screen(200, 50)], ids=str)
@pytest.mark.parametrize("count", [1, 2, 20])
@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_pictures_fit_and_are_plain_text(
    words: Sequence[str], count: int, size: Screen, forbidden: frozenset[str]
) -> None:
    text = draw_chart(plan_chart(COLUMNS, words), COLUMNS, rows(count), size)
    lines = text.splitlines()
    assert len(lines) <= max(size.height, 21) if words[:1] == ["bar"] else size.height
    assert max(map(display_width, lines)) <= size.width
    assert (words[:1], count) == (["bar"], 1) or max(map(display_width, lines)) > size.width // 2
    assert forbidden.intersection(text) == {"\n"}
    assert any(name in lines[0] for name in ("n", "amount"))


@pytest.mark.parametrize("width", range(1, 31))
@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_no_window_is_too_narrow(words: Sequence[str], width: int) -> None:
    plan = plan_chart(COLUMNS, words)
    if width < 10 and plan.kind in {ChartKind.LINE, ChartKind.SCATTER}:
        with pytest.raises(CommandError, match=f"needs 10 columns; the window has {width}"):
            draw_chart(plan, COLUMNS, rows(5), Screen(width, 10))
    else:
        text = draw_chart(plan, COLUMNS, rows(5), Screen(width, 10))
        assert max(map(display_width, text.splitlines())) <= width


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_terminal_without_unicode_gets_ascii(words: Sequence[str]) -> None:
    safe = [tuple("ab" if cell and "漢" in cell else cell for cell in row) for row in rows(20)]
    text = draw_chart(plan_chart(COLUMNS, words), COLUMNS, safe, SCREEN, unicode=False)
    assert text.isascii()
    assert set(text) & set("#*+")


@pytest.mark.parametrize("kind", ChartKind)
def test_hostile_names_and_texts_are_harmless(kind: ChartKind, forbidden: frozenset[str]) -> None:
    columns = (Column("\x1b]0;x\x07\u202e"), Column("\x9b31m\x1b[2J", "bigint"))
    hostile: list[Row] = [("\x1b[31m\r\n\x9b2J", str(number)) for number in range(5)]
    plan = plan_chart(columns, [kind, columns[0].name, columns[1].name][: 3 - 2 * (kind == "hist")])
    text = draw_chart(plan, columns, hostile, SCREEN)
    assert forbidden.intersection(text) == {"\n"}


PARABOLA = """\
y by x
    ┌──────────────────────────────────┐
    │                                ⡠⠄│
-450┤                             ⡠⠔⠉  │
    │                         ⢀⡠⠔⠉     │
    │                      ⣀⠤⠒⠁        │
    │                 ⣀⡠⠔⠒⠉            │
    │          ⣀⣀⠤⠤⠒⠊⠉                 │
-500┤⠐⠒⠒⠒⠒⠒⠒⠉⠉⠉                        │
    └┬──────────┬──────────┬───────────┘
     0          1          2
"""


def test_a_line_to_the_last_point() -> None:
    columns = (Column("x", "double"), Column("y", "bigint"))
    square: list[Row] = [(str(x * 0.37), str(x * x - 500)) for x in range(9)]
    text = draw_chart(plan_chart(columns, ["x", "y"]), columns, square, Screen(40, 11))
    assert text == PARABOLA


def test_a_hundred_thousand_rows_are_drawn_whole() -> None:
    columns = (Column("x", "bigint"), Column("y", "bigint"))
    spike = 77_777
    many: list[Row] = [(str(x), "1000" if x == spike else str(x % 7)) for x in range(100_000)]
    for words in (["line", "x", "y"], ["scatter", "x", "y"]):
        lines = draw_chart(plan_chart(columns, words), columns, many, SCREEN).splitlines()
        assert lines[0] == "y by x"
        assert lines[-1].split() == [f"{x:,}" for x in range(0, 100_000, 20_000)]
        assert set(lines[2]) > set(" │┤")  # the one outlier at the top
    text = draw_chart(plan_chart(columns, ["hist", "y"]), columns, many, Screen(70, 24))
    assert text.splitlines()[:2] == ["y, 100,000 values", "    0 …    50 99,999 " + "█" * 49]


def test_nulls_part_nothing_and_negative_values_are_drawn() -> None:
    columns = (Column("day", "date"), Column("v", "decimal"))
    gaps: list[Row] = [
        (f"2024-03-{day:02d}", None if day % 2 else str(-day)) for day in range(1, 31)
    ]
    text = draw_chart(plan_chart(columns, []), columns, gaps, SCREEN)
    assert "-30┤" in text
    assert "2024-03-02" in text
    assert "2024-03-30" in text


def test_without_the_extra_lines_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "plotext", None)
    with pytest.raises(CommandError) as raised:
        draw_chart(plan_chart(COLUMNS, []), COLUMNS, rows(5), SCREEN)
    assert raised.value.message == "A line chart needs plotext, which is not installed."
    assert raised.value.hint == "Install it with: pip install 'athena-shell[chart]'"
    for words in (["bar", "country", "n"], ["hist", "n"]):
        assert draw_chart(plan_chart(COLUMNS, words), COLUMNS, rows(5), SCREEN)


def test_a_time_axis_is_labelled_with_dates() -> None:
    text = draw_chart(plan_chart(COLUMNS, ["day", "n"]), COLUMNS, rows(20), SCREEN)
    assert "2024-01-01" in text.splitlines()[-1]
    assert "2024-01-20" in text.splitlines()[-1]
    text = draw_chart(plan_chart(COLUMNS, ["line", "country", "n"]), COLUMNS, rows(20), SCREEN)
    assert text.splitlines()[-1].split()[0] == "DE"


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
    assert draw_bars([("a", "9", 9), ("b", "-4", -4)], 15, unicode=False) == (
        "a  9 ##########\nb -4 -----\n"
    )


def test_bars_of_several_series_stand_below_each_other() -> None:
    text = draw_chart(
        plan_chart(COLUMNS, ["bar", "country", "n", "amount"]), COLUMNS, rows(2), Screen(30, 24)
    )
    assert (
        text
        == """\
n by country
DE 0
US 1 █████████████████████████

amount by country
DE 0.0
US 1.5 ███████████████████████
"""
    )


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
    many: list[Row] = [(str(number),) for number in range(200_001)]
    text = draw_chart(plan_chart(columns, []), columns, many, SCREEN)
    assert text.splitlines()[0] == "n, 200,000 values, first 200,000 rows"
    text = draw_chart(plan_chart(columns, ["bar", "n"]), columns, many[:31], SCREEN)
    assert text.splitlines()[0] == "n, first 30 of 31 rows"
    assert len(text.splitlines()) == 31


@given(
    st.lists(st.floats(-1e15, 1e15, allow_nan=False), min_size=1, max_size=50), st.integers(1, 30)
)
@example([5e-324], 1)
@example([0.0, 5e-324, 1e-310], 30)
def test_intervals_hold_every_value(values: list[float], most: int) -> None:
    counted = bins(values, most)
    assert sum(count for _, count in counted) == len(values)
    assert len(counted) <= max(2, most + 1)


@given(
    st.floats(-1e12, 1e12, allow_nan=False),
    st.floats(1e-6, 1e12, allow_nan=False),
    st.integers(1, 20),
)
def test_marks_lie_within(low: float, span: float, most: int) -> None:
    places, texts = marks(low, low + span, most)
    assert len(places) == len(texts) <= max(most, 1)
    slack = abs(span) * 1e-6 + abs(low) * 1e-12
    assert all(low - slack <= place <= low + span + slack for place in places)
