"""GetQueryRuntimeStatistics: figures of a query and its tree of stages.

The stages are the SQL engine's own operators, cut where a distributed engine would exchange rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Final

from athena_shell.local.query_execution import Execution

Profile = Mapping[str, Any]

_WRAPPERS: Final = {"RESULT_COLLECTOR", "EXPLAIN_ANALYZE", "QUERY_ROOT", ""}
_EXCHANGES: Final = ("JOIN", "GROUP_BY", "AGGREGATE", "ORDER_BY", "TOP_N", "WINDOW")
_SCANS: Final = ("SCAN", "READ_")
_OWN_BUSINESS: Final = ("Estimated Cardinality", "File")
"""What the engine says of itself and of this machine's files, which no service would show."""
_LONGEST_DETAIL: Final = 120
_MILLISECONDS: Final = 1000
_FINISHED: Final = {"SUCCEEDED": "FINISHED", "CANCELLED": "CANCELED"}


def runtime_statistics(
    execution: Execution, now: float, profile: Profile | None = None
) -> dict[str, Any]:
    """Return the ``QueryRuntimeStatistics`` of the API for a query in any state.

    Args:
        execution: the query.
        now: the stopwatch's reading.
        profile: the engine's measured operator tree, if it has one.
    """
    outcome = execution.outcome
    statistics: dict[str, Any] = {"Timeline": execution.timeline(now)}
    if outcome is None:
        return statistics
    rows = outcome.rows
    output_rows = rows.count if rows is not None else 0
    output_bytes = rows.size if rows is not None and rows.path.is_file() else 0
    scanned = execution.scanned(now)
    top = None if profile is None else topmost(profile)
    if top is None:
        stage = _single_stage(execution, now, output_rows, scanned)
    else:
        stage = _stage(top, count(), scanned, max(sum(_scanned_rows(top)), 1))
    stage |= {"OutputRows": output_rows, "OutputBytes": output_bytes}
    statistics["Rows"] = {
        "InputRows": sum(_scanned_rows(top)) if top is not None else output_rows,
        "InputBytes": scanned,
        "OutputRows": output_rows,
        "OutputBytes": output_bytes,
    }
    statistics["OutputStage"] = stage
    return statistics


def _single_stage(
    execution: Execution, now: float, output_rows: int, scanned: int
) -> dict[str, Any]:
    """Return one stage that did everything, for statements without an operator tree."""
    state = execution.outcome.state if execution.outcome is not None else ""
    return {
        "StageId": 0,
        "State": _FINISHED.get(state, "FAILED"),
        "InputRows": output_rows,
        "InputBytes": scanned,
        "ExecutionTime": execution.timeline(now)["EngineExecutionTimeInMillis"],
        "QueryStagePlan": {"Name": "Output", "Identifier": "[output]", "Children": []},
        "SubStages": [],
    }


def _stage(top: Profile, numbers: Iterator[int], scanned: int, all_rows: int) -> dict[str, Any]:
    """Return the stage whose topmost operator is ``top``, and those below it."""
    number = next(numbers)
    operators: list[Profile] = []
    borders: list[Profile] = []
    _collect(top, operators, borders)
    below = [_stage(border, numbers, scanned, all_rows) for border in borders]
    plan = _plan(top, iter([str(stage["StageId"]) for stage in below]))
    read = sum(_scan_rows(one) for one in operators)
    return {
        "StageId": number,
        "State": "FINISHED",
        "InputRows": read + sum(stage["OutputRows"] for stage in below),
        "InputBytes": scanned * read // all_rows + sum(stage["OutputBytes"] for stage in below),
        "OutputRows": output_of(top, "intermediate_rows", "operator_cardinality"),
        "OutputBytes": output_of(top, "intermediate_size_bytes", "result_set_size"),
        "ExecutionTime": round(_MILLISECONDS * sum(seconds_of(one) for one in operators)),
        "QueryStagePlan": plan,
        "SubStages": below,
    }


def _collect(operator: Profile, operators: list[Profile], borders: list[Profile]) -> None:
    """Find the operators of one stage and, below them, the first ones of the next stages."""
    operators.append(operator)
    for child in children_of(operator):
        if _is_exchange(operator):
            borders.append(child)
        else:
            _collect(child, operators, borders)


def _plan(operator: Profile, remote: Iterator[str]) -> dict[str, Any]:
    node: dict[str, Any] = {
        "Name": name_of(operator),
        "Identifier": detail_of(operator),
        "Children": [],
        "RemoteSources": [],
    }
    for child in children_of(operator):
        if _is_exchange(operator):
            node["RemoteSources"].append(next(remote))
        else:
            node["Children"].append(_plan(child, remote))
    node["Children"] = _folded(node["Children"])
    return node


def _folded(plans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Show equal plans side by side, such as the scans of a table's partitions, as one."""
    folded: list[dict[str, Any]] = []
    for plan in plans:
        if plan not in folded:
            folded.append(plan)
    times = [plans.count(plan) for plan in folded]
    return [
        {**plan, "Identifier": f"[×{number}; {plan['Identifier'][1:]}"} if number > 1 else plan
        for plan, number in zip(folded, times, strict=True)
    ]


def topmost(profile: Profile) -> Profile | None:
    """Return the first operator that does something."""
    children: Sequence[Profile] = profile.get("operator") or profile.get("children") or ()
    while children:
        if kind_of(children[0]) not in _WRAPPERS:
            return children[0]
        children = children_of(children[0])
    return None


def children_of(operator: Profile) -> Sequence[Profile]:
    """Return the operators that one reads from."""
    children: Sequence[Profile] = operator.get("children") or ()
    return children


def kind_of(operator: Profile) -> str:
    """Return the engine's own name of an operator, in capitals."""
    # Which of the names is used depends on the engine's version.
    names = (operator.get(key) for key in ("type", "operator_type", "operator_name", "name"))
    return str(next(filter(None, names), "")).strip().upper()


def name_of(operator: Profile) -> str:
    """Return the operator's name as a plan shows it, such as ``HashGroupBy``."""
    return "".join(part.capitalize() for part in kind_of(operator).split("_"))


def _is_exchange(operator: Profile) -> bool:
    return any(name in kind_of(operator) for name in _EXCHANGES)


def detail_of(operator: Profile) -> str:
    """Return what an operator works on, in square brackets."""
    about = operator.get("extra_info") or {}
    parts = (
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in about.items()
        if not any(word in name for word in _OWN_BUSINESS)
    )
    text = "; ".join(parts)
    return f"[{text[:_LONGEST_DETAIL]}]"


def figure_of(operator: Profile, *names: str) -> int:
    """Return the first of these figures that an operator has, else 0."""
    return next((int(operator[name]) for name in names if operator.get(name) is not None), 0)


def output_of(operator: Profile, *names: str) -> int:
    """Return what leaves an operator."""
    if "UNION" in kind_of(operator):
        return sum(output_of(child, *names) for child in children_of(operator))
    return figure_of(operator, *names)


def seconds_of(operator: Profile) -> float:
    """Return the seconds spent in an operator."""
    return float(operator.get("timing") or operator.get("operator_timing") or 0)


def _scan_rows(operator: Profile) -> int:
    if not any(name in kind_of(operator) for name in _SCANS):
        return 0
    return figure_of(operator, "rows_scanned", "operator_rows_scanned") or figure_of(
        operator, "intermediate_rows", "operator_cardinality"
    )


def _scanned_rows(operator: Profile) -> Iterator[int]:
    yield _scan_rows(operator)
    for child in children_of(operator):
        yield from _scanned_rows(child)
