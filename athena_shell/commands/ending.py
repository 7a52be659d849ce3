"""Commands that end the statement typed before them and say what becomes of its result."""

from __future__ import annotations

import re
from typing import Final

from athena_shell.commands.files import file_and_force
from athena_shell.commands.invocation import Invocation
from athena_shell.commands.outcome import Outcome
from athena_shell.commands.registry import Command
from athena_shell.commands.request import Delivery, DropBuffer, EndStatement, ShowBuffer, Watch
from athena_shell.core.errors import CommandError

_SUBJECT: Final = "Statement"
_PREFIX: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_GO_USAGE: Final = r"\g [FILE [--force] | '|' COMMAND]"


def _go(invocation: Invocation) -> Outcome:
    text = invocation.arguments
    if text.startswith("|"):
        command = text[1:].strip()
        if not command:
            raise CommandError("There is no command behind the |.", f"Usage: {_GO_USAGE}")
        return Outcome(request=EndStatement(Delivery.PIPE, command))
    target = file_and_force(invocation)
    if target is None:
        return Outcome(request=EndStatement(Delivery.SCREEN))
    path, force = target
    options = ("--force",) if force else ()
    return Outcome(request=EndStatement(Delivery.FILE, str(path), options))


def _vertical(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    return Outcome(request=EndStatement(Delivery.VERTICAL))


def _into_variables(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    if words and not _PREFIX.fullmatch(words[0]):
        raise CommandError(
            f"“{words[0]}” cannot begin a variable's name.", "Use letters, digits and underscores."
        )
    return Outcome(request=EndStatement(Delivery.VARIABLES, words[0] if words else ""))


def _execute(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    return Outcome(request=EndStatement(Delivery.STATEMENTS))


def _crosstab(invocation: Invocation) -> Outcome:
    return Outcome(request=EndStatement(Delivery.CROSSTAB, options=invocation.at_most(4)))


def _background(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    return Outcome(request=EndStatement(Delivery.BACKGROUND))


def _show(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    return Outcome(request=ShowBuffer())


def _drop(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    return Outcome(request=DropBuffer())


def _watch(invocation: Invocation) -> Outcome:
    words = invocation.at_most(2)
    values = {"i": "", "c": ""}
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        if equals and name in values:
            values[name] = value
        else:
            values["ic"[place]] = word
    if not values["c"] or not values["i"]:
        raise CommandError(
            "\\watch needs a count, as each turn is billed."
            if values["i"] or not values["c"]
            else "\\watch needs an interval.",
            "Write \\watch 10 6 for six turns ten seconds apart, or \\watch 10 forever.",
        )
    return Outcome(request=Watch(_seconds(values["i"]), _turns(values["c"])))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 1 <= seconds <= 86_400:  # noqa: PLR2004 - a second to a day
        raise CommandError(f"“{text}” is no interval.", "Give 1 to 86400 seconds.")
    return seconds


def _turns(text: str) -> int | None:
    if text == "forever":
        return None
    if not text.isdecimal() or int(text) < 1:
        raise CommandError(f"“{text}” is no count.", "Give a number of turns, or forever.")
    return int(text)


COMMANDS: Final = (
    Command(
        "g",
        _GO_USAGE,
        "Run; the result goes to a file or a command",
        _go,
        ("go",),
        _SUBJECT,
        r"SELECT 1 AS n \g",
        ("file",),
        script=False,
        ends_statement=True,
    ),
    Command(
        "gx",
        r"\gx",
        "Run; show each row as a record",
        _vertical,
        (),
        _SUBJECT,
        r"SELECT 1 AS n \gx",
        ends_statement=True,
    ),
    Command(
        "gset",
        r"\gset [PREFIX]",
        "Run; keep the one row in variables",
        _into_variables,
        (),
        _SUBJECT,
        r"SELECT 1 AS n \gset my_",
        ("text",),
        ends_statement=True,
    ),
    Command(
        "gexec",
        r"\gexec",
        "Run; then run each cell as a statement",
        _execute,
        (),
        _SUBJECT,
        r"SELECT 'SELECT 1' \gexec",
        script=False,
        ends_statement=True,
        details="Row by row; NULL and empty cells are passed over. A cell is data: a backslash\n"
        "in it begins no command, and :name stands for no variable. The first failure ends it.",
    ),
    Command(
        "watch",
        r"\watch SECONDS COUNT|forever",
        "Run again and again; shows the cost so far",
        _watch,
        (),
        _SUBJECT,
        r"SELECT 1 AS n \watch 1 2",
        ("text", "words:forever"),
        script=False,
        interactive=True,
        ends_statement=True,
    ),
    Command(
        "crosstabview",
        r"\crosstabview [ROWS [COLUMNS [CELLS [ORDER]]]]",
        "Run; show the result as a grid",
        _crosstab,
        (),
        _SUBJECT,
        r"SELECT 'a' AS r, 'b' AS c, 1 AS n \crosstabview",
        ("output", "output", "output", "output"),
        ends_statement=True,
        details="ROWS, COLUMNS and CELLS are columns of the result, by name or number: the\n"
        "first, the second and the last unless given. ORDER is a column of numbers that puts the\n"
        "grid's columns in order; without it they come as they appear first.",
    ),
    Command(
        "print",
        r"\print",
        "Print the statement so far, or the last one",
        _show,
        ("p",),
        _SUBJECT,
        "SELECT 1\n\\print\n\\reset",
        script=False,
        interactive=True,
    ),
    Command(
        "reset",
        r"\reset",
        "Forget the unfinished statement",
        _drop,
        ("r",),
        _SUBJECT,
        "SELECT 1\n\\reset",
        script=False,
        interactive=True,
    ),
    Command(
        "bg",
        r"\bg",
        "Start without waiting, as ;> does",
        _background,
        ("background",),
        _SUBJECT,
        r"SELECT 1 AS n \bg",
        script=False,
        interactive=True,
        ends_statement=True,
    ),
)
