"""What the result viewer is made of: abilities, work, pages and questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from athena_shell.core.model import Column, Row
from athena_shell.output.sanitize import sanitize
from athena_shell.output.statistics import ColumnStatistics
from athena_shell.output.widths import wrap

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
class Page:
    """A text that covers the grid, scrolled by lines."""

    title: str
    text: str
    top: int = 0


@dataclass(frozen=True)
class Question:
    """A line being typed at the bottom."""

    prompt: str
    answer: Callable[[str], Task | None]
    text: str = ""
    changed: Callable[[str], None] | None = None
    given_up: Callable[[], None] | None = None


def figures_text(figures: ColumnStatistics) -> str:
    """Return a column's figures as a page."""

    def shown(value: str | None) -> str:
        return "" if value is None else sanitize(value[:1000])

    more = "+" if figures.distinct_capped else ""
    return "\n".join(
        [
            f"rows      {figures.count:,}",
            f"missing   {figures.nulls:,}",
            f"distinct  {figures.distinct:,}{more}",
            f"least     {shown(figures.least)}",
            f"greatest  {shown(figures.greatest)}",
        ]
    )


@lru_cache(maxsize=1)
def page_lines(text: str, width: int) -> list[str]:
    """Return a page's text folded to a width; the last one is remembered between two keys."""
    return [piece for line in text.split("\n") for piece in wrap(line, width)]
