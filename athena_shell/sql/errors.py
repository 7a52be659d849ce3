"""Where in a statement an error message points."""

from __future__ import annotations

import re
from typing import Final

from athena_shell.sql.tokens import Kind, scan

_PLACE: Final = re.compile(r"\b(?:(ParseException) )?line (\d+):(\d+)\b")


def locate(message: str) -> tuple[int, int] | None:
    """Return the (line, column) that Athena's ``line L:C`` names, both from 1, if there is one.

    Trino counts columns from 1. Hive's parser, whose messages name a ``ParseException``, counts
    them from 0 (ANTLR's ``charPositionInLine``).
    """
    match = _PLACE.search(message)
    if match is None or len(match[2]) + len(match[3]) > len("999999999"):
        return None
    line, column = int(match[2]), int(match[3])
    if match[1]:
        column += 1
    return (line, max(column, 1)) if line else None


def relocated(message: str, line: int, column: int) -> str:
    """Return a message with another place in its ``line L:C``, as it is when it names none."""
    match = _PLACE.search(message)
    if match is None:
        return message
    return f"{message[: match.start(2)]}{line}:{column}{message[match.end(3) :]}"


def offset_of(text: str, line: int, column: int) -> int:
    """Return the offset of a place, brought into the text when it lies outside."""
    start = 0
    for _ in range(line - 1):
        following = text.find("\n", start)
        if following < 0:
            return len(text)
        start = following + 1
    end = text.find("\n", start)
    return min(start + max(column, 1) - 1, len(text) if end < 0 else end)


def token_span(text: str, line: int, column: int) -> tuple[int, int]:
    """Return the (start, end) offsets of the token at a place.

    A place in blanks gives the next token on its line; a place behind everything gives the last
    token of the text. The span is empty only for text without tokens.
    """
    offset = offset_of(text, line, column)
    last = (min(offset, len(text)), min(offset, len(text)))
    for token in scan(text):
        if token.kind is Kind.SPACE:
            if token.end > offset and "\n" in text[offset : token.end]:
                break
            continue
        last = (token.start, token.end)
        if token.end > offset:
            break
    return last
