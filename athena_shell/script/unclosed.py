"""Quotes and comments that a script opens and never closes."""

from __future__ import annotations

from athena_shell.core.errors import ScriptError
from athena_shell.sql.splitter import Splitter
from athena_shell.sql.statement import StatementKind, classify
from athena_shell.sql.tokens import Kind, scan
from athena_shell.sql.variables import place_in


def refuse_unclosed(splitter: Splitter, source: str) -> None:
    """Refuse a text that ends inside a literal, a quoted name or a comment; raises ScriptError.

    In Hive's statements, which Athena takes for DDL, a backslash escapes a quote: that one is open
    is for Athena to say there.
    """
    rest, start = splitter.remainder, splitter.remainder_start
    last = None
    for token in scan(rest):
        last = token
    if last is None or last.kind is not Kind.UNTERMINATED:
        return
    comment = last.text.startswith("/*")
    if not comment and classify(rest).kind is StatementKind.DDL:
        return
    mark = "/*" if comment else last.text.lstrip("xXuU&")[0]
    place = place_in(rest, last.start, start)
    raise ScriptError(
        f"The {mark} here is never closed.",
        "All that stands behind it would belong to it; close it.",
        source=source,
        line=place.line,
        column=place.column,
    )
