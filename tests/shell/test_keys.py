"""Keys that change how the shell is typed into."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.shell.conftest import Start


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("\x1bOQ", "completion = off"),
        ("\x1bOR", "multi_line = off"),
        ("\x1bOS", "key_bindings = vi"),
    ],
)
def test_a_key_that_switches_something_says_what(key: str, told: str, start: Start) -> None:
    shell = start()
    shell.enter("SELECT 1;")
    shell.type(key)
    shell.wait_for(told)


def test_the_cursor_tells_the_mode_of_vi_keys(start: Start) -> None:
    shell = start(settings={"key_bindings": "vi"})
    beam, block = "\x1b[6 q", "\x1b[2 q"
    shell.wait(lambda: beam in shell.stream.raw)
    shell.type("x\x1b")
    shell.wait(lambda: block in shell.stream.raw)
    emacs = start()
    emacs.enter("SELECT 1;")
    assert re.search(r"\x1b\[\d q", emacs.stream.raw) is None


def test_with_vi_keys_enter_right_behind_escape_runs_the_statement(start: Start) -> None:
    shell = start(settings={"key_bindings": "vi"})
    shell.type("SELECT 1;\x1b\r")
    shell.wait_for("query-1")


def test_with_emacs_keys_alt_enter_begins_a_line(start: Start) -> None:
    shell = start()
    shell.type("SELECT 1;\x1b\r")
    shell.wait_for("SELECT 1;\n   ->")
    shell.type("SELECT 2;\r")
    shell.wait_for("query-2")
