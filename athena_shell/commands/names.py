"""Names as typed after a command, completed by the session's catalog and database."""

from __future__ import annotations

from athena_shell.commands.arguments import dotted
from athena_shell.core.errors import CommandError
from athena_shell.core.session import Session

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
