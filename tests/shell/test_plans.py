"""Plans on the screen, wide and narrow, with and without colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_shell.output.widths import display_width
from athena_shell.query.plan import PlanNode
from athena_shell.shell.plans import plan_lines, plan_rows

if TYPE_CHECKING:
    from tests.shell.conftest import Start

PLAN = PlanNode(
    "Output",
    "status, n",
    5,
    120,
    1.0,
    "0",
    inputs=(
        PlanNode(
            "InnerJoin",
            "customer_id = customer_id",
            inputs=(
                PlanNode("TableScan", "shop.orders\x1b[31m", 40_000, 10**6, 90.0, "1"),
                PlanNode("TableScan", "shop.顧客顧客顧客顧客顧客", 2_000, estimated=True),
            ),
        ),
    ),
)


def drawn(width: int, *, color: bool = False, unicode: bool = True) -> str:
    return "\n".join(plan_lines(PLAN, width, color=color, unicode=unicode))


def test_the_tree() -> None:
    assert drawn(80) == (
        "Output  status, n  5 rows · 120 B · 0.001 s · stage 0\n"
        "└─ InnerJoin  customer_id = customer_id\n"
        "   ├─ TableScan  shop.orders^[[31m  40,000 rows · 977 KB · 0.090 s · stage 1\n"
        "   └─ TableScan  shop.顧客顧客顧客顧客顧客  ≈2,000 rows"
    )


def test_forty_columns_of_ascii() -> None:
    assert drawn(40, unicode=False) == (
        "Output  5 rows, 120 B, 0.001 s, stage 0\n"
        "`- InnerJoin  customer_id = customer_id\n"
        "   |- TableScan  40,000 rows, 977 KB\n"
        "   `- TableScan  shop.顧...  ~2,000 rows"
    )


@pytest.mark.parametrize("width", [1, 8, 20, 33, 60, 200])
def test_no_line_is_wider_than_the_screen_if_its_branch_is_not(width: int) -> None:
    assert all(display_width(line) <= max(width, 8) for line in drawn(width).split("\n"))


def test_the_dearest_step_is_marked() -> None:
    lines = drawn(80, color=True).split("\n")
    assert lines[2].startswith("   ├─ \x1b[31mTableScan\x1b[0m")
    assert lines[0].startswith("\x1b[1mOutput\x1b[0m")


def test_the_rows_of_a_plan() -> None:
    assert [*plan_rows(PLAN)] == [
        ("0", "Output", "status, n", "0", "5", "120", "1", "false"),
        ("1", "InnerJoin", "customer_id = customer_id", None, None, None, None, "false"),
        ("2", "TableScan", "shop.orders\x1b[31m", "1", "40000", "1000000", "90", "false"),
        ("2", "TableScan", "shop.顧客顧客顧客顧客顧客", None, "2000", None, None, "true"),
    ]


JSON = '{"name": "Output", "identifier": "[n]", "children": [{"name": "Values", "children": []}]}'


def test_explain_shows_a_tree(start: Start) -> None:
    shell = start()
    shell.answers("EXPLAIN (FORMAT JSON) SELECT 1", (JSON[:19],), (JSON[19:],))
    assert "\nOutput  n\n└─ Values\n" in shell.enter("SELECT 1 \\explain")


def test_explain_in_a_format_for_programs(start: Start) -> None:
    shell = start(settings={"format": "csv"}, columns=120)
    shell.answers("EXPLAIN (FORMAT JSON) SELECT 1", (JSON,))
    assert "1,Values,,,,,,true" in shell.enter("SELECT 1 \\explain").replace('"', "")


def test_what_is_no_plan_is_shown_as_it_came(start: Start) -> None:
    shell = start()
    shell.answers("EXPLAIN (FORMAT JSON) SELECT 1", ("Fragment 0 [SINGLE]",), ("  Output[n]",))
    assert "\nFragment 0 [SINGLE]\n  Output[n]\n" in shell.enter("SELECT 1 \\explain")


def test_analyze_says_that_it_runs_the_statement_and_asks_like_it(start: Start) -> None:
    from tests.shell.test_statements import Fixed

    shell = start(estimator=Fixed(10**12), settings={"confirm_over": "1"})
    shown = shell.enter("SELECT 1 \\analyze", until="[y/N]")
    assert "EXPLAIN ANALYZE runs the statement and is billed like it." in shown
    assert shell.engine.started == []
    shell.type("n\r")
    shell.wait_for("Not run.")


def test_analyze_alone_needs_a_query(start: Start) -> None:
    assert "No query has run here yet." in start().enter("\\analyze")
