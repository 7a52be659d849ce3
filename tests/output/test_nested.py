"""Nested values are read where Athena's text allows, and shown as they are where it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.output.nested import Nested, laid_out, parse_nested

WORD = st.text("abcxyz019_-. ", max_size=6).map(lambda text: text.strip() or "x")
NESTED: st.SearchStrategy[Nested] = st.recursive(
    WORD,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4)
        | st.lists(st.tuples(WORD, inner), min_size=1, max_size=4)
    ),
    max_leaves=12,
)


def written(value: Any) -> str:
    """Write a value as Athena does."""
    if isinstance(value, str):
        return value
    if isinstance(value[0], tuple):
        return "{" + ", ".join(f"{name}={written(item)}" for name, item in value) + "}"
    return "[" + ", ".join(written(item) for item in value) + "]"


@given(NESTED)
def test_what_athena_writes_is_read_back(value: Nested) -> None:
    assert parse_nested(written(value)) == value


@given(st.text("[]{}=, ab\n", max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    for kind in ("array", "map", "row", "json", "varchar"):
        assert laid_out(text, kind) is not None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[]", []),
        ("{}", "{}"),
        ("[{}, {a={}}]", ["{}", [("a", "{}")]]),
        ("[1, 2, 3]", ["1", "2", "3"]),
        ("[a,b, c]", ["a,b", "c"]),
        ("{k=v, n=null}", [("k", "v"), ("n", "null")]),
        (
            "[{a=1, b=[x, y]}, {a=2, b=[]}]",
            [
                [("a", "1"), ("b", ["x", "y"])],
                [("a", "2"), ("b", [])],
            ],
        ),
        ("{url=http://x/?a=b}", [("url", "http://x/?a=b")]),
    ],
)
def test_examples(text: str, value: Nested) -> None:
    assert parse_nested(text) == value


@pytest.mark.parametrize(
    "text", ["[1", "{a}", "[1]]", "{a=1", "[" * 200 + "]" * 200, "x" * 1_000_001]
)
def test_what_cannot_be_read_is_an_error_here_and_shown_as_it_is(text: str) -> None:
    if not text.startswith("x"):
        with pytest.raises(ValueError, match=r"."):
            parse_nested(text)
    assert laid_out(text, "array") == text


def test_lines() -> None:
    assert laid_out("[1, {a=x, b=[]}]", "array") == "[\n  1\n  {\n    a = x\n    b = []\n  }\n]"
    assert laid_out("{a={}}", "map") == "{\n  a = {}\n}"
    assert laid_out("[1, 2]", "varchar") == "[1, 2]"


def test_json_keeps_its_digits_and_its_meaning() -> None:
    text = '{"a": [1.10, 1e400, {"b,:": "x]}\\""}], "c": {}, "d": []}'
    shown = laid_out(text, "json")
    assert shown == (
        '{\n  "a": [\n    1.10,\n    1e400,\n    {\n      "b,:": "x]}\\""\n    }\n  ],\n'
        '  "c": {},\n  "d": []\n}'
    )
    assert json.loads(shown) == json.loads(text)
    assert laid_out("{broken", "json") == "{broken"
