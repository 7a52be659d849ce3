"""A login that is needed while a pager has the terminal."""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from athena_shell.core.errors import LoginRequired
from athena_shell.output.intermission import Intermission
from athena_shell.output.pager import Pager
from athena_shell.output.screen import Screen
from athena_shell.output.sink import Sink

# Each look appends what it was shown to a file of its own.
LOOKS = """
import os, sys
name = f"{sys.argv[1]}-{len([n for n in os.listdir('.') if n.startswith(sys.argv[1])])}"
open(name, "w").write(sys.stdin.read())
"""
NOTICE = "\n— Here the login ended. Leave the pager to renew it; the rest follows. —\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Person:
    def __init__(self, *, refuses: bool = False) -> None:
        self.threads: list[int] = []
        self._refuses = refuses

    def log_in(self, error: LoginRequired) -> None:
        self.threads.append(threading.get_ident())
        if self._refuses:
            raise error


def lines(intermission: Intermission, *needs_login: int) -> Iterator[str]:
    for number in range(60):
        if number in needs_login:
            intermission.require(LoginRequired("The token has expired."))
        yield f"{number}\n"


def show(intermission: Intermission, program: str, *needs_login: int) -> None:
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm"}
    pager = Pager(
        (sys.executable, "-c", program, "look"), environment, print, intermission=intermission
    )
    pager.show(lines(intermission, *needs_login), Sink(Terminal()), Screen(80, 5))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def looks(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted(folder.glob("look-*"))]


def numbers(first: int, last: int) -> str:
    return "".join(f"{number}\n" for number in range(first, last))


def test_the_pager_is_left_and_shown_again_from_there(here: Path) -> None:
    person = Person()
    show(Intermission(person.log_in), LOOKS, 20, 40)
    assert looks(here) == [numbers(0, 20) + NOTICE, numbers(20, 40) + NOTICE, numbers(40, 60)]
    assert person.threads == [threading.get_ident()] * 2


def test_what_comes_before_the_pager_is_asked_for_at_once(here: Path) -> None:
    person = Person()
    show(Intermission(person.log_in), LOOKS, 2)
    assert looks(here) == [numbers(0, 60)]
    assert person.threads == [threading.get_ident()]


def test_a_refusal_ends_the_text_with_its_error(here: Path) -> None:
    person = Person(refuses=True)
    with pytest.raises(LoginRequired, match="expired"):
        show(Intermission(person.log_in), LOOKS, 20)
    assert looks(here) == [numbers(0, 20) + NOTICE]


def test_nobody_is_asked_when_the_user_has_left_the_pager() -> None:
    person = Person()
    intermission = Intermission(person.log_in)
    readers: list[threading.Thread] = []
    refused: list[LoginRequired] = []

    def read() -> None:
        try:
            intermission.require(LoginRequired("The token has expired."))
        except LoginRequired as error:
            refused.append(error)

    def announce() -> bool:
        announced.set()
        return True

    announced = threading.Event()
    with intermission.on_screen(announce):
        readers.append(threading.Thread(target=read))
        readers[0].start()
        assert announced.wait(10)
        while not intermission.wanted:
            pass
    readers.append(threading.Thread(target=read))
    readers[1].start()
    for reader in readers:
        reader.join(10)
    assert len(refused) == len(readers)
    assert person.threads == []


def test_a_pager_that_is_gone_leaves_the_question_out() -> None:
    person = Person()
    intermission = Intermission(person.log_in)
    with intermission.on_screen(lambda: False), pytest.raises(LoginRequired):
        intermission.require(LoginRequired("The token has expired."))
    assert not intermission.wanted
    assert person.threads == []
