"""Colours by the line are the colours of the whole text."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from pygments.token import Error, _TokenType

from athena_shell.sql.lexer import AthenaLexer
from athena_shell.sql.lines import LineLexer

PARTS = st.sampled_from([
    "select ", "\n", "\n", "'", "''", '"', "`", "--", "/*", "*/", "(", ")", "[", "]", ";", "a", " ",
    "count", "x'", "U&'", ":v", "1", "*", "/", "from t ", "date", "\\d", "é",
])  # fmt: skip
TEXTS = st.lists(PARTS, max_size=20).map("".join)

Letters = list[tuple[str, _TokenType]]


def whole(text: str) -> Letters:
    """Colour every letter but line breaks, the whole text at once."""
    return [
        (letter, kind)
        for _, kind, token in AthenaLexer().get_tokens_unprocessed(text)
        for letter in token
        if letter not in "\n "
    ]


def by_line(lexer: LineLexer, text: str) -> Letters:
    lines = text.split("\n")
    line = lexer.lex(lines)
    assert ["".join(part for _, part in line(n)) for n in range(len(lines))] == lines
    assert line(len(lines)) == []
    return [
        (letter, kind)
        for number in range(len(lines))
        for kind, part in line(number)
        for letter in part
        if letter not in "\n "
    ]


@given(TEXTS)
@example("'a\nb''\n'\nc")
@example("select '\n(\n")
@example("/*\n*/ 'a\nb\nc")
def test_lines_have_the_colours_of_the_whole(text: str) -> None:
    assert by_line(LineLexer(), text) == whole(text)


@given(TEXTS, st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4), TEXTS)
def test_edits_leave_no_old_colours(start: str, edits: list[tuple[str, str]], end: str) -> None:
    lexer = LineLexer()
    for before, after in edits:
        text = f"{start}{before}\n{after}{end}"
        assert by_line(lexer, text) == whole(text)


def test_only_what_never_ends_is_an_error() -> None:
    line = LineLexer().lex(["select 'a", "b' as x, 'open", "still"])
    errors = [[text for kind, text in line(n) if kind is Error] for n in range(3)]
    assert errors == [[], ["'open"], ["still"]]
