"""How the values of one column are spread: counts over intervals with round edges."""

from __future__ import annotations

import math
from collections.abc import Sequence

from athena_shell.output.round_numbers import edges, text


def bins(values: Sequence[float], most: int) -> list[tuple[str, int]]:
    """Return intervals, such as ``10 … 20``, and how many values each holds, empty ones too.

    An interval holds its lower edge; the last one holds both.

    Args:
        values: at least one, finite.
        most: how many intervals at most.
    """
    step, first, last = edges(min(values), max(values), most)
    counts = [0] * (last - first)
    for value in values:
        counts[min(max(0, math.floor(value / step) - first), len(counts) - 1)] += 1
    names = [text((first + at) * step, step) for at in range(len(counts) + 1)]
    width = max(map(len, names))
    return [
        (f"{names[at]:>{width}} … {names[at + 1]:>{width}}", count)
        for at, count in enumerate(counts)
    ]
