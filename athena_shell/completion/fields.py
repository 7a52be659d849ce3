"""The fields of nested types, in Trino's words or in Hive's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from athena_shell.completion.index import ColumnName

ELEMENT = "[]"
"""Stands in a path for one element of an array, or one value of a map."""


def fields(type_text: str) -> tuple[ColumnName, ...]:
    """Return the fields of ``row(a bigint, …)`` or ``struct<a:bigint,…>``."""
    name, content = _opened(type_text)
    if name not in {"row", "struct"}:
        return ()
    found = []
    for part in _parts(content):
        separator = ":" if name == "struct" else " "
        label, _, kind = part.strip().partition(separator)
        if label and kind:
            found.append(ColumnName(label.strip('"`'), kind.strip()))
    return tuple(found)


def element(type_text: str) -> str:
    """Return the type of an array's elements or of a map's values, nothing for other types."""
    name, content = _opened(type_text)
    parts = list(_parts(content))
    if name == "array" and len(parts) == 1:
        return parts[0].strip()
    if name == "map" and len(parts) == 2:  # noqa: PLR2004 - key and value
        return parts[1].strip()
    return ""


def follow(type_text: str, path: Sequence[str]) -> str:
    """Return the type that a path of field names leads to, nothing if it leads nowhere."""
    for step in path:
        if step == ELEMENT:
            type_text = element(type_text)
        else:
            wanted = step.lower()
            type_text = next(
                (field.type for field in fields(type_text) if field.name.lower() == wanted), ""
            )
    return type_text


def _opened(type_text: str) -> tuple[str, str]:
    text = type_text.strip()
    for place, letter in enumerate(text):
        if letter in "(<" and text[-1] in ")>":
            return text[:place].strip().lower(), text[place + 1 : -1]
    return "", ""


def _parts(content: str) -> Iterator[str]:
    """Split at the commas outside brackets."""
    depth = start = 0
    for place, letter in enumerate(content):
        if letter in "(<":
            depth += 1
        elif letter in ")>":
            depth -= 1
        elif letter == "," and not depth:
            yield content[start:place]
            start = place + 1
    if content[start:]:
        yield content[start:]
