"""MySQL's and Joda's date patterns in the letters of strftime."""

from __future__ import annotations

import re
from typing import Final

_MYSQL: Final = {
    "a": "%a", "b": "%b", "c": "%-m", "d": "%d", "e": "%-d", "f": "%f", "H": "%H", "h": "%I",
    "I": "%I", "i": "%M", "j": "%j", "k": "%-H", "l": "%-I", "M": "%B", "m": "%m", "p": "%p",
    "r": "%I:%M:%S %p", "S": "%S", "s": "%S", "T": "%H:%M:%S", "v": "%V", "W": "%A", "x": "%G",
    "Y": "%Y", "y": "%y", "%": "%%",
}  # fmt: skip
_JODA: Final = {
    "y": ("%Y", "%y", "%Y", "%Y"),
    "Y": ("%Y", "%y", "%Y", "%Y"),
    "x": ("%G", "%G", "%G", "%G"),
    "M": ("%-m", "%m", "%b", "%B"),
    "d": ("%-d", "%d"),
    "D": ("%-j", None, "%j"),
    "E": ("%a", "%a", "%a", "%A"),
    "e": ("%u",),
    "w": (None, "%V"),
    "H": ("%-H", "%H"),
    "h": ("%-I", "%I"),
    "m": ("%-M", "%M"),
    "s": ("%-S", "%S"),
    "S": (None, None, "%g", None, None, "%f"),
    "a": ("%p",),
    "Z": ("\0Z", "\0ZZ", "\0ZZZ"),
}
_PARTS: Final = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")


def mysql_pattern(pattern: str) -> str:
    """Return strftime's pattern for ``date_format`` and ``date_parse``.

    Raises:
        ValueError: a letter that Athena refuses too.
    """

    def letter(found: re.Match[str]) -> str:
        if found[1] in "DUuVwX":
            raise ValueError(f"%{found[1]} not supported in date format string")
        return _MYSQL.get(found[1], found[1])

    return re.sub(r"%(.)", letter, pattern)


def joda_pattern(pattern: str) -> str | None:
    r"""Return strftime's pattern for Joda's, or ``None`` when DuckDB has no equal.

    ``\0Z``, ``\0ZZ`` and ``\0ZZZ`` stand for the offset and the zone's name.
    """
    result = ""
    for part in _PARTS.finditer(pattern):
        if part[1] is not None:
            result += (part[1].replace("''", "'") or "'").replace("%", "%%")
        elif part[2] is None:
            result += part[0].replace("%", "%%")
        else:
            shapes = _JODA.get(part[2], ())
            length = len(part[0])
            if part[2] in "yYME" and length > len(shapes):
                length = len(shapes)
            shape = shapes[length - 1] if length <= len(shapes) else None
            if shape is None:
                return None
            result += shape
    return result
