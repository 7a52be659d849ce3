from __future__ import annotations

import pytest

from athena_shell.athena.stages import RunStatistics, parse_statistics
from athena_shell.core.errors import ServiceError
from athena_shell.query.stages import stage_lines

REPLY = {
    "QueryRuntimeStatistics": {
        "Timeline": {"QueryQueueTimeInMillis": 5, "TotalExecutionTimeInMillis": 900},
        "Rows": {"InputRows": 1_000_000, "InputBytes": 2**30, "OutputRows": 12, "OutputBytes": 99},
        "OutputStage": {
            "StageId": 0,
            "State": "FINISHED",
            "InputRows": 24,
            "OutputRows": 12,
            "InputBytes": 200,
            "OutputBytes": 99,
            "ExecutionTime": 100,
            "QueryStagePlan": {
                "Name": "Output",
                "Children": [{"Name": "Aggregate", "Children": [{"Name": "RemoteSource"}]}],
            },
            "SubStages": [
                {
                    "StageId": 1,
                    "State": "FINISHED",
                    "InputRows": 1_000_000,
                    "OutputRows": 24,
                    "InputBytes": 2**30,
                    "OutputBytes": 200,
                    "ExecutionTime": 400,
                    "SubStages": [{"StageId": 3}],
                },
                {"StageId": 2},
            ],
        },
    }
}


def test_the_stages_as_a_tree() -> None:
    statistics = parse_statistics(REPLY)

    lines = stage_lines(statistics)
    assert statistics.timeline == (("queue", 5), ("total", 900))
    assert [(line.branch + line.title, line.rows, line.size) for line in lines] == [
        ("Stage 0 FINISHED", "24 → 12", "200 B → 99 B"),
        ("├─ Stage 1 FINISHED", "1,000,000 → 24", "1.00 GB → 200 B"),
        ("│  └─ Stage 3", "? → ?", "? → ?"),
        ("└─ Stage 2", "? → ?", "? → ?"),
    ]
    assert [line.share for line in lines] == [0.25, 1.0, 0.0, 0.0]
    assert lines[0].operators == "Output, Aggregate, RemoteSource"


def test_stages_that_are_not_told_yet() -> None:
    assert stage_lines(parse_statistics({"QueryRuntimeStatistics": {"Timeline": {}}})) == ()
    assert stage_lines(RunStatistics()) == ()


def test_a_cut_reply_is_a_fault() -> None:
    with pytest.raises(ServiceError, match="without QueryRuntimeStatistics"):
        parse_statistics({})
