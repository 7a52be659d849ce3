"""Recorded sessions: what is typed, and the whole screen it must lead to.

A file holds the steps, a line of equals signs, and the screen with what differs from run to run
masked. Steps: ``> text`` types a line and waits for the next prompt, ``< text`` types, no Enter,
``! KEY…`` presses keys, ``? text`` waits until it is shown, ``* KEY text`` presses until then,
``$ NAME`` begins a file whose lines follow behind ``|``. The first line holds the screen's size,
then the arguments of the program.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.terminal.conftest import User

FOLDER: Final = Path(__file__).with_suffix("")
BORDER: Final = "=" * 20
_PROMPT: Final = re.compile(r"^\w+>(?: |$)", re.MULTILINE)
_MASKS: Final = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r" \((?:queued|engine)[^)]*\)"), ""),
    (re.compile(r"\d+\.\d+ s\b"), "T s"),
    (re.compile(r"\d+(?:\.\d+)? (?:B|KB|MB) scanned"), "N scanned"),
    (re.compile(r"scanning \d+(?:\.\d+)? (?:B|KB|MB|GB)"), "scanning N"),
    (re.compile(r"\b\d+ min\b"), "M min"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\+00:00)?"), "MOMENT"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "TIME"),
    (re.compile(r"samples/[0-9a-f]{12}"), "samples/HASH"),
)


@dataclass(frozen=True)
class Recorded:
    """A session as its file holds it."""

    name: str
    size: tuple[int, int]
    arguments: Sequence[str]
    steps: Sequence[str]
    screen: str


def recorded() -> list[Recorded]:
    """Return the sessions there are, by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*.txt"))]


def _read(path: Path) -> Recorded:
    typed, _, screen = path.read_text(encoding="utf-8").partition(f"{BORDER}\n")
    head, *steps = typed.splitlines()
    columns, lines, *arguments = head.split()
    return Recorded(path.stem, (int(columns), int(lines)), arguments, steps, screen.rstrip("\n"))


def masked(screen: str, home: Path) -> str:
    """Return a screen without what differs from run to run."""
    screen = screen.replace(str(home), "HOME")
    for pattern, name in _MASKS:
        screen = pattern.sub(name, screen)
    return "\n".join(line.rstrip() for line in screen.split("\n")).strip("\n")


def play(user: User, session: Recorded) -> None:
    """Do what was recorded, each step when the one before has had its effect."""
    files = [step for step in session.steps if step[0] in "$|"]
    _write(user.home, files)
    user.run(*session.arguments)
    for step in session.steps:
        kind, text = step[0], step[2:]
        if kind == ">":
            before = len(_PROMPT.findall(user.terminal.text()))
            user.line(text)
            if text != "\\q":
                user.until(lambda shown, n=before: _answered(shown, n), f"a prompt after {text}")  # type: ignore[misc] # bound
        elif kind == "<":
            user.type(text)
            user.see(text.strip()[-20:])
        elif kind == "!":
            user.press(*text.split())
        elif kind == "?":
            user.see(text)
        elif kind == "*":
            _insist(user, *text.split(" ", 1))


def _insist(user: User, key: str, wanted: str) -> None:
    """Press a key again, as a user does, while what it needs is still being loaded."""
    for _ in range(10):
        user.press(key)
        end = time.monotonic() + 1
        while time.monotonic() < end:
            if wanted in user.terminal.text():
                return
            time.sleep(0.02)
    user.see(wanted)


def _answered(shown: str, before: int) -> bool:
    """Whether one more prompt is shown, and nothing but the toolbar below it."""
    prompts = [*_PROMPT.finditer(shown)]
    return len(prompts) > before and shown[prompts[-1].end() :].strip().count("\n") == 0


def _write(home: Path, lines: Sequence[str]) -> None:
    """Write the files that a session finds in its directory."""
    path = home
    for line in lines:
        if line[0] == "$":
            path = home / line[2:]
            path.write_text("", encoding="utf-8")
        else:
            path.write_text(path.read_text(encoding="utf-8") + line[2:] + "\n", encoding="utf-8")
