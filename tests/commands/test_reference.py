"""The shipped help says what the program does."""

from __future__ import annotations

import re

from athena_shell.commands.built_in import built_in_commands
from athena_shell.commands.reference import reference
from athena_shell.commands.topics import first_line, read_topic, topic_names
from athena_shell.core.prompt_fields import FIELDS


def test_the_topic_commands_is_what_the_registry_says() -> None:
    assert read_topic("commands") == reference(built_in_commands())


def test_every_topic_has_a_title() -> None:
    assert {"commands", "keys", "prompt", "start"} <= set(topic_names())
    assert [name for name in topic_names() if not first_line(name)] == []


def test_the_topic_prompt_lists_every_field() -> None:
    listed = re.findall(r"^- `\{(\w+)\}`: (.*)$", read_topic("prompt") or "", re.MULTILINE)
    assert dict(listed) == FIELDS
