"""The functions of Athena engine version 3, with signature and one-line help.

The data, ``functions.txt``, lists what https://trino.io/docs/current/functions.html documents for
Trino and Athena does not exclude
(https://docs.aws.amazon.com/athena/latest/ug/functions-env3.html).
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

from athena_shell.core.records import dataclass
from athena_shell.sql.keywords import DDL_TYPES, KEYWORDS, QUERY_TYPES, RESERVED, TYPES

__all__ = [
    "DDL_TYPES",
    "KEYWORDS",
    "QUERY_TYPES",
    "RESERVED",
    "TYPES",
    "Function",
    "function_names",
    "functions",
]

_LINE: Final = re.compile(
    r"(?P<signature>(?P<name>\w+).*?) → (?P<returns>.*?) \| (?P<summary>.*)", re.ASCII
)


@dataclass(frozen=True)
class Function:
    """One form of a function; a name may have several.

    ``signature`` is such as ``date_trunc(unit, x)``; a function without brackets is called
    without them.
    """

    name: str
    signature: str
    returns: str
    summary: str
    subject: str

    @property
    def is_called(self) -> bool:
        """Whether it takes brackets."""
        return self.signature != self.name


@cache
def functions() -> dict[str, tuple[Function, ...]]:
    """Return every function's forms by its lower-case name."""
    text = resources.files("athena_shell.sql").joinpath("functions.txt").read_text("utf-8")
    found: dict[str, tuple[Function, ...]] = {}
    subject = ""
    for line in text.splitlines():
        if line.startswith("# "):
            subject = line[2:]
        elif match := _LINE.fullmatch(line):
            name = match["name"]
            form = Function(name, match["signature"], match["returns"], match["summary"], subject)
            found[name] = (*found.get(name, ()), form)
    return found


@cache
def function_names() -> frozenset[str]:
    """Return the lower-case names of all functions."""
    return frozenset(functions())
