"""What is said of wishes for result objects that a workgroup does not heed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from athena_shell.core.model import QueryExecution, QueryState, QueryStatistics
from athena_shell.query.overruled import Overruled

ENFORCED = QueryExecution(
    "q-1",
    QueryState.SUCCEEDED,
    output_location="s3://theirs/results/q-1.csv",
    workgroup="team",
    encryption="SSE_S3",
)
RULED = "Workgroup team enforces its own settings: results go to s3://theirs/results/"
MANAGED = QueryExecution("q-1", QueryState.SUCCEEDED, workgroup="kept", managed_results=True)


@pytest.mark.parametrize(
    ("encryption", "location", "execution", "text"),
    [
        (
            "",
            "s3://mine/",
            ENFORCED,
            f"{RULED} with SSE_S3; s3://mine/ is not used.",
        ),
        (
            "SSE_KMS",
            "s3://mine",
            replace(ENFORCED, encryption=""),
            f"{RULED}; s3://mine and SSE_KMS are not used.",
        ),
        (
            "CSE_KMS",
            "",
            ENFORCED,
            f"{RULED} with SSE_S3; CSE_KMS is not used.",
        ),
        (
            "",
            "s3://mine/",
            MANAGED,
            "Workgroup kept keeps results itself; s3://mine/ is not used.",
        ),
        ("SSE_S3", "s3://theirs/results", ENFORCED, ""),
        ("", "", ENFORCED, ""),
        ("", "", MANAGED, ""),
        ("", "s3://mine/", replace(ENFORCED, output_location="s3://theirs/tables/q-1"), ""),
        ("", "s3://mine/", replace(ENFORCED, statistics=QueryStatistics(reused=True)), ""),
    ],
)
def test_only_what_is_not_heeded_is_told(
    encryption: str, location: str, execution: QueryExecution, text: str
) -> None:
    assert Overruled(encryption).told(location, execution) == text


def test_it_is_told_once_for_each_workgroup() -> None:
    overruled = Overruled()
    assert overruled.told("s3://theirs/results/", ENFORCED) == ""
    assert overruled.told("s3://mine/", ENFORCED)
    assert overruled.told("s3://mine/", ENFORCED) == ""
    assert overruled.told("s3://mine/", MANAGED)
