"""Everyday sessions with the program on the sample database, each seen on two terminals."""

from __future__ import annotations

import os
import signal
import stat
import termios
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.terminal.conftest import User

pytestmark = [pytest.mark.terminal, pytest.mark.timeout(120)]

ONE = "+---+\n| n |\n|---|\n| 1 |\n+---+\n1 row"


def test_ask_look_leave(any_user: User) -> None:
    any_user.run("--local")
    any_user.line("SELECT 1 AS n;", see="1 row")
    assert ONE in any_user.terminal.text()
    any_user.line("\\q")
    assert any_user.leave() == 0


def test_ctrl_c_clears_the_line_and_ctrl_d_leaves(user: User) -> None:
    user.run("--local")
    user.type("SELECT nothing")
    user.see("SELECT nothing")
    user.press("C-c")
    user.see("sampledb>", times=2)
    user.press("C-d")
    assert user.leave() == 0


def test_leaving_in_the_middle_of_a_statement_leaves_nothing_behind(user: User) -> None:
    user.run("--local")
    user.line("SELECT 1 AS n;", see="1 row")
    user.type("SELECT sum(")
    user.see("sum(x)")  # the hint: all that works behind the prompt has begun
    user.press("Enter")
    user.type("\\q")
    user.press("Enter")
    assert user.leave() == 0
    assert user.terminal.text().splitlines()[-1].endswith("\\q")


def test_an_error_is_drawn_under_the_typed_line(user: User) -> None:
    user.run("--local")
    shown = user.line("SELECT nope FROM orders;", see="cannot be resolved")
    line = next(line for line in shown.splitlines() if line.rstrip().endswith("^^^^"))
    assert line.index("^") == shown.splitlines()[shown.splitlines().index(line) - 1].index("nope")


def test_a_query_is_stopped_and_says_so(any_user: User) -> None:
    any_user.run("--local")
    any_user.line("SELECT /* local: run 60s */ 1;", see="RUNNING")
    any_user.press("C-c")
    shown = any_user.see("Stopped after scanning")
    assert "RUNNING" not in shown
    any_user.line("SELECT 1 AS n;", see="1 row")


def test_keys_typed_during_a_query_come_afterwards(user: User) -> None:
    user.run("--local")
    user.line("SELECT /* local: run 2s */ 1 AS n;", see="RUNNING")
    user.type("SELECT 2 AS m")
    shown = user.see("1 row")
    assert "SELECT 2 AS m" in user.see("SELECT 2 AS m")
    assert "SELECT 2" not in shown.split("1 row")[0]


def test_history_survives_and_is_private(user: User, sit_down: Callable[..., User]) -> None:
    user.run("--local")
    user.line("SELECT 1 AS n;", see="1 row")
    user.line("\\q")
    user.leave()
    (history,) = user.home.rglob("history")
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    again = sit_down()
    again.run("--local")
    again.see("14 min")  # the history is read behind the first prompt, before the login ends
    again.type("SELECT 1")
    again.see("SELECT 1 AS n;")


def test_a_long_result_is_paged_and_left(any_user: User) -> None:
    any_user.run("--local")
    any_user.line("\\pager less -SRXF", see="pager = less")
    any_user.line("\\x off", see="expanded = off")
    any_user.line("SELECT order_id, status FROM orders ORDER BY 1;", see="order_id | status")
    any_user.see(":")
    any_user.type("q")
    any_user.see("rows read")
    any_user.line("SELECT 1 AS n;", see="| n |")


def test_a_result_to_a_file(user: User) -> None:
    user.run("--local")
    user.line("SELECT 1 AS n \\g one.csv", see="1 row to")
    assert (user.home / "one.csv").read_text() == '"n"\n"1"\n'


def test_the_editor(user: User) -> None:
    editor = user.home / "editor"
    editor.write_text("#!/bin/sh\nprintf 'SELECT 7 AS seven' > \"$1\"\n")
    editor.chmod(0o755)
    user.run("--local", EDITOR=str(editor))
    user.line("\\e", see="SELECT 7 AS seven")
    user.line(";", see="| seven |")


def test_ctrl_c_is_the_programs_that_the_shell_has_started(user: User) -> None:
    patient = user.home / "patient"
    patient.write_text("trap 'echo heard; exit 3' INT\necho ready\nwhile :; do sleep 0.1; done\n")
    user.run("--local", EDITOR=f"sh {patient}")
    user.line("\\! exec sh patient", see="ready")
    user.press("C-c")
    user.see("heard\nEnded with 3.")
    user.line("\\! echo begun; exec sleep 100")
    user.see("begun", times=2)
    user.press("C-c")
    user.see("Ended by SIGINT.")
    user.line("\\edit")
    user.see("ready", times=2)
    user.press("C-c")
    user.see("heard\nThe editor sh ended with 3.")
    user.line("SELECT 1 AS n \\g | exec sh patient")
    user.see("ready", times=3)
    user.press("C-c")
    shown = user.see("“exec sh patient” ended with 3.")
    assert "interrupted" not in shown
    user.line("SELECT 2 AS n \\watch 60 9", see="waiting")
    user.press("C-c")
    shown = user.see("No longer watched after turn 1; nothing was running.")
    assert "interrupted" not in shown


