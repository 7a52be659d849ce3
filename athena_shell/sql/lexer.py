"""The Pygments lexer for Athena SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from pygments.lexer import Lexer
from pygments.token import (
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
    _TokenType,
)

from athena_shell.sql.keywords import CONSTANTS, KEYWORDS, TYPES
from athena_shell.sql.tokens import TOKEN
from athena_shell.sql.vocabulary import function_names

_BY_KIND: Final[dict[str, _TokenType]] = {
    "space": Whitespace,
    "comment": Comment,
    "quoted": Name,
    "backtick": Name,
    "string": String.Single,
    "number": Number,
    "operator": Operator,
    "mark": Punctuation,
    "parameter": Name.Variable,
    "variable": Name.Variable,
    "command": Keyword.Pseudo,
    "unterminated": Error,
    "digits": Name,
    "other": Error,
}
_OPERATOR_WORDS: Final = frozenset({"AND", "OR", "NOT", "IN", "IS", "LIKE", "BETWEEN", "RLIKE"})
_WORD_TYPES: Final[dict[str, _TokenType]] = (
    dict.fromkeys(KEYWORDS, Keyword)
    | dict.fromkeys(TYPES, Keyword.Type)
    | dict.fromkeys(CONSTANTS, Keyword.Constant)
    | dict.fromkeys(_OPERATOR_WORDS, Operator.Word)
)
_PARTNERS: Final = {")": "(", "]": "["}
_BLANK: Final = frozenset({"space", "comment"})

_Lexed = list[tuple[str, int, str]]


class AthenaLexer(Lexer):
    """Colour classes for Athena SQL: Trino's queries, Hive's DDL and Athena's own statements.

    A word is a keyword, a type or a function by the shipped vocabulary, a plain name otherwise or
    when it follows a dot. What never ends is marked as an error, and so is every bracket without
    its partner.
    """

    name = "Athena SQL"
    url = "https://docs.aws.amazon.com/athena/latest/ug/ddl-sql-reference.html"
    aliases: ClassVar[list[str]] = ["athena", "athena-sql"]
    filenames: ClassVar[list[str]] = []
    mimetypes: ClassVar[list[str]] = ["text/x-athena-sql"]

    def __init__(self, **options: object) -> None:
        # Pygments would strip blank lines and add a final one; colours must sit where typed.
        super().__init__(**{"stripnl": False, "ensurenl": False, **options})

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
        """Yield (offset, colour class, text); the texts join up to the input."""
        lexed = [(m.lastgroup or "other", m.start(), m.group()) for m in TOKEN.finditer(text)]
        unmatched = _unmatched(lexed)
        before = ""
        for kind, start, token in lexed:
            if kind == "word":
                yield (
                    start,
                    _word_type(token, before, text[(end := start + len(token)) : end + 9]),
                    token,
                )
            elif start in unmatched:
                yield start, Error, token
            else:
                yield start, _BY_KIND[kind], token
            if kind not in _BLANK:
                before = token


def _word_type(word: str, before: str, follower: str) -> _TokenType:
    """Class a word by what stands around it; the follower is the text behind it, cut short."""
    if before == ".":
        return Name
    if follower.lstrip().startswith("(") and word.lower() in function_names():
        return Name.Function
    return _WORD_TYPES.get(word.upper(), Name)


def unmatched_brackets(text: str) -> frozenset[int]:
    """Return the offsets of brackets without a partner in their statement."""
    return _unmatched(
        [(m.lastgroup or "other", m.start(), m.group()) for m in TOKEN.finditer(text)]
    )


def _unmatched(lexed: _Lexed) -> frozenset[int]:
    open_brackets: list[tuple[str, int]] = []
    unmatched: set[int] = set()
    for kind, start, mark in lexed:
        if kind != "mark":
            continue
        if mark in "([":
            open_brackets.append((mark, start))
        elif mark in _PARTNERS:
            if open_brackets and open_brackets[-1][0] == _PARTNERS[mark]:
                open_brackets.pop()
            else:
                unmatched.add(start)
        elif mark == ";":
            unmatched.update(offset for _, offset in open_brackets)
            open_brackets.clear()
    unmatched.update(offset for _, offset in open_brackets)
    return frozenset(unmatched)
