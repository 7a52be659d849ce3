r"""Athena's text of nested values, read as far as it can be read, and laid out on several lines.

Athena writes ``[1, 2]`` for an array and ``{k=v}`` for a map or a row. It quotes nothing, so the
text is ambiguous: a text element that holds ``", "`` looks like two elements, one that holds a
bracket may not be readable at all, ``null`` may be a missing value or a text, and a map looks like
a row. What does not read as nested is left as it is. ``json`` values have none of these limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from athena_shell.core.model import Column

NESTED_TYPES: Final = frozenset({"array", "map", "row", "struct"})

Nested = str | list["Nested"] | list[tuple[str, "Nested"]]
"""A leaf's text, the elements of an array, or the pairs of a map or row in order.

A map without pairs is a leaf, since a list without items is an array.
"""

_DEEPEST: Final = 100
_LONGEST: Final = 1_000_000
_INDENT: Final = "  "
_NO_PAIRS: Final = "{}"
_JSON_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def is_nested(column: Column) -> bool:
    """Whether values of the column can be laid out on several lines."""
    return column.type in NESTED_TYPES or column.type == "json"


def parse_nested(text: str) -> Nested:
    """Read an array, a map or a row.

    Raises:
        ValueError: brackets do not match, or it is too long or too deep to be read.
    """
    if len(text) > _LONGEST:
        raise ValueError("longer than can be read")
    value, end = _value(text, 0, "", 0)
    if end != len(text):
        raise ValueError(f"unexpected {text[end]!r} at {end}")
    return value


def _value(text: str, at: int, closer: str, depth: int) -> tuple[Nested, int]:
    if depth > _DEEPEST:
        raise ValueError("deeper than can be read")
    if text.startswith("[", at):
        return _array(text, at + 1, depth)
    if text.startswith(_NO_PAIRS, at):
        return _NO_PAIRS, at + len(_NO_PAIRS)
    if text.startswith("{", at):
        return _pairs(text, at + 1, depth)
    return _leaf(text, at, closer)


def _leaf(text: str, at: int, closer: str) -> tuple[str, int]:
    ends = [
        end for end in (text.find(", ", at), text.find(closer, at) if closer else -1) if end >= 0
    ]
    end = min(ends, default=len(text)) if closer else len(text)
    return text[at:end], end


def _array(text: str, at: int, depth: int) -> tuple[list[Nested], int]:
    elements: list[Nested] = []
    if text.startswith("]", at):
        return elements, at + 1
    while True:
        value, at = _value(text, at, "]", depth + 1)
        elements.append(value)
        if text.startswith("]", at):
            return elements, at + 1
        at = _after_comma(text, at)


def _pairs(text: str, at: int, depth: int) -> tuple[list[tuple[str, Nested]], int]:
    pairs: list[tuple[str, Nested]] = []
    while True:
        equals = text.find("=", at)
        if equals < 0:
            raise ValueError(f"a name without a value at {at}")
        value, end = _value(text, equals + 1, "}", depth + 1)
        pairs.append((text[at:equals], value))
        if text.startswith("}", end):
            return pairs, end + 1
        at = _after_comma(text, end)


def _after_comma(text: str, at: int) -> int:
    if not text.startswith(", ", at):
        raise ValueError(f"an open bracket at {at}")
    return at + 2


def laid_out(text: str, kind: str) -> str:
    """Return a nested or json value on several lines, or as it is when it cannot be read.

    Args:
        text: the value as Athena gave it.
        kind: the column's type.
    """
    if kind == "json":
        return _json_laid_out(text)
    if kind not in NESTED_TYPES:
        return text
    try:
        value = parse_nested(text)
    except ValueError:
        return text
    return "\n".join(_lines(value, ""))


def _lines(value: Nested, indent: str, name: str = "") -> Iterator[str]:
    start = f"{indent}{name}"
    if isinstance(value, str) or not value:
        yield start + (value if isinstance(value, str) else "[]")
        return
    inner = indent + _INDENT
    pairs = isinstance(value[0], tuple)
    yield start + ("{" if pairs else "[")
    for item in value:
        if isinstance(item, tuple):
            yield from _lines(item[1], inner, f"{item[0]} = ")
        else:
            yield from _lines(item, inner)
    yield indent + ("}" if pairs else "]")


def _json_laid_out(text: str) -> str:
    """Re-indent JSON token by token, so that every number keeps its digits."""
    from athena_shell.output.json import is_json

    if len(text) > _LONGEST or not is_json(text):
        return text
    parts: list[str] = []
    depth = 0
    opened = False
    for piece in _JSON_TOKEN.findall(text):
        if piece in "]}":
            depth -= 1
            parts.append(piece if opened else f"\n{_INDENT * depth}{piece}")
        else:
            if opened:
                parts.append(f"\n{_INDENT * depth}")
            parts.append(_JSON_PUNCTUATION.get(piece) or piece)
            if piece == ",":
                parts.append(_INDENT * depth)
        opened = piece in "[{"
        depth += opened
    return "".join(parts)


_JSON_PUNCTUATION: Final = {",": ",\n", ":": ": "}
