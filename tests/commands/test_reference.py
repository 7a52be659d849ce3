"""The shipped help says what the program does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from athena_shell.commands.built_in import built_in_commands
from athena_shell.commands.general import overview
from athena_shell.commands.reference import reference
from athena_shell.commands.topics import first_line, read_topic, topic_names
from athena_shell.core.prompt_fields import FIELDS

if TYPE_CHECKING:
    from tests.commands.conftest import Dispatch


def test_the_topic_commands_is_what_the_registry_says() -> None:
    assert read_topic("commands") == reference(built_in_commands())


def test_every_topic_has_a_title() -> None:
    assert {"commands", "keys", "prompt", "start"} <= set(topic_names())
    assert [name for name in topic_names() if not first_line(name)] == []


def test_the_topic_prompt_lists_every_field() -> None:
    listed = re.findall(r"^- `\{(\w+)\}`: (.*)$", read_topic("prompt") or "", re.MULTILINE)
    assert dict(listed) == FIELDS


def test_the_overview_lists_every_command_with_its_summary() -> None:
    shown = " ".join(overview(built_in_commands()).split())
    for command in built_in_commands():
        assert command.usage in shown
        assert command.summary in shown
    for short in (r"\dt, \tables", r"\d, \describe", r"\x, \expanded", r"\q, \quit"):
        assert short in shown


def test_help_lists_every_topic(dispatch: Dispatch) -> None:
    listed = re.findall(r"^  (\S+) +(\S.*)$", dispatch("\\help").text, re.MULTILINE)
    assert listed == [(name, first_line(name)) for name in topic_names()]
