r"""The words after a command: ``\once 'my file.csv'`` has one.

Single quotes hold blanks together and are taken off, a doubled one stands for itself. Double quotes
and backticks hold together too but stay, as they quote a name: ``\d "my table"``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from athena_shell.core.errors import CommandError

_PIECE: Final = re.compile(
    r"""'(?P<single>(?:[^']|'')*)'|(?P<kept>"(?:[^"]|"")*"|`(?:[^`]|``)*`)|(?P<bare>[^\s'"`]+)"""
)
_PART: Final = re.compile(r'"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|([^."`]+)')


def words(text: str) -> tuple[str, ...]:
    """Split a command's arguments; raises CommandError for a quote that is not closed."""
    return tuple(word for _, word in split_words(text))


def split_words(text: str) -> Iterator[tuple[str, str]]:
    """Yield each word as it was typed and without its single quotes; raises as ``words``."""
    while text := text.strip():
        word, rest = first_word(text)
        yield text[: len(text) - len(rest)].rstrip(), word
        text = rest


def without_semicolon(text: str) -> str:
    """Return arguments without a semicolon at their end: out of quotes it is typed from habit."""
    return text.rstrip().rstrip(";").rstrip()


def first_word(text: str) -> tuple[str, str]:
    """Return the first word and the rest as typed, blanks around it left out.

    Raises CommandError for a quote that is not closed.
    """
    text = text.strip()
    found: list[str] = []
    place = 0
    while place < len(text) and not text[place].isspace():
        piece = _PIECE.match(text, place)
        if piece is None:
            raise _not_closed(text, text[place])
        single = piece.group("single")
        value = piece.group() if single is None else single.replace("''", "'")
        found.append(value)
        place = piece.end()
    return "".join(found), text[place:].lstrip()


def _not_closed(text: str, quote: str) -> CommandError:
    hint = f"Close it: {text}{quote}"
    if quote == "'":
        hint += "\nOne that is meant stands doubled in quotes: 'it''s'"
    return CommandError(f"The quote {quote} is not closed.", hint)


def dotted(name: str) -> tuple[str, ...]:
    """Split ``catalog.database.table`` into its parts, without their quotes.

    Raises CommandError for a name that is none.
    """
    parts: list[str] = []
    place = 0
    while True:
        part = _PART.match(name, place)
        if part is None:
            raise _no_name(name)
        double, tick, bare = part.groups()
        if double is not None:
            parts.append(double.replace('""', '"'))
        elif tick is not None:
            parts.append(tick.replace("``", "`"))
        else:
            parts.append(bare)
        place = part.end()
        if place == len(name):
            return tuple(parts)
        if name[place] != ".":
            raise _no_name(name)
        place += 1


def _no_name(text: str) -> CommandError:
    return CommandError(f"“{text}” is not a name.", 'A name is like orders or shop."my orders".')


def unquoted(word: str) -> str:
    """Return a word without the double quotes or backticks around it."""
    if len(word) > 1 and word[0] == word[-1] and (quote := word[0]) in '"`':
        return word[1:-1].replace(quote * 2, quote)
    return word
