"""The manual page, made from the tables that drive the program."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from athena_shell import __version__
from athena_shell.config import settings as setting_table
from athena_shell.config.flags import EXIT_CODES, FLAGS

if TYPE_CHECKING:
    from athena_shell.commands.registry import CommandRegistry


def man_page(registry: CommandRegistry) -> str:
    """Return the page as roff, for ``man``."""
    return "\n".join(_lines(registry)) + "\n"


def _lines(registry: CommandRegistry) -> Iterator[str]:
    yield f'.TH ATHENA-SHELL 1 "" "athena-shell {__version__}" "User Commands"'
    yield from _section("NAME", "athena-shell \\- the terminal for Amazon Athena")
    yield from _section("SYNOPSIS", ".B athena-shell\n[\\fIFLAG\\fR ...] [\\fIFILE.sql\\fR ...]")
    yield from _section(
        "DESCRIPTION",
        "Without files it opens the interactive shell, or reads statements from standard input\n"
        "when that is no terminal. Files, \\-f and \\-c run in the order given.",
    )
    yield ".SH OPTIONS"
    for group, flags in groupby(FLAGS, key=lambda flag: flag.group):
        yield f".SS {_escaped(group)}"
        for flag in flags:
            yield from _item(flag.usage, flag.summary)
    yield ".SH COMMANDS"
    for subject in dict.fromkeys(command.subject for command in registry):
        yield f".SS {_escaped(subject)}"
        for command in registry:
            if command.subject == subject:
                yield from _item(command.usage, command.summary)
    yield ".SH SETTINGS"
    for setting in setting_table.descriptions():
        yield from _item(f"{setting.name} = {setting.default_text}", setting.summary)
    yield ".SH EXIT STATUS"
    for code, meaning in EXIT_CODES:
        yield from _item(str(code), meaning)
    yield ".SH FILES"
    yield from _item("~/.config/athena-shell/config.ini", "Profiles and settings")
    yield from _item("~/.config/athena-shell/athena-shellrc", "Commands run at start")
    yield from _item("~/.local/state/athena-shell/", "History, query journal and log")


def _section(title: str, text: str) -> Iterator[str]:
    yield f".SH {title}"
    yield text


def _item(term: str, text: str) -> Iterator[str]:
    yield ".TP"
    yield f"\\fB{_escaped(term)}\\fR"
    yield _escaped(text)


def _escaped(text: str) -> str:
    r"""Return text that roff shows as it is.

    >>> _escaped(r"\d -x")
    '\\ed \\-x'
    """
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    ascii_only = "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in escaped)
    return f"\\&{ascii_only}" if ascii_only[:1] in {".", "'"} else ascii_only
