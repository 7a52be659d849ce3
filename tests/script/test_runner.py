from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.config.options import ScriptOptions, Source
from athena_shell.config.settings import Settings
from athena_shell.core.errors import LoginRequired

if TYPE_CHECKING:
    Script = Any  # the class lives in conftest.py, which has no importable name

GOES_ON = Settings(format="csv", timing=False, on_error="continue")
MISSING = "COLUMN_NOT_FOUND: line 1:8: Column 'totl' cannot be resolved"


def test_files_texts_and_stdin_run_in_order(script: Script) -> None:
    path = script.file("a.sql", "SELECT 'a';\n-- the end\n")
    script.stdin = b"SELECT 'in'"
    ran = script.run("SELECT 'first'", Source(path), Source("-"), "SELECT 'last';;")
    assert ran.texts == ["SELECT 'first'", "SELECT 'a'", "SELECT 'in'", "SELECT 'last'"]
    assert (ran.code, ran.out, ran.err) == (0, '"n"\n"1"\n' * 4, "")


def test_stdout_is_data_and_stderr_is_talk(script: Script) -> None:
    script.settings = replace(script.settings, timing=True)
    script.answer("SELECT 1", ("1",), (None,))
    ran = script.run(r"SELECT 1; \warn careful")
    assert ran.out == '"n"\n"1"\n\n'
    assert ran.err == "2 rows · 0.0 s · 0 B scanned · free · q-1\ncareful\n"


@pytest.mark.parametrize(
    ("format_name", "out"),
    [
        ("csv", '"n"\n"1"\n"n"\n"2"\n'),
        ("jsonl", '{"n": "1"}\n{"n": "2"}\n'),
        ("table", "+---+\n| n |\n|---|\n| 1 |\n+---+\n\n+---+\n| n |\n|---|\n| 2 |\n+---+\n"),
    ],
)
def test_results_follow_each_other(script: Script, format_name: str, out: str) -> None:
    script.settings = replace(script.settings, format=format_name, table_style="psql")
    script.answer("SELECT 2", ("2",))
    assert script.run("SELECT 1; SELECT 2").out == out


def test_a_failure_is_drawn_at_its_place_and_stops_the_run(script: Script) -> None:
    script.fail("SELECT totl FROM orders", MISSING)
    path = script.file("r.sql", "SELECT 1;\n\n  SELECT totl FROM orders;\nSELECT 3;\n")
    ran = script.run(Source(path))
    assert ran.texts == ["SELECT 1", "SELECT totl FROM orders"]
    assert ran.code == 1
    assert ran.err.splitlines() == [
        f"{path}:3:10: COLUMN_NOT_FOUND: Column 'totl' cannot be resolved",
        "    SELECT totl FROM orders",
        "           ^^^^",
        r"  Check the name with \d TABLE; text in double quotes is a name, not a string.",
        "  query q-2",
    ]


def test_the_place_is_mapped_through_variables_and_lines(script: Script) -> None:
    script.options = ScriptOptions(variables={"day": "2026-01-31"})
    sent = "SELECT '2026-01-31',\n  totl"
    script.fail(sent, "line 2:3: Column 'totl' cannot be resolved")
    typed = "SELECT :'day',\n  totl"
    assert script.run("SELECT 0", typed).err.splitlines()[:3] == [
        "-c 2:2:3: Column 'totl' cannot be resolved",
        "    totl",
        "    ^^^^",
    ]


def test_continue_runs_the_rest_and_keeps_the_first_code(script: Script) -> None:
    script.settings = GOES_ON
    script.fail("SELECT a", "no a")
    ran = script.run(r"SELECT a; \nonsense" + "\nSELECT 2")
    assert (ran.code, ran.texts) == (1, ["SELECT a", "SELECT 2"])
    assert ran.err.startswith("-c:1:1: no a\n  query q-1\n-c:1:11: There is no command \\nonsense.")


def test_a_dead_login_ends_the_run_even_when_it_is_to_continue(script: Script) -> None:
    script.settings = GOES_ON
    script.answers["SELECT a"] = replace(
        _answer(script), error=LoginRequired("The token has expired.", "Give a new one.")
    )
    ran = script.run("SELECT a; SELECT 2")
    assert (ran.code, ran.texts) == (3, ["SELECT a"])
    assert "The token has expired." in ran.err


