r"""``\bind``: values for the ``?`` of the next statement, written as SQL literals."""

from __future__ import annotations

from collections.abc import Sequence

from athena_shell.commands.invocation import Invocation
from athena_shell.commands.literals import literals
from athena_shell.commands.outcome import Outcome
from athena_shell.commands.request import Bind
from athena_shell.core.counting import counted
from athena_shell.core.errors import CommandError
from athena_shell.sql.places import question_marks
from athena_shell.sql.statement import classify


def bind(invocation: Invocation) -> Outcome:
    """Keep the values of a command for the next statement; raises what ``literals`` does."""
    values = literals(invocation.arguments, invocation.situation.variables)
    filled = f"The next statement's ? are filled with {counted(len(values), 'value')}."
    return Outcome(message=filled if values else "No values.", request=Bind(values))


def require_places(text: str, values: Sequence[str]) -> None:
    """Make sure that values that were bound have their places; raises CommandError."""
    places = question_marks(text)
    # EXECUTE takes values for the ? of the statement that was prepared.
    if values and places != len(values) and classify(text).verb != "EXECUTE":
        raise CommandError(
            f"The statement has {places or 'no'} ?, and \\bind gave"
            f" {counted(len(values), 'value')}.",
            "Bind as many values as there are ?, or none with \\bind alone. Nothing was sent.",
        )
