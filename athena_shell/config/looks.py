"""What settings of the looks may be: checked when they are set, before anything is run for them.

What has these names lives in rooms above this one; tests hold the names against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from athena_shell.config.checks import one_of, parse_command_line
from athena_shell.config.parameters import nearest
from athena_shell.core.prompt_fields import FIELDS

FORMATTER_GROUP: Final = "athena_shell.formatter.v1"
"""The entry-point group of installed output formats."""

FORMATS: Final = (
    "table",
    "vertical",
    "inline",
    "csv",
    "tsv",
    "json",
    "jsonl",
    "markdown",
    "html",
    "insert",
    "plain",
    "null",
    "xlsx",
    "parquet",
    "arrow",
    "latex",
)
FORMAT_ALIASES: Final[Mapping[str, str]] = {
    "expanded": "vertical",
    "ndjson": "jsonl",
    "md": "markdown",
    "sql-insert": "insert",
    "values": "plain",
    "unaligned": "plain",
    "none": "null",
    "feather": "arrow",
    "aligned": "table",
    "column": "table",
    "duckbox": "inline",
    "line": "vertical",
    "list": "plain",
    "csv_header": "csv",
    "tsv_header": "tsv",
    "tabs": "tsv",
    "jsonlines": "jsonl",
    "trash": "null",
}
TABLE_STYLES: Final = (
    "psql",
    "box",
    "rounded",
    "simple",
    "plain",
    "github",
    "outline",
    "grid",
    "simple_outline",
    "simple_grid",
    "rounded_outline",
    "rounded_grid",
    "heavy_outline",
    "double_outline",
    "double_grid",
    "fancy_grid",
    "fancy_outline",
    "heavy_grid",
    "jira",
    "mixed_grid",
    "mixed_outline",
    "orgtbl",
    "presto",
    "pretty",
    "rst",
    "youtrack",
    "unicode",
    "ascii",
)
_BORDERS: Final[Mapping[str, str]] = {"0": "simple", "1": "presto", "2": "psql", "3": "grid"}
TAB: Final = r"\t"
"""How a tab is written where one character is wanted."""
THEMES: Final = ("default", "dark", "light", "none")
_FIELD: Final = re.compile(r"\{([^{}]*)\}")


def parse_pattern(text: str) -> str:
    """Return a text with fields as it is; raises ValueError naming a field that does not exist."""
    for name in _FIELD.findall(text):
        if name not in FIELDS:
            near = nearest(name, FIELDS)
            perhaps = f", perhaps {{{near}}}" if near else ""
            known = " ".join(f"{{{field}}}" for field in FIELDS)
            raise ValueError(f"a text of known fields; there is no {{{name}}}{perhaps}: {known}")
    return text


def parse_style(text: str) -> str:
    """Return a table style by its name or by the number that psql gives such a border."""
    name = text.strip().lower()
    if name in _BORDERS:
        return _BORDERS[name]
    return one_of(*TABLE_STYLES)(text)


def parse_separator(text: str) -> str:
    r"""Return ``auto``, one character, or ``\t`` for a tab."""
    name = text.strip().lower()
    if name == "auto":
        return name
    if text == "\t" or name in {TAB, "tab"}:
        return TAB
    if len(text) != 1 or text in '"\r\n\0':
        raise ValueError(r"one character such as ; or |, \t for a tab, or auto")
    return text


def parse_pager(text: str) -> str:
    """Return ``auto``, ``off`` or a command; ``on`` is the viewer."""
    return parse_command_line({"on": "auto", "always": "auto"}.get(text.strip().lower(), text))


def installed_formats() -> Iterable[str]:
    """Return the names of installed formats; none of them is imported."""
    from importlib.metadata import entry_points

    return entry_points(group=FORMATTER_GROUP).names


def parse_format(text: str, installed: Callable[[], Iterable[str]] = installed_formats) -> str:
    """Return a format's own name; raises ValueError naming the known ones and the nearest."""
    name = text.strip().lower()
    if name in FORMATS:
        return name
    if name in FORMAT_ALIASES:
        return FORMAT_ALIASES[name]
    others = sorted(installed())
    for other in others:
        if other.lower() == name:
            return other
    known = (*FORMATS, *others)
    near = nearest(name, known)
    perhaps = f", perhaps {near}" if near else ""
    raise ValueError("one of " + ", ".join(known) + perhaps)
