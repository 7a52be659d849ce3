r"""What users of other programs type, and how it is done here.

The answers are the shipped help topic *habits*, so that what is said after a slip can be read up
there. A key is written as it is typed: ``\du``, ``\pset title``, ``.tables``, ``source``, ``-X``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_ENTRY: Final = re.compile(r"^- ((?:`[^`]+`(?:, )?)+): (.*)$", re.MULTILINE)
_KEY: Final = re.compile(r"`([^`]+)`")


@cache
def answers() -> dict[str, str]:
    """Return the answers by what is typed, a line each."""
    from importlib import resources  # a command line that is right needs none of it

    topic = resources.files("athena_shell.help").joinpath("habits.md").read_text("utf-8")
    return {
        key: answer.replace("`", "")
        for keys, answer in _ENTRY.findall(topic)
        for key in _KEY.findall(keys)
    }


def answer(typed: str) -> str:
    """Return how the thing typed is done here; empty when it is no known habit."""
    return answers().get(typed, "")


def note_of_variable(name: str) -> str:
    """Return what is to be said of a variable that psql obeys; empty for any other."""
    told = answer(f"\\set {name}")
    return f"{name} is a variable like any other here. {told}" if told else ""
