"""Files in and out, and the system around the program."""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import Final

from athena_shell.commands.arguments import unquoted, without_semicolon, words
from athena_shell.commands.invocation import Invocation
from athena_shell.commands.outcome import Outcome
from athena_shell.commands.registry import Command
from athena_shell.commands.request import (
    ChangeDirectory,
    Divert,
    EditText,
    RunFile,
    ShellLine,
)
from athena_shell.core.errors import CommandError

_SUBJECT: Final = "Files"


def in_directory(invocation: Invocation, word: str) -> Path:
    """Return the path a word means: ``~`` is the home, the rest is from the working directory."""
    path = Path(unquoted(word))
    home = invocation.services.environment.get("HOME", "")
    if path.parts[:1] == ("~",) and home:
        return Path(home, *path.parts[1:])
    return invocation.services.directory / path


def file_and_force(invocation: Invocation) -> tuple[Path, bool] | None:
    """Return the file of ``[FILE [--force]]`` and whether it may replace one; None for nothing.

    Raises:
        CommandError: there is an option and no file, a second file, or an option that is none.
    """
    found = words(without_semicolon(invocation.arguments))
    names = [word for word in found if word != "--force"]
    wrong = [*(name for name in names if name.startswith("--")), *names[1:]]
    if wrong:
        hint = f"Usage: {invocation.command.usage}"
        if not wrong[0].startswith("--"):
            hint += "\nA name that holds blanks stands in quotes: 'my file.csv'"
        raise CommandError(f"\\{invocation.name} takes no “{wrong[0]}”.", hint)
    if found and not names:
        raise CommandError("There is no file to replace.", f"Usage: {invocation.command.usage}")
    return (in_directory(invocation, names[0]), len(found) > len(names)) if names else None


def _read(invocation: Invocation) -> Outcome:
    (word,) = invocation.exactly(1)
    return Outcome(request=RunFile(str(in_directory(invocation, word))))


def _read_relative(invocation: Invocation) -> Outcome:
    (word,) = invocation.exactly(1)
    return Outcome(request=RunFile(unquoted(word), relative=True))


def _output(invocation: Invocation) -> Outcome:
    return _divert(invocation, once=False)


def _once(invocation: Invocation) -> Outcome:
    return _divert(invocation, once=True)


def _divert(invocation: Invocation, *, once: bool) -> Outcome:
    if invocation.arguments.startswith("|"):
        raise CommandError(
            f"\\{invocation.name} sends results to files only.",
            f"SELECT … \\g {invocation.arguments} sends one result to a program,"
            " \\pager less pages all of them with one.",
        )
    target = file_and_force(invocation)
    if target is not None:
        path, force = target
        return Outcome(request=Divert(str(path), once, force))
    if once:
        invocation.exactly(1)
    return Outcome(request=Divert(None))


def _edit(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    return Outcome(request=EditText(in_directory(invocation, words[0]) if words else None))


def _directory(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    path = Path(os.path.normpath(in_directory(invocation, words[0] if words else "~")))
    if not path.is_dir():
        raise CommandError(f"There is no directory {path}.")
    return Outcome(message=str(path), request=ChangeDirectory(path))


def _shell(invocation: Invocation) -> Outcome:
    return Outcome(request=ShellLine(invocation.arguments))


COMMANDS: Final = (
    Command(
        "read",
        r"\read FILE",
        "Run the statements of a file",
        _read,
        ("i", "include"),
        _SUBJECT,
        r"\read report.sql",
        ("file",),
    ),
    Command(
        "ir",
        r"\ir FILE",
        "The same, from the including file's folder",
        _read_relative,
        (),
        _SUBJECT,
        r"\ir report.sql",
        ("file",),
    ),
    Command(
        "output",
        r"\output [FILE [--force]]",
        "Send results to a file, or to the screen again",
        _output,
        ("o",),
        _SUBJECT,
        "\\output all.csv\nSELECT 1 AS n;\n\\output",
        ("file",),
        script=False,
        details="The format follows the file's extension. The file is there, whole, once the\n"
        "output goes elsewhere; it replaces an existing one only with --force. What commands\n"
        "such as \\dt and \\stats list goes there too.",
    ),
    Command(
        "once",
        r"\once FILE [--force]",
        "Send the next result to a file",
        _once,
        (),
        _SUBJECT,
        "\\once one.csv\nSELECT 1 AS n;",
        ("file",),
        script=False,
    ),
    Command(
        "edit",
        r"\edit [FILE]",
        "Edit the last statement, or a file and run it",
        _edit,
        ("e",),
        _SUBJECT,
        r"\edit",
        ("file",),
        script=False,
        interactive=True,
    ),
    Command(
        "cd",
        r"\cd [DIRECTORY]",
        "Work in another directory",
        _directory,
        (),
        _SUBJECT,
        r"\cd .",
        ("directory",),
        script=False,
        interactive=True,
    ),
    Command(
        "!",
        r"\! COMMAND",
        "Run a command line of the system's shell",
        _shell,
        ("shell",),
        _SUBJECT,
        r"\! true",
        ("text",),
        script=False,
        interactive=True,
    ),
)
