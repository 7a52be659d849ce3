"""Variables, and the way back from an offset to what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.errors import ScriptError
from athena_shell.core.model import Position
from athena_shell.sql.tokens import Kind, scan
from athena_shell.sql.variables import names_in, place_in, quote_literal, quote_name, substitute

VALUES = {"day": "2024-01-01", "who": "O'Brien", "table": 'my "t"', "n": "10", "empty": ""}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("select 1", "select 1"),
        ("limit :n", "limit 10"),
        ("x = :'who'", "x = 'O''Brien'"),
        ('from :"table"', 'from "my ""t"""'),
        ("x=:n+:n", "x=10+10"),
        ("select :{?day}, :{?nope}", "select TRUE, FALSE"),
        ("':n' \":n\" `:n` -- :n\n/* :n */", "':n' \":n\" `:n` -- :n\n/* :n */"),
        ("struct<a:int>", "struct<a:int>"),
        ("json_object('k':n)", "json_object('k':n)"),
        ("a::n", "a::n"),
        (": n", ": n"),
        (":empty;", ";"),
    ],
)
def test_substitution(typed: str, expected: str) -> None:
    assert substitute(typed, VALUES).text == expected


def test_an_unset_variable_is_named_with_its_place() -> None:
    with pytest.raises(ScriptError) as caught:
        substitute("select\n  :nope", {}, source="a.sql", start=Position(50, 7, 3))
    error = caught.value
    assert (error.message, error.hint) == (
        "the variable nope is not set",
        r"set it with \set nope VALUE or -v nope=VALUE",
    )
    assert (error.source, error.line, error.column) == ("a.sql", 8, 3)


def test_pasting_may_be_forbidden() -> None:
    assert substitute("x = :'n'", VALUES, raw=False).text == "x = '10'"
    with pytest.raises(ScriptError, match="would paste its value unquoted"):
        substitute("x = :n", VALUES, raw=False)


def test_places_lead_back_to_the_typed_text() -> None:
    typed = "select :'who', :n from t"
    done = substitute(typed, VALUES)
    assert done.text == "select 'O''Brien', 10 from t"
    for word in ("select", "from", "t"):
        assert done.typed_offset(done.text.rindex(word)) == typed.rindex(word)
    assert done.typed_offset(done.text.index("Brien")) == typed.index(":'who'")
    assert done.typed_offset(done.text.index("10")) == typed.index(":n")
    assert done.typed_offset(len(done.text)) == len(typed)


def test_the_names_in_a_text() -> None:
    assert names_in("""select :a, :'b', :"a", ':c' -- :d""") == ("a", "b")


@given(st.text(max_size=30))
def test_quoted_values_are_one_token(value: str) -> None:
    assert [token.kind for token in scan(quote_literal(value))] == [Kind.STRING]
    if value:
        assert [token.kind for token in scan(quote_name(value))] == [Kind.QUOTED]


@given(st.lists(st.sampled_from(["a ", "'x' ", ":n ", ":'who' ", "\n", ":empty "])).map("".join))
def test_text_outside_variables_keeps_its_place(typed: str) -> None:
    done = substitute(typed, VALUES)
    places = [done.typed_offset(offset) for offset in range(len(done.text) + 1)]
    assert places == sorted(places)
    changed = {n for start, end, _, _ in done.spans for n in range(start, max(end, start + 1))}
    for offset, place in enumerate(places[:-1]):
        if offset not in changed:
            assert done.text[offset] == typed[place]


def test_places_in_a_text() -> None:
    assert place_in("ab\ncd", 4) == Position(4, 2, 2)
    assert place_in("ab\ncd", 1, Position(10, 5, 9)) == Position(11, 5, 10)
