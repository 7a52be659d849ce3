"""Matching, quoting and the search of many names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.completion.index import Vocabulary
from athena_shell.completion.matching import INSIDE, LETTERS, PREFIX, WORD_START, Match, match
from athena_shell.completion.quoting import written
from athena_shell.sql.tokens import Kind, is_name, name_of, scan

NAMES = st.text(st.sampled_from("abAB_19- é"), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("typed", "name", "expected"),
    [
        ("", "orders", Match(PREFIX, ())),
        ("ORD", "orders", Match(PREFIX, (0, 1, 2))),
        ("lines", "order_lines", Match(WORD_START, (6, 7, 8, 9, 10))),
        ("der", "orders", Match(INSIDE, (2, 3, 4))),
        ("ol", "order_lines", Match(LETTERS, (0, 6))),
        ("x", "orders", None),
        ("d", "orders", None),
        ("ds", "orders", None),
        ("so", "orders", None),
    ],
)
def test_kinds_of_match(typed: str, name: str, expected: Match | None) -> None:
    assert match(typed, name) == expected


@given(st.lists(NAMES, max_size=12), st.text(st.sampled_from("abAB_1- é"), max_size=4))
def test_a_search_finds_what_matches(names: list[str], typed: str) -> None:
    found = Vocabulary(names).search(typed)
    assert len(found) == len(set(found))
    matching = {name for name in names if match(typed, name) is not None}
    assert matching <= set(found)


@pytest.mark.parametrize(
    ("name", "backticks", "opened", "expected"),
    [
        ("orders", False, "", "orders"),
        ("Orders", False, "", "Orders"),
        ("order-lines", False, "", '"order-lines"'),
        ("2a", False, "", '"2a"'),
        ("select", False, "", '"select"'),
        ("timestamp", False, "", "timestamp"),
        ("timestamp", True, "", "`timestamp`"),
        ("_x", False, "", "_x"),
        ("_x", True, "", "`_x`"),
        ('a"b', False, "", '"a""b"'),
        ("a`b", True, "", "`a``b`"),
        ("orders", False, '"', '"orders"'),
        ("orders", False, "`", "`orders`"),
    ],
)
def test_quoting(name: str, backticks: bool, opened: str, expected: str) -> None:  # noqa: FBT001 - a table column
    assert written(name, backticks=backticks, opened=opened) == expected


@given(st.text(min_size=1, max_size=10), st.booleans())
def test_a_written_name_reads_as_itself(name: str, backticks: bool) -> None:  # noqa: FBT001 - drawn
    tokens = list(scan(written(name, backticks=backticks)))
    assert len(tokens) == 1
    assert is_name(tokens[0])
    assert name_of(tokens[0]) == name
    assert tokens[0].kind is not Kind.UNTERMINATED
