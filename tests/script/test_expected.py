"""What cannot be delivered is refused before it is sent: Athena would bill it all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.config.options import ScriptOptions, Source

if TYPE_CHECKING:
    Script = Any  # the class lives in conftest.py, which has no importable name

_UNFORESEEN = "\\if true\n\\endif\n"


@pytest.mark.parametrize("parallel", [1, 4])
def test_a_format_for_files_is_not_shown(script: Script, parallel: int) -> None:
    script.options = ScriptOptions(parallel=parallel)
    script.settings = replace(script.settings, format="xlsx")
    ran = script.run("\\echo a\n\nINSERT INTO t SELECT 1; SELECT 2;")
    assert (ran.code, ran.texts, ran.out) == (2, [], "")
    assert ran.err == (
        "-c:3:25: xlsx is a format for files, and the results go to standard output.\n"
        "  Name a file: -o result.xlsx Nothing was run.\n"
    )
    assert script.run("SELECT 2\\G").code == 0
    assert script.run("\\set format json\nSELECT 2;").code == 0
    assert script.run("SELECT 2 AS x \\gset\n").code == 0


@pytest.mark.parametrize("parallel", [1, 4])
def test_a_second_result_needs_room(script: Script, parallel: int) -> None:
    script.options = ScriptOptions(parallel=parallel)
    script.output = str(script.directory / "out.xlsx")
    ran = script.run("SELECT 1;\nINSERT INTO t SELECT 1;\nSELECT 2;\nSELECT 3;")
    assert (ran.code, ran.texts) == (6, [])
    assert f"{script.output} can hold one xlsx result only." in ran.err
    ran = script.run(f"{_UNFORESEEN}SELECT 1;\nINSERT INTO t SELECT 1;\nSELECT 2;\nSELECT 3;")
    assert ran.code == 6
    assert sorted(ran.texts) == ["INSERT INTO t SELECT 1", "SELECT 1"]
    assert f"{script.output} can hold one xlsx result only." in ran.err
    script.output = str(script.directory / "out.json")
    assert script.run("SELECT 1;SELECT 2;").code == 0


@pytest.mark.parametrize("parallel", [1, 4])
def test_files_of_a_pattern_are_looked_at_first(script: Script, parallel: int) -> None:
    script.options = ScriptOptions(parallel=parallel)
    script.output = str(script.directory / "{name}.csv")
    script.file("b.csv", "of yesterday")
    text = "-- @name a\nSELECT 1;\n-- @name b\nSELECT 2;\n-- @name c\nSELECT 3;"
    ran = script.run(text)
    assert (ran.code, ran.texts) == (6, [])
    assert "b.csv exists" in ran.err
    ran = script.run(_UNFORESEEN + text)
    assert (ran.code, ran.texts) == (6, ["SELECT 1"])
    assert "b.csv exists" in ran.err
    script.force = True
    assert script.run(text).code == 0
    text = text.replace("@name b", "@name a")
    for before, sent in (("", []), (_UNFORESEEN, ["SELECT 1"])):
        ran = script.run(before + text)
        assert (ran.code, ran.texts) == (6, sent)
        assert "holds the result of an earlier statement of this run already." in ran.err


@pytest.mark.parametrize(
    "text",
    [
        "-- @name a\nSELECT 1 \\gset\nSELECT 2;",
        "\\set day x\n\\assert SELECT true\nINSERT INTO t SELECT 1;\nSELECT 2 \\gx\n",
        "\\echo a\nUSE sales;\nINSERT INTO t SELECT 1;\nSELECT 2 \\g\n",
    ],
)
def test_files_are_foreseen_by_the_number_of_their_statement(script: Script, text: str) -> None:
    script.output = str(script.directory / "{n}.csv")
    number = text.count("SELECT") + text.count("USE")
    script.file(f"{number}.csv", "of yesterday")
    ran = script.run(text)
    assert (ran.code, ran.texts) == (6, [])
    assert f"{number}.csv exists" in ran.err
    assert "Nothing was run." in ran.err


def test_a_run_that_goes_on_is_refused_statement_by_statement(script: Script) -> None:
    script.output = str(script.directory / "{n}.csv")
    script.settings = replace(script.settings, on_error="continue")
    script.file("2.csv", "of yesterday")
    ran = script.run("SELECT 1; SELECT 2; SELECT 3;")
    assert (ran.code, ran.texts) == (6, ["SELECT 1"])


def test_a_summary_that_goes_nowhere_is_told(script: Script) -> None:
    script.options = ScriptOptions(github_summary=True)
    ran = script.run("SELECT 1;")
    assert ran.code == 0
    assert ran.err.startswith("--github-summary writes nothing: GITHUB_STEP_SUMMARY is not set.\n")


@pytest.mark.parametrize("parallel", [1, 4])
def test_a_result_that_has_nowhere_to_go_is_told_at_its_statement(
    script: Script, parallel: int
) -> None:
    script.options = ScriptOptions(parallel=parallel)
    script.output = str(script.directory / "{n}.csv")
    taken = script.file("2.csv", "of yesterday")
    path = script.file("r.sql", "SELECT 1;\n\n  SELECT 2;\n")
    said = f"{path}:3:3: {taken} exists already.\n  Add --force to replace it."
    assert script.run(Source(path)).err == f"{said} Nothing was run.\n"
    script.settings = replace(script.settings, on_error="continue")
    assert script.run(Source(path)).err == f"{said}\n"


def test_a_result_that_could_not_be_written_is_named_with_its_query(script: Script) -> None:
    script.options = ScriptOptions(unrestricted=True)
    path = script.file("r.sql", "INSERT INTO t SELECT 1;\n  SELECT 2 \\g /dev/full\n")
    ran = script.run(Source(path))
    assert (ran.code, ran.texts) == (6, ["INSERT INTO t SELECT 1", "SELECT 2"])
    assert ran.err == (
        f"{path}:2:3: /dev/full cannot be written: No space left on device.\n"
        "  Free some space or write to another disk.\n  query q-2\n"
    )
