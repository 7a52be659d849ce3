"""Cutting, padding and wrapping count terminal columns, not code points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.output.sanitize import sanitize
from athena_shell.output.screen import Screen
from athena_shell.output.widths import cut, cut_middle, display_width, pad, wrap

SHOWN_TEXT = st.text(st.characters(codec="utf-8")).map(sanitize)


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("é", 1), ("e\u0301", 1), ("漢字", 4), ("🙂", 2), ("한국", 4), ("ｆ", 2)],
)
def test_known_widths(text: str, width: int) -> None:
    assert display_width(text) == width


@pytest.mark.parametrize(
    ("text", "width", "result"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("漢字漢字", 5, "漢字…"),
        ("漢字漢字", 4, "漢…"),
        ("漢字", 1, "…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("abc", 0, ""),
    ],
)
def test_cutting_keeps_whole_letters(text: str, width: int, result: str) -> None:
    assert cut(text, width) == result


@given(SHOWN_TEXT, st.integers(1, 20))
def test_a_cut_text_fits(text: str, width: int) -> None:
    assert display_width(cut(text, width)) <= width


@given(SHOWN_TEXT, st.integers(1, 20))
def test_a_text_cut_in_its_middle_fits(text: str, width: int) -> None:
    assert display_width(cut_middle(text, width)) <= width


@given(SHOWN_TEXT, st.integers(2, 20))
def test_wrapped_pieces_are_the_text_and_fit(text: str, width: int) -> None:
    pieces = wrap(text, width)
    assert "".join(pieces) == text
    assert all(display_width(piece) <= width for piece in pieces)


@given(SHOWN_TEXT, st.booleans())
def test_padding_fills_to_the_width(text: str, right: bool) -> None:  # noqa: FBT001 - drawn
    width = display_width(text) + 3
    assert display_width(pad(text, width, right=right)) == width


def test_a_huge_cell_is_cut_without_reading_all_of_it() -> None:
    assert cut("漢" * 10_000_000, 7) == "漢漢漢…"


def test_folded_lines_count_as_screen_lines() -> None:
    assert Screen(10, 5).lines_of("short\n" + "x" * 10 + "\n" + "y" * 11 + "\n") == 4
    assert Screen(10, 5).lines_of("漢字漢字漢字\n") == 2
    assert Screen().lines_of("any\nlength\n") == 2
