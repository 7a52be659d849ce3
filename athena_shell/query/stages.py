"""A query's stages as the lines of a tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from athena_shell.core.records import dataclass
from athena_shell.query.cost import format_bytes

if TYPE_CHECKING:
    from athena_shell.athena.stages import RunStatistics, Stage

_LAST: Final = "└─ "
_OTHER: Final = "├─ "
_SHOWN_OPERATORS: Final = 4


@dataclass(frozen=True)
class StageLine:
    """One stage as a line of the tree.

    Args:
        branch: what is drawn before it, such as ``│  └─ ``.
        title: ``Stage 2 FINISHED``.
        operators: ``TableScan, Filter, …``.
        rows: ``1,000,000 → 12``.
        size: ``1.20 GB → 3.40 KB``.
        milliseconds: of execution, ``None`` when it was not told.
        share: of the longest stage's time, 0 to 1, for a bar.
    """

    branch: str
    title: str
    operators: str
    rows: str
    size: str
    milliseconds: int | None
    share: float


def stage_lines(statistics: RunStatistics) -> tuple[StageLine, ...]:
    """Return the lines of the tree, the last stage first; none while the stages are not told."""
    if statistics.output is None:
        return ()
    longest = max((stage.milliseconds or 0 for stage in _walk(statistics.output)), default=0)
    return tuple(_lines(statistics.output, "", "", longest))


def _walk(stage: Stage) -> Iterator[Stage]:
    yield stage
    for each in stage.inputs:
        yield from _walk(each)


def _lines(stage: Stage, branch: str, below: str, longest: int) -> Iterator[StageLine]:
    names = list(dict.fromkeys(stage.operators))
    more = ["…"] if len(names) > _SHOWN_OPERATORS else []
    yield StageLine(
        branch=branch,
        title=f"Stage {stage.number} {stage.state}".rstrip(),
        operators=", ".join(names[:_SHOWN_OPERATORS] + more),
        rows=f"{_count(stage.input_rows)} → {_count(stage.output_rows)}",
        size=f"{format_bytes(stage.input_bytes)} → {format_bytes(stage.output_bytes)}",
        milliseconds=stage.milliseconds,
        share=(stage.milliseconds or 0) / longest if longest else 0.0,
    )
    for index, each in enumerate(stage.inputs):
        is_last = index == len(stage.inputs) - 1
        yield from _lines(
            each,
            below + (_LAST if is_last else _OTHER),
            below + ("   " if is_last else "│  "),
            longest,
        )


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"
