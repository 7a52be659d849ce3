"""Words without a backslash, from the habits of other clients, at the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_shell.shell.bare_words import as_command, is_bare_word

if TYPE_CHECKING:
    from tests.shell.conftest import Start


@pytest.mark.parametrize("word", ["quit", "exit", "QUIT;", " exit ;\n", ".exit", ".quit"])
def test_quit_and_exit_leave(start: Start, word: str) -> None:
    shell = start()
    shell.type(word + "\r")
    shell.wait(lambda: shell.code is not None)
    assert shell.code == 0
    assert shell.engine.started == []


@pytest.mark.parametrize("word", ["help", "?", ".help"])
def test_help_lists_the_commands(start: Start, word: str) -> None:
    shell = start()
    shell.enter("\\set pager off")
    assert "\\tables" in shell.enter(word)
    assert shell.engine.started == []


@pytest.mark.parametrize(
    ("typed", "word", "answer"),
    [
        (".tables", ".tables", "\\dt PATTERN lists tables, \\dv PATTERN views."),
        (".large_number_rendering all", ".large_number_rendering", "\\set number_hint off"),
        (".whatever", ".whatever", "\\? lists the commands."),
        ("source f.sql", "source", "\\i FILE runs the statements of a file."),
        ("source f.sql;", "source", "\\i FILE runs the statements of a file."),
        ("help select", "help", "\\help TOPIC explains."),
    ],
)
def test_what_is_no_sql_is_answered_at_once(
    start: Start, typed: str, word: str, answer: str
) -> None:
    shell = start()
    shown = shell.enter(typed)
    assert f"“{word}” is no statement: commands begin with a backslash here." in shown
    assert answer in shown
    assert shell.engine.started == []


def test_what_is_no_sql_is_not_sent_with_what_follows(start: Start) -> None:
    shell = start()
    shell.enter("\\set multi_line off")
    shown = shell.enter("SELECT 1; .mode csv")
    assert "“.mode” is no statement" in shown
    assert [each.statement.text for each in shell.engine.started] == ["SELECT 1"]


def test_use_needs_no_semicolon(start: Start) -> None:
    shell = start()
    assert "Using" in shell.enter("use default")
    assert shell.engine.started == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT quit",
        "quit\nexit",
        "\\quit",
        ".5",
        "'.tables",
        ".mode\ncsv",
        "use",
        "use a\nb",
        "use a; select 1",
        "",
        "helper",
    ],
)
def test_anything_more_is_no_bare_word(text: str) -> None:
    assert not is_bare_word(text)
    assert as_command(text) == text
