"""What sqlglot thinks of a statement's form, where Athena cannot be asked.

Advice only: sqlglot's grammar is near Athena's and not the same, and it knows no names and types.
It comes with the extra that holds the embedded endpoint.
"""

from __future__ import annotations

import logging

from athena_shell.core.records import dataclass
from athena_shell.sql.errors import offset_of


@dataclass(frozen=True)
class Opinion:
    """An opinion on a text.

    Attributes:
        complaint: what is wrong with it; empty when nothing is.
        line: the line that the complaint is about, from 1; 0 when it names no place.
        column: the column there, from 1.
    """

    complaint: str = ""
    line: int = 0
    column: int = 0


def opinion_on(text: str) -> Opinion | None:
    """Return what sqlglot thinks of a statement.

    ``None`` when it is not installed, or does not know this kind of statement.
    """
    try:
        import sqlglot
        from sqlglot.errors import ParseError, SqlglotError
        from sqlglot.expressions import Command
    except ImportError:
        return None
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        parsed = sqlglot.parse(text, dialect="athena")
    except ParseError as error:
        return _complaint(text, error.errors)
    except (SqlglotError, RecursionError):
        return Opinion("something in it is never closed, or it is nested too deeply")
    if any(isinstance(each, Command) for each in parsed):
        return None
    return Opinion()


def _complaint(text: str, errors: list[dict[str, object]]) -> Opinion:
    """Return the first complaint; sqlglot names the column of a token's last letter."""
    first = errors[0] if errors else {}
    line, column = first.get("line"), first.get("col")
    token = str(first.get("highlight") or "")
    if not isinstance(line, int) or not isinstance(column, int) or not token:
        return Opinion("it does not read as SQL")
    column = max(column - len(token) + 1, 1)
    end = offset_of(text, line, column) + len(token)
    if not text[end:].strip():
        return Opinion(f"something is missing behind “{token}”", line, column)
    return Opinion(f"“{token}” was not expected", line, column)
