"""Files that the shell reads and writes, on a terminal in memory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.core.errors import QueryFailed
from athena_shell.output.transfer import ResultFile
from tests.shell.conftest import Answer, FakeEngine

if TYPE_CHECKING:
    from tests.shell.conftest import Start


def test_a_result_to_a_file_is_exact_and_once_is_once(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("1", "a,b"), columns=("id", "name"))
    shell.enter("\\once out.csv")
    shown = shell.enter("SELECT 1;")
    assert (shell.folder / "out.csv").read_text() == '"id","name"\n"1","a,b"\n'
    assert "1 row to" in shown
    assert "| id | name |" in shell.enter("SELECT 1;")


@pytest.mark.parametrize(
    "line",
    [
        "SELECT 1 \\g /proc/x.csv",
        "SELECT 1 \\export /proc/x.csv",
        "\\copy (SELECT 1) to /proc/x.csv",
        "\\copy () to x.csv",
        "SELECT 1 \\export x.csv SELECT 2",
        "SELECT 1 \\export x.csv --forec",
        "SELECT 1 \\keep one SELECT 2",
        "SELECT 1 \\save one SELECT 2",
        "SELECT 1 \\g --force",
        "SELECT 1 \\g x.csv --forec",
    ],
)
def test_what_cannot_be_meant_or_written_is_refused_before_it_is_sent(
    start: Start, line: str
) -> None:
    shell = start()
    shell.enter("SELECT 0;")
    shell.enter(line)
    assert [intent.statement.text for intent in shell.engine.started] == ["SELECT 0"]
    assert not (shell.folder / "x.csv").exists()


def test_a_file_that_has_its_one_result_takes_no_query(start: Start) -> None:
    shell = start()
    shell.enter("\\output all.xlsx")
    shell.enter("SELECT 1;")
    assert "can hold one xlsx result only." in shell.enter("SELECT 2;")
    assert "Results go to the screen." in shell.enter("\\output")
    assert [intent.statement.text for intent in shell.engine.started] == ["SELECT 1"]


def test_the_way_to_a_result_that_could_not_be_brought_is_told(start: Start) -> None:
    shell = start()
    shown = shell.enter("SELECT 1 \\g | false")
    assert "“false” ended with 1.\n\\result query-1 shows the rows; runs nothing." in shown


def test_copy_tells_what_a_failure_left_undone(start: Start) -> None:
    shell = start()
    shell.engine.answers["SELECT 2"] = Answer(error=QueryFailed("line 1:1: no"))
    shown = shell.enter("\\copy (SELECT 1) (SELECT 2) (SELECT 3) to 'p{n}.csv'")
    assert "\\copy stops here: 1 file more not written." in shown
    assert (shell.folder / "p1.csv").exists()
    assert not (shell.folder / "p3.csv").exists()


def test_an_existing_file_is_replaced_only_by_force(start: Start) -> None:
    shell = start()
    (shell.folder / "out.csv").write_text("old")
    assert "Add --force to replace it." in shell.enter("SELECT 1 \\g out.csv")
    shell.enter("SELECT 1 \\g out.csv --force")
    assert (shell.folder / "out.csv").read_text() == '"n"\n"1"\n'


@pytest.mark.parametrize(
    ("name", "message"),
    [("taken.csv", "Add --force to replace it."), ("none/x.csv", "Make the directory first.")],
)
@pytest.mark.parametrize("command", ["once", "output"])
def test_a_file_that_cannot_be_written_is_refused_when_it_is_named(
    command: str, name: str, message: str, start: Start
) -> None:
    shell = start()
    (shell.folder / "taken.csv").write_text("old")
    shown = shell.enter(f"\\{command} {name}")
    assert message in shown
    assert "go to" not in shown
    assert "goes to" not in shown
    assert "| n |" in shell.enter("SELECT 1;")


def test_an_interrupted_export_names_its_file_and_the_query_it_is_of(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def struck(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    shell = start()
    shell.enter("SELECT 1;")
    shell.enter("SELECT 2 \\g two.csv")
    monkeypatch.setattr(ResultFile, "add", struck)
    shown = "".join(shell.enter("\\export one.csv").split())  # a long path is wrapped anywhere
    assert "one.csvwasnotwritten.\\resultquery-1showsitagain" in shown
    shown = "".join(shell.enter("SELECT 3 \\g three.csv").split())
    assert "three.csvwasnotwritten.\\resultquery-3showsitagain" in shown
    assert [path.name for path in shell.folder.glob("*.csv")] == ["two.csv"]


def test_commands_work_in_the_directory_that_cd_chose(start: Start) -> None:
    shell = start()
    (shell.folder / "sub").mkdir()
    assert f"{shell.folder / 'sub'}\n" in shell.enter("\\cd sub").replace("\n\n", "\n")
    shell.enter("SELECT 1 \\g | pwd > where")
    assert (shell.folder / "sub" / "where").read_text() == f"{shell.folder / 'sub'}\n"
    shell.enter("\\cd ../sub/..")
    shell.enter("\\! pwd > here")
    assert (shell.folder / "here").read_text() == f"{shell.folder}\n"


def test_output_collects_results_until_it_goes_elsewhere(start: Start) -> None:
    shell = start()
    shell.enter("\\o all.jsonl")
    shell.enter("SELECT 1; SELECT 2;")
    assert not (shell.folder / "all.jsonl").exists()
    shell.enter("\\o")
    assert (shell.folder / "all.jsonl").read_text() == '{"n": "1"}\n{"n": "1"}\n'


def test_export_takes_a_query_or_the_last_result(start: Start) -> None:
    shell = start()
    shell.enter("\\export a.csv SELECT 1")
    assert (shell.folder / "a.csv").read_text() == '"n"\n"1"\n'
    shell.enter("SELECT 1;")
    shell.enter("\\export b.jsonl")
    assert (shell.folder / "b.jsonl").read_text() == '{"n": "1"}\n'
    assert len(shell.engine.started) == 2


def test_the_working_directory(start: Start) -> None:
    shell = start()
    (shell.folder / "sub").mkdir()
    (shell.folder / "sub" / "a.sql").write_text("SELECT 1;")
    shell.enter("\\cd sub")
    shell.enter("\\i a.sql")
    assert len(shell.engine.started) == 1
    assert "There is no directory" in shell.enter("\\cd nowhere")


def test_a_start_file_counts_in_the_configuration_folder_only(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "athena-shell"
    folder.mkdir(parents=True)
    for name in ("athena-shellrc", ".athena-shellrc"):
        (tmp_path / name).write_text("\\set prompt 'planted>'\n")
    shell = start()
    (folder / ".athena-shellrc").write_text("\\set prompt 'mine>'\n")
    assert "planted" not in shell.text()
    start().wait_for("mine>")


def test_the_start_file_runs_before_the_first_prompt(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "athena-shell"
    folder.mkdir(parents=True)
    (folder / "athena-shellrc").write_text("\\set prompt 'my prompt>'\n\\set day 7\n")
    shell = start()
    shell.wait_for("my prompt>")
    shell.enter("SELECT :day;")
    assert shell.engine.started[0].statement.text == "SELECT 7"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("SELECT 1;\n \\frob\nSELECT 2;", "2:2", "There is no command \\frob."),
        ("\\set format bad", "1:1", "format cannot be “bad”."),
        ("SELECT 1;\nSELECT :'nope';", "2:8", "the variable nope is not set"),
        ("\\if true\nSELECT 1;", "1:1", "This \\if is never closed."),
        ("\n\nSELECT 3;", "3:1", "SYNTAX_ERROR: no place is told"),
    ],
)
def test_errors_in_files_name_their_place(
    text: str, place: str, message: str, start: Start
) -> None:
    shell = start(columns=200)
    error = QueryFailed("SYNTAX_ERROR: no place is told", code="SYNTAX_ERROR")
    shell.answers("SELECT 3", error=error)
    (shell.folder / "a.sql").write_text(text)
    shown = shell.enter("\\i a.sql").replace(":\nSYNTAX", ": SYNTAX")
    assert f"{shell.folder / 'a.sql'}:{place}: {message}" in shown


def test_the_file_run_at_the_start_names_its_place(start: Start) -> None:
    folder = start().folder / ".config" / "athena-shell"
    folder.mkdir(parents=True)
    (folder / "athena-shellrc").write_text("\\set null -\n\\set formt\n\\set theme pink\n")
    shown = start(columns=200).text()
    assert f"{folder / 'athena-shellrc'}:3:1: theme cannot be “pink”." in shown


def test_what_is_wrong_in_the_start_file_keeps_nothing_else_back(start: Start) -> None:
    folder = start().folder / ".config" / "athena-shell"
    folder.mkdir(parents=True)
    (folder / "athena-shellrc").write_text(
        "\\nonsense\nSELECT :'nope';\n\\set theme pink\nSELECT 3;\n\\set prompt 'mine>'\n"
    )
    engine = FakeEngine()
    engine.answers["SELECT 3"] = Answer(error=QueryFailed("SYNTAX_ERROR: no place is told"))
    shown = start(columns=200, engine=engine).wait_for("mine>")
    told = re.findall(r"athena-shellrc:(\d+):\d+: ?(.{0,20})", shown)
    assert [line for line, _ in told] == ["1", "2", "3", "4"]


def test_files_run_with_their_own_place_in_errors(start: Start) -> None:
    shell = start()
    (shell.folder / "sub").mkdir()
    (shell.folder / "a.sql").write_text("SELECT 1;\n\\ir sub/b.sql\nSELECT 2;")
    (shell.folder / "sub" / "b.sql").write_text("SELECT 3")
    shell.enter("\\i a.sql")
    texts = [intent.statement.text for intent in shell.engine.started]
    assert texts == ["SELECT 1", "SELECT 3", "SELECT 2"]


def test_a_file_in_latin_1_is_refused_with_the_way_out(start: Start) -> None:
    shell = start()
    (shell.folder / "a.sql").write_bytes(b"SELECT '\xe9';")
    assert "UTF-8" in shell.enter("\\i a.sql")
    assert shell.engine.started == []


@pytest.mark.parametrize(
    ("command", "first_line"),
    [
        ("\\dt", '"name","kind","columns","partitioned by"\n'),
        ("\\d orders", '"column","type","key","comment"\n'),
        ("\\session", '"session","value"\n'),
        ("SELECT 1;\n\\stats", '"figure","value"\n'),
        ("SELECT 1 \\gdesc", '"column","type"\n'),
        ("SELECT r, c, n \\crosstabview", '"r","c"\n'),
    ],
)
def test_what_commands_list_goes_where_results_go(
    command: str, first_line: str, start: Start
) -> None:
    shell = start()
    shell.answers("SELECT r, c, n", ("a", "c", "1"), columns=("r", "c", "n"))
    *before, last = command.split("\n")
    for line in before:
        shell.enter(line)
    shell.enter("\\once listed.csv")
    shell.enter(last)
    assert (shell.folder / "listed.csv").read_text().startswith(first_line)


def test_what_was_typed_is_text_on_the_screen_and_rows_elsewhere(start: Start) -> None:
    shell = start()
    shell.enter("SELECT 1;")
    assert "SELECT 1;\nshop>" in shell.enter("\\history select")
    shell.enter("\\once typed.jsonl")
    shell.enter("\\history select")
    assert '"text": "SELECT 1;"}' in (shell.folder / "typed.jsonl").read_text()
    shell.enter("\\format csv")
    assert '"typed","text"' in shell.enter("\\history select")
