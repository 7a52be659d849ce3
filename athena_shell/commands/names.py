"""Names as typed after a command, completed by the session's catalog and database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from athena_shell.commands.arguments import dotted
from athena_shell.config.parameters import nearest
from athena_shell.core.errors import AthenaShellError, CommandError
from athena_shell.core.session import Session

if TYPE_CHECKING:
    from athena_shell.commands.invocation import Invocation
    from athena_shell.core.model import Table
    from athena_shell.core.ports import Metadata

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
    if _is_all(word):
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
    """Whether a name holds ``*`` or ``?``, or is ``database.``."""
    return "*" in name or "?" in name or _is_all(name)


def _is_all(word: str) -> bool:
    return word.endswith(".") and not word.endswith("..") and word != "."


@contextmanager
def naming_nearest(find: Callable[[], str]) -> Iterator[None]:
    """Hint at the name that may have been meant by one that does not exist.

    Args:
        find: returns it, or an empty text.
    """
    try:
        yield
    except CommandError as error:
        near = find()
        if near:
            error.hint = f"Did you mean {near}? {error.hint}".rstrip()
        raise


def nearest_database(metadata: Metadata, catalog: str, name: str) -> str:
    """Return the database most like a name, empty when none is or they cannot be listed."""
    try:
        return nearest(name, (each.name for each in metadata.databases(catalog)))
    except AthenaShellError:
        return ""


def known_table(invocation: Invocation, word: str) -> Table:
    """Return the table of a name; raises CommandError naming the nearest that is known."""
    catalog, database, name = table_of(invocation.session, word)
    connection = invocation.connection

    def near() -> str:
        index = connection.names.snapshot()
        databases = index.databases_of(catalog)
        if databases and database.lower() not in {each.lower() for each in databases}:
            return nearest(database, databases)
        known = index.database(catalog, database)
        return nearest(name, known.tables if known else ())

    with naming_nearest(near):
        return connection.metadata.table(catalog, database, name)
