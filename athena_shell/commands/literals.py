r"""Values typed behind a command, as SQL literals: ``\bind 7 'a b' date:2024-05-01``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from athena_shell.commands.arguments import split_words, without_semicolon
from athena_shell.core.errors import CommandError
from athena_shell.core.records import dataclass
from athena_shell.sql.variables import quote_literal

_PLAIN: Final = re.compile(
    r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|true|false|null", re.IGNORECASE | re.ASCII
)
_VARIABLE: Final = re.compile(r":(?P<quote>'?)(?P<name>[A-Za-z_]\w*)(?P=quote)")
_PREFIX: Final = re.compile(r"(date|timestamp|time|decimal):(.*)", re.IGNORECASE | re.DOTALL)
_DAY: Final = r"(?P<day>[+-]?\d{4,6}-\d{1,2}-\d{1,2})"
_HOUR: Final = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,12})?)?"


@dataclass(frozen=True)
class _Shape:
    """How the values of a type look, one of them, and what the type is called."""

    name: str
    pattern: re.Pattern[str]
    sample: str


_SHAPES: Final = {
    "date": _Shape("date", re.compile(_DAY), "2024-05-01"),
    "time": _Shape("time", re.compile(rf"{_HOUR}(?: ?[+-]\d{{2}}:\d{{2}})?"), "12:30:00"),
    "timestamp": _Shape(
        "timestamp",
        re.compile(rf"{_DAY}(?:[T ]{_HOUR}(?:Z| ?[+-]\d{{2}}:\d{{2}}| [A-Za-z_/+-]+\d*)?)?"),
        "2024-05-01T12:30:00",
    ),
    "decimal": _Shape("decimal number", re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"), "12.50"),
}


def literals(text: str, variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words of a text as SQL literals.

    A word in single quotes is a string, whatever it holds. ``:name`` is the variable's value, typed
    as if it stood there, ``:'name'`` that value as a string. Of the rest numbers, true, false and
    null stay, and ``date:``, ``time:``, ``timestamp:`` and ``decimal:`` make such values.

    Raises:
        CommandError: a quote is open, a variable is not set, a value is none of its type.
    """
    return tuple(
        quote_literal(value) if raw.startswith("'") else _of_variable(raw, value, variables)
        for raw, value in split_words(without_semicolon(text))
    )


def _of_variable(raw: str, value: str, variables: Mapping[str, str]) -> str:
    match = _VARIABLE.fullmatch(raw)
    if match is None:
        return _typed(value)
    name = match["name"]
    if name not in variables:
        raise CommandError(
            f"The variable {name} is not set.",
            f"\\set {name} VALUE sets it; a string that begins with a colon is quoted: ':{name}'",
        )
    return quote_literal(variables[name]) if match["quote"] else _typed(variables[name])


def _typed(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    match = _PREFIX.fullmatch(word)
    if match is None:
        return quote_literal(word)
    kind, value = match[1].lower(), match[2].strip()
    shape = _SHAPES[kind]
    found = shape.pattern.fullmatch(value)
    if found is None or not _in_calendar(found.groupdict().get("day")):
        raise CommandError(
            f"“{value}” is no {shape.name}.",
            f"Write {kind}:{shape.sample}; in quotes it is a string: '{word}'",
        )
    if kind == "timestamp":  # as ISO 8601 writes it, Athena does not read it
        value = re.sub(r"Z$", " UTC", value.replace("T", " ", 1))
    return f"{kind.upper()} {quote_literal(value)}"


def _in_calendar(day: str | None) -> bool:
    """Whether a day exists; years that Python does not know are Athena's to judge."""
    match = re.fullmatch(r"(\d{4})-(\d+)-(\d+)", day or "")
    if match is None or not int(match[1]):
        return True
    try:
        date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return False
    return True
