r"""Statements that ``PREPARE`` has made and ``EXECUTE`` runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from athena_shell.commands.invocation import Invocation
from athena_shell.commands.outcome import Outcome, listing
from athena_shell.commands.queries import shortened
from athena_shell.commands.registry import Command
from athena_shell.commands.request import AskFirst
from athena_shell.commands.saved import kept_by
from athena_shell.config.parameters import nearest
from athena_shell.core.errors import CommandError
from athena_shell.core.saved import PreparedStatement
from athena_shell.sql.places import question_marks

_SUBJECT: Final = "Saved work"


def _prepared(invocation: Invocation) -> Outcome:
    words = invocation.at_most(2)
    if len(words) > 1 and words[0].lower() != "drop":
        invocation.at_most(1)
    workgroup = invocation.session.workgroup
    saved, _ = kept_by(invocation.connection)
    found = saved.prepared(workgroup)
    if len(words) > 1:
        return _drop(invocation, _chosen(found, words[1]).name)
    if words:
        return _show(_chosen(found, words[0]))
    rows = (
        (
            each.name,
            str(question_marks(each.text)),
            None if each.modified is None else each.modified.strftime("%Y-%m-%d %H:%M:%S"),
            shortened(each.text),
            each.description,
        )
        for each in found
    )
    names = ("name", "values", "modified", "statement", "description")
    title = f"Prepared statements of workgroup {workgroup}"
    return listing(names, rows, title=title, numbers={"values"})


def _chosen(found: Sequence[PreparedStatement], wanted: str) -> PreparedStatement:
    """Return the statement of a name; raises CommandError naming the nearest."""
    statement = next((each for each in found if each.name == wanted), None)
    if statement is None:
        near = nearest(wanted, [each.name for each in found])
        meant = f"Did you mean {near}? " if near else ""
        raise CommandError(
            f"There is no prepared statement {wanted}.", rf"{meant}\prepared lists them."
        )
    return statement


def _show(statement: PreparedStatement) -> Outcome:
    values = ", ".join("?" * question_marks(statement.text))
    usage = f"EXECUTE {statement.name}" + (f" USING {values}" if values else "")
    return Outcome(text=statement.text + "\n", message=f"{usage}; runs it.")


def _drop(invocation: Invocation, name: str) -> Outcome:
    workgroup = invocation.session.workgroup
    saved, names = kept_by(invocation.connection)

    def drop() -> str:
        saved.drop_prepared(workgroup, name)
        if names is not None:
            names.forget()
        return f"{name} is no more."

    question = f"Drop the prepared statement {name} for all users of {workgroup}?"
    return Outcome(request=AskFirst(question, drop))


COMMANDS: Final = (
    Command(
        "prepared",
        r"\prepared [NAME | drop NAME]",
        "List prepared statements, show or drop one",
        _prepared,
        (),
        _SUBJECT,
        "PREPARE two FROM SELECT ? AS n;\n\\prepared\nEXECUTE two USING 2;",
        ("words:drop+prepared", "prepared"),
        details="PREPARE name FROM statement makes one, EXECUTE name USING values runs it,\n"
        "DEALLOCATE PREPARE name drops it. They belong to the workgroup.",
    ),
)
