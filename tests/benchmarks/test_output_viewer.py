"""From key to repaint in the viewer, on a wide and long result."""

from __future__ import annotations

import io
import random
import resource
import time
from statistics import median, quantiles

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from athena_shell.core.model import Column, Row
from athena_shell.output.options import FormatOptions
from athena_shell.output.rowstore import RowStore
from athena_shell.shell.viewer import Terminal, _View
from athena_shell.shell.viewer_parts import Abilities

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

WIDTH, ROWS, SCREEN = 200, 100_000, Size(rows=50, columns=200)
KEYS = ("page_down", "right", "down", "screen_right", "last_row", "first_row", "left", "up")


class Nowhere(io.StringIO):
    """A terminal that only takes."""

    encoding = "utf-8"

    def fileno(self) -> int:
        return 1


@pytest.mark.parametrize("order", ["as it came", "sorted"])
def test_key_to_repaint(order: str) -> None:
    columns = [Column(f"column{place}", ("varchar", "bigint")[place % 2]) for place in range(WIDTH)]
    group: list[Row] = [
        tuple(str(row * place % 9973) if place % 2 else f"text {row}" for place in range(WIDTH))
        for row in range(1000)
    ]
    store = RowStore(WIDTH)
    chance = random.Random(2)  # noqa: S311 - places to jump to
    with create_pipe_input() as keys:
        output = Vt100_Output(Nowhere(), lambda: SCREEN, term="xterm-256color")
        options = FormatOptions(color=True, tty=True)
        look = _View(columns, iter(()), store, options, Abilities(), Terminal(keys, output))
        model, app = look._model, look._app
        for _ in range(ROWS // len(group)):
            model.loading.append(group, more=False)
        if order == "sorted":
            model.grid.sort(3)
        app.renderer.render(app, app.layout)
        times = []
        for step in range(400):
            start = time.perf_counter()
            model.press(KEYS[step % len(KEYS)])
            if step % len(KEYS) == 0:
                model.viewport.go(row=chance.randrange(ROWS))
            app.renderer.render(app, app.layout)
            times.append((time.perf_counter() - start) * 1000)
    store.close()
    worst = quantiles(times, n=100)[98]
    print(f"\n{order}: key to repaint {median(times):.1f} ms median, {worst:.1f} ms p99")
    assert worst <= 30


def test_jump_across_five_thousand_columns() -> None:
    columns = [Column(f"column_{place}", "integer") for place in range(5000)]
    store = RowStore(len(columns))
    with create_pipe_input() as keys:
        output = Vt100_Output(Nowhere(), lambda: SCREEN, term="xterm-256color")
        options = FormatOptions(color=True, tty=True)
        look = _View(columns, iter(()), store, options, Abilities(), Terminal(keys, output))
        model, app = look._model, look._app
        model.loading.append([tuple(str(place) for place in range(len(columns)))], more=False)
        app.renderer.render(app, app.layout)
        times = []
        for column in (4321, 1, 4999, 2500, 0):
            start = time.perf_counter()
            model.viewport.go(column=column)
            app.renderer.render(app, app.layout)
            times.append((time.perf_counter() - start) * 1000)
    store.close()
    print(f"\n5,000 columns: a jump to a column repaints within {max(times):.1f} ms")
    assert max(times) <= 30


def test_memory_while_a_million_rows_go_by() -> None:
    columns = tuple(Column(f"c{place}") for place in range(10))
    store = RowStore(len(columns))
    group: list[Row] = [tuple(f"value {row} {place}" for place in range(10)) for row in range(500)]

    def load(count: int) -> int:
        for _ in range(count // len(group)):
            store.extend(group)
        for number in range(0, len(store), 977):
            store.row(number)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    few = load(100_000)
    many = load(900_000)
    store.close()
    print(f"\na million rows looked at: {(many - few) / 1024:.1f} MiB more than 100,000")
    assert many - few <= 20 * 1024
