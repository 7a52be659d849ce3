"""The hint line: found aside, never awaited, cut to fit."""

from __future__ import annotations

import threading

import pytest

from athena_shell.completion.hint import Hint, signature_hint
from athena_shell.shell.hints import Hints, hint_line

SUBSTR = Hint("substr(string, start [, length]) → varchar: part of a string", 7, 13)
DEADLINE = 20.0


class Finder:
    """Finds what it is told to, when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.begun = threading.Event()
        self.may_answer = threading.Event()
        self.answered = threading.Event()

    def find(self, text: str, cursor: int) -> Hint | None:
        self.asked.append(text)
        self.begun.set()
        assert self.may_answer.wait(DEADLINE)
        return signature_hint(text, cursor)


def test_typing_never_waits_and_only_the_newest_place_is_answered() -> None:
    finder = Finder()
    hints = Hints(finder.find, finder.answered.set)
    assert hints.at("SELECT sum(", 11) is None
    assert finder.begun.wait(DEADLINE)
    for text in ("SELECT abs(", "SELECT max(", "SELECT min("):
        assert hints.at(text, len(text)) is None
    finder.may_answer.set()
    while (hint := hints.at("SELECT min(", 11)) is None or "min" not in hint.text:
        assert finder.answered.wait(DEADLINE)
        finder.answered.clear()
    assert finder.asked == ["SELECT sum(", "SELECT min("]


def test_what_was_submitted_leaves_no_hint_behind() -> None:
    finder = Finder()
    hints = Hints(finder.find, finder.answered.set)
    hints.at("SELECT sum(", 11)
    assert finder.begun.wait(DEADLINE)
    assert hints.at("", 0) is None
    finder.may_answer.set()
    hints.at("SELECT pi(", 10)
    assert finder.answered.wait(DEADLINE)
    hint = hints.at("SELECT pi(", 10)
    assert hint is not None
    assert hint.text.startswith("pi()")
    assert hints.at("", 0) is None


def test_a_fault_is_told_once_and_ends_the_hints() -> None:
    told: list[BaseException] = []
    seen = threading.Event()

    def broken(error: BaseException) -> None:
        told.append(error)
        seen.set()

    def find(_text: str, _cursor: int) -> Hint | None:
        raise LookupError

    hints = Hints(find, lambda: None, broken)
    hints.at("SELECT 1", 8)
    assert seen.wait(DEADLINE)
    assert hints.at("SELECT 2", 8) is None
    assert [type(error) for error in told] == [LookupError]


@pytest.mark.parametrize(
    ("hint", "width", "shown"),
    [
        (SUBSTR, 80, "substr([string], start [, length]) → varchar: part of a string"),
        (SUBSTR, 40, "substr([string], start [, length]) → var…"),
        (Hint(SUBSTR.text, 24, 30), 24, "…ring, start [, [length]…"),
        (Hint("pi() → double: the number", 0, 0), 80, "pi() → double: the number"),
        (Hint("f(\x1b[2J) → x: y", 2, 6), 80, "f([^[[2J]) → x: y"),
    ],
)
def test_the_line_is_cut_so_that_the_argument_stays(hint: Hint, width: int, shown: str) -> None:
    """The marked argument stands in square brackets here."""
    pieces = hint_line(hint, width)
    text = "".join(
        f"[{text}]" if style.endswith("argument") else text for style, text, *_ in pieces
    )
    assert text == shown
    assert sum(len(text) for _, text, *_ in pieces) < width


def test_the_thread_is_gone_after_the_end() -> None:
    finder = Finder()
    finder.may_answer.set()
    before = threading.active_count()
    hints = Hints(finder.find, finder.answered.set)
    hints.at("SELECT sum(", 11)
    assert finder.answered.wait(DEADLINE)
    hints.close()
    assert threading.active_count() == before
    assert hints.at("SELECT min(", 11) == signature_hint("SELECT sum(", 11)
