"""The typed line of an error, its code in the colours of the theme."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.output.widths import display_width
from athena_shell.shell.ink import inked
from athena_shell.shell.mistakes import drawn
from athena_shell.sql.pointing import Pointer, point_at

_SGR = re.compile(r"\x1b\[[\d;]*m")


def test_code_and_mark_have_their_colours() -> None:
    pointer = point_at("SELECT nope, 'a' FROM t", 1, 8)
    assert drawn(pointer, 80, color=True, theme="dark") == (
        "LINE 1: \x1b[94mSELECT\x1b[0m \x1b[1;31mnope\x1b[0m, \x1b[32m'a'\x1b[0m"
        " \x1b[94mFROM\x1b[0m t\n"
        "               \x1b[1;31m^^^^\x1b[0m"
    )


def test_light_ink_and_none() -> None:
    assert inked("1 + f('x') -- c", "light")[:1] == ["35"]
    assert set(inked("'x' -- c", "light")) == {"38;5;22", "", "38;5;59"}
    assert set(inked("select 'x", "none")) == {""}


@given(st.text(st.sampled_from("ab'\"( \t日\x1b;-"), max_size=90), st.integers(1, 60))
@pytest.mark.parametrize("theme", ["dark", "light", "none"])
def test_colour_changes_nothing_else(theme: str, text: str, column: int) -> None:
    start = min(column - 1, len(text))
    pointer = Pointer("", 1, column, text, start, min(start + 3, len(text)))
    plain = drawn(pointer, 40, color=False)
    assert _SGR.sub("", drawn(pointer, 40, color=True, theme=theme)) == plain


@given(st.text(st.sampled_from("ab'( \t日😀語"), max_size=200), st.integers(1, 200))
def test_the_line_fits_however_wide_its_letters_are(text: str, column: int) -> None:
    start = min(column - 1, len(text))
    shown, mark = drawn(
        Pointer("", 1, column, text, start, min(start + 3, len(text))), 40, color=False
    ).split("\n")
    assert display_width(shown) <= 40
    assert display_width(mark) <= 40


def test_a_mark_stands_below_its_token_in_a_long_line_of_wide_letters() -> None:
    text = f"SELECT '{'漢' * 60}', nope, '{'語' * 60}' FROM t"
    assert drawn(point_at(text, 1, text.index("nope") + 1), 40, color=False) == (
        f"LINE 1: …{'漢' * 5}', nope, '{'語' * 4}…\n{' ' * 22}^^^^"
    )
