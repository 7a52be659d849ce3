"""The tokens and the Pygments lexer made of them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name
from pygments.token import Error

from athena_shell.sql.lexer import AthenaLexer, unmatched_brackets
from athena_shell.sql.rules import LEADING
from athena_shell.sql.splitter import split
from athena_shell.sql.tokens import Kind, Token, scan

PARTS = st.sampled_from([
    "select", ";", "'", "''", '"', "`", "--", "/*", "*/", "/", "*", "-", "\n", "(", ")", "[", "]",
    ".", "1", "1.5", ".5", "1e3", "0x1F", "x'", "U&'", "?", ":a", ":'a'", ":{?a}", "\\d", "\\",
    "é", "a_b", "||", "<>", "->", "=>", ",", "=", "date", "#", "\x00", " ",
])  # fmt: skip
TEXTS = st.one_of(st.lists(PARTS, max_size=25).map("".join), st.text(max_size=40))


def lexed(text: str) -> list[tuple[str, str]]:
    """Return (last part of the colour class, token) without blanks."""
    tokens = AthenaLexer().get_tokens(text)
    return [(str(kind).removeprefix("Token."), token) for kind, token in tokens if token.strip()]


@given(TEXTS)
@example("'a''")
@example("/*")
def test_tokens_join_up_to_the_text(text: str) -> None:
    tokens = list(scan(text))
    assert "".join(token.text for token in tokens) == text
    assert [token.start for token in tokens] == [
        sum(len(before.text) for before in tokens[:n]) for n in range(len(tokens))
    ]
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    assert "".join(token for _, token in AthenaLexer().get_tokens(normal)) == normal.removeprefix(
        "\ufeff"
    )


@given(TEXTS)
def test_lexer_and_splitter_agree(raw: str) -> None:
    text = raw.replace(";>", "; ")
    expected: list[str] = []
    pending: list[Token] = []
    for token in [*scan(text), Token(Kind.MARK, len(text), ";")]:
        if token.text == ";":
            if pending:
                expected.append(text[pending[0].start : pending[-1].end].rstrip())
            pending = []
        elif token.kind not in {Kind.SPACE, Kind.COMMENT} and not token.text.startswith("/*"):
            pending.append(token)
    pieces = split(text, commands=False, final=True).pieces
    assert [LEADING.sub("", piece.text, count=1) for piece in pieces] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "SELECT count(*), x'ff' FROM t -- c",
            [
                ("Keyword", "SELECT"),
                ("Name.Function", "count"),
                ("Punctuation", "("),
                ("Operator", "*"),
                ("Punctuation", ")"),
                ("Punctuation", ","),
                ("Literal.String.Single", "x'ff'"),
                ("Keyword", "FROM"),
                ("Name", "t"),
                ("Comment", "-- c"),
            ],
        ),
        (
            "select a.date, cast(b as bigint) = true",
            [
                ("Keyword", "select"),
                ("Name", "a"),
                ("Punctuation", "."),
                ("Name", "date"),
                ("Punctuation", ","),
                ("Name.Function", "cast"),
                ("Punctuation", "("),
                ("Name", "b"),
                ("Keyword", "as"),
                ("Keyword.Type", "bigint"),
                ("Punctuation", ")"),
                ("Operator", "="),
                ("Keyword.Constant", "true"),
            ],
        ),
        (
            "MSCK REPAIR TABLE `a b`",
            [("Keyword", "MSCK"), ("Keyword", "REPAIR"), ("Keyword", "TABLE"), ("Name", "`a b`")],
        ),
        ("where x = :'v' and y = ?", None),
        ("select 'open", [("Keyword", "select"), ("Error", "'open")]),
        (
            "1 1.a 1",
            [
                ("Literal.Number", "1"),
                ("Name", "1"),
                ("Punctuation", "."),
                ("Name", "a"),
                ("Literal.Number", "1"),
            ],
        ),
        (
            "a. /* x */ count(b) count  (",
            [
                ("Name", "a"),
                ("Punctuation", "."),
                ("Comment", "/* x */"),
                ("Name", "count"),
                ("Punctuation", "("),
                ("Name", "b"),
                ("Punctuation", ")"),
                ("Name.Function", "count"),
                ("Error", "("),
            ],
        ),
        (". .5x", [("Punctuation", "."), ("Error", "."), ("Name", "5x")]),
    ],
)
def test_colour_classes(text: str, expected: list[tuple[str, str]] | None) -> None:
    if expected is None:
        assert [token for kind, token in lexed(text) if kind == "Name.Variable"] == [":'v'", "?"]
    else:
        assert lexed(text) == expected


def test_a_struct_field_is_no_variable() -> None:
    assert "Name.Variable" not in {kind for kind, _ in lexed("create table t (a struct<b:int>)")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(a [1])", set()),
        ("(a", {0}),
        ("a)", {1}),
        ("(a]", {0, 2}),
        ("'(' -- )", set()),
        ("(a; b)", {0, 5}),
    ],
)
def test_brackets_without_a_partner(text: str, expected: set[int]) -> None:
    assert unmatched_brackets(text) == expected
    marked = [
        start for start, kind, _ in AthenaLexer().get_tokens_unprocessed(text) if kind is Error
    ]
    assert set(marked) == expected


def test_pygments_knows_the_lexer() -> None:
    assert type(get_lexer_by_name("athena")).__name__ == "AthenaLexer"
