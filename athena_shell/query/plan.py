"""A query's plan as a tree, from EXPLAIN's JSON or from the figures of a run.

Athena's EXPLAIN gives a node, or fragments that name each other by RemoteSource nodes; EXPLAIN
ANALYZE gives ``fragments`` with figures at each node (Athena user guide, EXPLAIN; Trino's
documentation of EXPLAIN). What neither knows is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.athena.stages import Operator, RunStatistics, Stage

Json = Mapping[str, Any]

_REMOTE: Final = ("RemoteSource", "RemoteMerge")
_NUMBERS: Final = re.compile(r"\d+")
_AMOUNT: Final = re.compile(r"\s*([\d.]+)\s*([A-Za-z]*)")
_BYTES: Final = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40, "PB": 2**50}
_MILLISECONDS: Final = {
    "ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6, "d": 8.64e7,
}  # fmt: skip


_OTHER_SHAPE: Final = (
    ValueError, TypeError, AttributeError, LookupError, StopIteration, RecursionError,
)  # fmt: skip


@dataclass(frozen=True)
class PlanNode:
    """One step of a plan; ``None`` for figures that are not known.

    Args:
        name: such as ``TableScan``.
        detail: what it works on.
        rows: rows that leave it.
        size: bytes that leave it.
        milliseconds: spent in it.
        stage: the stage it is the last step of; empty within a stage.
        estimated: whether the figures are the planner's guess.
        inputs: the steps it reads from.
    """

    name: str
    detail: str = ""
    rows: int | None = None
    size: int | None = None
    milliseconds: float | None = None
    stage: str = ""
    estimated: bool = False
    inputs: tuple[PlanNode, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, PlanNode]]:
        """Yield this step and those below it, each with its depth."""
        yield depth, self
        for each in self.inputs:
            yield from each.walk(depth + 1)


def parse_plan(text: str) -> PlanNode | None:
    """Return the plan that EXPLAIN wrote as JSON; ``None`` for another text."""
    try:
        fragments = _fragments(json.loads(text))
        first = next(iter(fragments))
        return _Reader(fragments).node(fragments[first], first if len(fragments) > 1 else "")
    except _OTHER_SHAPE:
        return None


def _fragments(value: Any) -> dict[str, Json]:
    """Return the topmost node of each fragment by its id, the last stage first."""
    if isinstance(value, list):
        return {str(place): node for place, node in enumerate(value) if "name" in node}
    if "name" in value:
        return {"": value}
    if "fragments" in value:
        return {str(each["id"]): _top(each["logicalPlan"]) for each in value["fragments"]}
    return {key: node for key, node in value.items() if key.isdecimal() and "name" in node}


def _top(plan: Any) -> Json:
    """Return the node inside ``{"1": [node]}``."""
    while isinstance(plan, list) or "name" not in plan:
        plan = plan[0] if isinstance(plan, list) else next(iter(plan.values()))
    node: Json = plan
    return node


class _Reader:
    """Reads nodes and follows them into other fragments, each once."""

    def __init__(self, fragments: Mapping[str, Json]) -> None:
        self._waiting = dict(fragments)

    def node(self, value: Json, fragment: str = "") -> PlanNode:
        if fragment:
            self._waiting.pop(fragment, None)
        name = str(value["name"])
        inputs = [self.node(child) for child in value.get("children") or ()]
        detail = _detail(value)
        if name.startswith(_REMOTE):
            named = [each for each in _NUMBERS.findall(detail) if each in self._waiting]
            inputs += [self.node(self._waiting[each], each) for each in named]
        return _with_figures(PlanNode(name, detail, stage=fragment, inputs=tuple(inputs)), value)


def _detail(value: Json) -> str:
    descriptor = value.get("descriptor")
    if isinstance(descriptor, Mapping):
        return ", ".join(f"{key}={_bare(text)}" for key, text in descriptor.items() if text)
    return _bare(str(value.get("identifier") or ""))


def _bare(text: Any) -> str:
    """Return a text without the square brackets around it."""
    bare = str(text).strip()
    return bare[1:-1] if bare[:1] == "[" and bare[-1:] == "]" else bare


def _with_figures(node: PlanNode, value: Json) -> PlanNode:
    measured = value.get("distributedNodeStats")
    if isinstance(measured, Mapping):
        return replace(
            node,
            rows=_whole(measured.get("nodeOutputRows")),
            size=_whole(_amount(measured.get("nodeOutputDataSize"), _BYTES)),
            milliseconds=_amount(measured.get("nodeCpuTime"), _MILLISECONDS),
        )
    estimates: Sequence[Json] = value.get("estimates") or ({},)
    guess = estimates[0]
    return replace(
        node,
        rows=_whole(guess.get("outputRowCount")),
        size=_whole(guess.get("outputSizeInBytes")),
        estimated=True,
    )


def _whole(value: Any) -> int | None:
    """Return a count; ``None`` for ``"NaN"``, for infinity and for nothing."""
    try:
        return round(float(value))
    except (TypeError, ValueError, OverflowError):
        return None


def _amount(text: Any, units: Mapping[str, float]) -> float | None:
    """Return ``3.31ms`` or ``1.2kB`` in the units' base."""
    found = _AMOUNT.fullmatch(str(text))
    if found is None:
        return None
    unit = found[2] if found[2] in units else found[2].upper()
    return float(found[1]) * units[unit] if unit in units else None


def plan_of_run(statistics: RunStatistics) -> PlanNode | None:
    """Return the plan with the figures of its run; ``None`` while Athena has not told its stages.

    Athena gives figures for each stage, which stand at the stage's last step.
    """
    return None if statistics.output is None else _stage(statistics.output)


def _stage(stage: Stage) -> PlanNode:
    below = {str(each.number): _stage(each) for each in stage.inputs}
    top = _operator(stage.plan, below) if stage.plan is not None else PlanNode("Stage")
    return replace(
        top,
        rows=stage.output_rows,
        size=stage.output_bytes,
        milliseconds=stage.milliseconds,
        stage=str(stage.number),
        # A stage that no step names is shown all the same.
        inputs=(*top.inputs, *below.values()),
    )


def _operator(operator: Operator, below: dict[str, PlanNode]) -> PlanNode:
    inputs = [_operator(each, below) for each in operator.inputs]
    inputs += _taken(operator.remote, below)
    return PlanNode(operator.name, _bare(operator.identifier), inputs=tuple(inputs))


def _taken(remote: Sequence[str], below: dict[str, PlanNode]) -> list[PlanNode]:
    """Take the stages that a step reads from: those named, else as many in order."""
    if not all(each in below for each in remote):
        remote = list(below)[: len(remote)]
    return [below.pop(each) for each in remote]
