r"""``\assert CONDITION``: a query that must say true."""

from __future__ import annotations

import re
from typing import Final

from athena_shell.core.errors import CommandError, QueryFailed
from athena_shell.core.model import CommandLine, Statement
from athena_shell.script.execution import Done
from athena_shell.script.wrapping import wrapped
from athena_shell.sql.variables import Substitution, place_in

TRUE: Final = "true"
_WORD: Final = re.compile(r"\\assert(?!\w)\s*", re.IGNORECASE)
_QUERY: Final = re.compile(r"(?:SELECT|WITH|VALUES)\b", re.IGNORECASE)
_BEFORE: Final = "SELECT ("


def asserted(command: CommandLine) -> Statement | None:
    r"""Return the condition of an ``\assert`` with its place, ``None`` for another command.

    Raises CommandError when there is no condition.
    """
    match = _WORD.match(command.text)
    if match is None:
        return None
    text = command.text[match.end() :].rstrip().removesuffix(";").rstrip()
    if not text:
        raise CommandError(
            r"\assert needs a condition.", r"Usage: \assert (SELECT count(*) FROM orders) > 0"
        )
    return Statement(text, command.source, place_in(command.text, match.end(), command.start))


def is_assertion(command: CommandLine) -> bool:
    r"""Tell whether a command is an ``\assert``."""
    return _WORD.match(command.text) is not None


def as_query(condition: Substitution) -> Substitution:
    """Return the query that yields a condition, with the way back to the typed text."""
    if _QUERY.match(condition.text):
        return condition
    return wrapped(condition, _BEFORE, ")")


def what_it_says(done: Done) -> str:
    """Return what the query of a condition says: ``true``, or what is not that."""
    rows = done.result.rows()
    row, more = next(rows, None), next(rows, None)
    if row is None or more is not None or len(row) != 1:
        return "something else than one value"
    return "NULL" if row[0] is None else row[0][:60]


def require_true(said: str, done: Done, condition: str) -> None:
    """Raise QueryFailed unless the query of a condition has said ``true``."""
    if said == TRUE:
        return
    raise QueryFailed(
        f"The assertion does not hold: {condition[:200]} gives {said}, not true.",
        "It is a test of the data; look at the rows with a query.",
        query_id=done.execution.id,
    )
