"""Wishes for result objects that a workgroup does not heed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from athena_shell.core.model import QueryExecution

_RESULTS: Final = (".csv", ".txt")
"""Endings of what Athena writes to the result location; tables and unloaded files lie elsewhere."""


class Overruled:
    """Tells once for each workgroup what it does with the wishes of a profile.

    A workgroup that enforces its settings ignores a client's without a word, and one with managed
    results has no place for them (Athena user guide, workgroup settings). Safe for many threads.

    Args:
        encryption: the encryption option that the profile asks for; empty for none.
    """

    def __init__(self, encryption: str = "") -> None:
        self._encryption = encryption
        self._lock = threading.Lock()
        self._told: set[str] = set()

    def told(self, location: str, execution: QueryExecution) -> str:
        """Return what was not heeded, or an empty text; each workgroup's text but once.

        Args:
            location: where the session wants results in S3; empty leaves that to the workgroup.
            execution: a query that has succeeded.
        """
        text = self._unheeded(location, execution)
        with self._lock:
            if not text or execution.workgroup in self._told:
                return ""
            self._told.add(execution.workgroup)
        return text

    def _unheeded(self, location: str, execution: QueryExecution) -> str:
        if execution.statistics.reused:
            return ""
        name = f"Workgroup {execution.workgroup}"
        if execution.managed_results:
            wished = location or self._encryption
            return f"{name} keeps results itself; {wished} is not used." if wished else ""
        place = execution.output_location
        if not place.endswith(_RESULTS):
            return ""
        unused = []
        if location and place.rpartition("/")[0] != location.rstrip("/"):
            unused.append(location)
        if self._encryption and execution.encryption != self._encryption:
            unused.append(self._encryption)
        if not unused:
            return ""
        folder = place.rpartition("/")[0]
        verb = "are" if len(unused) > 1 else "is"
        return (
            f"{name} enforces its own settings: results go to {folder}/"
            f"{_with(execution.encryption)}; {' and '.join(unused)} {verb} not used."
        )


def _with(encryption: str) -> str:
    return f" with {encryption}" if encryption else ""
