r"""How statements are written: ``\h CREATE TABLE AS``."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from athena_shell.commands.invocation import Invocation
from athena_shell.commands.outcome import Layout, Outcome, listing
from athena_shell.commands.registry import Command
from athena_shell.core.errors import CommandError
from athena_shell.sql.syntax import Syntax, beginning, entries, look_up, nearest_syntax

_WIDTH: Final = 24
_INDENT: Final = "  "


def _syntax(invocation: Invocation) -> Outcome:
    wanted = invocation.arguments
    if not wanted:
        return Outcome(text=overview(), layout=Layout.ENTRIES)
    found = look_up(wanted)
    if not found:
        near = nearest_syntax(wanted)
        asked = rf"Did you mean \h {' or '.join(near)}? " if near else ""
        raise CommandError(
            f"There is no statement or clause “{wanted[:60]}”.",
            asked + r"\h lists them; \hf NAME explains a function.",
        )
    if len(found) == 1:
        return Outcome(text=explanation(found[0]), layout=Layout.ENTRIES)
    return listing(("statement", "purpose"), ((each.title, each.summary) for each in found))


def overview() -> str:
    """Return the titles of all statements and clauses with what they are for, by subject."""
    lines: list[str] = []
    for subject, group in groupby(entries(), key=lambda entry: entry.subject):
        lines += ["", subject] if lines else [subject]
        for each in group:
            if len(each.title) > _WIDTH:
                lines.append(_INDENT + each.title)
            title = each.title if len(each.title) <= _WIDTH else ""
            lines.append(f"{_INDENT}{title:<{_WIDTH}}  {each.summary}")
    return "\n".join(lines) + "\n"


def explanation(entry: Syntax) -> str:
    """Return all there is to say about one statement or clause."""
    parts = [entry.title, entry.purpose, _indented(entry.diagram)]
    parts += ["Example:\n" + _indented(entry.example + ";")]
    related = [each.title for each in beginning(entry.title)]
    also = [*entry.names[1:], *(each for each in related if each not in entry.names)]
    if also:
        parts.append("Also: " + ", ".join(also))
    return "\n\n".join(parts) + "\n"


def _indented(text: str) -> str:
    return "\n".join(_INDENT + line if line else "" for line in text.split("\n"))


COMMANDS: Final = (
    Command(
        "syntax",
        r"\syntax [STATEMENT]",
        "Show how a statement or clause is written",
        _syntax,
        ("h",),
        "Writing",
        r"\syntax CREATE TABLE AS",
        ("syntax",),
        details="Without a name it lists them all. The first words are enough: \\h ALTER TABLE\n"
        "lists what can be altered.",
    ),
)
