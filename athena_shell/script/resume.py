"""What an earlier, broken run of the same scripts has done already, by the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from athena_shell.core.errors import QueryError
from athena_shell.core.model import Statement, Target
from athena_shell.query.journal import Entry
from athena_shell.script.sources import Script

_GOOD: Final = frozenset({"", "SUCCEEDED"})


class Earlier:
    """The statements of the last run of each of these scripts that need not be started again.

    A resumed run goes on under the name of the one it took up: its statements and those of the
    runs before it are of one run here.

    Args:
        entries: the journal, oldest first, without this process's own entries.
        scripts: the scripts of the run that is to go on.

    Attributes:
        runs: the name of the last run of each script, by the script's path.
    """

    def __init__(self, entries: Sequence[Entry], scripts: Iterable[Script]) -> None:
        self.runs = _last_runs(entries, scripts)
        self._left: dict[str, dict[str, Entry]] = {}
        for entry in entries:
            if _stands(entry) and _run_of(entry) in self._runs_of(entry):
                self._left.setdefault(_file_of(entry), {})[entry.token] = entry

    def take(
        self, statement: Statement, target: Target, arguments: Sequence[str], path: str = ""
    ) -> Entry | None:
        """Return what stands for a statement: it was started and nothing bad is known of its end.

        Text, arguments, target and file must be the same. One at the same line is preferred; where
        there is none the statement has moved. Each entry is given once, so that a statement that
        is there twice is run twice in all.

        Args:
            statement: as it would be sent.
            target: where.
            arguments: what its ``?`` stand for.
            path: where its script lies.

        Raises QueryError where it is not known whether the statement was started: running it might
        start it twice.
        """
        found = None
        for entry in self._candidates(statement.source, path):
            here = entry.line == statement.start.line
            if (found is not None and not here) or not _is_for(entry, target):
                continue
            if entry.is_text(statement.text) and entry.has_arguments(arguments):
                found = entry
                if here:
                    break
        if found is None:
            return None
        del self._left[_file_of(found)][found.token]
        if not found.query_id:
            raise QueryError(
                "It is not known whether the broken run has started this statement: the recent"
                " queries of its workgroup do not tell.",
                "Look for it among the recent queries in Athena's console; without --resume"
                " everything runs again.",
            )
        return found

    def _candidates(self, source: str, path: str) -> Iterator[Entry]:
        for file in dict.fromkeys((path, source)):
            yield from self._left.get(file, {}).values()

    def _runs_of(self, entry: Entry) -> Iterable[str]:
        return (self.runs.get(entry.script, ""),) if entry.run else self.runs.values()


def _last_runs(entries: Sequence[Entry], scripts: Iterable[Script]) -> dict[str, str]:
    runs: dict[str, str] = {}
    for script in scripts:
        last = next((entry for entry in reversed(entries) if _is_of(entry, script)), None)
        if last is not None:
            runs[script.path] = _run_of(last)
    return runs


def _is_of(entry: Entry, script: Script) -> bool:
    # Earlier versions of the journal know the script by its name alone.
    return entry.script == script.path if entry.run else entry.source == script.name


def _run_of(entry: Entry) -> str:
    return entry.run or entry.shell


def _file_of(entry: Entry) -> str:
    return entry.file or entry.source


def _stands(entry: Entry) -> bool:
    """Whether an entry may stand for a statement: it was started, or nobody knows."""
    return not entry.refused and entry.state in _GOOD


def _is_for(entry: Entry, target: Target) -> bool:
    return (entry.catalog, entry.database, entry.workgroup) == (
        target.catalog,
        target.database,
        target.workgroup,
    )
