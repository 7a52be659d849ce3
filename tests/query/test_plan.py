"""Plans: EXPLAIN's JSON in its several shapes, and the figures of a run, as one tree."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.athena.stages import parse_statistics
from athena_shell.query.plan import PlanNode, parse_plan, plan_of_run

SCAN = {
    "id": "3",
    "name": "TableScan",
    "identifier": "[awsdatacatalog:HiveTableHandle{schemaName=shop}]",
    "distributedNodeStats": {
        "nodeCpuTime": "1.50ms",
        "nodeOutputRows": 5,
        "nodeOutputDataSize": "1.5kB",
    },
    "children": [],
}


def shape(node: PlanNode | None) -> list[str]:
    assert node is not None
    return [f"{'.' * depth}{each.name}" for depth, each in node.walk()]


def test_a_single_node_with_estimates() -> None:
    text = json.dumps(
        {
            "name": "Output",
            "descriptor": {"columnNames": "[n, count(*)]", "empty": ""},
            "estimates": [{"outputRowCount": 12.0, "outputSizeInBytes": "NaN"}],
            "children": [{"name": "Values", "children": []}],
        }
    )
    assert parse_plan(text) == PlanNode(
        "Output",
        "columnNames=n, count(*)",
        rows=12,
        estimated=True,
        inputs=(PlanNode("Values", estimated=True),),
    )


def test_fragments_follow_each_other() -> None:
    remote = {"name": "RemoteSource", "descriptor": {"sourceFragmentIds": "[1, 2]"}}
    plan = {
        "0": {"name": "Output", "children": [remote]},
        "1": {"name": "ScanFilter", "children": []},
        "2": {"name": "TableScan", "children": []},
    }
    found = parse_plan(json.dumps(plan))
    assert shape(found) == ["Output", ".RemoteSource", "..ScanFilter", "..TableScan"]
    assert found is not None
    assert [node.stage for _, node in found.walk()] == ["0", "", "1", "2"]


def test_measured_fragments() -> None:
    plan = {"fragments": [{"id": "1", "logicalPlan": {"1": [{**SCAN, "children": [SCAN]}]}}]}
    found = parse_plan(json.dumps(plan))
    assert shape(found) == ["TableScan", ".TableScan"]
    assert found is not None
    assert (found.rows, found.size, found.milliseconds, found.estimated) == (5, 1536, 1.5, False)
    assert found.detail == "awsdatacatalog:HiveTableHandle{schemaName=shop}"


def test_fragments_that_name_each_other_in_a_circle_end() -> None:
    remote = {"name": "RemoteSource", "identifier": "[0, 1]"}
    plan = {"0": {"name": "A", "children": [remote]}, "1": {"name": "B", "children": [remote]}}
    assert shape(parse_plan(json.dumps(plan))) == ["A", ".RemoteSource", "..B", "...RemoteSource"]


@pytest.mark.parametrize("text", ["", "Fragment 0 [SINGLE]", "{}", "[]", "[1]", "3", '{"0": 1}'])
def test_other_texts_are_no_plans(text: str) -> None:
    assert parse_plan(text) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "children", "fragments", "0", "id", "logicalPlan", "estimates"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_json_is_a_plan_or_none(value: Any) -> None:
    parse_plan(json.dumps(value))


def stage(number: int, plan: Any, *below: Any) -> dict[str, Any]:
    figures = {"OutputRows": number, "OutputBytes": 10 * number, "ExecutionTime": 100 * number}
    return {"StageId": number, "QueryStagePlan": plan, "SubStages": list(below), **figures}


def ran(output: dict[str, Any]) -> PlanNode | None:
    return plan_of_run(parse_statistics({"QueryRuntimeStatistics": {"OutputStage": output}}))


def test_the_stages_of_a_run_hang_where_they_are_read() -> None:
    scan = {"Name": "TableScan", "Identifier": "[orders]"}
    join = {"Name": "Join", "Children": [{"Name": "Source", "RemoteSources": ["2"]}]}
    found = ran(stage(0, {"Name": "Output", "Children": [join]}, stage(2, scan)))
    assert shape(found) == ["Output", ".Join", "..Source", "...TableScan"]
    assert found is not None
    last = [node for _, node in found.walk()][-1]
    assert last == PlanNode("TableScan", "orders", 2, 20, 200, "2")


def test_stages_that_nobody_names_are_shown_all_the_same() -> None:
    unnamed = {"Name": "Output", "Children": [{"Name": "Source", "RemoteSources": ["node-7"]}]}
    found = ran(stage(0, unnamed, stage(1, {"Name": "A"}), stage(2, None)))
    assert shape(found) == ["Output", ".Source", "..A", ".Stage"]
    assert plan_of_run(parse_statistics({"QueryRuntimeStatistics": {"Timeline": {}}})) is None
