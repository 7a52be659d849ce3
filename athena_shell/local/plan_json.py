"""A plan of the local engine in the shape of Athena's EXPLAIN with FORMAT JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Final

from athena_shell.local.stages import (
    Profile,
    children_of,
    detail_of,
    kind_of,
    name_of,
    output_of,
    seconds_of,
    topmost,
)

Json = dict[str, Any]

_GUESS: Final = "Estimated Cardinality"


def planned(text: str) -> str:
    """Return EXPLAIN's answer for DuckDB's own: fragments by number."""
    numbers = count()
    nodes = [_node(each, numbers, _estimates(each)) for each in json.loads(text)]
    return json.dumps({str(place): node for place, node in enumerate(nodes)}, indent=2)


def measured(text: str) -> str:
    """Return EXPLAIN ANALYZE's answer for DuckDB's own: one fragment with figures at each node."""
    top = topmost(json.loads(text))
    if top is None:
        return json.dumps({"fragments": []})
    node = _node(top, count(), {})
    stage = {"outputRows": f"{_rows(top)} rows", "totalCpuTime": f"{_milliseconds(top):.2f}ms"}
    fragment = {"id": "0", "stageStats": stage, "logicalPlan": {"1": [node]}}
    return json.dumps({"fragments": [fragment]}, indent=2)


def _node(operator: Profile, numbers: Any, figures: Mapping[str, Any]) -> Json:
    node: Json = {
        "id": str(next(numbers)),
        "name": name_of(operator),
        "identifier": detail_of(operator),
        "details": [],
        **(figures or _measures(operator)),
    }
    children = [each for each in children_of(operator) if kind_of(each)]
    if kind_of(operator) == "UNION" and len({kind_of(each) for each in children}) == 1:
        children = [_united(children)]
    node["children"] = [
        _node(child, numbers, _estimates(child) if figures else {}) for child in children
    ]
    return node


def _united(scans: Sequence[Profile]) -> Profile:
    """Return the scans of a table's partitions, which Athena knows as one, as one."""
    sums = {
        key: sum(each.get(key) or 0 for each in scans)
        for key, value in scans[0].items()
        if isinstance(value, (int, float))
    }
    about = dict(scans[0].get("extra_info") or {})
    guesses = [str(each.get("extra_info", {}).get(_GUESS, "")).lstrip("~") for each in scans]
    if all(each.isdecimal() for each in guesses):
        about[_GUESS] = str(sum(map(int, guesses)))
    return {**scans[0], **sums, "extra_info": about}


def _estimates(operator: Profile) -> Json:
    rows = str((operator.get("extra_info") or {}).get(_GUESS, "")).lstrip("~")
    guess = {
        "outputRowCount": float(rows) if rows.isdecimal() else "NaN",
        "outputSizeInBytes": "NaN",
        "cpuCost": "NaN",
        "memoryCost": "NaN",
        "networkCost": "NaN",
    }
    return {"estimates": [guess]}


def _measures(operator: Profile) -> Json:
    return {
        "distributedNodeStats": {
            "nodeCpuTime": f"{_milliseconds(operator):.2f}ms",
            "nodeOutputRows": _rows(operator),
            "nodeOutputDataSize": f"{_size(operator)}B",
        }
    }


def _rows(operator: Profile) -> int:
    return output_of(operator, "intermediate_rows", "operator_cardinality")


def _size(operator: Profile) -> int:
    return output_of(operator, "intermediate_size_bytes", "result_set_size")


def _milliseconds(operator: Profile) -> float:
    return 1000 * seconds_of(operator)
