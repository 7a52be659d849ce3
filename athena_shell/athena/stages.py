"""The stages of a finished query, by GetQueryRuntimeStatistics.

The timeline is there at once; rows and stages arrive some time after the end, or never under Lake
Formation row filters (botocore's service model of Athena), so nothing here may be waited for.
"""

from __future__ import annotations

from typing import Final

from athena_shell.athena.parse import Reply, require
from athena_shell.core.records import dataclass

_OPERATION: Final = "GetQueryRuntimeStatistics"


@dataclass(frozen=True)
class Operator:
    """One step of a stage's plan.

    Args:
        name: such as ``TableScan``.
        identifier: what it works on, in square brackets.
        inputs: the steps it reads from in the same stage.
        remote: the stages it reads from.
    """

    name: str
    identifier: str = ""
    inputs: tuple[Operator, ...] = ()
    remote: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """One stage and the stages it reads from; ``None`` for figures that were not told.

    Args:
        number: Athena's own.
        state: such as ``FINISHED``.
        milliseconds: of execution.
        operators: the names of the plan's nodes, outermost first.
        inputs: the stages it reads from.
        plan: its steps, the last one on top; ``None`` when they were not told.
    """

    number: int
    state: str = ""
    input_rows: int | None = None
    input_bytes: int | None = None
    output_rows: int | None = None
    output_bytes: int | None = None
    milliseconds: int | None = None
    operators: tuple[str, ...] = ()
    inputs: tuple[Stage, ...] = ()
    plan: Operator | None = None


@dataclass(frozen=True)
class RunStatistics:
    """How a query ran.

    Args:
        timeline: milliseconds by name: queue, preprocessing, planning, engine, service, total.
        input_rows: read by the whole query.
        output: the last stage; ``None`` while Athena has not told the stages.
    """

    timeline: tuple[tuple[str, int], ...] = ()
    input_rows: int | None = None
    input_bytes: int | None = None
    output_rows: int | None = None
    output_bytes: int | None = None
    output: Stage | None = None


_TIMELINE: Final = (
    ("queue", "QueryQueueTimeInMillis"),
    ("preprocessing", "ServicePreProcessingTimeInMillis"),
    ("planning", "QueryPlanningTimeInMillis"),
    ("engine", "EngineExecutionTimeInMillis"),
    ("service", "ServiceProcessingTimeInMillis"),
    ("total", "TotalExecutionTimeInMillis"),
)


def parse_statistics(reply: Reply) -> RunStatistics:
    """Return the statistics of a reply; a missing part is left out, a missing whole is a fault."""
    value = require(reply, "QueryRuntimeStatistics", _OPERATION)
    timeline = value.get("Timeline") or {}
    rows = value.get("Rows") or {}
    output = value.get("OutputStage")
    return RunStatistics(
        timeline=tuple(
            (name, timeline[member]) for name, member in _TIMELINE if member in timeline
        ),
        input_rows=rows.get("InputRows"),
        input_bytes=rows.get("InputBytes"),
        output_rows=rows.get("OutputRows"),
        output_bytes=rows.get("OutputBytes"),
        output=_stage(output) if output else None,
    )


def _stage(value: Reply) -> Stage:
    return Stage(
        number=value.get("StageId", 0),
        state=value.get("State", ""),
        input_rows=value.get("InputRows"),
        input_bytes=value.get("InputBytes"),
        output_rows=value.get("OutputRows"),
        output_bytes=value.get("OutputBytes"),
        milliseconds=value.get("ExecutionTime"),
        operators=tuple(_operators(value.get("QueryStagePlan") or {})),
        inputs=tuple(_stage(each) for each in value.get("SubStages") or ()),
        plan=_plan(value["QueryStagePlan"]) if value.get("QueryStagePlan") else None,
    )


def _plan(value: Reply) -> Operator:
    return Operator(
        name=value.get("Name", ""),
        identifier=value.get("Identifier", ""),
        inputs=tuple(_plan(each) for each in value.get("Children") or ()),
        remote=tuple(value.get("RemoteSources") or ()),
    )


def _operators(node: Reply) -> list[str]:
    names = [node["Name"]] if node.get("Name") else []
    for child in node.get("Children") or ():
        names += _operators(child)
    return names
