"""Our frames are those of tabulate, drawn line by line."""

from __future__ import annotations

import pytest
import tabulate

from athena_shell.core.errors import CommandError
from athena_shell.core.model import Column
from athena_shell.output.options import FormatOptions
from athena_shell.output.styles import ALIASES, FROM_TABULATE, STYLES, names, style_named
from athena_shell.output.table import format_table

OURS = {"box": "simple_outline", "rounded": "rounded_outline"}
COLUMNS = (Column("name"), Column("count", "bigint"), Column("x"))
ROWS = (("apple", "1", "a"), ("pear tree", "22", ""), ("fig", "333333", "long text"))


@pytest.mark.parametrize("style", [*STYLES, *FROM_TABULATE])
def test_a_style_is_drawn_as_tabulate_draws_it(style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabulate, "MIN_PADDING", 0)
    expected = tabulate.tabulate(
        ROWS,
        headers=[column.name for column in COLUMNS],
        tablefmt=OURS.get(style, style),
        disable_numparse=True,
        colalign=("left", "right", "left"),
        headersalign=("left", "right", "left"),
    )
    drawn = "".join(format_table(COLUMNS, ROWS, FormatOptions(style=style)))
    assert drawn.splitlines() == expected.splitlines()


def test_names_are_complete_and_sorted() -> None:
    assert names() == tuple(sorted({*STYLES, *FROM_TABULATE, *ALIASES}))
    assert all(style_named(name) for name in names())


def test_an_unknown_style_lists_the_known_ones() -> None:
    with pytest.raises(CommandError) as raised:
        style_named("nope")
    assert raised.value.message == "There is no table style “nope”."
    assert "psql, rounded" in raised.value.hint


def test_a_place_without_unicode_gets_ascii_lines() -> None:
    for name in names():
        assert repr(style_named(name, unicode=False)).isascii()
    assert style_named("grid", unicode=False) == STYLES["grid"]
