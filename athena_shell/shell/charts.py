"""Pictures of held results."""

from __future__ import annotations

from typing import Final

from athena_shell.output.chart import draw_chart
from athena_shell.output.chart_plan import plan_chart
from athena_shell.output.screen import Screen
from athena_shell.shell.delivery import Deliveries
from athena_shell.shell.tools import Tools

_LINES_OF_THE_PROMPT: Final = 8
"""What the next prompt keeps free below itself for its menu, and itself."""


def draw_held(tools: Tools, deliveries: Deliveries, words: tuple[str, ...]) -> None:
    """Draw the last result as the words ask; raises CommandError when it cannot be drawn."""
    columns, rows = deliveries.held()
    plan = plan_chart(columns, words)
    console = tools.console
    width, lines = console.size()
    screen = Screen(width, max(1, lines - _LINES_OF_THE_PROMPT))
    unicode = console.sink.encoding.lower().replace("-", "") == "utf8"
    console.sink.write(
        draw_chart(plan, columns, rows, screen, color=console.colored, unicode=unicode)
    )
    console.sink.flush()
