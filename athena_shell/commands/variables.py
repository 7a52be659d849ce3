"""Settings and variables, under one pair of commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from athena_shell.commands.arguments import without_semicolon, words
from athena_shell.commands.invocation import Invocation
from athena_shell.commands.outcome import Outcome, listing
from athena_shell.commands.registry import Command
from athena_shell.config import settings as table
from athena_shell.config.habits import answer, note_of_variable
from athena_shell.config.parameters import nearest
from athena_shell.config.profile import shortened
from athena_shell.core.errors import CommandError, ConfigError
from athena_shell.sql.variables import is_variable

_SUBJECT: Final = "Settings"
_LONGEST_VALUE: Final = 24


def _words(invocation: Invocation) -> tuple[str, ...]:
    """Return the words without a semicolon typed from habit; one that is all the value stays."""
    found = words(without_semicolon(invocation.arguments))
    return found if len(found) > 1 else invocation.words


def _set(invocation: Invocation) -> Outcome:
    found = _words(invocation)
    variables = invocation.situation.variables
    if not found:
        return listing(("variable", "value"), sorted(variables.items()))
    name, values = found[0], found[1:]
    known, equals, value = name.partition("=")
    if equals and table.find(known) is not None:
        return _changed(invocation, known, (value, *values))
    if table.find(name) is not None:
        values = _assigned(values)
        return _changed(invocation, name, values) if values else _shown(invocation, name)
    if not is_variable(name):
        raise _misnamed(name)
    if not values and name in variables:
        return Outcome(message=f"{name} = {variables[name]}")
    close = nearest(name, table.names())
    habit = note_of_variable(name)
    note = (
        f"\n{habit}" if habit else f" (a variable; the setting is called {close})" if close else ""
    )
    changed = {**variables, name: "".join(values)}
    return Outcome(message=f"{name} = {''.join(values)}{note}", variables=changed)


def _assigned(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the value behind a setting's name; a ``=`` between them is habit."""
    return values[1:] if values[:1] == ("=",) and len(values) > 1 else values


def _shown(invocation: Invocation, name: str) -> Outcome:
    with used_wrongly():
        return Outcome(message=f"{table.describe(name).name} = {invocation.settings.text(name)}")


def _changed(invocation: Invocation, name: str, values: tuple[str, ...]) -> Outcome:
    with used_wrongly():
        changed = invocation.settings.with_value(name, " ".join(values))
        return Outcome(
            message=f"{table.describe(name).name} = {changed.text(name)}", settings=changed
        )


def _misnamed(name: str) -> CommandError:
    start, equals, value = name.partition("=")
    if equals and is_variable(start):
        return CommandError(f"“{name}” is no name of a variable.", f"Write \\set {start} {value}")
    return CommandError(
        f"“{name}” is no name of a variable.", "Use letters, digits and underscores."
    )


@contextmanager
def used_wrongly() -> Iterator[None]:
    """A wrong name or value is the command's mistake, with its place, not the configuration's."""
    try:
        yield
    except ConfigError as error:
        raise CommandError(error.message, error.hint) from error


def _unset(invocation: Invocation) -> Outcome:
    (name,) = invocation.exactly(1)
    if table.find(name) is not None:
        changed = invocation.settings.without_value(name)
        shown = f"{table.describe(name).name} = {changed.text(name)}"
        return Outcome(message=shown, settings=changed)
    variables = dict(invocation.situation.variables)
    if variables.pop(name, None) is None:
        raise CommandError(
            f"There is no variable or setting {name}.",
            "\\set lists the variables, \\settings all settings.",
        )
    return Outcome(message=f"{name} is no more.", variables=variables)


def _refuse_foreign(name: str) -> None:
    """Refuse an option of psql that there is not, and say what there is instead."""
    if here := answer(f"\\pset {name.lower()}"):
        raise CommandError(f"There is no setting {name}.", here)


def _overview(invocation: Invocation) -> Outcome:
    """List all settings, a line each; long values are cut."""
    settings = invocation.settings
    return listing(
        ("setting", "value", "summary"),
        (
            (each.name, shortened(settings.text(each.name), _LONGEST_VALUE), each.summary)
            for each in table.descriptions()
        ),
    )


def _settings(invocation: Invocation) -> Outcome:
    found = _words(invocation)
    if not found:
        return _overview(invocation)
    name, equals, value = found[0].partition("=")
    name = table.own_name(name)
    if equals or len(found) > 1:
        _refuse_foreign(name)
        return _changed(invocation, name, (value, *found[1:]) if equals else _assigned(found[1:]))
    return _matching(invocation, name.rstrip(";"))


def _matching(invocation: Invocation, word: str) -> Outcome:
    """List the settings whose names hold a word; raises CommandError when there is none."""
    wanted = word.lower().replace("-", "_")
    found = tuple(each for each in table.descriptions() if wanted in each.name)
    if not found:
        _refuse_foreign(word)
        with used_wrongly():
            table.describe(wanted)
    return listing(
        ("setting", "value", "default", "values", "summary"),
        (
            (
                each.name,
                invocation.settings.text(each.name),
                each.default_text,
                _values(invocation, each),
                each.summary,
            )
            for each in found
        ),
    )


def _values(invocation: Invocation, setting: table.Description) -> str:
    if setting.name == "format":  # plugins add to them
        return ", ".join(invocation.services.formatters.names())
    return setting.values


COMMANDS: Final = (
    Command(
        "set",
        r"\set [NAME [VALUE]]",
        "Set a setting or a variable, or list variables",
        _set,
        (),
        _SUBJECT,
        r"\set day '2024-05-01'",
        ("setting+variable", "value"),
        details="A name that is no setting becomes a variable: :day pastes its value, :'day'\n"
        'quotes it as a string, :"day" as a name. Of several words a variable is made without the\n'
        "blanks between them, as in psql; single quotes keep them.",
    ),
    Command(
        "unset",
        r"\unset NAME",
        "Forget a variable, or reset a setting",
        _unset,
        (),
        _SUBJECT,
        r"\unset null",
        ("setting+variable",),
    ),
    Command(
        "settings",
        r"\settings [NAME [VALUE]]",
        "List the settings, or set one",
        _settings,
        ("pset",),
        _SUBJECT,
        r"\settings null",
        ("setting", "value"),
    ),
)
