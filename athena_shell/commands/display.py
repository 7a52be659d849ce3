"""How results look."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from athena_shell.commands.arguments import unquoted, without_semicolon, words
from athena_shell.commands.invocation import Invocation
from athena_shell.commands.outcome import Outcome, listing
from athena_shell.commands.registry import Command
from athena_shell.commands.request import Chart, QueryHeld, ShowHeld
from athena_shell.commands.variables import used_wrongly

_SUBJECT: Final = "Display"
_NEXT: Final = {"on": "off", "off": "on", "auto": "on"}


def _format(invocation: Invocation) -> Outcome:
    found = invocation.at_most(1)
    formatters = invocation.services.formatters
    if not found:
        current = invocation.settings.format
        return listing(
            ("format", "current", "summary"),
            (
                (each.name, "*" if each.name == current else "", each.summary)
                for each in formatters.built_in()
            ),
        )
    formatter = formatters.named(found[0])
    changed = replace(invocation.settings, format=formatter.name)
    return Outcome(message=f"format = {formatter.name}", settings=changed)


def _expanded(invocation: Invocation) -> Outcome:
    return _changed(invocation, "expanded")


def _timing(invocation: Invocation) -> Outcome:
    return _changed(invocation, "timing")


def _tuples_only(invocation: Invocation) -> Outcome:
    return _changed(invocation, "tuples_only")


def _align(invocation: Invocation) -> Outcome:
    """Change between bare values and tables, as psql does."""
    invocation.at_most(0)
    name = "plain" if invocation.settings.format == "table" else "table"
    return Outcome(message=f"format = {name}", settings=replace(invocation.settings, format=name))


def _separator(invocation: Invocation) -> Outcome:
    words = invocation.words  # a semicolon is meant here
    settings = invocation.settings
    if words:
        with used_wrongly():
            settings = settings.with_value("field_separator", " ".join(words))
    return Outcome(message=f"field_separator = {settings.field_separator}", settings=settings)


def _changed(invocation: Invocation, name: str) -> Outcome:
    """Set a switch to the word given, or over to its other state."""
    found = invocation.at_most(1)
    settings = invocation.settings
    changed = settings.with_value(name, found[0] if found else _NEXT[settings.text(name)])
    return Outcome(message=f"{name} = {changed.text(name)}", settings=changed)


def _pager(invocation: Invocation) -> Outcome:
    text = without_semicolon(invocation.arguments)
    settings = invocation.settings
    found = words(text)
    if len(found) == 1:
        text = found[0]
    if not text:
        return Outcome(message=f"pager = {settings.pager}")
    changed = settings.with_value("pager", "auto" if text == "on" else text)
    return Outcome(message=f"pager = {changed.pager}", settings=changed)


def _last(invocation: Invocation) -> Outcome:
    found = invocation.at_most(2)
    names = [word for word in found if word.startswith("_")]
    formats = [word for word in found if not word.startswith("_")]
    if len(names) > 1 or len(formats) > 1:
        invocation.at_most(1)
    chosen = invocation.services.formatters.named(formats[0]).name if formats else ""
    return Outcome(request=ShowHeld(chosen, names[0] if names else "_"))


def _local(invocation: Invocation) -> Outcome:
    return Outcome(request=QueryHeld(invocation.arguments.removesuffix(";").strip()))


def _chart(invocation: Invocation) -> Outcome:
    return Outcome(request=Chart(tuple(unquoted(word) for word in invocation.words)))


COMMANDS: Final = (
    Command(
        "format",
        r"\format [NAME]",
        "Choose the output format, or list the formats",
        _format,
        ("T",),
        _SUBJECT,
        r"\format csv",
        ("format",),
    ),
    Command(
        "expanded",
        r"\expanded [on|off|auto]",
        "Show each row as a record",
        _expanded,
        ("x", "vertical"),
        _SUBJECT,
        r"\expanded auto",
        ("words:on|off|auto",),
        details=r"A statement ended with \G instead of ; is shown so once.",
    ),
    Command(
        "tuples_only",
        r"\tuples_only [on|off]",
        "Leave the names of columns out, or not",
        _tuples_only,
        ("t",),
        _SUBJECT,
        r"\tuples_only on",
        ("on_off",),
        details="The line of rows, time and cost is another matter: \\timing off leaves it out.",
    ),
    Command(
        "align",
        r"\align",
        "Change between tables and bare values",
        _align,
        ("a",),
        _SUBJECT,
        r"\align",
    ),
    Command(
        "separator",
        r"\separator [CHARACTER]",
        "Choose what stands between bare values",
        _separator,
        ("f",),
        _SUBJECT,
        r"\separator ;",
        ("words:auto|,|;|:",),
        details="For the formats plain and csv; \\t is a tab, auto each format's own.",
    ),
    Command(
        "timing",
        r"\timing [on|off]",
        "Show time, bytes and cost after a statement",
        _timing,
        (),
        _SUBJECT,
        r"\timing on",
        ("on_off",),
    ),
    Command(
        "pager",
        r"\pager [auto|off|COMMAND]",
        "Choose how long results are paged",
        _pager,
        ("P",),
        _SUBJECT,
        r"\pager off",
        ("words:auto|off|less",),
        script=False,
    ),
    Command(
        "last",
        r"\last [_N] [FORMAT]",
        "Draw the last result again; runs nothing",
        _last,
        (),
        _SUBJECT,
        "SELECT 1 AS n;\n\\last csv",
        ("held+format",),
        details="Results are kept as _1, _2 … of this shell; _ is the last one. What was not read\n"
        "to its end is fetched again, which runs nothing.",
        script=False,
        interactive=True,
    ),
    Command(
        "local",
        r"\local [QUERY]",
        "Query results held as _1, _2 … here; costs nothing",
        _local,
        (),
        _SUBJECT,
        "SELECT 1 AS n;\n\\local SELECT count(*) AS n FROM _1",
        ("statement",),
        ends_statement=True,
        details="_ is the last result. Needs pip install 'athena-shell[local]' and speaks DuckDB\n"
        "SQL, SUMMARIZE and PIVOT among it; the answer is held in its turn. What was not read to\n"
        "its end is fetched first, which runs nothing. A query of several lines ends with \\local\n"
        "instead of ;. Alone, \\local lists what is held. \\help formats tells the types.",
        script=False,
        interactive=True,
    ),
    Command(
        "chart",
        r"\chart [line|bar|hist|scatter] [X] [Y…]",
        "Draw the statement's result, or the last one",
        _chart,
        (),
        _SUBJECT,
        "SELECT 1 AS x, 2 AS y;\n\\chart bar x y",
        ("words:line|bar|hist|scatter", "output"),
        ends_statement=True,
        script=False,
        interactive=True,
    ),
)
