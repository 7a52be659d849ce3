"""Where an error message points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.sql.errors import locate, offset_of, relocated, token_span


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("COLUMN_NOT_FOUND: line 1:8: Column 'a' cannot be resolved", (1, 8)),
        ("line 3:1: mismatched input 'FORM'. Expecting: ','", (3, 1)),
        ("Queries of this type are not supported", None),
        ("line 0:0: nothing", None),
        ("line 99999999999999999999:1: far", None),
        ("baseline 1:2", None),
        ("line 2:0: start", (2, 1)),
        ("FAILED: ParseException line 1:7 missing EOF at '-' near 'my'", (1, 8)),
        ("FAILED: ParseException line 1:0 cannot recognize input near 'selct'", (1, 1)),
    ],
)
def test_the_place_in_a_message(message: str, expected: tuple[int, int] | None) -> None:
    assert locate(message) == expected


@pytest.mark.parametrize(
    ("text", "line", "column", "token"),
    [
        ("select abc from t", 1, 8, "abc"),
        ("select abc from t", 1, 9, "abc"),
        ("select abc from t", 1, 7, "abc"),
        ("select\n  nope\nfrom t", 2, 3, "nope"),
        ("select\n  nope\nfrom t", 2, 1, "nope"),
        ("select a   \nfrom t", 1, 10, "a"),
        ('select "a b" from t', 1, 10, '"a b"'),
        ("select a", 1, 99, "a"),
        ("select a", 9, 1, "a"),
        ("select a from", 1, 14, "from"),
        ("", 1, 1, ""),
    ],
)
def test_the_whole_token_is_marked(text: str, line: int, column: int, token: str) -> None:
    start, end = token_span(text, line, column)
    assert text[start:end] == token


@given(st.text(max_size=60), st.integers(0, 70), st.integers(-3, 70))
def test_a_span_always_lies_in_the_text(text: str, line: int, column: int) -> None:
    start, end = token_span(text, line, column)
    assert 0 <= start <= end <= len(text)
    assert 0 <= offset_of(text, line, column) <= len(text)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("COLUMN_NOT_FOUND: line 1:32: Column 'x'", "COLUMN_NOT_FOUND: line 4:2: Column 'x'"),
        ("line 1:1: near line 2:2", "line 4:2: near line 2:2"),
        ("ParseException line 1:0 missing", "ParseException line 4:2 missing"),
        ("no place", "no place"),
    ],
)
def test_a_message_gets_another_place(message: str, told: str) -> None:
    assert relocated(message, 4, 2) == told
