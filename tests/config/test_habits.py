"""Habits from other programs: each is answered by what there is here."""

from __future__ import annotations

import re
from importlib import resources
from itertools import chain
from typing import Final

import pytest

from athena_shell.commands.built_in import built_in_commands
from athena_shell.commands.topics import read_topic
from athena_shell.config import settings
from athena_shell.config.flags import FLAGS
from athena_shell.config.habits import answers, note_of_variable
from athena_shell.sql.statement import VERBS

COMMANDS: Final = {
    name for command in built_in_commands() for name in (command.name, *command.aliases)
}
FLAG_NAMES: Final = {*chain.from_iterable(flag.names for flag in FLAGS), "--help", "--version"}
TOPIC: Final = resources.files("athena_shell.help").joinpath("habits.md").read_text("utf-8")
SAMPLES: Final = re.findall(r"`([^`]+)`", "\n".join(re.findall(r"`: (.*)$", TOPIC, re.MULTILINE)))


def test_each_line_of_the_topic_is_read() -> None:
    keys = re.findall(
        r"`([^`]+)`(?=[,:])", "\n".join(re.findall(r"^- .*?`: ", TOPIC, re.MULTILINE))
    )
    assert sorted(keys) == sorted(answers())
    assert all(answer.endswith(".") for answer in answers().values())


def test_a_habit_is_nothing_that_works_here() -> None:
    for typed in answers():
        head, *rest = typed.split()
        if head == r"\?":
            assert read_topic(rest[0]) is None, typed
        elif rest:
            assert settings.find(settings.own_name(rest[0])) is None, typed
        elif head[0] == "\\":
            assert head[1:] not in COMMANDS, typed
        elif head[0] == "-":
            assert head not in FLAG_NAMES, typed
        else:
            assert head.upper() not in VERBS, typed


@pytest.mark.parametrize("sample", sorted(set(SAMPLES)))
def test_each_answer_names_what_there_is(sample: str) -> None:
    for name in re.findall(r"\\([A-Za-z]+|[?!])", sample):
        assert name in COMMANDS or name == "G", sample
    for name in re.findall(r"(?:^| )(--?[A-Za-z][\w-]*)", sample):
        assert name in FLAG_NAMES, sample
    for name in re.findall(r"(?:\\set|--set) (\w+)", sample):
        assert name == "NAME" or settings.find(name), sample


def test_a_variable_that_psql_obeys_is_told() -> None:
    assert note_of_variable("ON_ERROR_STOP") == (
        "ON_ERROR_STOP is a variable like any other here."
        " A script stops at the first error unless --on-error continue is given."
    )
    assert note_of_variable("day") == ""
