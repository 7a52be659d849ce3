"""Commands in the reports of a run: one that fails is told there as a statement is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from athena_shell.config.options import ScriptOptions, Source

if TYPE_CHECKING:
    Script = Any  # the class lives in conftest.py, which has no importable name

SHOWN = ("number", "name", "line", "column", "kind", "verb", "state", "exit_code", "error")


@pytest.fixture
def stats(script: Script) -> Path:
    path: Path = script.directory / "stats.jsonl"
    script.options = ScriptOptions(stats=str(path), junit=str(script.directory / "j.xml"))
    return path


def records(path: Path) -> list[tuple[Any, ...]]:
    return [
        tuple(json.loads(line)[name] for name in SHOWN) for line in path.read_text().splitlines()
    ]


def test_a_failed_command_is_a_record_and_no_statement(script: Script, stats: Path) -> None:
    script.settings = replace(script.settings, on_error="continue", timing=True)
    ran = script.run("SELECT 1;\n  \\i none.sql\nSELECT 2;\n\\frob\n-- @name last\nSELECT 3;\n")
    assert (ran.code, ran.texts) == (2, ["SELECT 1", "SELECT 2", "SELECT 3"])
    found = records(stats)
    assert [each[:8] for each in found] == [
        (1, "1", 1, 1, "query", "SELECT", "SUCCEEDED", 0),
        (None, "", 2, 3, "command", "\\i", "FAILED", 2),
        (2, "2", 3, 1, "query", "SELECT", "SUCCEEDED", 0),
        (None, "", 4, 1, "command", "\\frob", "FAILED", 2),
        (3, "last", 6, 1, "query", "SELECT", "SUCCEEDED", 0),
    ]
    assert found[3][8] == "There is no command \\frob."
    lines = [line.rstrip() for line in ran.err.splitlines()]
    assert lines[-1].startswith("3 statements: 3 succeeded · 2 commands failed · ")
    assert ["-c:2", "\\i", "FAILED"] in [line.split() for line in lines]
    suite = ET.parse(script.directory / "j.xml").getroot()  # noqa: S314 - ours
    assert [suite.get(name) for name in ("tests", "failures")] == ["5", "2"]
    assert [case.get("name") for case in suite.iter("testcase")] == [
        *("1 SELECT", "\\i", "2 SELECT", "\\frob", "last SELECT"),
    ]


def test_the_numbers_of_statements_do_not_depend_on_commands(script: Script) -> None:
    script.settings = replace(script.settings, on_error="continue")
    script.output = str(script.directory / "{n}.csv")
    script.run("SELECT 1;\n\\frob\nSELECT 2;")
    assert sorted(path.name for path in script.directory.glob("*.csv")) == ["1.csv", "2.csv"]


def test_assertions_have_a_kind_of_their_own(script: Script, stats: Path) -> None:
    script.answer("SELECT (1 = 1)", ("true",))
    script.answer("SELECT (1 = 2)", ("false",))
    ran = script.run("\\assert 1 = 1\n-- @name never\n\\assert 1 = 2")
    assert ran.code == 1
    assert [each[:8] for each in records(stats)] == [
        (1, "1", 1, 9, "assertion", "\\assert", "SUCCEEDED", 0),
        (2, "never", 3, 9, "assertion", "\\assert", "FAILED", 1),
    ]
    suite = ET.parse(script.directory / "j.xml").getroot()  # noqa: S314 - ours
    names = [case.get("name") for case in suite.iter("testcase")]
    assert names == ["1 \\assert", "never \\assert"]


def test_commands_work_on_statements_and_not_on_assertions(script: Script) -> None:
    script.answer("SELECT (1 = 1)", ("true",))
    assert script.run("SELECT 5;\n\\assert 1 = 1\n\\gx").texts == [
        *("SELECT 5", "SELECT (1 = 1)", "SELECT 5"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("-- @nope\nSELECT 1;", (1, "1", 2, 1, "query", "SELECT")),
        ("SELECT 1 \\watch 1 2", (None, "", 1, 10, "command", "\\watch")),
        ("\\if true\nSELECT 1;", (None, "", 1, 1, "script", "")),
        ("\\assert", (None, "", 1, 1, "command", "\\assert")),
        ("SELECT :'x';", (1, "1", 1, 1, "query", "SELECT")),
    ],
)
def test_what_fails_before_it_is_sent_is_reported(
    script: Script, stats: Path, text: str, found: tuple[object, ...]
) -> None:
    assert script.run(text).code == 2
    last = records(stats)[-1]
    assert last[:6] == found
    assert (last[6], last[7]) == ("FAILED", 2)


def test_a_script_that_cannot_be_read_on_is_reported(script: Script, stats: Path) -> None:
    script.stdin = b"SELECT 1;\n" + b"-" * 70_000 + b"\n\xe9\n"
    assert script.run(Source("-")).code == 2
    assert [each[:8] for each in records(stats)][1:] == [
        (None, "", 3, 1, "script", "", "FAILED", 2),
    ]
    suite = ET.parse(script.directory / "j.xml").getroot()  # noqa: S314 - ours
    assert [case.get("name") for case in suite.iter("testcase")] == ["1 SELECT", "script"]


def test_a_long_run_shows_failed_commands_in_their_place(script: Script) -> None:
    script.settings = replace(script.settings, on_error="continue", timing=True)
    ran = script.run("SELECT 1;" * 15 + "\n\\frob\n" + "SELECT 1;" * 15 + "\n\\frob\n")
    table = ran.err[ran.err.index("#") :]
    assert [line.split()[0] for line in table.splitlines() if "frob" in line] == ["-c:2", "-c:4"]
    assert table.splitlines()[-1].startswith("30 statements: 30 succeeded · 2 commands failed")


def test_what_did_not_run_is_counted(script: Script) -> None:
    script.settings = replace(script.settings, timing=True)
    script.fail("SELECT b", "no")
    text = "SELECT a;\n\\if false\nSELECT x;\n\\endif\nSELECT b;\nSELECT c;\n\\assert 1 = 1\n"
    assert (
        script.run(text)
        .err.splitlines()[-1]
        .startswith("2 statements: 1 succeeded, 1 failed · 2 not run · ")
    )
