"""Statements from Enter to the line after the result, on a terminal in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_shell.core.errors import QueryFailed
from athena_shell.query.estimate import Estimate, TableEstimate
from tests.shell.conftest import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.shell.conftest import Start


def test_a_result_is_a_table_and_a_line_with_time_bytes_cost_and_id(start: Start) -> None:
    shell = start()
    shell.answers("SELECT id, name FROM t", ("1", "ann"), ("2", None), columns=("id", "name"))
    shown = shell.enter("SELECT id, name FROM t;")
    assert shown.splitlines()[1:8] == [
        "+----+------+",
        "| id | name |",
        "|----+------|",
        "| 1  | ann  |",
        "| 2  | NULL |",
        "+----+------+",
        "2 rows · 0.000 s · 10.0 MB scanned · $0.000048 · query-1",
    ]


def test_enter_goes_on_until_a_semicolon_that_is_an_end(start: Start) -> None:
    shell = start()
    shell.type("SELECT ';'\r")
    shell.wait_for("->")
    assert shell.engine.started == []
    shell.enter(";")
    assert [intent.statement.text for intent in shell.engine.started] == ["SELECT ';'"]


def test_several_statements_on_one_line_run_in_order(start: Start) -> None:
    shell = start()
    shell.enter("SELECT 1; SELECT 2;")
    assert [intent.statement.text for intent in shell.engine.started] == ["SELECT 1", "SELECT 2"]


def test_nothing_is_sent_that_could_not_be_shown(start: Start) -> None:
    shell = start()
    shell.enter("\\set format parquet")
    shown = shell.enter("SELECT 1;")
    assert "parquet is a format for files." in shown
    assert shell.engine.started == []


def test_after_an_error_the_rest_of_the_line_is_not_run(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", error=QueryFailed("NOT_SUPPORTED: no", code="NOT_SUPPORTED"))
    shown = shell.enter("SELECT 1; SELECT 2;")
    assert "NOT_SUPPORTED: no" in shown
    assert len(shell.engine.started) == 1


def test_the_place_of_an_error_is_drawn_under_the_typed_line(start: Start) -> None:
    shell = start()
    shell.enter("\\set t orders")
    shell.answers(
        "SELECT nope\nFROM orders WHERE x",
        error=QueryFailed("COLUMN_NOT_FOUND: line 2:19: Column 'x' cannot be resolved"),
    )
    shell.type("SELECT nope\r")
    shell.wait_for("->")
    shown = shell.enter("FROM :t WHERE x;")
    assert "LINE 2: FROM :t WHERE x\n                      ^\nCOLUMN_NOT_FOUND" in shown


def test_use_is_checked_and_runs_no_query(start: Start) -> None:
    shell = start()
    assert "There is no database nope." in shell.enter("USE nope;")
    assert shell.enter("USE default;").endswith("Using AwsDataCatalog.default.\ndefault>")
    assert shell.engine.started == []
    shell.enter("SELECT 1;")
    assert shell.engine.started[0].target.database == "default"


def test_backslash_g_in_capitals_shows_records(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("1", "x"), columns=("id", "name"))
    shown = shell.enter("SELECT 1 \\G")
    assert "| id" not in shown
    assert "id   | 1" in shown.replace("id    |", "id   |")


def test_one_row_goes_into_variables_which_statements_use(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("it's", None), columns=("a", "b"))
    shell.enter("SELECT 1 \\gset my_")
    shell.enter("SELECT :'my_a';")
    assert shell.engine.started[1].statement.text == "SELECT 'it''s'"


def test_two_rows_are_no_variables(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("1",), ("2",))
    assert "exactly one row; there is more than one row" in shell.enter("SELECT 1 \\gset")


def test_columns_that_are_no_names_of_variables_are_told(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("1", "2", "3", None), columns=("odd name", "a", "a", "b"))
    shown = shell.enter("SELECT 1 \\gset")
    assert shown.splitlines()[1:3] == [
        "“odd name”: no name of a variable, left out. “a”: given more than once, the last",
        "one counts. AS gives a column another name.",
    ]
    listed = shell.enter("\\set")
    assert "| a        | 3     |" in listed
    assert "| odd name" not in listed


def test_gexec_tells_its_own_cost_first_and_stops_at_a_failure(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("SELECT 2",), ("SELEC",), ("SELECT 4",))
    shell.answers("SELECT 2", ("2",))
    shell.engine.answers["SELEC"] = Answer(error=QueryFailed("line 1:1: no"))
    shown = shell.enter("SELECT 1 \\gexec").splitlines()
    assert shown[1] == "3 statements · 0.000 s · 10.0 MB scanned · $0.000048 · query-1"
    assert shown[2] == "SELECT 2"
    assert "\\gexec stops here: 1 statement more not run." in shown
    texts = [intent.statement.text for intent in shell.engine.started]
    assert texts == ["SELECT 1", "SELECT 2", "SELEC"]


def test_what_gexec_runs_is_data_and_drives_nothing_else(start: Start, tmp_path: Path) -> None:
    shell = start()
    struck = tmp_path / "struck"
    shell.enter("\\set name orders")
    shell.answers("SELECT 1", (f"\\! touch {struck}",), ("SELECT :name",))
    shell.engine.answers[f"\\! touch {struck}"] = Answer(error=QueryFailed("line 1:1: no"))
    shell.enter("SELECT 1 \\gexec")
    assert not struck.exists()
    shell.answers("SELECT 1", ("SELECT :name; SELECT 2;>",))
    shell.enter("\\gexec")
    texts = [intent.statement.text for intent in shell.engine.started]
    assert texts == ["SELECT 1", f"\\! touch {struck}", "SELECT 1", "SELECT :name", "SELECT 2"]


def test_every_cell_is_run_by_gexec(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("SELECT 2", None), ("SELECT 3", ""), columns=("a", "b"))
    shell.enter("SELECT 1 \\gexec")
    texts = [intent.statement.text for intent in shell.engine.started]
    assert texts == ["SELECT 1", "SELECT 2", "SELECT 3"]


def test_a_statement_is_watched_with_its_running_cost(start: Start) -> None:
    shell = start()
    shown = shell.enter("SELECT 1 \\watch 5 3")
    assert len(shell.engine.started) == 3
    assert "turn 3 of 3 · $0.00014 so far" in shown


def test_what_was_bound_is_there_in_every_turn_and_not_behind_the_last(start: Start) -> None:
    shell = start()
    shell.enter("\\bind 7")
    shell.enter("SELECT ? \\watch 5 2")
    shell.enter("SELECT 1;")
    bound = [intent.parameters for intent in shell.engine.started]
    assert bound == [("7",), ("7",), ()]


def test_values_may_be_bound_behind_the_statement_as_in_psql(start: Start) -> None:
    shell = start()
    shell.enter("SELECT ? \\bind 'it''s \\g' \\g")
    shell.type("SELECT ?, 1 \\bind 7\r")
    shell.wait(lambda: shell.text().endswith("filled with 1 value.\nshop> SELECT ?, 1"))
    shell.enter("\\g")
    shell.enter("\\bind 8 \\g")
    sent = [(intent.statement.text, intent.parameters) for intent in shell.engine.started]
    assert sent == [
        ("SELECT ?", ("'it''s \\g'",)),
        ("SELECT ?, 1", ("7",)),
        ("SELECT ?, 1", ("8",)),
    ]


def test_watching_needs_a_count(start: Start) -> None:
    assert "needs a count, as each turn is billed" in start().enter("SELECT 1 \\watch 5")
    assert "\\watch needs an interval." in start().enter("SELECT 1 \\watch c=5")


def test_a_result_as_a_grid(start: Start) -> None:
    shell = start()
    shell.answers(
        "SELECT 1", ("a", "x", "1"), ("a", "y", "2"), ("b", "y", "3"), columns=("r", "c", "n")
    )
    shown = shell.enter("SELECT 1 \\crosstabview")
    assert "| r | x    | y |" in shown
    assert "| b | NULL | 3 |" in shown


def test_a_grid_that_cannot_be_drawn_tells_where_the_rows_are(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", (None, "x", "1"), (None, "x", "2"), columns=("r", "c", "n"))
    shown = shell.enter("SELECT 1 \\crosstabview")
    assert "Two rows meet at NULL and x." in shown
    assert "\\result query-1 shows the rows; runs nothing." in shown


def test_what_a_query_cost_is_said_when_its_result_is_refused(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1")
    shell.engine.answers["SELECT 1"].rows = ()
    shown = shell.enter("SELECT 1 \\gset")
    assert shown.splitlines()[1:3] == [
        "0.000 s · 10.0 MB scanned · $0.000048 · query-1",
        "\\gset needs exactly one row; there is no row.",
    ]


def test_a_statement_is_kept_when_the_command_behind_it_was_wrong(start: Start) -> None:
    shell = start()
    assert "\\watch needs a count" in shell.enter("SELECT 1 \\watch 5")
    shell.enter("\\g")
    assert [intent.statement.text for intent in shell.engine.started] == ["SELECT 1"]


def test_values_that_have_no_places_are_told_before_anything_is_sent(start: Start) -> None:
    shell = start()
    assert "filled with 1 value." in shell.enter("\\bind 1")
    shown = shell.enter("SELECT ?, ?;")
    assert "The statement has 2 ?, and \\bind gave 1 value." in shown
    assert shell.engine.started == []
    shell.enter("SELECT '?', ?;")
    assert [intent.parameters for intent in shell.engine.started] == [("1",)]
    shell.enter("\\bind 1 2")
    assert "No values." in shell.enter("\\bind")
    shell.enter("SELECT 5;")
    assert shell.engine.started[-1].parameters == ()


def test_a_study_that_fails_leaves_the_statement_itself(start: Start) -> None:
    shell = start()
    shell.answers("EXPLAIN (TYPE VALIDATE) SELECT 1", error=QueryFailed("no", code="X"))
    shell.enter("SELECT 1 \\check")
    assert "SELECT 1" in shell.enter("\\print").splitlines()


def test_destructive_statements_ask_first(start: Start) -> None:
    shell = start()
    shell.type("DROP TABLE orders;\r")
    shell.wait_for("This drops table orders. Run it? [y/N]")
    assert "Not run." in shell.enter("n")
    assert shell.engine.started == []
    shell.type("DROP TABLE orders;\r")
    shell.wait(lambda: shell.text().count("Run it? [y/N]") == 2)
    shell.enter("y")
    assert len(shell.engine.started) == 1


def test_a_statement_in_the_background_gives_a_notice_above_the_prompt(start: Start) -> None:
    shell = start()
    shown = shell.enter("SELECT 1;>")
    assert "Started query-1; a notice comes when it ends." in shown
    shown = shell.wait_for("query-1 SUCCEEDED: SELECT 1")
    assert "1 row" in shell.enter("\\result query-1")


def test_the_last_result_is_drawn_again_without_running(start: Start) -> None:
    shell = start()
    shell.enter("SELECT 1;")
    assert '"n"\n"1"' in shell.enter("\\last csv")
    assert len(shell.engine.started) == 1


def test_held_results_have_numbers(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 2", ("2",), columns=("m",))
    shell.enter("SELECT 1; SELECT 2;")
    assert shell.enter("\\last _1 csv").endswith('"n"\n"1"\nshop>')
    assert "_9" in shell.enter("\\last _9")
    assert len(shell.engine.started) == 2


def test_plans_and_checks_run_something_else(start: Start) -> None:
    shell = start()
    shell.enter("SELECT 1 \\explain")
    shell.enter("SELECT 1 \\check")
    shell.enter("SELECT 1 \\gdesc")
    assert [intent.statement.text for intent in shell.engine.started] == [
        "EXPLAIN (FORMAT JSON) SELECT 1",
        "EXPLAIN (TYPE VALIDATE) SELECT 1",
        "SELECT * FROM (\nSELECT 1\n) LIMIT 0",
    ]


def test_partitions_and_definitions_are_asked_for_by_quoted_names(start: Start) -> None:
    shell = start()
    shell.enter("\\partitions orders Latest")
    shell.enter("\\ddl orders")
    assert [intent.statement.text for intent in shell.engine.started] == [
        'SELECT "day" FROM "shop"."orders$partitions" ORDER BY "day" DESC LIMIT 1',
        "SHOW CREATE TABLE `shop`.`orders`",
    ]


def test_snippets_are_kept_with_places_for_values(start: Start) -> None:
    shell = start()
    shell.enter("\\set x 1")
    shell.enter("SELECT /* :x */ $1;")
    shell.enter("\\keep one")
    shell.enter("\\snippet one 7")
    assert shell.engine.started[-1].statement.text == "SELECT /* :x */ 7"
    assert "There is no snippet two." in shell.enter("\\snippet two")
    assert "The snippet one takes 1 value, and 0 came." in shell.enter("\\snippet one")
    shell.type("SELECT 2 \\keep one\r")
    shell.wait_for("one is kept already. Replace it? [y/N]")
    assert "Nothing was changed." in shell.enter("n")
    shell.enter("SELECT ?, ? \\keep both")
    assert "Did you mean both?" in shell.enter("\\snippet bot")
    assert "The snippet both takes 2 values, and 1 came." in shell.enter("\\snippet both 1")
    shell.enter("\\snippet both 1 'it''s'")
    last = shell.engine.started[-1]
    assert (last.statement.text, last.parameters) == ("SELECT ?, ?", ("1", "'it''s'"))
    shell.enter("\\keep third SELECT 3;")
    shell.enter("\\snippet third")
    assert [each.statement.text for each in shell.engine.started[2:]] == ["SELECT ?, ?", "SELECT 3"]


def test_bound_values_go_with_the_next_statement_only(start: Start) -> None:
    shell = start()
    shell.enter("\\bind 7 x")
    shell.enter("SELECT ?, ?; SELECT 2;")
    assert [intent.parameters for intent in shell.engine.started] == [("7", "'x'"), ()]


class Fixed:
    """An estimator that says the same of everything."""

    def __init__(self, size: int | None) -> None:
        self.size = size
        self.parameters: list[object] = []

    def estimate(self, *_arguments: object, **more: object) -> Estimate:
        self.parameters.append(more["parameters"])
        return Estimate((TableEstimate("shop.orders", self.size, "its files"),))


def test_an_estimate_is_said_and_nothing_runs(start: Start) -> None:
    shell = start(estimator=Fixed(1024**4))
    shown = shell.enter("SELECT 1 \\estimate")
    assert "Scans at most 1.00 TB (≤ $5.00)." in shown
    assert "shop.orders: ≤ 1.00 TB (its files)" in shown
    assert shell.engine.started == []


@pytest.mark.parametrize("size", [1024**4, None])
def test_a_dear_or_unknown_estimate_asks_first(start: Start, size: int | None) -> None:
    shell = start(estimator=Fixed(size), settings={"confirm_over": "1"})
    shell.type("SELECT 1;\r")
    shell.wait_for("Run it? [y/N]")
    assert "Not run." in shell.enter("n")
    assert shell.engine.started == []


def test_what_is_bound_is_estimated_too_and_stays_bound(start: Start) -> None:
    fixed = Fixed(1024**3)
    shell = start(estimator=fixed, settings={"confirm_over": "1"})
    shell.enter("\\bind 7")
    shell.enter("SELECT ? \\estimate")
    shell.enter("SELECT ?;")
    assert fixed.parameters == [("7",), ("7",)]
    assert [intent.parameters for intent in shell.engine.started] == [("7",)]


def test_a_cheap_estimate_asks_nothing(start: Start) -> None:
    shell = start(estimator=Fixed(1024**3), settings={"confirm_over": "1"})
    assert "1 row" in shell.enter("SELECT 1;")


def test_the_window_has_a_title_made_harmless(start: Start) -> None:
    shell = start(settings={"window_title": "at {database}"}, database="a\x07b")
    shell.wait(lambda: "\x1b]2;at a^Gb\x07" in shell.stream.raw)


def test_hostile_cells_and_names_reach_the_screen_as_text(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("\x1b]52;c;aGk=\x07\u202e",), columns=("\x9b31m",))
    shown = shell.enter("SELECT 1;")
    assert "^[]52;c;aGk=^G\\u{202E}" in shown
    assert "\x1b]52" not in shell.stream.raw
    assert "\x9b" not in shell.stream.raw
    assert "\u202e" not in shell.stream.raw


def test_a_cost_limit_refuses_the_next_statement(start: Start) -> None:
    shell = start(settings={"max_cost_per_session": "0.00005"})
    shell.enter("SELECT 1; SELECT 2;")
    assert "the limit is" in shell.enter("SELECT 3;")
    assert len(shell.engine.started) == 2


def test_a_shell_that_survives_its_own_faults(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", error=ZeroDivisionError("oops"))
    assert "unexpected: ZeroDivisionError('oops')" in shell.enter("SELECT 1;")
    assert "1 row" in shell.enter("SELECT 2;")


def test_quit_gives_its_code(start: Start) -> None:
    shell = start()
    shell.type("\\quit 7\r")
    shell.wait(lambda: shell.code is not None)
    assert shell.end() == 7


def test_what_still_runs_is_named_when_leaving(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("1",), looks=10**6)
    shell.enter("SELECT 1;>")
    shell.type("\\q\r")
    shell.wait(lambda: shell.code is not None)
    assert shell.end() == 0
    assert "\\attach query-1" in shell.text()


def test_a_long_statement_ends_with_a_desktop_notice_where_wanted(start: Start) -> None:
    shell = start(settings={"notify_after": "1s"})
    shell.answers("SELECT 1", ("1",), looks=20)
    shell.enter("SELECT 1;")
    assert "\x1b]9;" not in shell.stream.raw
    shell.enter("\\set notify osc9")
    shell.answers("SELECT 2", ("1",), looks=20)
    shell.enter("SELECT 2;")
    assert "\a\x1b]9;athena-shell: 1 row, " in shell.stream.raw
    shell.enter("\\set notify osc777")
    shell.answers("SELECT 3", ("1",), looks=20)
    shell.enter("SELECT 3;")
    assert "\a\x1b]777;notify;athena-shell;1 row, " in shell.stream.raw


@pytest.mark.parametrize("line", ["SELECT 1 \\check", "\\check SELECT 1", "\\check SELECT 1;"])
def test_a_statement_is_checked_wherever_it_stands(start: Start, line: str) -> None:
    shell = start()
    shell.enter(line)
    (intent,) = shell.engine.started
    assert intent.statement.text == "EXPLAIN (TYPE VALIDATE) SELECT 1"


def test_a_query_of_every_partition_is_warned_of_once(start: Start) -> None:
    shell = start()
    shell.enter("\\echo hello")
    warning = "Reads every partition of orders: no condition on day."
    desk = shell.shell._desk.value
    assert desk is not None
    names = desk.tools.services.connect().names
    names.want("AwsDataCatalog", "shop")
    assert names.wait(10)
    shell.enter("SELECT count(*) FROM orders;")
    shell.enter("SELECT count(*) FROM orders;")
    assert shell.text().count(warning) == 1
    shell.enter("\\set partition_warning off")
    shell.enter("SELECT max(id) FROM orders;")
    assert shell.text().count(warning) == 1
