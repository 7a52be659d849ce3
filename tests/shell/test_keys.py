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
