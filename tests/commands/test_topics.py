"""Every page says what the tables say, and names nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from athena_shell.auth.registry import AuthRegistry
from athena_shell.commands.built_in import built_in_commands
from athena_shell.commands.topics import read_topic, topic_names
from athena_shell.config import settings as setting_table
from athena_shell.config.connection import CONNECTION
from athena_shell.config.flags import EVERY_FLAG
from athena_shell.output.registry import FormatterRegistry

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
PAGES = {"README": README, **{name: read_topic(name) or "" for name in topic_names()}}
AUTH = AuthRegistry()

every_page = pytest.mark.parametrize("name", PAGES)
own_page = pytest.mark.parametrize("name", [name for name in PAGES if name != "habits"])
"""Pages that name this program's own things; that of habits names those of others."""


def rows(name: str) -> list[list[str]]:
    """Return the cells of a page's tables whose first cell is a name."""
    lines = re.findall(r"^\| `\w+` \|.*\|$", PAGES[name], re.MULTILINE)
    return [[cell.strip() for cell in line[1:-1].split(" |")] for line in lines]


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def test_connection_parameters() -> None:
    listed = [(name, default) for name, default, _ in rows("profiles")]
    assert listed == [(code(each.name), code(each.default)) for each in CONNECTION]
    for (_, _, meaning), parameter in zip(rows("profiles"), CONNECTION, strict=True):
        told = meaning.replace("`", "").removesuffix(" (required)")
        assert told == parameter.summary
        assert meaning.endswith("(required)") == parameter.required


def test_formats_with_their_endings() -> None:
    listed = {name: endings.split() for name, endings, _ in rows("formats")[: len(FORMATS)]}
    assert listed == {
        code(each.name): [code(ending) for ending in each.extensions] for each in FORMATS
    }


FORMATS = FormatterRegistry().built_in()


def test_authentication_types_token_sources_and_their_parameters() -> None:
    text = PAGES["auth"]
    named = set(re.findall(r"`([^`\n]+)`", text))
    types = set(AUTH.names()) - {"JWT"}
    table = text[text.index("| `AuthenticationType` | Keys |") :].partition("\n\n")[0]
    assert (
        set(re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)) - {"AuthenticationType"} == types
    )
    own = {"literal", "file", "environment", "command"}
    assert set(AUTH.sources.names()) - own <= named
    names = [parameter.name for parameter in AUTH.all_parameters()]
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


@own_page
def test_commands_in_a_page_exist(name: str) -> None:
    registry = built_in_commands()
    known = {each for command in registry for each in (command.name, *command.aliases)}
    typed = re.findall(r"(?:`|^    |[ (])\\([A-Za-z?!][\w+]*)", PAGES[name], re.MULTILINE)
    assert {each for each in typed if each not in known} <= OTHER_BACKSLASHES


OTHER_BACKSLASHES = frozenset({"G", "t", "u"})
"""What ends a statement as MySQL has it, and escapes in values."""


@own_page
def test_flags_in_a_page_exist(name: str) -> None:
    known = {each for flag in EVERY_FLAG for each in flag.names}
    own = {
        each for command in built_in_commands() for each in re.findall(r"--[a-z-]+", command.usage)
    }
    typed = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGES[name]))
    assert typed - known - own - OTHER_PROGRAMS == set()


OTHER_PROGRAMS = frozenset({"--print-jwt"})
"""Flags of programs that a page gives as an example."""


@every_page
def test_settings_in_a_page_exist(name: str) -> None:
    typed = re.findall(r"(?:--set |\\unset |\\settings )(\w+)", PAGES[name])
    assert [each for each in typed if each.islower() and setting_table.find(each) is None] == []
