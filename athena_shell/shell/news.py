"""What is told about queries that nobody waited for."""

from __future__ import annotations

from athena_shell.commands.queries import shortened
from athena_shell.core.model import QueryExecution, QueryState
from athena_shell.query.recovery import Fate, Finding

_SHOWN = 50


def notice_of(execution: QueryExecution) -> str:
    """Return the notice of a background query's end."""
    line = f"{execution.id} {execution.state.value}: {shortened(execution.text, _SHOWN)}"
    if execution.state is QueryState.SUCCEEDED:
        return f"{line}\n\\result {execution.id} shows the result."
    return f"{line}\n{execution.reason}" if execution.reason else line


def news_of(finding: Finding) -> str:
    """Return what became of a statement of a shell that was killed."""
    text = shortened(finding.entry.text, _SHOWN)
    if finding.fate is Fate.NOT_STARTED:
        return f"An earlier shell ended before this was started: {text}"
    if finding.fate is Fate.RUNNING:
        return (
            f"Still running since an earlier shell: {finding.query_id}: {text}\n"
            f"\\attach {finding.query_id} watches it, \\stop {finding.query_id} stops it."
        )
    if finding.execution is not None:
        return notice_of(finding.execution)
    return f"Nothing is known any more of an earlier shell's statement: {text}"
