"""Round numbers between two others: the marks of an axis, the edges of a histogram."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

_STEPS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
_SAME: Final = 1e-12
_LEAST: Final = 1e-300  # of a step below it the half may be zero
_LONGEST: Final = 1e12
_MOST_DECIMALS: Final = 9


def marks(low: float, high: float, most: int) -> tuple[list[float], list[str]]:
    """Return at most so many round numbers within two, and their texts; one when they are equal."""
    if _same(low, high):
        return [low], [text(low, abs(low) or 1.0)]
    step = _step(high - low, most, lambda step: math.floor(high / step) - math.ceil(low / step) + 1)
    places = [at * step for at in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return places, [text(place, step) for place in places]


def edges(low: float, high: float, most: int) -> tuple[float, int, int]:
    """Return a step, and the first and last multiple of it that hold two numbers between them.

    Args:
        low: the least number.
        high: the greatest, not below ``low``.
        most: how many steps lie between them at most, one or more always.
    """
    if _same(low, high):
        step = 10.0 ** math.floor(math.log10(abs(high))) if abs(high) > _LEAST else 1.0
    else:
        step = _step(high - low, most, lambda step: math.ceil(high / step) - math.floor(low / step))
    first = math.floor(low / step)
    return step, first, max(first + 1, math.ceil(high / step))


def text(number: float, step: float) -> str:
    """Return a multiple of a step with as many digits as it takes."""
    decimals = max(0, 1 - math.floor(math.log10(step)))
    if abs(number) >= _LONGEST or decimals > _MOST_DECIMALS:
        return f"{number:.4g}"
    written = f"{number:,.{decimals}f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written == "-0" else written


def _same(low: float, high: float) -> bool:
    return high - low <= max(max(abs(low), abs(high)) * _SAME, _LEAST)


def _step(span: float, most: int, count: Callable[[float], int]) -> float:
    scale = 10.0 ** math.floor(math.log10(span / most))
    return next(
        step * scale for step in _STEPS if step == _STEPS[-1] or count(step * scale) <= most
    )