def _answer(script: Script) -> Any:
    script.answer("")
    return script.answers.pop("")


def test_an_unset_variable_is_an_error_at_its_place(script: Script) -> None:
    ran = script.run("SELECT 1;\nSELECT :'day'")
    assert (ran.code, ran.texts) == (2, ["SELECT 1"])
    assert ran.err.startswith("-c:2:8: the variable day is not set\n")


def test_pasting_variables_are_off(script: Script) -> None:
    script.options = ScriptOptions(variables={"t": "orders; DROP TABLE x"})
    ran = script.run("SELECT * FROM :t")
    assert (ran.code, ran.texts) == (2, [])


def test_use_is_done_by_the_shell_and_verified(script: Script) -> None:
    ran = script.run("USE sales; SELECT 1")
    assert (ran.code, ran.texts) == (0, ["SELECT 1"])
    assert script.intents[0].target.database == "sales"
    ran = script.run("USE nonsense; SELECT 1")
    assert (ran.code, ran.texts) == (2, [])
    assert ran.err.startswith("-c:1:1: There is no database nonsense.")


def test_gset_stores_one_row(script: Script) -> None:
    script.answer("SELECT day", ("2026-01-31", None), columns=("day", "other"))
    ran = script.run("SELECT day \\gset my_\nSELECT :'my_day', :{?my_other}")
    assert ran.texts == ["SELECT day", "SELECT '2026-01-31', FALSE"]
    script.answer("SELECT day")
    ran = script.run("SELECT day \\gset\n")
    assert (ran.code, ran.err.splitlines()[0]) == (
        2,
        r"-c:1:12: \gset needs exactly one row, and the statement gave no row.",
    )


def test_set_echo_and_quit(script: Script) -> None:
    ran = script.run("\\set day monday\nSELECT :'day';\n\\echo done\n\\quit 7\nSELECT 3")
    assert (ran.code, ran.texts) == (7, ["SELECT 'monday'"])
    assert ran.out == '"n"\n"1"\ndone\n'


def test_vertical_terminator(script: Script) -> None:
    ran = script.run("SELECT 1\\G")
    assert '"' not in ran.out
    assert "n" in ran.out


def test_a_file_is_whole_or_absent(script: Script) -> None:
    target = script.directory / "out.csv"
    script.output = str(target)
    ran = script.run("SELECT 1; SELECT 2")
    assert (ran.code, ran.out, target.read_text()) == (0, "", '"n"\n"1"\n"n"\n"1"\n')
    refused = script.run("SELECT 1")
    assert (refused.code, refused.texts) == (6, [])
    assert "exists already" in refused.err
    script.force = True
    script.fail("SELECT a", "no a")
    assert script.run("SELECT 1; SELECT a").code == 1
    assert target.read_text() == '"n"\n"1"\n"n"\n"1"\n'
    assert [path.name for path in script.directory.iterdir()] == ["out.csv"]


def test_the_files_ending_chooses_the_format_unless_one_is_asked_for(script: Script) -> None:
    script.output = str(script.directory / "out.jsonl")
    script.run("SELECT 1")
    assert Path(script.output).read_text() == '{"n": "1"}\n'
    script.output, script.format_name = str(script.directory / "two.jsonl"), "tsv"
    script.run("SELECT 1")
    assert Path(script.output).read_text() == "n\n1\n"


def test_no_result_makes_no_parquet_file(script: Script) -> None:
    script.answer("CREATE TABLE a (n int)", columns=())
    for name, what in (
        ("out.parquet", "was not written"),
        ("out.json", "was not written"),
        ("out.csv", "is empty"),
    ):
        script.output = str(script.directory / name)
        ran = script.run("CREATE TABLE a (n int)")
        assert ran.code == 0
        assert f"No statement had a result: {script.output} {what}." in ran.err
    assert {path.name for path in script.directory.iterdir()} == {"out.csv"}


