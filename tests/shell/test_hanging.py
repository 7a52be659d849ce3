"""Lists and trees of text at any width."""

from __future__ import annotations

import pytest

from athena_shell.commands.built_in import built_in_commands
from athena_shell.commands.general import overview
from athena_shell.commands.syntax import explanation
from athena_shell.commands.syntax import overview as statements
from athena_shell.shell.hanging import hung
from athena_shell.sql.syntax import entries

LIST = r"""General
  \quit [CODE]       Leave; CODE becomes the exit code
  \set [NAME [VALUE [MORE]]]
                     Set a variable
"""


def test_what_is_said_of_an_entry_goes_on_below_its_own_beginning() -> None:
    assert hung(LIST, 46).split("\n") == [
        "General",
        r"  \quit [CODE]       Leave; CODE becomes the",
        "                     exit code",
        r"  \set [NAME [VALUE [MORE]]]",
        "                     Set a variable",
        "",
    ]


def test_where_there_is_no_room_beside_an_entry_it_goes_below() -> None:
    assert hung(LIST, 30).split("\n") == [
        "General",
        r"  \quit [CODE]",
        "      Leave; CODE becomes the",
        "      exit code",
        r"  \set [NAME [VALUE [MORE]]]",
        "      Set a variable",
        "",
    ]


def test_a_tree_keeps_its_branches() -> None:
    tree = "├─ Stage 1  rows 1,000,000 → 12  0.5 s\n│  └─ Stage 2  rows 9\n└─ Stage 3  rows 2"
    assert hung(tree, 24).split("\n") == [
        "├─ Stage 1",
        "│      rows 1,000,000 →",
        "│      12  0.5 s",
        "│  └─ Stage 2  rows 9",
        "└─ Stage 3  rows 2",
    ]


def test_what_gaps_part_stays_together() -> None:
    line = "Stage 0 FINISHED  Output  rows 0 → 0  0 B → 44 B  0.0 s"
    assert hung(line, 47).split("\n") == [
        "Stage 0 FINISHED  Output  rows 0 → 0",
        "                  0 B → 44 B  0.0 s",
    ]


def test_a_word_is_never_broken_so_that_it_can_be_copied() -> None:
    path = "s3://a-bucket/of/a/long/name/"
    text = f"location  {path}\nkind      table"
    assert [hung(text, width).split("\n") for width in (26, 36)] == [
        ["location", f"    {path}", "kind      table"]
    ] * 2


def test_indented_lines_without_an_entry_keep_to_their_step() -> None:
    assert hung("  [ WITH name AS ( query ), … ]", 22).split("\n") == [
        "  [ WITH name AS (",
        "      query ), … ]",
    ]


def test_a_text_that_fits_is_not_touched() -> None:
    assert hung(LIST, 80) == LIST


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_word_of_what_the_shell_lists_is_lost_or_too_far_right(width: int) -> None:
    texts = [overview(built_in_commands()), statements(), *map(explanation, entries())]
    for text in texts:
        laid_out = hung(text, width)
        assert laid_out.split() == text.split()
        for line in laid_out.split("\n"):
            assert len(line) <= width or len(line.split()) == 1, line