def test_a_paste_of_many_lines_is_one_edit(user: User) -> None:
    user.run("--local")
    text = "SELECT 1 AS n\n" + "-- a line of a comment\n" * 300
    user.terminal.paste(text)
    user.see("-- a line of a comment", times=5)
    user.line("")
    user.line(";", see="1 row")


def test_a_pasted_tab_is_shown_as_blanks_and_kept(user: User) -> None:
    user.run("--local")
    user.terminal.paste("SELECT\tlength('\t') AS n,\n\t2 AS m")
    user.see("SELECT  length('    ') AS n,")
    user.see("->     2 AS m")
    user.line(";", see="| 1 | 2 |")


def test_a_window_that_changes_its_size(any_user: User) -> None:
    any_user.run("--local")
    wide = "SELECT 'a long enough cell to be wide' AS a, 'another such long cell' AS b;"
    any_user.line(wide, see="1 row")
    any_user.terminal.resize(40, 20)
    any_user.line(wide)
    any_user.see("RECORD 1")


def test_no_progress_line_stays_behind_when_the_terminal_narrows(user: User) -> None:
    user.run("--local")
    user.line("SELECT /* local: run 60s, scan 50 GB */ 1 AS n;", see="RUNNING · 1")
    user.terminal.resize(34, 30)
    assert user.see("RUNNING · 2").count("RUNNING") == 1
    user.terminal.resize(100, 30)
    user.press("C-c")
    shown = user.see("Stopped after scanning")
    assert "RUNNING" not in shown
    assert "STOPPING" not in shown


def test_keys_typed_after_a_suspension_are_neither_echoed_nor_lost(
    sit_down: Callable[..., User],
) -> None:
    user = sit_down()
    user.run("--local")
    user.line("SELECT /* local: run 3s */ 1 AS n;", see="RUNNING")
    pid = user.terminal.pid
    os.kill(pid, signal.SIGSTOP)
    terminal = user.terminal._master  # type: ignore[attr-defined] # a pty's side of the terminal
    modes = termios.tcgetattr(terminal)
    modes[3] |= termios.ECHO | termios.ICANON  # as the shell sets it that fg is typed into
    termios.tcsetattr(terminal, termios.TCSANOW, modes)
    os.kill(pid, signal.SIGCONT)
    user.until(
        lambda shown: not termios.tcgetattr(terminal)[3] & termios.ECHO and "RUNNING" in shown,
        "a silent terminal while the query runs",
    )
    user.line("SELECT 42 AS n;")
    user.see("1 row", times=2)
    assert user.terminal.text().count("SELECT 42") == 1


def test_terminate_stops_and_says_143(sit_down: Callable[..., User]) -> None:
    user = sit_down()  # a tmux pane's process is a shell, not the program
    user.run("--local")
    os.kill(user.terminal.pid, signal.SIGTERM)
    assert user.leave() == 143


@pytest.mark.parametrize("typed", ["", "SELECT /* local: run 60s */ 1 AS n;"])
def test_a_terminal_that_is_closed_ends_the_shell_in_order(
    sit_down: Callable[..., User], typed: str
) -> None:
    user = sit_down()
    user.run("--local")
    if typed:
        user.line(typed, see="RUNNING")
    os.close(user.terminal._master)  # type: ignore[attr-defined] # a pty's side of the terminal
    process = user.terminal._process  # type: ignore[attr-defined] # its program
    assert process.wait(40) == 129
    assert list(user.home.rglob("log")) == []  # nothing went wrong


def test_twenty_columns(sit_down: Callable[..., User]) -> None:
    user = sit_down(columns=20)
    user.run("--local")
    user.line("SELECT 1 AS n;", see="1 row")
    user.line("\\q")
    assert user.leave() == 0


def test_a_dumb_terminal(sit_down: Callable[..., User]) -> None:
    user = sit_down()
    user.run("--local", TERM="dumb")
    user.line("SELECT 1 AS n;", see="1 row")
    assert b"\x1b" not in user.terminal.raw  # type: ignore[attr-defined] # a pty keeps all bytes
    user.line("\\q")
    assert user.leave() == 0


def test_no_color_is_no_color(sit_down: Callable[..., User]) -> None:
    user = sit_down()
    user.run("--local", NO_COLOR="1")
    user.line("SELECT nope;", see="nope")
    raw = user.terminal.raw  # type: ignore[attr-defined] # a pty keeps all bytes
    assert b"\x1b[31m" not in raw
    assert b"\x1b[38;5" not in raw


def test_a_start_file_may_end_the_shell(user: User) -> None:
    folder = user.home / ".config" / "athena-shell"
    folder.mkdir(parents=True)
    (folder / "athena-shellrc").write_text("\\echo seen\n\\quit 3\n")
    user.run("--local", prompt="seen")
    assert user.leave() == 3


def test_a_dumb_terminal_is_as_narrow_as_it_is(sit_down: Callable[..., User]) -> None:
    user = sit_down("pty", 44, 20)
    user.run("--local", TERM="dumb")
    assert "embedded endpoint: your\nSQL runs in this process;" in user.terminal.text()


def test_what_the_command_line_says_is_broken_between_words(sit_down: Callable[..., User]) -> None:
    user = sit_down("pty", 44, 20)
    user.terminal.start([])
    user.see("athena-shell --init writes one by asking;\nathena-shell --local needs none.")
    assert user.leave() == 2
