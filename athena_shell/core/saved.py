"""What a workgroup keeps for all its users: named queries, prepared statements."""

from __future__ import annotations

from datetime import datetime

from athena_shell.core.records import dataclass


@dataclass(frozen=True)
class NamedQuery:
    """A query that Athena keeps under a name; names need not be unique, ids are.

    Args:
        name: what its author called it.
        text: the SQL, as it was saved.
        database: where it was written for.
        description: what its author says of it.
        id: Athena's own; empty before it is saved.
    """

    name: str
    text: str
    database: str
    description: str = ""
    id: str = ""


@dataclass(frozen=True)
class PreparedStatement:
    """A statement that ``EXECUTE`` runs; its name is unique in the workgroup.

    Args:
        name: what ``EXECUTE`` calls it.
        text: the SQL with its ``?``.
        description: what its author says of it.
        modified: when it was last changed.
    """

    name: str
    text: str = ""
    description: str = ""
    modified: datetime | None = None
