"""A plan on the screen, in colours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from athena_shell.query.plan import PlanNode
from athena_shell.query.plan_text import COLUMNS, Weight, plan_rows
from athena_shell.query.plan_text import plan_lines as lines_of
from athena_shell.shell.theme import Role, paint

__all__ = ["COLUMNS", "plan_lines", "plan_rows"]

_ROLES: Final = {
    Weight.NAME: Role.STRONG,
    Weight.FIGURES: Role.QUIET,
    Weight.DEAREST: Role.ERROR,
}


def plan_lines(plan: PlanNode, width: int, *, color: bool, unicode: bool) -> Iterator[str]:
    """Yield the tree's lines, cut to a width.

    Args:
        plan: the topmost step.
        width: columns there are.
        color: whether names, figures and the dearest step are coloured.
        unicode: whether branches and dots may be other than ASCII.
    """

    def painted(text: str, weight: Weight) -> str:
        return paint(text, _ROLES[weight], color=color)

    yield from lines_of(plan, width, unicode=unicode, paint=painted)
