"""One execution by its id: watched, shown, stopped, let go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from athena_shell.commands.invocation import Invocation
from athena_shell.commands.outcome import Outcome
from athena_shell.commands.registry import Command
from athena_shell.commands.request import Attach, Detach, ShowResult
from athena_shell.core.errors import CommandError
from athena_shell.core.model import QueryState
from athena_shell.query.verdict import spent_by

if TYPE_CHECKING:
    from athena_shell.core.model import QueryExecution

_SUBJECT: Final = "Queries"
_ID: Final = re.compile(r"\S{1,128}")
_WHOLE: Final = 36  # characters of an id
_LEAST: Final = 4  # characters that an id may be named by
_PATIENCE: Final = 3.0
_PAUSE: Final = 0.1


def query_id(invocation: Invocation) -> str:
    """Return the id typed, or the last query's; raises CommandError when there is neither."""
    words = invocation.at_most(1)
    if words:
        return _whole(_checked(words[0]), invocation)
    last = invocation.situation.last_execution
    if last is None:
        raise CommandError(f"\\{invocation.name} needs a query id.", "\\queries lists them.")
    return last.id


def _checked(word: str) -> str:
    if not _ID.fullmatch(word):
        raise CommandError("That is no query id.", "\\queries lists them.")
    return word


def _whole(typed: str, invocation: Invocation) -> str:
    """Return the id that the journal knows by its beginning; others as they were typed."""
    if not _LEAST <= len(typed) < _WHOLE:
        return typed
    known = {entry.query_id for entry in invocation.connection.journal.entries()}
    found = sorted(each for each in known if each.startswith(typed.lower()))
    if typed in known or not found:
        return typed
    if len(found) > 1:
        raise CommandError(
            f"{len(found)} queries have ids that begin with {typed}.",
            f"Type more of it: {' or '.join(found[:3])}",
        )
    return found[0]


def _attach(invocation: Invocation) -> Outcome:
    return Outcome(request=Attach(query_id(invocation)))


def _result(invocation: Invocation) -> Outcome:
    return Outcome(request=ShowResult(query_id(invocation)))


def _detach(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    return Outcome(request=Detach(query_id(invocation) if words else ""))


def _stop(invocation: Invocation) -> Outcome:
    """Ask Athena to stop a query and wait a moment for its end."""
    identifier = query_id(invocation)
    connection, clock = invocation.connection, invocation.services.clock
    execution = connection.engine.describe(identifier)
    if execution.state.is_terminal:
        return Outcome(message=f"Query {identifier} has ended already: {execution.state.value}.")
    connection.engine.stop(identifier)
    end = clock.monotonic() + _PATIENCE
    while clock.monotonic() < end:
        clock.sleep(_PAUSE)
        execution = connection.engine.describe(identifier)
        if execution.state.is_terminal:
            connection.journal.ended(execution)
            invocation.services.unwatch(identifier)
            return Outcome(message=_end_of(execution, spent_by(execution, connection.price)))
    return Outcome(
        message=f"Asked Athena to stop {identifier}; \\attach {identifier} sees the end."
    )


def _end_of(execution: QueryExecution, spent: str) -> str:
    if execution.state is QueryState.CANCELLED:
        return f"Stopped {execution.id}{spent}."
    return f"Query {execution.id} had ended before the stop: {execution.state.value}{spent}."


COMMANDS: Final = (
    Command(
        "attach",
        r"\attach [ID]",
        "Watch a query to its end, then show its result",
        _attach,
        (),
        _SUBJECT,
        "SELECT 1 AS n;\n\\attach",
        ("query_id",),
    ),
    Command(
        "result",
        r"\result [ID]",
        "Show a finished query's result; runs nothing",
        _result,
        (),
        _SUBJECT,
        "SELECT 1 AS n;\n\\result",
        ("query_id",),
    ),
    Command(
        "stop",
        r"\stop [ID]",
        "Stop a query, by default the last one",
        _stop,
        ("cancel",),
        _SUBJECT,
        "SELECT 1 AS n \\bg\n\\stop",
        ("query_id",),
        script=False,
    ),
    Command(
        "detach",
        r"\detach [ID]",
        "Let go of a query in the background",
        _detach,
        (),
        _SUBJECT,
        "SELECT /* local: run 9s */ 1 AS n \\bg\n\\detach",
        ("query_id",),
        script=False,
        interactive=True,
        details="It runs on, and nothing is said when it ends. Without an ID it is the one started"
        " last.\nWhile a statement runs in the foreground, Ctrl-C twice does the same.",
    ),
)
