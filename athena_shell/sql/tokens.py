"""SQL text to tokens that join up to the text again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from athena_shell.sql.rules import (
    BACKTICK_NAME,
    BLOCK_COMMENT,
    LINE_COMMENT,
    QUOTED_NAME,
    STRING,
)


class Kind(Enum):
    """What a token is by its own characters alone."""

    SPACE = "space"
    COMMENT = "comment"
    WORD = "word"
    QUOTED = "quoted"
    BACKTICK = "backtick"
    STRING = "string"
    NUMBER = "number"
    OPERATOR = "operator"
    MARK = "mark"
    PARAMETER = "parameter"
    VARIABLE = "variable"
    COMMAND = "command"
    UNTERMINATED = "unterminated"
    OTHER = "other"

    # Members are equal by identity alone; Enum's own hash is a Python call for each look-up.
    __hash__ = object.__hash__


class Token(NamedTuple):
    """A stretch of the text.

    Attributes:
        kind: what it is.
        start: its offset.
        text: exactly what stands there.
        word: a plain word in capitals; empty for any other kind.
        mark: a mark or an operator; empty for any other kind.
    """

    kind: Kind
    start: int
    text: str
    word: str = ""
    mark: str = ""

    @property
    def end(self) -> int:
        """Where the next token starts."""
        return self.start + len(self.text)


VARIABLE: Final = r""":(?:[A-Za-z_]\w*+|'[A-Za-z_]\w*+'|"[A-Za-z_]\w*+"|\{\?[A-Za-z_]\w*+\})"""

_DOUBLED_STRING: Final = rf"{STRING}(?:{STRING})*+"
_DOUBLED_NAME: Final = rf"{QUOTED_NAME}(?:{QUOTED_NAME})*+"
_DOUBLED_BACKTICK: Final = rf"{BACKTICK_NAME}(?:{BACKTICK_NAME})*+"

# The lookahead keeps a quote that follows an unfinished doubling out: 'a'' is unterminated.
TOKEN: Final = re.compile(
    rf"""
    (?P<space>\s++)
  | (?P<word>[^\W\dxXuU]\w*+|[xX](?!')\w*+|[uU](?!&')\w*+)
  | (?P<mark>[(),;\[\]]|\.(?!\d)|(?<=[\w"`])\.)
  | (?P<number>(?:0[xX][0-9A-Fa-f_]++|0[oO][0-7_]++|0[bB][01_]++
      |(?:\d[\d_]*+(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d++)?+)(?!\w))
  | (?P<string>(?:[xX]|[uU]&)?+{_DOUBLED_STRING}(?!'))
  | (?P<quoted>{_DOUBLED_NAME}(?!"))
  | (?P<backtick>{_DOUBLED_BACKTICK}(?!`))
  | (?P<comment>{LINE_COMMENT}|{BLOCK_COMMENT})
  | (?P<variable>(?<![\w:'"`)\]]){VARIABLE})
  | (?P<operator><=|>=|<>|!=|\|\||->|=>|/(?!\*)|[-+*%<>=|:@^&{{}}$])
  | (?P<parameter>\?)
  | (?P<unterminated>(?:(?:[xX]|[uU]&)?+'|"|`|/\*)[\s\S]*+)
  | (?P<command>\\(?:[A-Za-z]\w*+|[?!])?)
  | (?P<digits>\w++)
  | (?P<other>[\s\S])
    """,
    re.VERBOSE,
)

_KINDS: Final = {kind.value: kind for kind in Kind} | {"digits": Kind.WORD}
BLANK: Final = frozenset({Kind.SPACE, Kind.COMMENT})
"""Kinds that mean nothing to the engine."""


def scan(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yield every token; their texts join up to the scanned text.

    An unterminated literal or comment is one token to the end of the text.
    """
    stop = len(text) if end is None else end
    kinds = _KINDS
    for match in TOKEN.finditer(text, start, stop):
        kind = kinds[match.lastgroup or "other"]
        token = match.group()
        if kind is Kind.WORD:
            yield Token(kind, match.start(), token, token.upper())
        elif kind is Kind.MARK or kind is Kind.OPERATOR:
            yield Token(kind, match.start(), token, "", token)
        else:
            yield Token(kind, match.start(), token)


def significant(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the tokens without blanks and comments."""
    return [token for token in scan(text, start, end) if token.kind not in BLANK]


def name_of(token: Token) -> str:
    """Return the name a word or quoted name stands for, unquoted, case kept."""
    text = token.text
    if token.kind is Kind.QUOTED:
        return text[1:-1].replace('""', '"')
    if token.kind is Kind.BACKTICK:
        return text[1:-1].replace("``", "`")
    return text


def is_name(token: Token) -> bool:
    """Whether the token can be an identifier by its looks."""
    return token.kind in {Kind.WORD, Kind.QUOTED, Kind.BACKTICK}
