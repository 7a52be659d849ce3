"""A plan as text: a tree with a step a line, the dearest one marked; or rows for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Final

from athena_shell.core.model import Column, Row
from athena_shell.output.sanitize import sanitize
from athena_shell.output.widths import display_width
from athena_shell.query.cost import format_bytes
from athena_shell.query.plan import PlanNode
from athena_shell.query.progress_text import elapsed_text

COLUMNS: Final = tuple(
    Column(name, kind)
    for name, kind in (
        ("depth", "integer"),
        ("step", "varchar"),
        ("detail", "varchar"),
        ("stage", "varchar"),
        ("rows", "bigint"),
        ("bytes", "bigint"),
        ("milliseconds", "double"),
        ("estimated", "boolean"),
    )
)
_HOT: Final = 0.5
_LEAST_DETAIL: Final = 8


class Weight(Enum):
    """How much a piece of a line is to be seen."""

    NAME = "name"
    FIGURES = "figures"
    DEAREST = "dearest"


Paint = Callable[[str, Weight], str]
"""Colours a piece of a line by its weight."""


def plainly(text: str, _weight: Weight) -> str:
    """Colour nothing."""
    return text


def plan_rows(plan: PlanNode) -> Iterator[Row]:
    """Yield the plan as rows under COLUMNS, for formats that are read by programs."""
    for depth, node in plan.walk():
        figures = (node.rows, node.size, node.milliseconds)
        yield (
            str(depth),
            node.name,
            node.detail,
            node.stage or None,
            *(
                None if each is None else f"{each:g}" if each % 1 else str(int(each))
                for each in figures
            ),
            "true" if node.estimated else "false",
        )


def plan_lines(
    plan: PlanNode, width: int, *, unicode: bool, paint: Paint = plainly
) -> Iterator[str]:
    """Yield the tree's lines, cut to a width; the step that took most of the time is marked.

    Args:
        plan: the topmost step.
        width: columns there are.
        unicode: whether branches and dots may be other than ASCII.
        paint: colours names, figures and the mark.
    """
    times = [node.milliseconds or 0 for _, node in plan.walk()]
    hottest = max(times)
    is_hot = hottest > 0 and hottest >= _HOT * sum(times)
    art = _Art(width, hottest if is_hot else -1.0, unicode=unicode, paint=paint)
    yield from art.lines(plan, "", "")


class _Art:
    def __init__(self, width: int, hottest: float, *, unicode: bool, paint: Paint) -> None:
        self._width = width
        self._hottest = hottest
        self._paint = paint
        self._last, self._other, self._down = (
            ("└─ ", "├─ ", "│  ") if unicode else ("`- ", "|- ", "|  ")
        )
        self._dots = "…" if unicode else "..."
        self._between = " · " if unicode else ", "
        self._about = "≈" if unicode else "~"

    def lines(self, node: PlanNode, branch: str, below: str) -> Iterator[str]:
        yield self._line(node, branch)
        for place, each in enumerate(node.inputs):
            is_last = place == len(node.inputs) - 1
            yield from self.lines(
                each,
                below + (self._last if is_last else self._other),
                below + ("   " if is_last else self._down),
            )

    def _line(self, node: PlanNode, branch: str) -> str:
        name = self._cut(sanitize(node.name), max(1, self._width - len(branch)))
        is_hottest = node.milliseconds == self._hottest
        used = len(branch) + display_width(name)
        figures = self._figures(node, self._width - used - 2)
        weight = Weight.DEAREST if is_hottest else Weight.NAME
        parts = [branch + self._paint(name, weight)]
        room = self._width - used - 2 - (len(figures) + 2 if figures else 0)
        if node.detail and room >= _LEAST_DETAIL:
            parts.append(self._cut(sanitize(node.detail), room))
        if figures:
            parts.append(self._paint(figures, weight if is_hottest else Weight.FIGURES))
        return "  ".join(parts)

    def _figures(self, node: PlanNode, room: int) -> str:
        """Return as many of the figures as fit, the most telling ones first."""
        about = self._about if node.estimated else ""
        told = [
            f"{about}{node.rows:,} row{'' if node.rows == 1 else 's'}"
            if node.rows is not None
            else "",
            f"{about}{format_bytes(node.size)}" if node.size is not None else "",
            elapsed_text(node.milliseconds / 1000) if node.milliseconds is not None else "",
            f"stage {node.stage}" if node.stage else "",
        ]
        text = ""
        for each in filter(None, told):
            longer = f"{text}{self._between}{each}" if text else each
            if len(longer) > room:
                break
            text = longer
        return text

    def _cut(self, text: str, room: int) -> str:
        if display_width(text) <= room:
            return text
        while text and display_width(text) + len(self._dots) > room:
            text = text[:-1]
        return text + self._dots
