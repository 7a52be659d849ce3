"""Values in the places of snippets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.commands.snippet_values import filled
from athena_shell.core.errors import CommandError
from athena_shell.sql.tokens import Kind, scan


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("SELECT $1", ["a, b"], "SELECT a, b"),
        ("SELECT $2, $1, $2", ["1", "2"], "SELECT 2, 1, 2"),
        ("SELECT '$1' FROM \"t_$2\"", ["it's", 'a"b'], "SELECT 'it''s' FROM \"t_a\"\"b\""),
        ("DROP TABLE `x$1`", ["y`"], "DROP TABLE `xy```"),
        ("SELECT 1 -- $3\n, $1 /* $2 */", ["2"], "SELECT 1 -- $3\n, 2 /* $2 */"),
        ("SELECT '$', $1", ["$1"], "SELECT '$', $1"),
        ("SELECT 1", [], "SELECT 1"),
    ],
)
def test_places_are_filled(text: str, values: list[str], expected: str) -> None:
    assert filled(text, values, "x") == expected


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        ("SELECT $1, $2", ["1"], "The snippet x takes 2 values, and 1 came."),
        ("SELECT 1 /* $1 */", ["1"], "The snippet x takes no value, and 1 came."),
    ],
)
def test_too_few_and_too_many_values(text: str, values: list[str], message: str) -> None:
    with pytest.raises(CommandError) as caught:
        filled(text, values, "x")
    assert caught.value.message == message


@given(st.text())
def test_a_value_in_quotes_stays_in_them(value: str) -> None:
    for text, kind in (("'$1'", Kind.STRING), ('"a$1"', Kind.QUOTED), ("`$1b`", Kind.BACKTICK)):
        assert [token.kind for token in scan(filled(text, [value], "x"))] == [kind]
