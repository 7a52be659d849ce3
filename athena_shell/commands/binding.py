r"""``\bind``: values for the ``?`` of the next statement, written as SQL literals."""

from __future__ import annotations

from athena_shell.commands.invocation import Invocation
from athena_shell.commands.literals import literals
from athena_shell.commands.outcome import Outcome
from athena_shell.commands.request import Bind
from athena_shell.core.counting import counted


def bind(invocation: Invocation) -> Outcome:
    """Keep the values of a command for the next statement; raises what ``literals`` does."""
    values = literals(invocation.arguments, invocation.situation.variables)
    filled = f"The next statement's ? are filled with {counted(len(values), 'value')}."
    return Outcome(message=filled if values else "No values.", request=Bind(values))
