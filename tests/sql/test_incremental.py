"""Scanning again after an edit gives what scanning afresh gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from athena_shell.sql.incremental import Rescanner, StatementFinder, common_prefix
from athena_shell.sql.splitter import statement_at
from athena_shell.sql.tokens import scan

PARTS = st.sampled_from([
    "a", " ", "\n", ";", ";>", "'", '"', "`", "--", "/*", "*/", "-", "/", "1", "1e", "+5", ".", "x",
    "U&", "\\g", "\\G", "\\;", "\\d t\n", "\\p", ":", ":v", "{?", "}", "|", "<", ">", "=",
    "select 1",
])  # fmt: skip
TEXTS = st.lists(PARTS, max_size=15).map("".join)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_tokens_after_an_edit(before: str, old: str, new: str, after: str) -> None:
    rescanner = Rescanner()
    for text in (before + old + after, before + new + after, before + new, before + old + after):
        assert rescanner.scan(text) == list(scan(text))


@given(st.lists(st.tuples(TEXTS, st.integers(0, 60)), max_size=6), TEXTS)
def test_statements_after_edits(steps: list[tuple[str, int]], before: str) -> None:
    finder = StatementFinder()
    for typed, place in steps:
        text = before + typed
        offset = min(place, len(text))
        assert finder.find(text, offset) == statement_at(text, offset)


@given(TEXTS, TEXTS, TEXTS)
def test_the_common_prefix(start: str, one: str, other: str) -> None:
    length = common_prefix(start + one, start + other)
    assert length >= len(start)
    assert (start + one)[:length] == (start + other)[:length]
    assert (start + one)[length : length + 1] != (start + other)[length : length + 1] or (
        length == min(len(start + one), len(start + other))
    )
