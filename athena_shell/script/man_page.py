"""The manual page, made from the tables that drive the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from athena_shell import __version__
from athena_shell.commands.topics import topic_names
from athena_shell.config import settings as setting_table
from athena_shell.config.ambient import variables
from athena_shell.config.exit_codes import EXIT_CODES
from athena_shell.config.flags import EVERY_FLAG
from athena_shell.config.parameters import Parameter
from athena_shell.config.paths import Paths

if TYPE_CHECKING:
    from athena_shell.commands.registry import Command, CommandRegistry
    from athena_shell.output.registry import FormatterRegistry

_WIDTH: Final = 72
_DESCRIPTION: Final = (
    "Without files it opens the interactive shell, or reads statements from standard input when"
    " that is no terminal. Files, -f and -c run in the order given."
)
_FILES: Final = {
    "config": "Profiles and settings",
    "rc": "Commands run when the shell starts",
    "snippets": "Saved statements",
    "history": "What was typed",
    "journal": "What was asked of Athena, written before it is sent",
    "log": "What is told of an unexpected failure",
    "cache": "Names of the catalog, for completion",
    "sessions": "Sessions of profiles with session_cache = disk",
}
_MACOS: Final = (
    "On macOS the last two stand in ~/Library/Caches/athena-shell and the others in"
    " ~/Library/Application Support/athena-shell."
)


def man_page(
    registry: CommandRegistry, formatters: FormatterRegistry, parameters: Iterable[Parameter]
) -> str:
    """Return the page as roff, for ``man``.

    Args:
        registry: the backslash commands.
        formatters: the output formats.
        parameters: the profile parameters, those of the authentication types among them.
    """
    return "\n".join(_lines(registry, formatters, tuple(parameters))) + "\n"


def _lines(
    registry: CommandRegistry, formatters: FormatterRegistry, parameters: Sequence[Parameter]
) -> Iterator[str]:
    yield f'.TH ATHENA-SHELL 1 "" "athena-shell {__version__}" "User Commands"'
    yield ".nh"  # names are not parted, and lines not stretched
    yield ".ad l"
    yield ".SH NAME"
    yield "athena-shell \\- the terminal for Amazon Athena"
    yield ".SH SYNOPSIS"
    yield ".B athena-shell\n[\\fIFLAG\\fR ...] [\\fIFILE.sql\\fR ...]"
    yield ".SH DESCRIPTION"
    yield from _text(_DESCRIPTION)
    yield ".SH OPTIONS"
    for group, flags in groupby(EVERY_FLAG, key=lambda flag: flag.group):
        yield f".SS {_escaped(group)}"
        yield from _items((flag.usage, flag.summary) for flag in flags)
    yield ".SH COMMANDS"
    for subject in dict.fromkeys(command.subject for command in registry):
        yield f".SS {_escaped(subject)}"
        yield from _items(_command(each) for each in registry if each.subject == subject)
    yield ".SH SETTINGS"
    yield from _items(_setting(each) for each in setting_table.descriptions())
    yield ".SH FORMATS"
    yield from _items(
        (", ".join((each.name, *each.aliases)), each.summary) for each in formatters.built_in()
    )
    yield ".SH PROFILE PARAMETERS"
    yield from _items((each.name, each.summary) for each in parameters)
    yield ".SH EXIT STATUS"
    yield from _items((str(code), meaning) for code, meaning in EXIT_CODES)
    yield ".SH ENVIRONMENT"
    yield from _items(variables(parameters))
    yield ".SH FILES"
    yield from _files()
    yield ".SH SEE ALSO"
    yield from _text(f"In the shell, \\help TOPIC explains: {', '.join(topic_names())}.")


def _command(command: Command) -> tuple[str, str]:
    others = ", ".join(f"\\{alias}" for alias in command.aliases)
    return command.usage, f"{command.summary}; also {others}" if others else command.summary


def _setting(setting: setting_table.Description) -> tuple[str, str]:
    choices = f" ({', '.join(setting.choices)})" if setting.choices else ""
    return f"{setting.name} = {setting.default_text}", f"{setting.summary}{choices}"


def _files() -> Iterator[str]:
    paths = Paths.of({"HOME": "~"}, "linux")
    yield from _items((str(getattr(paths, name)), meaning) for name, meaning in _FILES.items())
    yield ".PP"
    yield from _text(_MACOS)


def _items(items: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, text in items:
        yield ".TP"
        yield f"\\fB{_escaped(term)}\\fR"
        yield from _text(text)


def _text(text: str) -> Iterator[str]:
    lines = wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    yield from map(_escaped, lines)


def _escaped(text: str) -> str:
    r"""Return text that roff shows as it is.

    >>> _escaped(r"\d -x")
    '\\ed \\-x'
    """
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    ascii_only = "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in escaped)
    return f"\\&{ascii_only}" if ascii_only[:1] in {".", "'"} else ascii_only
