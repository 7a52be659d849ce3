r"""Queries that Athena keeps for a workgroup: ``\n daily 2024-05-01``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import uuid4

from athena_shell.commands.arguments import first_word, unquoted, without_semicolon
from athena_shell.commands.invocation import Invocation
from athena_shell.commands.literals import literals
from athena_shell.commands.outcome import Outcome, listing
from athena_shell.commands.queries import shortened
from athena_shell.commands.registry import Command
from athena_shell.commands.request import AskFirst, Keep, RunStatement
from athena_shell.commands.services import Connection
from athena_shell.completion.saved_names import SavedNames
from athena_shell.config.parameters import nearest
from athena_shell.core.errors import CommandError
from athena_shell.core.ports import SavedWork
from athena_shell.core.saved import NamedQuery
from athena_shell.core.words import as_word
from athena_shell.sql.places import filled, highest_place, question_marks
from athena_shell.sql.splitter import split

_SUBJECT: Final = "Saved work"
_LONGEST_NAME: Final = 128
_LONGEST_DESCRIPTION: Final = 1024


def kept_by(connection: Connection) -> tuple[SavedWork, SavedNames | None]:
    """Return what keeps saved work and the cache of its names; raises CommandError without."""
    if connection.saved is None:
        raise CommandError("Nothing is kept here.")
    return connection.saved, connection.saved_names


def _run(invocation: Invocation) -> Outcome:
    saved, _ = kept_by(invocation.connection)
    found = saved.named(invocation.session.workgroup)
    typed = without_semicolon(invocation.arguments)
    if not typed:
        return _list(found, invocation)
    name, values = first_word(typed)
    query = _chosen(found, unquoted(name), invocation.session.workgroup)
    text = _only_statement(query.text, f"The saved query {query.name}")
    filling = literals(values, invocation.situation.variables)
    text, parameters = _with_values(text, filling, query.name)
    elsewhere = query.database if query.database != invocation.session.database else ""
    return Outcome(
        message=f"In database {elsewhere}, where {query.name} belongs:" if elsewhere else "",
        request=RunStatement(text, parameters, elsewhere),
    )


def _list(found: Sequence[NamedQuery], invocation: Invocation) -> Outcome:
    title = f"Saved queries of workgroup {invocation.session.workgroup}"
    if invocation.name.endswith("+"):
        return listing(
            ("name", "id", "database", "description", "statement"),
            ((each.name, each.id, each.database, each.description, each.text) for each in found),
            title=title,
        )
    return listing(
        ("name", "database", "statement", "description"),
        ((each.name, each.database, shortened(each.text), each.description) for each in found),
        title=title,
    )


def _chosen(found: Sequence[NamedQuery], wanted: str, workgroup: str) -> NamedQuery:
    """Return the query of a name or an id; raises CommandError unless there is just one."""
    matching = [each for each in found if wanted in (each.id, each.name)]
    if len(matching) == 1:
        return matching[0]
    if not matching:
        raise CommandError(
            f"There is no saved query {wanted} in workgroup {workgroup}.",
            f"{_meant(wanted, [each.name for each in found])}\\n lists them.",
        )
    ids = "\n".join(f"  {each.id}  {shortened(each.text)}" for each in matching)
    raise CommandError(f"{len(matching)} saved queries are called {wanted}.", f"Name an id:\n{ids}")


def _meant(wanted: str, names: Sequence[str]) -> str:
    """Return a question for the name that begins with the word, or is near it."""
    longer = [each for each in names if each.startswith(f"{wanted} ")]
    near = longer[0] if len(longer) == 1 else nearest(wanted, names)
    return f"Did you mean {as_word(near)}? " if near else ""


def _only_statement(text: str, what: str) -> str:
    """Return the one statement of a text, in which a backslash means nothing."""
    pieces = split(text, commands=False, final=True).pieces
    if len(pieces) != 1:
        count = f"{len(pieces)} statements" if pieces else "no statement"
        raise CommandError(f"{what} holds {count}, not one.")
    return pieces[0].text


def _with_values(text: str, literals: Sequence[str], name: str) -> tuple[str, tuple[str, ...]]:
    """Return the text and what fills its ``?``; raises CommandError when they do not match."""
    _refuse_both_kinds(text, name)
    marks, numbered = question_marks(text), highest_place(text)
    wanted = marks or numbered
    if wanted != len(literals):
        needs = "no value" if not wanted else "1 value" if wanted == 1 else f"{wanted} values"
        raise CommandError(
            f"{name} takes {needs}, and {len(literals)} came.",
            f"Usage: \\n {as_word(name)}{' VALUE' * wanted}",
        )
    return (filled(text, literals), ()) if numbered else (text, tuple(literals))


def _refuse_both_kinds(text: str, name: str) -> None:
    if question_marks(text) and highest_place(text):
        raise CommandError(
            f"{name} has places of both kinds, ? and $1.", "Use one kind in a saved query."
        )


def _save(invocation: Invocation) -> Outcome:
    name, description, text = _asked(invocation)
    saved, names = kept_by(invocation.connection)
    session = invocation.session
    token = str(uuid4())
    existing = [each for each in saved.named(session.workgroup) if each.name == name]
    if len(existing) > 1:
        _chosen(existing, name, session.workgroup)
    if existing and existing[0].database != session.database:
        raise CommandError(
            f"{name} is saved already, for database {existing[0].database}.",
            f"\\nd {as_word(name)} deletes it.",
        )

    def keep(typed: str) -> str:
        kept = _only_statement(typed, "What would be saved")
        _refuse_both_kinds(kept, name)
        query = NamedQuery(name, kept, session.database, description)
        if existing:
            about = description or existing[0].description
            saved.change(replace(query, id=existing[0].id, description=about))
        else:
            saved.keep(query, session.workgroup, token)
        if names is not None:
            names.forget()
        return f"Saved in workgroup {session.workgroup}; \\n {as_word(name)} runs it."

    question = f"{name} is saved already. Replace it?" if existing else ""
    return Outcome(request=Keep(keep, text, question))


def _asked(invocation: Invocation) -> tuple[str, str, str]:
    r"""Return name, description and text of ``\ns NAME [--description TEXT] [QUERY]``."""
    if not invocation.arguments.strip():
        invocation.exactly(1)
    name, rest = first_word(invocation.arguments)
    name = unquoted(name)
    description = ""
    option, behind = first_word(rest)
    if option == "--description":
        description, rest = first_word(behind)
        description = unquoted(description)
        if not description:
            raise CommandError("There is no text behind --description.", "Quote it: 'daily sums'")
    if not 0 < len(name) <= _LONGEST_NAME or len(description) > _LONGEST_DESCRIPTION:
        raise CommandError(
            f"A name has 1 to {_LONGEST_NAME} letters, a description {_LONGEST_DESCRIPTION}."
        )
    return name, description, rest


def _forget(invocation: Invocation) -> Outcome:
    (wanted,) = invocation.exactly(1)
    saved, names = kept_by(invocation.connection)
    workgroup = invocation.session.workgroup
    query = _chosen(saved.named(workgroup), unquoted(wanted), workgroup)

    def forget() -> str:
        saved.forget(query.id)
        if names is not None:
            names.forget()
        return f"{query.name} is no more."

    question = f"Delete {query.name} ({shortened(query.text)}) for all users of {workgroup}?"
    return Outcome(request=AskFirst(question, forget))


COMMANDS: Final = (
    Command(
        "saved",
        r"\saved [NAME [VALUE…]]",
        "Run a query that Athena keeps, or list them",
        _run,
        ("n", "n+", "saved+"),
        _SUBJECT,
        "\\save two SELECT ? AS n\n\\saved two 2",
        ("saved", "text"),
        details="These are the named queries of the workgroup, which the console shows as saved\n"
        "queries; snippets are your own, on this machine. NAME may be an id. Values fill ? or\n"
        "$1, $2 … and are quoted for you, as \\bind does. A query runs in the database that it\n"
        "was saved for. \\n+ shows ids and whole texts.",
    ),
    Command(
        "save",
        r"\save NAME [--description TEXT] [QUERY]",
        "Let Athena keep a query, or the last statement",
        _save,
        ("ns",),
        _SUBJECT,
        "SELECT 1 AS n;\n\\save one --description 'just one'",
        ("text", "statement"),
        script=False,
        interactive=True,
        ends_statement=True,
        details="All users of the workgroup see it. One of the same name is replaced after a yes.",
    ),
    Command(
        "unsave",
        r"\unsave NAME",
        "Delete a query that Athena keeps",
        _forget,
        ("nd",),
        _SUBJECT,
        "\\save one SELECT 1 AS n\n\\unsave one",
        ("saved",),
        script=False,
        interactive=True,
        details="Asks first. NAME may be an id.",
    ),
)
