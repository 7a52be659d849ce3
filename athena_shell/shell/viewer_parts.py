"""What the result viewer is made of: abilities, work and questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from athena_shell.core.model import Column, Row
from athena_shell.core.records import dataclass

ExportShown = Callable[[Path, Sequence[Column], Iterator[Row]], str]


@dataclass(frozen=True)
class Abilities:
    """What the shell lets the viewer do.

    Args:
        export: writes the rows shown to a file; returns what to say.
        copy: hands a text to the terminal's clipboard.
    """

    export: ExportShown | None = None
    copy: Callable[[str], None] | None = None


@dataclass(frozen=True)
class Task:
    """Work that may take a while: it runs beside the screen, then its result is put to use."""

    work: Callable[[], Any]
    done: Callable[[Any], None]


@dataclass(frozen=True)
class Question:
    """A line being typed at the bottom."""

    prompt: str
    answer: Callable[[str], Task | None]
    text: str = ""
    changed: Callable[[str], None] | None = None
    given_up: Callable[[], None] | None = None