def test_a_missing_output_directory_is_found_before_anything_runs(script: Script) -> None:
    script.output = str(script.directory / "none" / "out.csv")
    ran = script.run("SELECT 1")
    assert (ran.code, ran.texts) == (6, [])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("SELECT 'é'".encode("latin-1"), "The script is not UTF-8: it holds the byte 0xE9."),
        ("SELECT 1".encode("utf-16"), "The script is UTF-16, not UTF-8."),
        (b"SELECT 1;\n\0", "The script holds a NUL byte, so it is no text."),
    ],
)
def test_an_unreadable_script_stops_everything_before_it_runs(
    script: Script, data: bytes, message: str
) -> None:
    path = script.file("bad.sql", data)
    ran = script.run("SELECT 1", Source(path))
    assert (ran.code, ran.texts) == (2, [])
    assert f"{path}:" in ran.err
    assert message in ran.err


def test_missing_scripts_directories_and_a_second_stdin_are_refused(script: Script) -> None:
    missing = script.run(Source(str(script.directory / "none.sql")))
    assert "none.sql cannot be read: No such file or directory." in missing.err
    directory = script.run(Source(str(script.directory)))
    assert "cannot be read: Is a directory." in directory.err
    twice = script.run(Source("-"), Source("-"))
    assert "Standard input is named twice." in twice.err
    assert {missing.code, directory.code, twice.code} == {2}


def test_bom_crlf_and_empty_scripts(script: Script) -> None:
    path = script.file("a.sql", "\ufeffSELECT 1;\r\n-- x\r\nSELECT 2;\r\n")
    assert script.run(Source(path)).texts == ["SELECT 1", "-- x\r\nSELECT 2"]
    empty = script.run(Source(script.file("b.sql", "")), Source(script.file("c.sql", "/* x */")))
    assert (empty.code, empty.out, empty.err, empty.texts) == (0, "", "", [])


def test_includes_run_in_place_and_name_their_own_lines(script: Script) -> None:
    script.file("sub/b.sql", "SELECT 'b';\nSELECT bad;\n")
    path = script.file("a.sql", "SELECT 'a';\n\\ir sub/b.sql\nSELECT 'c';\n")
    script.fail("SELECT bad", "line 1:8: no bad")
    ran = script.run(Source(path))
    assert ran.texts == ["SELECT 'a'", "SELECT 'b'", "SELECT bad"]
    assert ran.err.startswith(f"{script.directory / 'sub/b.sql'}:2:8: no bad\n")


def test_a_script_that_includes_itself_ends(script: Script) -> None:
    path = script.file("a.sql", "\\ir a.sql\n")
    ran = script.run(Source(path))
    assert (ran.code, ran.texts) == (2, [])
    assert "Does it include itself?" in ran.err


@pytest.mark.parametrize(
    "line",
    [
        r"\! touch hacked",
        r"\shell touch hacked",
        r"\edit",
        r"\profile other",
        r"\output hacked",
        r"\once hacked",
        r"SELECT 1 \g hacked",
        r"SELECT 1 \g |touch hacked",
        r"\i ../secret.sql",
        r"\ir ../secret.sql",
        r"\i /etc/hostname",
        r"SELECT 1 \gexec",
    ],
)
def test_scripts_start_restricted(script: Script, line: str) -> None:
    (script.directory.parent / "secret.sql").write_text("SELECT 'secret'")
    ran = script.run(line)
    assert ran.code == 2
    assert "restricted" in ran.err or "in the interactive shell only" in ran.err
    assert ran.texts == []
    assert list(script.directory.iterdir()) == []


def test_unrestricted_scripts_may_write_and_include(script: Script) -> None:
    (script.directory.parent / "other.sql").write_text("SELECT 'other'")
    script.options = ScriptOptions(unrestricted=True)
    ran = script.run("SELECT 1 \\g out.csv\n\\i ../other.sql\n")
    assert (ran.code, ran.texts) == (0, ["SELECT 1", "SELECT 'other'"])
    assert (script.directory / "out.csv").read_text() == '"n"\n"1"\n'


