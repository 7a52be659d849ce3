from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import pytest

from athena_shell.athena.sizes import TableSize
from athena_shell.core.errors import CommandError, QueryFailed
from athena_shell.core.model import Column, Page, ResultSet, Statement, Table, Target
from athena_shell.core.ports import Metadata
from athena_shell.query.control import Control
from athena_shell.query.cost import Price
from athena_shell.query.estimate import Estimate, Estimator, InputTable, TableEstimate, parse_inputs
from athena_shell.query.progress import ignore
from athena_shell.query.runner import QueryRunner

if TYPE_CHECKING:
    from tests.query.conftest import FakeEngine


def plan(*tables: str, **equal: str) -> str:
    constraints = [
        {
            "columnName": name,
            "type": "varchar",
            "domain": {
                "nullsAllowed": False,
                "ranges": [
                    {
                        "low": {"value": value, "bound": "EXACTLY"},
                        "high": {"value": value, "bound": "EXACTLY"},
                    }
                ],
            },
        }
        for name, value in equal.items()
    ]
    infos = [
        {
            "table": {
                "catalog": "awsdatacatalog",
                "schemaTable": {"schema": "web", "table": table},
            },
            "columnConstraints": constraints,
        }
        for table in tables
    ]
    return json.dumps({"inputTableColumnInfos": infos}, indent=2)


@dataclass
class Catalog:
    def table(self, catalog: str, database: str, name: str) -> Table:
        assert catalog == "AwsDataCatalog"
        if name == "gone":
            raise CommandError("There is no table gone in database web.")
        return Table(name, database, catalog)


class Scales:
    def measure(self, table: Table, equal: Mapping[str, str] | None = None) -> TableSize:
        if table.name == "hidden":
            return TableSize(None, "AccessDenied")
        return TableSize(2**30 if equal else 2**40, "9 files in S3")


@pytest.fixture
def estimator(runner: QueryRunner) -> Estimator:
    return Estimator(runner, cast("Metadata", Catalog()), Scales())


def estimated(estimator: Estimator, engine: FakeEngine, text: str) -> Estimate:
    lines = [(line,) for line in text.split("\n")]
    answer: Any = lambda _execution: ResultSet((Column("Query Plan"),), iter([Page(tuple(lines))]))  # noqa: E731 - replaces a method
    engine.fetch = answer  # type: ignore[method-assign] # the plan is the result
    return estimator.estimate(Statement("SELECT 1"), Target(), observer=ignore, control=Control())


def test_an_upper_bound_with_its_price_and_how_it_was_found(
    estimator: Estimator, engine: FakeEngine
) -> None:
    found = estimated(estimator, engine, plan("logs", "users"))

    assert found.size == 2**41
    assert found.cost(Price()) == Decimal(10)
    assert found.text(Price()) == (
        "Scans at most 2.00 TB (≤ $10.00).\n"
        "  web.logs: ≤ 1.00 TB (9 files in S3)\n"
        "  web.users: ≤ 1.00 TB (9 files in S3)"
    )
    assert [execution.text for execution in engine.executions.values()] == [
        "EXPLAIN (TYPE IO, FORMAT JSON)\nSELECT 1"
    ]


def test_values_that_are_bound_go_with_the_explain(
    estimator: Estimator, engine: FakeEngine
) -> None:
    estimator.estimate(
        Statement("SELECT ?"),
        Target(),
        observer=ignore,
        control=Control(),
        parameters=("DATE '2024-05-01'",),
    )
    assert [each.parameters for each in engine.intents] == [("DATE '2024-05-01'",)]


def test_a_partition_with_one_value_narrows_it(estimator: Estimator, engine: FakeEngine) -> None:
    assert estimated(estimator, engine, plan("logs", day="2026-11-23")).size == 2**30


@pytest.mark.parametrize(
    ("table", "how"),
    [("hidden", "AccessDenied"), ("gone", "There is no table gone in database web.")],
)
def test_a_table_of_unknown_size_leaves_the_whole_unknown(
    estimator: Estimator, engine: FakeEngine, table: str, how: str
) -> None:
    found = estimated(estimator, engine, plan("logs", table))

    assert found.size is None
    assert found.tables[1] == TableEstimate(f"web.{table}", None, how)
    assert found.text(Price()).startswith("There is no estimate for the whole statement.")


def test_a_statement_that_cannot_be_explained_says_why(
    estimator: Estimator, engine: FakeEngine
) -> None:
    engine.before["start"] = [QueryFailed("line 1:1: mismatched input")]

    found = estimated(estimator, engine, "")

    assert found.text(None) == "There is no estimate: line 1:1: mismatched input"
    assert found.size is None


@pytest.mark.parametrize("text", ["", "Fragment 0", "{}", '{"inputTableColumnInfos": 1}', "{"])
def test_another_form_of_plan_is_no_estimate(text: str) -> None:
    assert parse_inputs(text) is None


def test_ranges_and_several_values_are_no_equality() -> None:
    text = plan("logs", day="2026-11-23").replace('"EXACTLY"', '"ABOVE"', 1)

    assert parse_inputs(text) == (InputTable("awsdatacatalog", "web", "logs"),)


def test_a_query_of_no_table_scans_nothing(estimator: Estimator, engine: FakeEngine) -> None:
    assert estimated(estimator, engine, plan()).text(Price()) == "Scans at most 0 B (≤ $0)."
