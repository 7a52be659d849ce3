from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.model import (
    QueryExecution,
    QueryState,
    QueryStatistics,
    Statement,
    Target,
)
from athena_shell.query.journal import Journal
from athena_shell.query.log_file import LogFile, decode, encode
from athena_shell.query.runner import new_intent

if TYPE_CHECKING:
    from tests.query.conftest import FakeClock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.jsonl"


def ended(query_id: str) -> QueryExecution:
    return QueryExecution(
        id=query_id, state=QueryState.SUCCEEDED, statistics=QueryStatistics(scanned_bytes=7)
    )


def test_an_intent_is_followed_to_its_end(path: Path, clock: FakeClock) -> None:
    journal = Journal(path, clock, profile="work")
    intent = new_intent(Statement("SELECT 1", source="a.sql"), Target(database="web"))

    journal.intended(intent)
    journal.started(intent.token, "q-1")
    journal.ended(ended("q-1"))

    (entry,) = journal.entries()
    assert (entry.text, entry.source, entry.profile) == ("SELECT 1", "a.sql", "work")
    assert (entry.query_id, entry.state, entry.scanned_bytes) == ("q-1", "SUCCEEDED", 7)
    assert not entry.is_open
    assert entry.is_text("SELECT 1")
    assert not entry.is_text("SELECT 2")
    journal.close()


def test_the_journal_is_private(path: Path, clock: FakeClock) -> None:
    journal = Journal(path, clock)
    journal.intended(new_intent(Statement("SELECT 1"), Target()))

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    journal.close()


def test_secrets_in_a_statement_are_not_written(path: Path, clock: FakeClock) -> None:
    journal = Journal(path, clock)
    text = "SELECT 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl', 'AKIAIOSFODNN7EXAMPLE'"
    journal.intended(new_intent(Statement(text), Target()))

    (entry,) = journal.entries()
    written = path.read_text()
    assert "eyJhbGciOiJSUzI1NiJ9" not in written
    assert "AKIAIOSFODNN7EXAMPLE" not in written
    assert entry.is_text(text)
    journal.close()


def test_a_shell_that_is_gone_leaves_unfinished_queries_and_a_living_one_does_not(
    path: Path, clock: FakeClock
) -> None:
    gone, alive, looking = (Journal(path, clock) for _ in range(3))
    for journal, name in ((gone, "gone"), (alive, "alive")):
        intent = new_intent(Statement(f"SELECT '{name}'"), Target())
        journal.intended(intent)
        journal.started(intent.token, f"q-{name}")
    gone.close()

    assert [entry.query_id for entry in looking.unfinished()] == ["q-gone"]

    looking.ended(ended("q-gone"))
    assert looking.unfinished() == ()
    alive.close()
    looking.close()


def test_a_killed_process_leaves_its_intent(path: Path, clock: FakeClock) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from datetime import UTC, datetime
        from pathlib import Path
        from athena_shell.core.model import Statement, Target
        from athena_shell.query.journal import Journal
        from athena_shell.query.runner import new_intent

        class Clock:
            def now(self): return datetime.now(UTC)

        journal = Journal(Path(sys.argv[1]), Clock())
        journal.intended(new_intent(Statement("SELECT 1"), Target()))
        print("written", flush=True)
        time.sleep(60)
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    journal = Journal(path, clock)

    assert journal.unfinished() == ()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    assert [entry.text for entry in journal.unfinished()] == ["SELECT 1"]
    journal.close()


def test_a_refused_intent_is_not_unfinished(path: Path, clock: FakeClock) -> None:
    journal, other = Journal(path, clock), Journal(path, clock)
    intent = new_intent(Statement("SELEC 1"), Target())
    journal.intended(intent)
    journal.refused(intent.token, "syntax error")
    journal.close()

    assert other.unfinished() == ()
    other.close()


@pytest.mark.parametrize("damage", [b"garbage", b"00000000 {}", b"\xff\xfe", b'{"event":"int'])
def test_damaged_lines_are_passed_over(path: Path, clock: FakeClock, damage: bytes) -> None:
    journal = Journal(path, clock)
    journal.intended(new_intent(Statement("SELECT 1"), Target()))
    with path.open("ab") as stream:
        stream.write(damage)
    journal.intended(new_intent(Statement("SELECT 2"), Target()))

    assert [entry.text for entry in journal.entries()] == ["SELECT 1", "SELECT 2"]
    journal.close()