def test_what_gexec_runs_has_no_variables(script: Script) -> None:
    script.options = ScriptOptions(unrestricted=True, raw_variables=True)
    script.answers["SELECT 1"] = replace(_answer(script), rows=(("SELECT :day; SELECT 2",),))
    ran = script.run("\\set day 7\nSELECT 1 \\gexec\n\\gx\n")
    assert (ran.code, ran.texts) == (0, ["SELECT 1", "SELECT :day", "SELECT 2", "SELECT 1"])


def test_messages_never_drive_the_terminal(script: Script) -> None:
    script.fail("SELECT '\x1b[31m'", "line 1:8: bad \x1b]52;c;x\x07 \u202e")
    ran = script.run("SELECT '\x1b[31m'")
    assert not set(ran.err) & {"\x1b", "\x07", "\u202e"}


def test_a_session_limit_refuses_the_next_statement(script: Script) -> None:
    script.settings = replace(script.settings, max_cost_per_session=0.01)
    script.answers["SELECT big"] = replace(_answer(script), rows=(("1",),), scanned=2**40)
    ran = script.run("SELECT big; SELECT 2")
    assert (ran.code, ran.texts) == (5, ["SELECT big"])
    assert "this run has cost $5.00, and max_cost_per_session is $0.010" in ran.err


def test_what_a_stopped_statement_cost_counts_too(script: Script) -> None:
    script.settings = replace(
        script.settings, max_cost_per_session=0.01, timeout=60, on_error="continue"
    )
    script.answers["SELECT big"] = replace(_answer(script), scanned=2**40, seconds=120)
    ran = script.run("SELECT big; SELECT 2")
    assert (ran.code, ran.texts) == (4, ["SELECT big"])
    assert "this run has cost $5.00, and max_cost_per_session is $0.010" in ran.err


def test_a_closed_reader_ends_the_run_quietly(script: Script) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "w", encoding="utf-8") as stream:
        code, err = _run_into(script, stream)
    assert (code, err) == (6, "")


def _run_into(script: Script, stream: Any) -> tuple[int, str]:
    from athena_shell.output.sink import Sink
    from athena_shell.script.start import run_script

    talk = io.StringIO()
    stage = script.stage(script.engine(), Sink(stream), talk, ["SELECT 1; SELECT 2"])
    return run_script(stage), talk.getvalue()


@pytest.mark.parametrize("parallel", [1, 3])
def test_what_is_bound_belongs_to_one_statement(script: Script, parallel: int) -> None:
    script.options = ScriptOptions(parallel=parallel)
    script.settings = replace(script.settings, on_error="continue")
    script.fail("SELECT ?", "bad")
    ran = script.run("\\bind 5\nUSE sales;\nSELECT ?;\nSELECT 2;\n\\bind 6\nSELECT 3 = ?;")
    assert ran.code == 1
    bound = {intent.statement.text: intent.parameters for intent in script.intents}
    assert bound == {"SELECT ?": ("5",), "SELECT 2": (), "SELECT 3 = ?": ("6",)}


@pytest.mark.parametrize(
    ("text", "word", "hint"),
    [
        (".mode csv\nSELECT 1;", ".mode", "\\format NAME chooses the output format,"),
        ("-- all\nsource a.sql;", "source", "\\i FILE runs the statements of a file."),
        ("quit", "quit", "\\q leaves."),
    ],
)
def test_a_command_of_another_program_is_not_sent(
    script: Script, text: str, word: str, hint: str
) -> None:
    ran = script.run(text)
    assert ran.code == 2
    assert f"“{word}” is no statement: commands begin with a backslash here.\n  {hint}" in ran.err
    assert ran.texts == []


def test_a_variable_that_psql_obeys_is_told(script: Script) -> None:
    script.options = ScriptOptions(variables={"ON_ERROR_STOP": "off", "day": "x"})
    script.answer("SELECT 1", ("1",))
    assert script.run("SELECT 1").err.splitlines()[0] == (
        "ON_ERROR_STOP is a variable like any other here."
        " A script stops at the first error unless --on-error continue is given."
    )


def test_echo_may_leave_its_line_open(script: Script) -> None:
    assert script.run("\\echo -n a", "\\echo b").out == "ab\n"
