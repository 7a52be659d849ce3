r"""``\if`` and ``\assert`` where statements are typed, and in files that are read there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.shell.conftest import Start, Terminal


def started(shell: Terminal) -> list[str]:
    return [intent.statement.text for intent in shell.engine.started]


def test_a_typed_block_runs_what_its_condition_says(start: Start) -> None:
    shell = start()
    for line in (
        "\\set full yes",
        "\\if not :full",
        "SELECT 1;",
        "\\echo no",
        "\\elif :{?full}",
        "SELECT 2;",
        "\\if false",
        "SELECT 3;",
        "\\endif",
        "\\else",
        "SELECT 4;",
        "\\endif",
        "SELECT 5;",
    ):
        shell.enter(line)
    assert started(shell) == ["SELECT 2", "SELECT 5"]
    assert shell.text().count("Skipped until \\endif.") == 7
    assert "\nno\n" not in shell.text()


def test_what_depends_on_a_condition_that_nobody_understands_is_not_run(start: Start) -> None:
    shell = start()
    for line in (
        "\\if maybe",
        "DROP TABLE t;",
        "\\elif true",
        "SELECT 1;",
        "\\else",
        "SELECT 2;",
        "\\endif",
        "\\if false",
        "\\elif :none",
        "SELECT 3;",
        "\\else",
        "SELECT 4;",
        "\\endif",
        "SELECT 5;",
    ):
        shell.enter(line)
    assert started(shell) == ["SELECT 5"]


def test_a_block_of_a_file_ends_in_the_file(start: Start) -> None:
    shell = start()
    (shell.folder / "open.sql").write_text("\\if false\nSELECT 1;\n")
    assert "This \\if is never closed." in shell.enter("\\i open.sql")
    shell.enter("SELECT 2;")
    assert started(shell) == ["SELECT 2"]
    assert "Skipped" not in shell.text()


def test_what_stands_without_an_if_is_said(start: Start) -> None:
    assert "\\endif stands without an \\if." in start().enter("\\endif")


def test_flow_behind_a_statement_is_refused(start: Start) -> None:
    shell = start()
    shell.type("SELECT 1\r")
    shell.enter("\\if true", until="\\if stands on a line of its own.")
    assert started(shell) == []


def test_an_assertion_holds_or_fails_with_what_it_gave(start: Start) -> None:
    shell = start()
    shell.answers("SELECT (1 = 1)", ("true",))
    shell.answers("SELECT (1 = 2)", ("false",))
    assert "It holds." in shell.enter("\\assert 1 = 1")
    shown = shell.enter("\\assert 1 = 2;")
    assert "The assertion does not hold: 1 = 2 gives false, not true." in shown
    assert "\\assert needs a condition." in shell.enter("\\assert")


def test_lines_of_an_unfinished_statement_are_indented(start: Start) -> None:
    shell = start()
    whole = "select a,\n       'x\ny' as b\nfrom (\n    t\n) as u"
    shell.answers(whole, ("1",))
    for line in ("select a,", "'x", "y' as b", "from (", "t", ") as u;"):
        shell.type(line + "\r")
    shell.wait(lambda: bool(shell.engine.started))
    assert shell.engine.started[0].statement.text == whole
