"""Pictures of held results."""

from __future__ import annotations

from athena_shell.output.chart import draw_chart
from athena_shell.output.chart_plan import plan_chart
from athena_shell.shell.delivery import Deliveries
from athena_shell.shell.tools import Tools


def draw_held(tools: Tools, deliveries: Deliveries, words: tuple[str, ...]) -> None:
    """Draw the last result as the words ask; raises CommandError when it cannot be drawn."""
    columns, rows = deliveries.held()
    plan = plan_chart(columns, words)
    console = tools.console
    screen = tools.renderer.screen()
    unicode = console.sink.encoding.lower().replace("-", "") == "utf8"
    console.sink.write(
        draw_chart(plan, columns, rows, screen, color=console.colored, unicode=unicode)
    )
    console.sink.flush()
