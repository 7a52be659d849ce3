"""What became of the statements of shells that are gone.

An entry with an id is described by Athena. One without an id was killed between the first send and
the reply: it is looked for among the workgroup's recent executions by its text and time, and what
is not there was not started. It is never sent again to find out, since that would start it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from athena_shell.core.errors import AthenaShellError
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.core.model import QueryExecution
    from athena_shell.core.ports import Engine
    from athena_shell.query.journal import Entry, Journal

_SEARCHED: Final = 200
_SKEW: Final = timedelta(minutes=5)
_LONGEST_START: Final = timedelta(minutes=20)


class Fate(StrEnum):
    """What is known of a statement of a shell that is gone."""

    ENDED = "ended"
    RUNNING = "running"
    NOT_STARTED = "not started"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """A statement of a shell that is gone, and its fate.

    Args:
        entry: what the journal says.
        fate: what is known now.
        execution: as Athena describes it, for ENDED and RUNNING.
    """

    entry: Entry
    fate: Fate
    execution: QueryExecution | None = None

    @property
    def query_id(self) -> str:
        """The query's id; empty when it has none that is known."""
        return self.execution.id if self.execution is not None else self.entry.query_id


def recover(journal: Journal, engine: Engine, profile: str = "") -> tuple[Finding, ...]:
    """Return the fate of every open entry of shells that are gone, and note it in the journal.

    Ends that are found are written down, so each is told once. Uses two free calls, or a few more
    when an id has to be looked for; call it off the main thread.

    Args:
        journal: of all shells.
        engine: the query service of the profile.
        profile: only entries of this profile; an empty text takes all. Those of another region
            than the journal's are left for a shell that is there.

    Raises:
        AthenaShellError: Athena cannot be asked; nothing is noted then.
    """
    entries = [
        entry
        for entry in journal.unfinished()
        if (not profile or entry.profile == profile) and not journal.is_elsewhere(entry)
    ]
    if not entries:
        return ()
    ids = [entry.query_id for entry in entries if entry.query_id]
    known = dict(engine.describe_many(ids)) if ids else {}
    nameless = [entry for entry in entries if not entry.query_id]
    taken = {entry.query_id for entry in journal.entries()} - {""}
    found = _search(engine, nameless, taken)
    findings = []
    for entry in entries:
        execution = known.get(entry.query_id) if entry.query_id else found.get(entry.token)
        finding = _judged(entry, execution, found)
        _note(journal, finding)
        findings.append(finding)
    return tuple(findings)


def identify(journal: Journal, engine: Engine) -> None:
    """Find the ids of open entries of shells that are gone and have none; note them in the journal.

    Only entries of the journal's profile and region: the engine knows no other's queries. What was
    not started is noted as refused. An entry stays without an id where its workgroup's executions
    may not be listed: whether it was started is not known then.
    """
    entries = [
        entry for entry in journal.unfinished() if journal.is_here(entry) and not entry.query_id
    ]
    if not entries:
        return
    found = _search(engine, entries, {entry.query_id for entry in journal.entries()} - {""})
    for entry in entries:
        execution = found.get(entry.token)
        if execution is not None:
            journal.started(entry.token, execution.id)
        else:
            _note(journal, _judged(entry, None, found))


def _judged(
    entry: Entry, execution: QueryExecution | None, found: dict[str, QueryExecution | None]
) -> Finding:
    if execution is not None:
        fate = Fate.ENDED if execution.state.is_terminal else Fate.RUNNING
        return Finding(entry, fate, execution)
    if entry.query_id or entry.token not in found:
        return Finding(entry, Fate.UNKNOWN)
    return Finding(entry, Fate.NOT_STARTED)


def _note(journal: Journal, finding: Finding) -> None:
    if finding.execution is not None and not finding.entry.query_id:
        journal.started(finding.entry.token, finding.execution.id)
    if finding.fate is Fate.ENDED and finding.execution is not None:
        journal.ended(finding.execution)
    elif finding.fate is Fate.NOT_STARTED:
        journal.refused(finding.entry.token, "not among the workgroup's recent queries")
    elif finding.fate is Fate.UNKNOWN and finding.entry.query_id:
        journal.refused(finding.entry.token, "Athena does not know the query any more")


def _search(
    engine: Engine, entries: Sequence[Entry], taken: set[str]
) -> dict[str, QueryExecution | None]:
    """Return the executions of entries without an id, by token; ``None`` where there is none.

    An entry is missing from the answer when its workgroup's executions may not be listed.
    """
    found: dict[str, QueryExecution | None] = {}
    for workgroup in {entry.workgroup for entry in entries}:
        wanted = [entry for entry in entries if entry.workgroup == workgroup]
        try:
            ids = [each for each in engine.recent(workgroup, _SEARCHED) if each not in taken]
            executions = dict(engine.describe_many(ids)) if ids else {}
        except AthenaShellError:
            continue
        for entry in wanted:
            execution = _match(entry, executions.values())
            if execution is not None:  # another entry of the same text has another execution
                del executions[execution.id]
            found[entry.token] = execution
    return found


def _match(entry: Entry, executions: Iterable[QueryExecution]) -> QueryExecution | None:
    for execution in executions:
        if execution.submitted is None or not entry.is_text(execution.text):
            continue
        if -_SKEW <= execution.submitted - entry.time <= _LONGEST_START:
            return execution
    return None
