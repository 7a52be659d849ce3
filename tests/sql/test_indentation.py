"""Where the next line of an unfinished statement begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.sql.indentation import closing_margin, next_margin


def typed(*lines: str) -> str:
    """Type lines one after another, as the shell indents them; ``)`` alone closes its bracket."""
    text = ""
    for number, line in enumerate(lines):
        if number:
            text += "\n" + next_margin(text)
        if line.startswith(")"):
            blank = text.rfind("\n") + 1
            text = text[:blank] + closing_margin(text[:blank])
        text += line
    return text


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["select a,", "b", "from t"], ["select a,", "       b", "from t"]),
        (["select", "a,", "b", "from t"], ["select", "    a,", "    b", "from t"]),
        (
            ["select a", "from t", "where a = 1 and", "b = 2", "order by a,", "b", "limit 3"],
            ["select a", "from t", "where a = 1 and", "      b = 2", "order by a,", "         b",
             "limit 3"],
        ),
        (
            ["create table t (", "a int,", "b int", ")", "location 's3://x/'"],
            ["create table t (", "    a int,", "    b int", ")", "location 's3://x/'"],
        ),
        (
            ["select * from (", "select a,", "b", "from t", ") x", "where a > 1"],
            ["select * from (", "    select a,", "           b", "    from t", ") x",
             "where a > 1"],
        ),
        (
            ["with a as (", "select 1 as x", "),", "b as (", "select 2", ")", "select * from a"],
            ["with a as (", "    select 1 as x", "),", "b as (", "    select 2", ")",
             "select * from a"],
        ),
        (["select count(*)", "from t"], ["select count(*)", "from t"]),
        (["select coalesce(a,", "b),", "c"], ["select coalesce(a,", "                b),",
                                             "       c"]),
        (["select 'a", "b'", "from t"], ["select 'a", "b'", "from t"]),
        (["select 1; select a,", "b"], ["select 1; select a,", "                 b"]),
    ],
)  # fmt: skip
def test_lines_begin_where_a_reader_looks_for_them(lines: list[str], shown: list[str]) -> None:
    assert typed(*lines).split("\n") == shown


def test_a_comment_keeps_its_margin() -> None:
    assert next_margin("select 1\n  /* a") == "  "
    assert next_margin("  -- a") == "  "
    assert next_margin("") == ""


@given(st.text("ab ,()[]'\"\n;-/*\\`", max_size=60))
def test_any_text_is_indented_by_blanks(text: str) -> None:
    for margin in (next_margin(text), closing_margin(text)):
        assert margin == " " * len(margin)
