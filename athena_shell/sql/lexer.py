"""The Pygments lexer for Athena SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import ClassVar, Final, cast

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
_WORD: Final = _GROUPS["word"]
# Without groups all tokens come out of one call.
_PARTS: Final = re.compile(re.sub(r"\(\?P<\w+>", "(?:", TOKEN.pattern), re.VERBOSE)

_Colour = tuple[_TokenType, str]

_PLACED: Final = _BRACKETS | {";", "."}
_NAME_END: Final = re.compile(r"[\w\"`]\Z")
_WIDEST_GAP: Final = 8  # blanks before a bracket that still calls a function
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
    before; brackets, functions and what stands around a dot are looked at in their place.
    """
    parts = _PARTS.findall(text)
    found = [*map(_SEEN.get, parts)]
    places = [place for place, seen in enumerate(found) if seen is None]
    colours = cast("list[_Colour]", found)  # the loop below fills what is missing
    opened: list[int] = []
    for place in places:
        part = parts[place]
        if part in _PLACED:
            # Behind a dot a word may have its colour already; a mark never has.
            colours[place] = (Punctuation, part)
            if part == ".":
                _around_dot(parts, colours, place)
            else:
                _pair(colours, opened, part, place)
        elif found[place] is None:
            colours[place] = _first_seen(parts, place)
    _reject(colours, opened)
    return colours


def _first_seen(parts: list[str], place: int) -> _Colour:
    """Class a token that is not in the table and put it there, unless its place decides."""
    part = parts[place]
    group = _group(part)
    if group != _WORD:
        return _remember(part, _BY_GROUP[group])
    colour, is_function = _word(part)
    if not is_function:
        return _remember(part, colour)
    return (Name.Function, part) if _is_called_at(parts, place) else (colour, part)


def _group(part: str) -> int:
    match = TOKEN.match(part)
    return match.lastindex or 0 if match is not None else 0


def _remember(part: str, colour: _TokenType) -> _Colour:
    seen = (colour, part)
    if len(part) <= _LONGEST_SEEN:
        if len(_SEEN) > _MOST_SEEN:
            _SEEN.clear()
        _SEEN[part] = seen
    return seen


def _is_called_at(parts: list[str], place: int) -> bool:
    """Whether a bracket opens behind a word, on its line."""
    behind = parts[place + 1 : place + 3]
    if len(behind) > 1 and len(behind[0]) <= _WIDEST_GAP and not behind[0].strip(" "):
        del behind[0]
    return behind[:1] == ["("]


def _around_dot(parts: list[str], colours: list[_Colour], place: int) -> None:
    """Make a plain name of a word behind a dot and of digits before it: ``a.date``, ``1.a``."""
    before = parts[place - 1] if place else ""
    if before and colours[place - 1][0] is Number and before.replace("_", "").isdecimal():
        colours[place - 1] = (Name, before)
    following = place + 1
    if following < len(parts) and parts[following][0].isdecimal():
        if not _NAME_END.search(before):
            colours[place] = (Error, ".")
        return
    while following < len(parts) and _is_passed_over(parts[following]):
        following += 1
    if following < len(parts) and _group(parts[following]) == _WORD:
        colours[following] = (Name, parts[following])


def _is_passed_over(part: str) -> bool:
    """Whether a token between a dot and a name is nothing but blanks or a comment on the line."""
    return (part.isspace() or part.startswith(("--", "/*"))) and "\n" not in part


def _pair(colours: list[_Colour], opened: list[int], mark: str, place: int) -> None:
    """Keep the places of open brackets; make an error of what has no partner."""
    if mark in "([":
        opened.append(place)
    elif mark == ";":
        _reject(colours, opened)
    elif mark in _PARTNERS:
        if opened and colours[opened[-1]][1] == _PARTNERS[mark]:
            opened.pop()
        else:
            colours[place] = (Error, mark)


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
