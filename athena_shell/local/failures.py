"""DuckDB's errors under Trino's names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from athena_shell.local.errors import EngineError, unsupported

_Made = tuple[str, str]


def _fixed(name: str, message: str = "") -> Callable[[re.Match[str]], _Made]:
    return lambda found: (name, message or found[0])


def _own(found: re.Match[str]) -> _Made:
    return found[1], found[2]


def _cast(found: re.Match[str]) -> _Made:
    target = {"INT32": "INT", "INT64": "BIGINT", "BOOL": "BOOLEAN"}.get(found[2], found[2])
    return "INVALID_CAST_ARGUMENT", f"Cannot cast '{found[1]}' to {target}"


_INTEGERS: Final = {"INT32": "integer", "INT64": "bigint", "INT16": "smallint", "INT8": "tinyint"}
_REGULAR: Final = (
    r"invalid perl operator|invalid escape sequence|no argument for repetition|missing \)"
    r"|missing \]|unexpected \)|invalid character class"
)
_PATTERNS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Made]], ...]] = tuple(
    (re.compile(pattern, re.DOTALL), make)
    for pattern, make in (
        (r"(?:Invalid Input Error: |Error: )([A-Z_]{6,})\|(.*)", _own),
        (r"INTERRUPT", _fixed("USER_CANCELED", "Query was canceled")),
        (r"Could not convert string '(.*)' to ([\w(), ]+?)(?: when|\n|$)", _cast),
        (r"Could not convert string \"(.*)\" to ([\w(), ]+?)(?: when|\n|$)", _cast),
        (r"More than one row returned by a subquery", _fixed(
            "SUBQUERY_MULTIPLE_ROWS", "Scalar sub-query has returned multiple rows")),
        (r"[Dd]ivi(?:sion|de) by zero", _fixed("DIVISION_BY_ZERO", "Division by zero")),
        (r"TRY can not be used", lambda _: (
            "NOT_SUPPORTED", "TRY of this expression is not supported by the local engine")),
        (r"Overflow in (\w+) of (\w+).*?!?", _fixed("NUMERIC_VALUE_OUT_OF_RANGE")),
        (r"Type (\w+) with value (\S+) can't be cast.*?destination type (\w+)", lambda f: (
            "NUMERIC_VALUE_OUT_OF_RANGE", f"Out of range for {_INTEGERS.get(f[3], f[3])}: {f[2]}")),
        (r"(date|timestamp|time) field value out of range: \"(.*?)\"", lambda f: (
            "INVALID_CAST_ARGUMENT", f"Value cannot be cast to {f[1]}: {f[2]}")),
        (r"Could not cast value (\S+) to (DECIMAL\S+)", lambda f: (
            "INVALID_CAST_ARGUMENT", f"Cannot cast '{f[1]}' to {f[2]}")),
        (r"Casting value \"(.*?)\" to type (\S+) failed", lambda f: (
            "INVALID_CAST_ARGUMENT", f"Cannot cast '{f[1]}' to {f[2]}")),
        (r"[Oo]ut of [Rr]ange Error: (.*?)(?:\n|$)", lambda f: (
            "NUMERIC_VALUE_OUT_OF_RANGE", f[1])),
        (r"Unknown TimeZone '(.*?)'", lambda f: (
            "INVALID_FUNCTION_ARGUMENT", f"'{f[1]}' is not a valid time zone")),
        (r"Map keys must be unique", _fixed(
            "INVALID_FUNCTION_ARGUMENT", "Duplicate map keys are not allowed")),
        (r"Map keys can not be NULL", _fixed(
            "INVALID_FUNCTION_ARGUMENT", "map key cannot be null")),
        (_REGULAR, lambda f: (
            "NOT_SUPPORTED",
            f"This regular expression ({f[0]}) is not supported by the local engine")),
        (r"column \"?(.*?)\"? must appear in the GROUP BY clause", lambda f: (
            "EXPRESSION_NOT_AGGREGATE",
            f"'{f[1]}' must be an aggregate expression or appear in GROUP BY clause")),
        (r"(?:WHERE|GROUP BY|HAVING) clause cannot contain (?:aggregates|window)", lambda _: (
            "EXPRESSION_NOT_SCALAR",
            "WHERE clause cannot contain aggregations, window functions or grouping operations")),
        (r"aggregate function calls cannot be nested", lambda _: (
            "NESTED_AGGREGATION", "Cannot nest aggregations inside aggregation")),
        (r"window \"(.*?)\" does not exist", lambda f: (
            "INVALID_WINDOW_REFERENCE", f"Cannot resolve WINDOW name {f[1]}")),
        (r"Cannot deduce template type|Could not choose a best candidate", _fixed(
            "FUNCTION_NOT_FOUND", "Unexpected parameters for a function")),
        (r"Malformed JSON|Failed to cast value to", _fixed("INVALID_FUNCTION_ARGUMENT")),
        (r"Out of Memory Error", _fixed(
            "EXCEEDED_LOCAL_MEMORY_LIMIT", "Query exceeded the memory of this machine")),
        (r"No function matches the given name and argument types '(\w+)\((.*?)\)'", lambda f: (
            "FUNCTION_NOT_FOUND", f"Unexpected parameters ({f[2].lower()}) for function {f[1]}")),
        (r"(?:Cannot compare|Cannot mix) values of type (.*?) and (.*?)(?: -| in|$)",
            lambda f: ("TYPE_MISMATCH", f"Cannot apply operator to {f[1]} and {f[2]}")),
        (r"Invalid Error: .*[Nn]o space|IO Error", _fixed("HIVE_FILESYSTEM_ERROR")),
        (r"(?:Conversion|Invalid Input) Error: (.*?)(?:\n|$)", lambda f: (
            "INVALID_FUNCTION_ARGUMENT", f[1])),
    )
)  # fmt: skip


def translated(error: Exception) -> EngineError:
    """Return DuckDB's error as Athena would name it."""
    text = str(error)
    for pattern, make in _PATTERNS:
        if found := pattern.search(text):
            name, message = make(found)
            return EngineError(name, message)
    first = text.strip().split("\n", 1)[0]
    refused = unsupported("This statement")
    return EngineError(refused.name, f"{refused.message} ({first})")
