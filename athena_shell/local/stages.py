"""GetQueryRuntimeStatistics: figures of a query and its tree of stages."""

from __future__ import annotations

from typing import Any

from athena_shell.local.query_execution import Execution


def runtime_statistics(execution: Execution, now: float) -> dict[str, Any]:
    """Return the ``QueryRuntimeStatistics`` of the API for a query in any state."""
    outcome = execution.outcome
    rows = outcome.rows if outcome is not None else None
    output_rows = rows.count if rows is not None else 0
    output_bytes = rows.size if rows is not None and rows.path.is_file() else 0
    statistics: dict[str, Any] = {"Timeline": execution.timeline(now)}
    if outcome is None:
        return statistics
    stage = dict(outcome.stages or _single_stage(execution, now, output_rows, output_bytes))
    statistics["Rows"] = {
        "InputRows": stage["InputRows"],
        "InputBytes": execution.scanned(now),
        "OutputBytes": output_bytes,
        "OutputRows": output_rows,
    }
    statistics["OutputStage"] = stage
    return statistics


def _single_stage(
    execution: Execution, now: float, output_rows: int, output_bytes: int
) -> dict[str, Any]:
    """Return one stage that did everything, for engines that do not tell their own."""
    state = execution.outcome.state if execution.outcome is not None else ""
    return {
        "StageId": 0,
        "State": {"SUCCEEDED": "FINISHED", "CANCELLED": "CANCELED"}.get(state, "FAILED"),
        "InputRows": output_rows,
        "InputBytes": execution.scanned(now),
        "OutputRows": output_rows,
        "OutputBytes": output_bytes,
        "ExecutionTime": execution.timeline(now)["EngineExecutionTimeInMillis"],
        "QueryStagePlan": {"Name": "Output", "Identifier": "[output]", "Children": []},
        "SubStages": [],
    }
