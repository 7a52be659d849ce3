"""Keys typed too early: where they go, and where they never go."""

from __future__ import annotations

import os
import pty
import select
from collections.abc import Iterator
from typing import TextIO

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyPress

from athena_shell.shell.keyboard import Keyboard, typed_ahead_kept


@pytest.fixture
def terminal() -> Iterator[tuple[int, TextIO]]:
    master, slave = pty.openpty()
    with os.fdopen(slave, "r") as stream:
        yield master, stream
    os.close(master)


def test_what_was_typed_before_a_hidden_question_is_forgotten(
    terminal: tuple[int, TextIO],
) -> None:
    master, stream = terminal
    os.write(master, b"early\n")
    assert select.select([stream], [], [], 10)[0]
    Keyboard(stream).forget_unread()
    os.write(master, b"secret\n")
    assert stream.readline() == "secret\n"


def test_without_a_terminal_nothing_is_forgotten() -> None:
    ours, theirs = os.pipe()
    with os.fdopen(ours, "r") as stream:
        os.write(theirs, b"kept\n")
        os.close(theirs)
        Keyboard(stream).forget_unread()
        assert stream.read() == "kept\n"


def test_keys_read_too_early_pass_by_whoever_reads_in_between() -> None:
    with create_pipe_input() as keys:
        store_typeahead(keys, [KeyPress("a")])
        with typed_ahead_kept(keys):
            assert get_typeahead(keys) == []
            store_typeahead(keys, [KeyPress("b")])
        assert [press.key for press in get_typeahead(keys)] == ["a", "b"]
