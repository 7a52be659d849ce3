"""How well a name answers what was typed."""

from __future__ import annotations

from typing import Final, NamedTuple

PREFIX: Final = 0
WORD_START: Final = 1
INSIDE: Final = 2
LETTERS: Final = 3


class Match(NamedTuple):
    """The kind of match, smaller is closer, and the indices of the matched characters."""

    kind: int
    matched: tuple[int, ...]


def match(typed: str, name: str) -> Match | None:
    """Match case-insensitively: prefix, start of a word in the name, anywhere, letters in order."""
    if not typed:
        return Match(PREFIX, ())
    wanted, folded = typed.lower(), name.lower()
    if folded.startswith(wanted):
        return Match(PREFIX, tuple(range(len(wanted))))
    place = _word_start(wanted, folded)
    if place >= 0:
        return Match(WORD_START, tuple(range(place, place + len(wanted))))
    if len(wanted) == 1:
        return None
    place = folded.find(wanted)
    if place >= 0:
        return Match(INSIDE, tuple(range(place, place + len(wanted))))
    return _letters(wanted, folded)


def _word_start(wanted: str, folded: str) -> int:
    place = folded.find(wanted, 1)
    while place > 0:
        if not folded[place - 1].isalnum():
            return place
        place = folded.find(wanted, place + 1)
    return -1


def _letters(wanted: str, folded: str) -> Match | None:
    """Match the letters in order; the first one must start a word, or too much would match."""
    places: list[int] = []
    place = -1
    for letter in wanted:
        place = folded.find(letter, place + 1)
        if place < 0:
            return None
        places.append(place)
    first = places[0]
    if first and folded[first - 1].isalnum():
        return None
    return Match(LETTERS, tuple(places))
