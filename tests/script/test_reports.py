"""The files that a run leaves behind: figures, a JUnit report, a step summary."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import junitparser
import pytest

from athena_shell.config.options import ScriptOptions, Source

if TYPE_CHECKING:
    Script = Any  # the class lives in conftest.py, which has no importable name


def test_reports(script: Script) -> None:
    directory = script.directory
    script.settings = replace(script.settings, on_error="continue", timing=True)
    script.environment = {"GITHUB_STEP_SUMMARY": str(directory / "summary.md")}
    script.options = ScriptOptions(
        stats=str(directory / "stats.jsonl"), junit=str(directory / "j.xml"), github_summary=True
    )
    script.fail("SELECT a", "line 1:8: no | <a>\x1b")
    ran = script.run("SELECT 1;\n-- @name second\nSELECT a; \\echo x\nINSERT INTO t SELECT 1")
    assert ran.err.splitlines()[-1] == (
        "3 statements: 2 succeeded, 1 failed · 0.0 s · 0 B scanned · free"
    )
    records = [json.loads(line) for line in (directory / "stats.jsonl").read_text().splitlines()]
    shown = [(r["number"], r["name"], r["line"], r["verb"], r["state"], r["rows"]) for r in records]
    assert shown == [
        (1, "1", 1, "SELECT", "SUCCEEDED", 1),
        (2, "second", 3, "SELECT", "FAILED", None),
        (3, "3", 4, "INSERT INTO", "SUCCEEDED", 1),
    ]
    assert (records[1]["error"], records[1]["exit_code"]) == ("line 1:8: no | <a>\x1b", 1)
    suite = ET.parse(directory / "j.xml").getroot()  # noqa: S314 - written a moment ago, by us
    assert suite.tag == "testsuites"
    assert [(each.tag, each.attrib) for each in suite] == [("testsuite", suite.attrib)]
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert counts == ["3", "1", "0", "0"]
    cases = suite.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == ["1 SELECT", "second SELECT", "3 INSERT INTO"]
    failure = cases[1].find("failure")
    assert failure is not None
    assert failure.attrib == {"message": "line 1:8: no | <a>^[", "type": "QUERY_FAILED"}
    markdown = (directory / "summary.md").read_text()
    assert (
        "| ❌ | -c:3 SELECT second line 1:8: no \\| &lt;a&gt;^\\[ | FAILED |  | 0.0 s | 0 B | $0 |"
        in markdown
    )


@pytest.mark.parametrize("name", ["none/j.xml", "."])
@pytest.mark.parametrize(
    "report", [ScriptOptions(junit="x"), ScriptOptions(stats="x")], ids=["junit", "stats"]
)
def test_a_report_that_cannot_be_written_stops_the_run_before_it_begins(
    script: Script, report: ScriptOptions, name: str
) -> None:
    path = str(script.directory / name)
    script.options = ScriptOptions(junit=report.junit and path, stats=report.stats and path)
    ran = script.run("INSERT INTO t SELECT 1")
    assert (ran.code, ran.texts) == (6, [])
    assert "cannot be written" in ran.err


def test_no_two_reports_share_a_file_and_none_is_the_script(script: Script) -> None:
    path = script.file("r.sql", "INSERT INTO t SELECT 1;\n")
    script.options = ScriptOptions(stats=path)
    ran = script.run(Source(path))
    assert (ran.code, ran.texts) == (2, [])
    assert f"--stats {path} is also the script.\n" in ran.err
    other = str(script.directory / "x")
    script.options = ScriptOptions(stats=other, junit=other)
    assert f"--junit {other} is also the file of --stats.\n" in script.run(Source(path)).err
    script.output, script.options = other, ScriptOptions(stats=other)
    assert f"--stats {other} is also the file of -o.\n" in script.run(Source(path)).err
    assert [each.name for each in script.directory.iterdir()] == ["r.sql"]


@pytest.mark.parametrize("flag", ["-o", "--stats", "--junit"])
def test_a_dash_is_no_file(script: Script, flag: str) -> None:
    """It would become a file of that name, where everybody means standard output."""
    script.output = "-" if flag == "-o" else ""
    script.options = ScriptOptions(
        stats="-" if flag == "--stats" else "", junit="-" if flag == "--junit" else ""
    )
    ran = script.run("SELECT 1")
    assert (ran.code, ran.texts) == (2, [])
    assert f"{flag} - names no file.\nResults go to standard output without -o;" in ran.err


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_earlier_report_is_gone_before_anything_runs(script: Script) -> None:
    stats, junit = script.directory / "s.jsonl", script.directory / "j.xml"
    seen: list[str] = []

    def look() -> None:
        seen.extend(path.read_text() for path in (stats, junit))

    script.answers["SELECT 1"] = replace(script.any_answer, deed=look)
    for path in (stats, junit):
        path.write_text("of yesterday")
    script.options = ScriptOptions(stats=str(stats), junit=str(junit))
    assert script.run("SELECT 1").code == 0
    assert seen == ["", ""]
    assert len(records(stats)) == 1
    assert ET.parse(junit).getroot().get("tests") == "1"  # noqa: S314 - ours


@pytest.mark.parametrize("text", ["SELECT 1; SELECT 2", "SELECT 1; SELECT bad"])
def test_a_report_without_room_ends_the_run_and_spoils_no_other(script: Script, text: str) -> None:
    """The first statement is told of everywhere; the others are not begun."""
    script.settings = replace(script.settings, timing=True)
    script.fail("SELECT bad", "no")
    summary = script.directory / "summary.md"
    script.environment = {"GITHUB_STEP_SUMMARY": str(summary)}
    script.options = ScriptOptions(
        stats="/dev/full", junit=str(script.directory / "j.xml"), github_summary=True
    )
    ran = script.run(text)
    assert (ran.code, ran.texts, ran.out) == (6, ["SELECT 1"], '"n"\n"1"\n')
    assert ran.err == (
        "[1/2] 1 row · 0.0 s · 0 B scanned · free · q-1\n"
        "\n"
        "#  statement    state      rows     time  scanned  cost\n"
        "-  -----------  ---------  ----  -------  -------  ----\n"
        "1  -c:1 SELECT  SUCCEEDED     1  0.000 s      0 B  free\n"
        "1 statement: 1 succeeded · 1 not run · 0.0 s · 0 B scanned · free\n"
        "/dev/full cannot be written: No space left on device.\n"
        "Free some space or write to another disk.\n"
    )
    assert junitparser.JUnitXml.fromfile(str(script.directory / "j.xml")).tests == 1
    assert "1 statement: 1 succeeded · 1 not run" in summary.read_text()


@pytest.mark.parametrize(("text", "code"), [("SELECT 1; SELECT 2", 6), ("SELECT 1; SELECT bad", 1)])
def test_a_report_without_room_hides_no_result_and_no_failure(
    script: Script, text: str, code: int
) -> None:
    script.settings = replace(script.settings, timing=True)
    script.fail("SELECT bad", "no")
    script.output = str(script.directory / "{n}.csv")
    script.options = ScriptOptions(junit="/dev/full", stats=str(script.directory / "s.jsonl"))
    ran = script.run(text)
    assert (ran.code, len(ran.texts)) == (code, 2)
    assert (script.directory / "1.csv").exists()
    assert len(records(script.directory / "s.jsonl")) == 2
    assert "\n2 statements: " in ran.err
    assert ran.err.endswith(
        "/dev/full cannot be written: No space left on device.\n"
        "Free some space or write to another disk.\n"
    )


def test_the_result_appears_when_only_the_report_has_no_room(script: Script) -> None:
    script.output = str(script.directory / "out.csv")
    script.options = ScriptOptions(junit="/dev/full")
    assert script.run("SELECT 1").code == 6
    assert (script.directory / "out.csv").read_text() == '"n"\n"1"\n'


AWKWARD = {
    "control characters": "a\x00b\x1b[31mc\x9b\x7f\r\n\td",
    "the end of a section": "]]> <![CDATA[ <!-- & \"' -->",
    "wide and joined": "漢字 \u3000 👩\u200d👩\u200d👧 é\u0301 \u00a0",
    "no characters": "\ud800 \udcff \ufffe \uffff \U0001ffff",
    "the other way round": "a\u202eb\u2066c",
    "a megabyte": "x" * (1 << 20),
}


@pytest.mark.parametrize("reason", AWKWARD.values(), ids=AWKWARD)
def test_a_reader_that_nobody_here_wrote_takes_any_error(script: Script, reason: str) -> None:
    junit, stats = script.directory / "j.xml", script.directory / "s.jsonl"
    script.options = ScriptOptions(junit=str(junit), stats=str(stats))
    script.fail("SELECT a", reason)
    ran = script.run(Source(script.file('the "first" <&> é.sql', "SELECT 1;\nSELECT a;\n")))
    assert ran.code == 1
    [suite] = junitparser.JUnitXml.fromfile(str(junit))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (2, 1, 0, 0)
    good, bad = suite
    assert (good.result, good.classname) == ([], f'{script.directory}/the "first" <&> é.sql')
    [failure] = bad.result
    assert len(failure.message) <= 500
    assert not set(failure.text) & set("\x00\x1b\x9b\u202e\u2066\ufffe\uffff")
    assert all(letter in failure.text for letter in set(reason) if letter.isalnum())
    told = records(stats)[1]["error"]
    assert told.encode("utf-16", "surrogatepass") == reason.encode("utf-16", "surrogatepass")
    assert not set(stats.read_text()) & set("\x00\x1b\x9b\u202e\u2066")


def test_names_that_are_no_text_stand_in_every_report(script: Script) -> None:
    stats, junit = script.directory / "s.jsonl", script.directory / "j.xml"
    script.environment = {"GITHUB_STEP_SUMMARY": str(script.directory / "summary.md")}
    script.options = ScriptOptions(stats=str(stats), junit=str(junit), github_summary=True)
    path = script.directory / os.fsdecode(b"d\xe9j\xe0.sql")
    path.write_text("SELECT 1;\n")
    assert script.run(Source(str(path))).code == 0
    assert records(stats)[0]["source"] == str(path)
    [case] = next(iter(junitparser.JUnitXml.fromfile(str(junit))))
    assert case.classname == f"{script.directory}/d\\u{{DCE9}}j\\u{{DCE0}}.sql"
    assert "d\\\\u{DCE9}j" in (script.directory / "summary.md").read_text()


def test_two_cases_never_share_a_name(script: Script) -> None:
    """Build servers take two of one name for one, and show the last."""
    script.settings = replace(script.settings, on_error="continue")
    script.options = ScriptOptions(junit=str(script.directory / "j.xml"))
    script.run("-- @name a\nSELECT 1;\n-- @name a\nSELECT 2;\n\\frob\n\\frob\n")
    [suite] = junitparser.JUnitXml.fromfile(str(script.directory / "j.xml"))
    assert [case.name for case in suite] == ["a SELECT", "a SELECT (2)", "\\frob", "\\frob (2)"]


def test_a_step_summary_shows_what_was_meant_and_is_never_too_large(script: Script) -> None:
    """GitHub renders Markdown, and drops a summary of more than a mebibyte."""
    summary = script.directory / "summary.md"
    summary.write_text("# of the step before\n")
    script.environment = {"GITHUB_STEP_SUMMARY": str(summary)}
    script.options = ScriptOptions(github_summary=True)
    script.settings = replace(script.settings, on_error="continue")
    script.fail("SELECT a", "![x](http://x) *a* `b` ~c~ " + "y" * 10_000)
    script.run("SELECT 1;" * 1000 + "SELECT a;" * 2)
    lines = summary.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# of the step before"
    assert lines[3].startswith("| ❌ | -c:1 SELECT !\\[x\\](http://x) \\*a\\* \\`b\\` \\~c\\~ yyy")
    assert [line[:4] for line in lines[3:7]] == ["| ❌ ", "| ❌ ", "| ✅ ", "| ✅ "]
    assert lines[-3] == "and 502 more"
    assert lines[-1].startswith("1002 statements: 1000 succeeded, 2 failed · ")
    assert summary.stat().st_size < 1 << 18