def test_eight_processes_write_at_once_and_no_line_is_torn(path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from athena_shell.query.log_file import LogFile

        log = LogFile(Path(sys.argv[1]))
        for number in range(25):
            log.append({"who": sys.argv[2], "number": number, "text": "x" * 32000})
        """
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(path), str(who)]) for who in range(8)
    ]
    assert [writer.wait() for writer in writers] == [0] * 8

    records = list(LogFile(path).read())
    assert len(records) == 200
    for who in range(8):
        numbers = [record["number"] for record in records if record["who"] == str(who)]
        assert numbers == list(range(25))


def test_a_large_journal_is_trimmed_but_keeps_every_open_entry(
    path: Path, clock: FakeClock
) -> None:
    journal = Journal(path, clock, largest=20_000)
    for number in range(100):
        intent = new_intent(Statement(f"SELECT {number}"), Target())
        journal.intended(intent)
        journal.started(intent.token, f"q-{number}")
        if number % 10:
            journal.ended(ended(f"q-{number}"))

    assert path.stat().st_size < 40_000
    entries = journal.entries()
    assert {entry.query_id for entry in entries if entry.is_open} == {
        f"q-{number}" for number in range(0, 100, 10)
    }
    assert entries[-1].query_id == "q-99"
    journal.close()


def test_a_journal_that_cannot_be_written_says_so_and_lets_the_query_run(
    tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "journal.jsonl"
    journal = Journal(path, clock)
    alarms: list[str] = []
    journal.alarm = alarms.append

    journal.intended(new_intent(Statement("SELECT 1"), Target()))

    why, consequence = alarms[0].splitlines()
    assert why == f"The query journal {path} cannot be written: File exists."
    assert consequence.startswith("Queries run all the same; should this shell be killed, the next")
    assert len(alarms) == 1
    assert journal.trouble == alarms[0]
    assert journal.entries() == ()
    journal.close()

    (tmp_path / "file").unlink()
    journal.intended(new_intent(Statement("SELECT 1"), Target()))
    assert journal.trouble == ""
    assert len(journal.entries()) == 1
    journal.close()


def test_a_disk_that_is_full_leaves_the_journal_as_it_was(
    path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, data: memoryview) -> int:
        if len(data) < 100:
            raise OSError(errno.ENOSPC, "No space left on device")
        return 100

    journal = Journal(path, clock)
    alarms: list[str] = []
    journal.alarm = alarms.append
    journal.intended(new_intent(Statement("SELECT 1"), Target()))
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        journal.intended(new_intent(Statement("SELECT 2"), Target()))
        journal.intended(new_intent(Statement("SELECT 3"), Target()))
    journal.intended(new_intent(Statement("SELECT 4"), Target()))

    assert [entry.text for entry in journal.entries()] == ["SELECT 1", "SELECT 4"]
    assert [alarm.splitlines()[0] for alarm in alarms] == [
        f"The query journal {path} cannot be written: No space left on device."
    ]
    assert journal.trouble == ""
    journal.close()


def test_a_journal_that_cannot_be_trimmed_stays_whole(
    path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_fresh: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    journal = Journal(path, clock, largest=1)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        for number in range(3):
            journal.intended(new_intent(Statement(f"SELECT {number}"), Target()))

    assert len(journal.entries()) == 3
    assert "cannot be written" in journal.trouble
    assert not path.with_suffix(".new").exists()
    journal.close()


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none() | st.booleans()))
def test_a_record_survives_its_line(record: dict[str, object]) -> None:
    line = encode(record)

    assert line.count(b"\n") == 1
    assert decode(line.rstrip(b"\n")) == record


@given(st.binary())
def test_no_bytes_are_taken_for_a_record_by_chance(line: bytes) -> None:
    assert decode(line) is None


def test_an_entry_tells_what_the_query_cost(path: Path, clock: FakeClock) -> None:
    journal = Journal(path, clock)
    intent = new_intent(Statement("SELECT 1"), Target())
    journal.intended(intent)
    journal.started(intent.token, "q-1")
    journal.ended(replace(ended("q-1"), statement_type="DML"))

    (entry,) = journal.own()
    execution = entry.execution()
    assert execution is not None
    assert (execution.id, execution.statistics.scanned_bytes) == ("q-1", 7)
    journal.close()
