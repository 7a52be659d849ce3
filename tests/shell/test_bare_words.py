"""Words without a backslash, from the habits of other clients, at the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_shell.commands.built_in import built_in_commands
from athena_shell.core.errors import CommandError
from athena_shell.shell.bare_words import _HERE, as_command, is_bare_word

if TYPE_CHECKING:
    from tests.shell.conftest import Start


@pytest.mark.parametrize("word", ["quit", "exit", "QUIT;", " exit ;\n"])
def test_quit_and_exit_leave(start: Start, word: str) -> None:
    shell = start()
    shell.type(word + "\r")
    shell.wait(lambda: shell.code is not None)
    assert shell.code == 0
    assert shell.engine.started == []


def test_help_lists_the_commands(start: Start) -> None:
    shell = start()
    shell.enter("\\set pager off")
    assert "\\tables" in shell.enter("help")
    assert shell.engine.started == []


def test_a_dot_command_is_answered_with_the_one_here(start: Start) -> None:
    shown = start().enter(".tables")
    assert "“.tables” is no statement: commands begin with a backslash here." in shown
    assert "\\dt lists tables." in shown


@pytest.mark.parametrize(
    "text",
    [
        "help me",
        "SELECT quit",
        "quit\nexit",
        "\\quit",
        ".5",
        "'.tables",
        ".mode\ncsv",
        "",
        "helper",
    ],
)
def test_anything_more_is_no_bare_word(text: str) -> None:
    assert not is_bare_word(text)
    assert as_command(text) == text


def test_each_hint_names_a_command_there_is() -> None:
    names = {name for command in built_in_commands() for name in (command.name, *command.aliases)}
    for dotted, hint in _HERE.items():
        with pytest.raises(CommandError):
            as_command(f".{dotted} x")
        assert hint.split()[0].removeprefix("\\") in names
