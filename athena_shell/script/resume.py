"""What an earlier, broken run of the same scripts has done already, by the journal."""

from __future__ import annotations

from collections.abc import Sequence

from athena_shell.core.errors import QueryError
from athena_shell.core.model import Position, Statement, Target
from athena_shell.query.journal import Entry


class Earlier:
    """The statements of the last run of these scripts.

    A run is one process. A resumed run journals only what it did itself, so the runs before it
    count too, back to one that began with the script's first statement.

    Args:
        entries: the journal, oldest first, without this process's own entries.
        sources: the names of the scripts.
        first: the place of the first statement.
    """

    def __init__(
        self, entries: Sequence[Entry], sources: frozenset[str], first: Position | None
    ) -> None:
        shells: list[str] = []
        for entry in reversed(entries):
            if entry.source in sources and entry.shell not in shells:
                shells.append(entry.shell)
        wanted: set[str] = set()
        for shell in shells:
            wanted.add(shell)
            mine = [entry for entry in entries if entry.shell == shell]
            if first is None or (mine and mine[0].line == first.line):
                break
        self._entries = tuple(entry for entry in reversed(entries) if entry.shell in wanted)
        self._used: set[str] = set()

    def take(self, statement: Statement, target: Target) -> Entry | None:
        """Return the newest entry of a statement, unless it was refused or its end was bad.

        Text, place and target must be unchanged. Each entry is given once. Raises QueryError where
        it is not known whether the statement was started: running it might start it twice.
        """
        for entry in self._entries:
            same = (
                entry.token not in self._used
                and (entry.source, entry.line) == (statement.source, statement.start.line)
                and (entry.catalog, entry.database) == (target.catalog, target.database)
                and entry.workgroup == target.workgroup
                and entry.is_text(statement.text)
            )
            if same:
                self._used.add(entry.token)
                if entry.is_open and not entry.query_id:
                    raise QueryError(
                        "It is not known whether the broken run has started this statement: the"
                        " recent queries of its workgroup do not tell.",
                        "Look for it among the recent queries in Athena's console; without --resume"
                        " everything runs again.",
                    )
                good = bool(entry.query_id) and entry.state in {"", "SUCCEEDED"}
                return entry if good else None
        return None
