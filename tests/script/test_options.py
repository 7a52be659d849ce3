"""What the flags of a script run do."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.config.options import ScriptOptions
from athena_shell.core.errors import QueryFailed
from athena_shell.core.session import Session

if TYPE_CHECKING:
    Script = Any  # the class lives in conftest.py, which has no importable name


def test_directives_name_and_limit_a_statement(script: Script) -> None:
    script.options = ScriptOptions(stats=str(script.directory / "stats.jsonl"))
    script.slow("SELECT slow", seconds=120)
    text = "-- @name daily\n-- @timeout 1m\nSELECT slow;\nSELECT 2;"
    ran = script.run(text)
    assert (ran.code, ran.texts) == (4, ["SELECT slow"])
    record = json.loads((script.directory / "stats.jsonl").read_text())
    assert (record["name"], record["number"], record["state"]) == ("daily", 1, "FAILED")


def test_directives_lower_limits_and_never_lift_them(script: Script) -> None:
    script.settings = replace(script.settings, timeout=60.0)
    script.slow("SELECT slow", seconds=120)
    assert script.run("-- @timeout 2h\nSELECT slow").code == 4
    refused = script.run("\\set timeout 2h\nSELECT slow")
    assert (refused.code, refused.texts) == (2, [])
    assert "A script may lower timeout but not lift it." in refused.err


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("-- @timout 5m", "-c:2:4: “@timout 5m” is no directive.\n  It must be one of @name,"),
        ("--   @timeout soon", "-c:2:6: “@timeout soon” is no directive.\n  It must be a time"),
        ("-- @name a/b", "-c:2:4: “@name a/b” is no directive."),
        ("-- @", "-c:2:4: “@” is no directive."),
    ],
)
def test_a_bad_directive_is_an_error_at_its_place(script: Script, line: str, message: str) -> None:
    ran = script.run(f"SELECT 1;\n{line}\nSELECT 2;")
    assert (ran.code, ran.texts) == (2, ["SELECT 1"])
    assert ran.err.startswith(message)


def test_comments_inside_statements_and_strings_are_no_directives(script: Script) -> None:
    assert script.run("SELECT 1 -- @timout x\n;SELECT '-- @nope'; -- @ me\nSELECT 3").code == 0


def test_each_statement_into_a_file_of_its_own(script: Script) -> None:
    script.output = str(script.directory / "out-{n}-{name}.csv")
    script.answer("SELECT 2", ("2",))
    ran = script.run("SELECT 1;\n-- @name daily\nSELECT 2")
    assert (ran.code, ran.out) == (0, "")
    assert {p.name: p.read_text() for p in script.directory.iterdir()} == {
        "out-1-1.csv": '"n"\n"1"\n',
        "out-2-daily.csv": '"n"\n"2"\n',
    }


def test_two_results_never_share_a_file(script: Script) -> None:
    script.output, script.force = str(script.directory / "{name}.csv"), True
    script.file("a.csv", "of yesterday")
    ran = script.run("\\timing off\n-- @name a\nSELECT 1;\n-- @name a\nSELECT 2;\n")
    assert (ran.code, (script.directory / "a.csv").read_text()) == (6, '"n"\n"1"\n')
    assert "holds the result of an earlier statement of this run already." in ran.err


@pytest.mark.parametrize("text", ["DROP TABLE x", "INSERT INTO t SELECT 1", "CREATE TABLE y AS z"])
def test_read_only_refuses_before_sending(script: Script, text: str) -> None:
    script.options = ScriptOptions(read_only=True, yes=True)
    ran = script.run(f"SELECT 1; {text}; SELECT 2")
    assert (ran.code, ran.texts) == (2, ["SELECT 1"])
    assert "this run is --read-only" in ran.err


def test_a_production_profile_needs_yes_for_writes(script: Script) -> None:
    script.session = Session(profile="prod", production=True)
    refused = script.run("SELECT 1; DROP TABLE x")
    assert (refused.code, refused.texts) == (2, ["SELECT 1"])
    assert "prod is a production profile" in refused.err
    script.options = ScriptOptions(yes=True)
    assert script.run("DROP TABLE x").code == 0


def test_what_cannot_be_taken_back_needs_yes_where_that_is_always_asked(script: Script) -> None:
    script.settings = replace(script.settings, destructive_warning="always")
    refused = script.run("INSERT INTO t SELECT 1; DELETE FROM t")
    assert (refused.code, refused.texts) == (2, ["INSERT INTO t SELECT 1"])
    assert "it deletes every row of t, and destructive_warning is always." in refused.err
    lifted = script.run("\\set destructive_warning off\nDELETE FROM t;")
    assert (lifted.code, lifted.texts) == (2, [])
    assert "A script may not change destructive_warning" in lifted.err
    script.options = ScriptOptions(yes=True)
    assert script.run("DELETE FROM t").code == 0


def test_variables_of_the_environment_come_by_name_only(script: Script) -> None:
    script.environment = {"DAY": "monday", "SECRET": "x"}
    script.options = ScriptOptions(environment_variables=("DAY",))
    assert script.run("SELECT :'DAY', :{?SECRET}").texts == ["SELECT 'monday', FALSE"]
    script.options = ScriptOptions(environment_variables=("NONE",))
    refused = script.run("SELECT 1")
    assert (refused.code, refused.texts) == (2, [])


def test_raw_variables_when_allowed(script: Script) -> None:
    script.options = ScriptOptions(variables={"t": "orders"}, raw_variables=True)
    assert script.run("SELECT * FROM :t").texts == ["SELECT * FROM orders"]


def test_a_dry_run_validates_and_runs_nothing(script: Script) -> None:
    script.options = ScriptOptions(dry_run=True, variables={"day": "x"})
    script.output = str(script.directory / "out.csv")
    script.fail("EXPLAIN (TYPE VALIDATE) SELECT bad", "line 1:32: no bad")
    text = (
        "CREATE TABLE made AS SELECT 1;\nSELECT :'day';\nSELECT bad;\n\\set y z\nSELECT :'y';\n"
        "SELECT * FROM made;\nDROP TABLE old;\n\\d orders\nSELECT now \\gset\nSELECT :'now';\n"
    )
    ran = script.run(text)
    assert ran.code == 1
    assert ran.texts == [
        "EXPLAIN (TYPE VALIDATE) SELECT 'x'",
        "EXPLAIN (TYPE VALIDATE) SELECT bad",
        "EXPLAIN (TYPE VALIDATE) SELECT 'z'",
        "EXPLAIN (TYPE VALIDATE) SELECT now",
    ]
    assert ran.out.splitlines() == [
        "-c:1: CREATE TABLE · writes · made · not checked: Athena validates queries only",
        "-c:2: SELECT · reads · valid",
        "-c:5: SELECT · reads · valid",
        "-c:6: SELECT · reads · not checked: it needs made, which is not made in a dry run",
        "-c:7: DROP TABLE · drops table old · not checked: Athena validates queries only",
        "-c:9: SELECT · reads · valid",
        "-c:10: SELECT · reads · not checked: it may depend on a result",
    ]
    assert ran.err.startswith("-c:3:8: no bad\n  SELECT bad\n         ^^^\n")
    assert list(script.directory.iterdir()) == []


@pytest.mark.parametrize("output", ["{nn}.csv", "{N}.csv", "{name.csv", "{}.csv", "{n}-{nome}.csv"])
def test_a_misspelled_pattern_is_refused_before_anything_runs(script: Script, output: str) -> None:
    script.output = str(script.directory / output)
    ran = script.run("INSERT INTO t SELECT 1")
    assert (ran.code, ran.texts) == (2, [])
    assert "which stands for nothing.\n{n} is the statement's number" in ran.err
    assert list(script.directory.iterdir()) == []


def test_parallel_runs_at_once_and_answers_in_order(script: Script) -> None:
    together = threading.Barrier(3, timeout=20)
    for n in "abc":
        script.answer(f"SELECT '{n}'", (n,))
        script.meet(f"SELECT '{n}'", together)
    script.options = ScriptOptions(parallel=3)
    ran = script.run("SELECT 'a';\nSELECT 'b';\nSELECT 'c';\n\\barrier\nSELECT 'd'; SELECT 'e'")
    assert (ran.code, ran.out) == (0, "".join(f'"n"\n"{n}"\n' for n in "abc11"))
    assert sorted(ran.texts[:3]) == ["SELECT 'a'", "SELECT 'b'", "SELECT 'c'"]


def test_parallel_stops_behind_a_failure(script: Script) -> None:
    script.options = ScriptOptions(parallel=2)
    script.fail("SELECT bad", "line 1:8: no bad")
    ran = script.run("SELECT 1;\nSELECT bad;\n\\barrier\nSELECT 3;")
    assert (ran.code, ran.out) == (1, '"n"\n"1"\n')
    assert "SELECT 3" not in ran.texts
    assert ran.err.startswith("-c:2:8: no bad\n")
    unset = script.run("SELECT 1;\nSELECT :'none';\nSELECT 3;")
    assert (unset.code, unset.texts) == (2, ["SELECT 1"])


def test_parallel_reports_what_ran_beside_the_failure(script: Script) -> None:
    script.options = ScriptOptions(parallel=2, stats=str(script.directory / "stats.jsonl"))
    script.fail("SELECT bad", "line 1:8: no bad")
    together = threading.Barrier(2, timeout=20)
    script.answer("INSERT INTO t SELECT 2")
    for text in ("SELECT bad", "INSERT INTO t SELECT 2"):
        script.meet(text, together)
    ran = script.run("SELECT bad;\nINSERT INTO t SELECT 2;\nSELECT 3;")
    lines = (script.directory / "stats.jsonl").read_text().splitlines()
    shown = [(r["number"], r["state"]) for r in map(json.loads, lines)]
    assert (ran.code, ran.out) == (1, "")
    assert shown[:2] == [(1, "FAILED"), (2, "SUCCEEDED")]
    assert "\n-c:2: succeeded; its result is left out · " in ran.err


def test_a_wrong_setting_is_told_at_its_place(script: Script) -> None:
    script.settings = replace(script.settings, on_error="continue")
    ran = script.run("SELECT 1;\n  \\settings max_rows=many\n\\set format=1\n\\settings nope=1\n")
    told = [line for line in ran.err.splitlines() if line.startswith("-c:")]
    assert (ran.code, [line.split(" ")[0] for line in told]) == (
        2,
        ["-c:2:3:", "-c:3:1:", "-c:4:1:"],
    )


def test_parallel_goes_on_when_asked(script: Script) -> None:
    script.options = ScriptOptions(parallel=4)
    script.settings = replace(script.settings, on_error="continue")
    script.answers["SELECT bad"] = replace(script.any_answer, error=QueryFailed("No bad."))
    ran = script.run("SELECT 1;\nSELECT bad;\nSELECT 3;")
    assert (ran.code, ran.out, len(ran.texts)) == (1, '"n"\n"1"\n' * 2, 3)


def test_profile_warnings_are_told_once(script: Script) -> None:
    script.warnings = ("These parameters have no effect here: Driver.",)
    assert script.run("SELECT 1").err == "These parameters have no effect here: Driver.\n"


def test_quiet_leaves_failures_only(script: Script) -> None:
    script.settings = replace(script.settings, timing=True)
    script.options = ScriptOptions(verbosity=-1)
    assert script.run("SELECT 1; SELECT 2").err == ""
    script.options = ScriptOptions(verbosity=1)
    assert "-c:1: SELECT 2" in script.run("SELECT 1; SELECT 2").err
