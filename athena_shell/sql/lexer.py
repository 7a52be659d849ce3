"""The Pygments lexer for Athena SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
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

TYPE_BY_KIND: Final[dict[str, _TokenType]] = {
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
_BRACKETS: Final = frozenset("()[]")
_GROUPS: Final = TOKEN.groupindex
_BY_GROUP: Final = [
    Error,
    *(TYPE_BY_KIND.get(name, Name) for name in sorted(_GROUPS, key=lambda name: _GROUPS[name])),
]
_BLANK: Final = frozenset({_GROUPS["space"], _GROUPS["comment"]})
_WORD: Final = _GROUPS["word"]
_MARK: Final = _GROUPS["mark"]

_Colour = tuple[_TokenType, str]

_PLACED: Final = _BRACKETS | {";", "."}
_LONGEST_SEEN: Final = 60
_MOST_SEEN: Final = 50_000
_SEEN: Final[dict[str, _Colour]] = {}


class AthenaLexer(Lexer):
    """Colour classes for Athena SQL: Trino's queries, Hive's DDL and Athena's own statements.

    A word is a keyword, a type or a function by the shipped vocabulary, a plain name otherwise or
    when it follows a dot; only its own line is looked at, so that lines can be coloured alone.
    What never ends is marked as an error, and so is every bracket without its partner.
    """

    name = "Athena SQL"
    url = "https://docs.aws.amazon.com/athena/latest/ug/ddl-sql-reference.html"
    aliases: ClassVar[list[str]] = ["athena", "athena-sql"]
    filenames: ClassVar[list[str]] = []
    mimetypes: ClassVar[list[str]] = ["text/x-athena-sql"]

    def __init__(self, **options: object) -> None:
        # Pygments would strip blank lines and add a final one; colours must sit where typed.
        super().__init__(**{"stripnl": False, "ensurenl": False, **options})

    def get_tokens(self, text: str, unfiltered: bool = False) -> Iterator[tuple[_TokenType, str]]:  # noqa: FBT001, FBT002 - Pygments' signature
        """Return (colour class, text) pairs, as Pygments documents it."""
        if self.filters and not unfiltered:
            return iter(super().get_tokens(text, unfiltered))
        # The base class goes through two generators for each token; this is the fast way.
        return iter(_colours(self._preprocess_lexer_input(text)))  # type: ignore[attr-defined] # the stubs lack it

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
        """Yield (offset, colour class, text); the texts join up to the input."""
        offset = 0
        for colour, token in _colours(text):
            yield offset, colour, token
            offset += len(token)


def _colours(text: str) -> list[_Colour]:
    """Colour a text.

    What a token is follows from its own characters, so most come from a table of those seen
    before; brackets, functions and what stands behind a dot are looked at in their place.
    """
    colours: list[_Colour] = []
    append, known = colours.append, _SEEN.get
    opened: list[int] = []
    after_dot = False
    for match in TOKEN.finditer(text):
        part = match[0]
        if not after_dot and (seen := known(part)) is not None:
            append(seen)
            continue
        group = match.lastindex or 0
        if group == _WORD:
            append((_word_in_place(match, after_dot=after_dot), part))
        else:
            append((_BY_GROUP[group], part))
            if group == _MARK:
                _pair(colours, opened, part)
        if group not in _BLANK:
            after_dot = part == "."
        elif "\n" in part:
            after_dot = False
        if part not in _PLACED and not (group == _WORD and _word(part)[1]):
            _remember(part, _word(part)[0] if group == _WORD else _BY_GROUP[group])
    _reject(colours, opened)
    return colours


def _remember(part: str, colour: _TokenType) -> None:
    if len(part) > _LONGEST_SEEN:
        return
    if len(_SEEN) > _MOST_SEEN:
        _SEEN.clear()
    _SEEN[part] = (colour, part)


def _word_in_place(match: re.Match[str], *, after_dot: bool) -> _TokenType:
    colour, is_function = _word(match[0])
    if after_dot:
        return Name
    return Name.Function if is_function and _is_called(match.string, match.end()) else colour


def _pair(colours: list[_Colour], opened: list[int], mark: str) -> None:
    """Keep the places of open brackets; make an error of what has no partner."""
    if mark in "([":
        opened.append(len(colours) - 1)
    elif mark == ";":
        _reject(colours, opened)
    elif mark in _PARTNERS:
        if opened and colours[opened[-1]][1] == _PARTNERS[mark]:
            opened.pop()
        else:
            colours[-1] = (Error, mark)


def _reject(colours: list[_Colour], opened: list[int]) -> None:
    for place in opened:
        colours[place] = (Error, colours[place][1])
    opened.clear()


def word_type(word: str, before: str, line: str, end: int) -> _TokenType:
    """Class a word of a line by what stands before it and behind its end."""
    if before == ".":
        return Name
    colour, is_function = _word(word)
    return Name.Function if is_function and _is_called(line, end) else colour


@lru_cache(maxsize=2_000)
def _word(word: str) -> tuple[_TokenType, bool]:
    """Return the class of a word on its own, and whether it names a function."""
    return _WORD_TYPES.get(word.upper(), Name), word.lower() in function_names()


def _is_called(text: str, end: int) -> bool:
    """Whether a bracket opens behind a word, on its line."""
    return text.startswith("(", end) or text[end : end + 9].lstrip(" ").startswith("(")


def unmatched_brackets(text: str) -> frozenset[int]:
    """Return the offsets of brackets without a partner in their statement."""
    found: set[int] = set()
    offset = 0
    for colour, token in _colours(text):
        if colour is Error and token in _BRACKETS:
            found.add(offset)
        offset += len(token)
    return frozenset(found)
