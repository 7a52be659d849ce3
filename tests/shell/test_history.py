"""The history file: private, shared, checked, redacted."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.shell.history import HistoryFile

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class StoppedClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


def history(path: Path, limit: int = 1000) -> HistoryFile:
    return HistoryFile(path, lambda: limit, StoppedClock())


def test_entries_come_back_newest_first(tmp_path: Path) -> None:
    file = history(tmp_path / "state" / "history")
    for text in ("SELECT 1;", "SELECT\n  2;", "SELECT 'ü \U0001f600';"):
        file.append(text)
    assert list(file.entries()) == ["SELECT 'ü \U0001f600';", "SELECT\n  2;", "SELECT 1;"]


def test_the_file_is_private_whatever_it_was_before(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.touch(mode=0o644)
    history(path).append("SELECT 1;")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_is_no_entry(tmp_path: Path) -> None:
    assert list(history(tmp_path / "history").entries()) == []


def test_blank_text_text_after_a_blank_and_a_limit_of_none_are_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "history"
    history(path).append("  \n")
    history(path).append(" SELECT 'private';")
    history(path, 0).append("SELECT 1;")
    assert not path.exists()


def test_damaged_lines_cost_only_themselves(tmp_path: Path) -> None:
    path = tmp_path / "history"
    file = history(path)
    file.append("SELECT 1;")
    with path.open("ab") as stream:
        stream.write(b'\x00\xff garbage\nv1\t1\t00000000\t"forged"\nv1\t2')
    file.append("SELECT 2;")
    assert list(file.entries()) == ["SELECT 2;", "SELECT 1;"]


@given(st.binary(max_size=300), st.integers(0, 400))
def test_whatever_is_in_the_file_reading_survives(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, place: int
) -> None:
    path = tmp_path_factory.mktemp("history") / "history"
    file = history(path)
    file.append("SELECT 1;")
    data = path.read_bytes()
    path.write_bytes(data[:place] + junk + data[place:])
    assert set(file.entries()) <= {"SELECT 1;"}
    file.append("SELECT 2;")
    assert next(file.entries()) == "SELECT 2;"


def test_entries_longer_than_a_block_are_whole(tmp_path: Path) -> None:
    file = history(tmp_path / "history")
    texts = [f"SELECT '{(letter + ' ') * 75_000}';" for letter in "abc"]
    for text in texts:
        file.append(text)
    assert list(file.entries()) == texts[::-1]


WRITER = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from athena_shell.shell.history import HistoryFile

class Clock:
    def now(self):
        return datetime(2026, 5, 4, tzinfo=UTC)

file = HistoryFile(Path(sys.argv[1]), lambda: 10_000, Clock())
for number in range(50):
    file.append(f"SELECT '{sys.argv[2]}{number} {(sys.argv[2] + ' ') * 10_000}';")
"""


def test_shells_do_not_tear_each_others_entries(tmp_path: Path) -> None:
    path = tmp_path / "history"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, path, name]) for name in "abcd"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    assert len(list(history(path).entries())) == 200


def test_secrets_are_cut_out(tmp_path: Path) -> None:
    path = tmp_path / "history"
    history(path).append("SELECT 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl';")
    assert b"eyJ" not in path.read_bytes()


def test_recalled_text_cannot_drive_the_terminal(tmp_path: Path) -> None:
    file = history(tmp_path / "history")
    file.append("SELECT '\x1b]0;x\x07\u202e';\n--\ttab")
    assert list(file.entries()) == ["SELECT '^[]0;x^G\\u{202E}';\n--\ttab"]


def test_the_file_is_cut_to_its_limit_when_it_has_outgrown_it(tmp_path: Path) -> None:
    path = tmp_path / "history"
    file = history(path, 10)
    for number in range(21):
        file.append(f"SELECT {number};")
    file.trim()
    assert list(file.entries()) == [f"SELECT {number};" for number in range(20, 10, -1)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_no_file_is_left_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "history"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    file = history(pipe)
    file.append("SELECT 1;")
    assert stat.S_IMODE(pipe.stat().st_mode) == 0o666
    file.trim()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said_once_and_never_raised() -> None:
    said: list[str] = []
    file = HistoryFile(Path("/dev/full"), lambda: 10, StoppedClock(), said.append)
    file.append("SELECT 1;")
    file.append("SELECT 2;")
    assert len(said) == 1
    assert "/dev/full cannot be kept" in said[0]


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said: list[str] = []
    HistoryFile(tmp_path / "file" / "history", lambda: 10, StoppedClock(), said.append).append(
        "SELECT 1;"
    )
    assert said == [f"The history {tmp_path}/file/history cannot be kept: {os.strerror(17)}."]


def test_entries_come_with_their_moments_and_one_of_no_moment_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "history"
    file = history(path)
    file.append("SELECT 1;")
    whole = path.read_text()
    for seconds in ("x", "-1", "9" * 30):
        path.write_text(path.read_text() + whole.replace(whole.split("\t")[1], seconds, 1))
    assert list(file.dated()) == [(StoppedClock().now(), "SELECT 1;")]
