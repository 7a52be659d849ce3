"""Help and leaving."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import groupby
from typing import Final

from athena_shell.commands.invocation import Invocation
from athena_shell.commands.outcome import Layout, Outcome
from athena_shell.commands.registry import Command, CommandRegistry
from athena_shell.commands.request import Quit, Warn
from athena_shell.commands.topics import first_line, read_topic, topic_names
from athena_shell.config.habits import answer
from athena_shell.core.errors import CommandError

_SUBJECT: Final = "General"
_LAST_EXIT_CODE: Final = 255
_USAGE_WIDTH: Final = 28
_LINE_WIDTH: Final = 80
_VARIABLE: Final = re.compile(r"(?<![:\w]):(?:([A-Za-z_]\w*)|\{\?([A-Za-z_]\w*)\})")


def overview(registry: CommandRegistry) -> str:
    r"""Return the list of commands by subject, as ``\?`` shows it."""
    lines: list[str] = []
    for subject, commands in groupby(registry, key=lambda command: command.subject):
        lines += ["", subject] if lines else [subject]
        for command in commands:
            usage = f"  {_short(command)}{command.usage}"
            line = f"{usage:<{_USAGE_WIDTH}}  {command.summary}"
            if len(usage) > _USAGE_WIDTH or len(line) > _LINE_WIDTH:
                lines += [usage, f"{'':{_USAGE_WIDTH}}  {command.summary}"]
            else:
                lines.append(line)
    return "\n".join(lines) + "\n"


def _short(command: Command) -> str:
    r"""Return a command's short name in front of its own, such as ``\dt, ``."""
    short = command.aliases[:1]
    return f"\\{short[0]}, " if short and len(short[0]) < len(command.name) else ""


def explanation(command: Command) -> str:
    """Return all there is to say about one command."""
    lines = [command.usage, "", command.summary + "."]
    if command.aliases:
        lines += ["", "Also: " + ", ".join("\\" + alias for alias in command.aliases)]
    if command.details:
        lines += ["", command.details]
    if command.example:
        lines += ["", "Example:", "  " + command.example.replace("\n", "\n  ")]
    return "\n".join(lines) + "\n"


def _help(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    if not words:
        topics = "\n".join(f"  {name:<12} {first_line(name)}" for name in topic_names())
        return Outcome(
            text=f"Statements end with ; and run in Athena. \\quit or Ctrl-D leaves.\n\n"
            f"\\?              the commands\n"
            f"\\help COMMAND   one command, such as \\help describe\n"
            f"\\help TOPIC     one of these topics:\n\n{topics}\n",
            layout=Layout.ENTRIES,
        )
    wanted = words[0].removeprefix("\\")
    topic = None if words[0].startswith("\\") else read_topic(wanted)
    if topic is not None:
        return Outcome(text=topic, layout=Layout.PROSE)
    try:
        return Outcome(text=explanation(invocation.registry.find(wanted)), layout=Layout.PROSE)
    except CommandError:
        if here := answer(f"\\? {wanted.lower()}"):
            raise CommandError(f"There is no help for “{wanted}”.", here) from None
        near = _nearest_help(wanted.lower(), invocation.registry)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        raise CommandError(
            f"There is no help for “{wanted}”.", hint + "\\help lists the topics, \\? the commands."
        ) from None


def _nearest_help(wanted: str, registry: CommandRegistry) -> list[str]:
    """Return what can be asked for that begins like what was, or else looks like it."""
    known = [*topic_names(), *(command.name for command in registry)]
    near = [each for each in known if each.startswith(wanted)]
    return [f"\\help {each}" for each in (near or get_close_matches(wanted, known))[:3]]


def _overview(invocation: Invocation) -> Outcome:
    if invocation.words:
        return _help(invocation)
    return Outcome(text=overview(invocation.registry), layout=Layout.ENTRIES)


def _quit(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    if not words:
        return Outcome(request=Quit())
    if not words[0].isdecimal() or int(words[0]) > _LAST_EXIT_CODE:
        raise CommandError(
            f"“{words[0]}” is no exit code.", f"It must be a number from 0 to {_LAST_EXIT_CODE}."
        )
    return Outcome(request=Quit(int(words[0])))


def _echo(invocation: Invocation) -> Outcome:
    words = invocation.words
    if words[:1] == ("-n",):
        return Outcome(text=_filled(invocation, words[1:]))
    return Outcome(text=_filled(invocation, words) + "\n")


def _warn(invocation: Invocation) -> Outcome:
    return Outcome(request=Warn(_filled(invocation, invocation.words)))


def _filled(invocation: Invocation, words: Sequence[str]) -> str:
    """Return the words with values of variables in place of ``:name``, and of ``:{?name}``."""
    variables = invocation.situation.variables

    def value(found: re.Match[str]) -> str:
        if found[2]:
            return "TRUE" if found[2] in variables else "FALSE"
        return variables.get(found[1], found[0])

    return _VARIABLE.sub(value, " ".join(words))


def _everything_said(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    error = invocation.situation.last_error
    if error is None:
        return Outcome(message="Nothing has failed yet.")
    lines = [("Error", type(error).__name__), ("Message", str(error)), ("Hint", error.hint)]
    lines += [("Code", error.code), ("Query id", str(getattr(error, "query_id", "")))]
    execution = invocation.situation.last_execution
    if execution is not None and execution.id == getattr(error, "query_id", None):
        lines += [("State", execution.state), ("Reason", execution.reason)]
        failure = execution.failure
        if failure is not None:
            lines += [
                ("Athena's message", failure.message),
                ("Category", str(failure.category)),
                ("Type", str(failure.kind)),
                ("Retryable", "yes" if failure.retryable else "no"),
            ]
    cause = error.__cause__
    if cause is not None:
        lines.append(("Cause", type(cause).__name__))
    return Outcome(text="".join(f"{name}: {value}\n" for name, value in lines if value))


COMMANDS: Final = (
    Command(
        "help",
        r"\help [TOPIC | COMMAND]",
        "Explain a topic or a command",
        _help,
        (),
        _SUBJECT,
        r"\help describe",
        ("topic",),
    ),
    Command(
        "?",
        r"\? [COMMAND]",
        "List the commands, or explain one",
        _overview,
        ("commands",),
        _SUBJECT,
        r"\?",
        ("command",),
    ),
    Command(
        "quit",
        r"\quit [CODE]",
        "Leave; CODE becomes the exit code",
        _quit,
        ("q", "exit"),
        _SUBJECT,
        r"\quit",
    ),
    Command(
        "echo",
        r"\echo [-n] TEXT",
        "Write a line to the output; :name gives its value",
        _echo,
        (),
        _SUBJECT,
        r"\echo 'daily report'",
        ("text",),
        details="With -n a script ends no line behind it.",
    ),
    Command(
        "warn",
        r"\warn TEXT",
        "Write a line to the error output; likewise",
        _warn,
        (),
        _SUBJECT,
        r"\warn 'no rows today'",
        ("text",),
    ),
    Command(
        "errverbose",
        r"\errverbose",
        "Show all that is known of the last error",
        _everything_said,
        (),
        _SUBJECT,
        r"\errverbose",
    ),
)
