r"""What decides which statements run: ``\if``, ``\assert`` and their kind.

The loops that read statements obey these themselves, before any command is dispatched; what comes
here stands behind a statement, where none of them belongs.
"""

from __future__ import annotations

from typing import Final

from athena_shell.commands.invocation import Invocation
from athena_shell.commands.outcome import Outcome
from athena_shell.commands.registry import Command
from athena_shell.core.errors import CommandError

_SUBJECT: Final = "Flow"


def _misplaced(invocation: Invocation) -> Outcome:
    raise CommandError(
        f"\\{invocation.name} stands on a line of its own.", "End the statement before it with ;"
    )


def _barrier(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    return Outcome(message="Statements run one after another here; scripts may run several.")


COMMANDS: Final = (
    Command(
        "if",
        r"\if CONDITION",
        "Run what follows when the condition is true",
        _misplaced,
        (),
        _SUBJECT,
        "\\if :{?day}\n\\echo :day is set\n\\endif",
        ("words:true|false|not",),
        details="CONDITION is true, false, :name or :{?name}, each with not before it if need be.\n"
        "Until \\endif what is not to run is skipped; a block ends in the file it began in.",
    ),
    Command(
        "elif",
        r"\elif CONDITION",
        "Otherwise, when this condition is true",
        _misplaced,
        (),
        _SUBJECT,
        "\\if false\n\\elif true\nSELECT 1 AS n;\n\\endif",
        ("words:true|false|not",),
    ),
    Command(
        "else",
        r"\else",
        "Otherwise",
        _misplaced,
        (),
        _SUBJECT,
        "\\if false\n\\else\nSELECT 1 AS n;\n\\endif",
    ),
    Command(
        "endif",
        r"\endif",
        "End what \\if began",
        _misplaced,
        (),
        _SUBJECT,
        "\\if true\nSELECT 1 AS n;\n\\endif",
    ),
    Command(
        "assert",
        r"\assert CONDITION",
        "Fail unless a query says true",
        _misplaced,
        (),
        _SUBJECT,
        r"\assert (SELECT count(*) FROM orders) > 0",
        ("statement",),
        details="A test of the data. CONDITION is an expression or a query of one value, on one\n"
        "line.",
    ),
    Command(
        "barrier",
        r"\barrier",
        "Wait for the statements before it",
        _barrier,
        (),
        _SUBJECT,
        r"\barrier",
        details="For scripts that run several statements at once (--parallel).",
    ),
)
