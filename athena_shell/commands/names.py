"""Names as typed after a command, completed by the session's catalog and database."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from athena_shell.commands.arguments import dotted
from athena_shell.core.errors import CommandError
from athena_shell.core.session import Session

if TYPE_CHECKING:
    from athena_shell.commands.invocation import Invocation
    from athena_shell.core.model import Table

_DEEPEST = 3


def table_of(session: Session, word: str) -> tuple[str, str, str]:
    """Return catalog, database and name of ``[[catalog.]database.]name``."""
    parts = dotted(word)
    if len(parts) > _DEEPEST:
        raise CommandError(f"“{word}” has too many parts.", "Write catalog.database.table at most.")
    name = parts[-1] if word.endswith(('"', "`")) else parts[-1].lower()
    database = parts[-2] if len(parts) > 1 else session.database
    catalog = parts[0] if len(parts) == _DEEPEST else session.catalog
    return catalog, database, name


def pattern_of(session: Session, word: str) -> tuple[str, str, str]:
    """Return catalog, database and lower-case pattern; ``database.`` means all in it."""
    if word.endswith("."):
        word += "*"
    catalog, database, name = table_of(session, word)
    return catalog, database, name.lower()


def database_of(session: Session, word: str) -> tuple[str, str]:
    """Return catalog and database of ``[catalog.]database``."""
    parts = dotted(word)
    if len(parts) > _DEEPEST - 1:
        raise CommandError(f"“{word}” has too many parts.", "Write catalog.database at most.")
    return (parts[0] if len(parts) > 1 else session.catalog), parts[-1]


def is_pattern(name: str) -> bool:
    """Whether a name holds ``*`` or ``?``."""
    return "*" in name or "?" in name


def known_table(invocation: Invocation, word: str) -> Table:
    """Return the table of a name; raises CommandError naming the nearest that is known."""
    catalog, database, name = table_of(invocation.session, word)
    connection = invocation.connection
    try:
        return connection.metadata.table(catalog, database, name)
    except CommandError as error:
        known = connection.names.snapshot().database(catalog, database)
        near = get_close_matches(name, known.tables if known else (), n=1)
        if near:
            error.hint = f"Did you mean {near[0]}? {error.hint}".rstrip()
        raise
