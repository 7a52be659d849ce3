"""What was not written is never a success."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from athena_shell.core.errors import OutputError
from athena_shell.output.sink import Sink, encoded

PROGRAM = """
import sys
from athena_shell.core.errors import OutputError
from athena_shell.output.sink import Sink
try:
    sink = Sink(sys.stdout)
    sink.write_all("x" * 1000 + "\\n" for _ in range({lines}))
except OutputError as error:
    print(error.message, error.hint, file=sys.stderr)
    sys.exit(error.exit_code)
"""


def run(lines: int, shell_part: str) -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(lines=lines)
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", f'"$0" -c "$1" {shell_part}', sys.executable, program],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )


def test_everything_is_written_and_flushed() -> None:
    result = run(3, "")
    assert (result.returncode, len(result.stdout), result.stderr) == (0, 3003, "")


def test_a_reader_that_goes_away_is_told_of() -> None:
    result = run(10_000, "| head -n 1")
    assert (result.returncode, len(result.stdout)) == (6, 1001)
    assert result.stderr == (
        "The reader of standard output closed it before the result was whole. \n"
    )


@pytest.mark.parametrize("lines", [1, 10_000])
def test_a_full_disk_is_told_of(lines: int) -> None:
    result = run(lines, "> /dev/full")
    assert (result.returncode, result.stdout) == (6, "")
    assert result.stderr == (
        "standard output cannot be written: No space left on device."
        " Free some space or write to another disk.\n"
    )


def test_a_closed_stdout_is_told_of() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    stream = os.fdopen(write_end, "w")
    sink = Sink(stream)
    sink.write("x")
    with pytest.raises(OutputError):
        sink.flush()
    assert sink.closed_by_reader
    stream.close()  # nothing is left that a later flush could trip over


def test_a_stream_without_bytes_underneath() -> None:
    stream = io.StringIO()
    sink = Sink(stream)
    sink.write_all(["漢", "字"])
    sink.write_bytes(b"!")
    assert stream.getvalue() == "漢字!"
    stream.close()
    with pytest.raises(OutputError, match="cannot be written"):
        sink.write("x")


def test_bytes_go_through_as_they_are() -> None:
    raw = io.BytesIO()
    sink = Sink(io.TextIOWrapper(raw, encoding="ascii"))
    sink.write("漢")
    sink.write_bytes(b"\xff\x00")
    sink.flush()
    assert raw.getvalue() == "漢".encode() + b"\xff\x00"


@pytest.mark.parametrize(
    ("text", "encoding", "data"),
    [
        ("é", "utf-8", b"\xc3\xa9"),
        ("é漢", "latin-1", b"\xe9\\u6f22"),
        ("é", "latin-1", b"\xe9"),
        ("raw\udc80", "utf-8", b"raw\x80"),
        ("high\ud800", "utf-8", b"high\\ud800"),
    ],
)
def test_what_an_encoding_lacks_is_written_visibly(text: str, encoding: str, data: bytes) -> None:
    assert encoded(text, encoding) == data


def test_bytes_that_cannot_be_written_are_told_of() -> None:
    stream = io.StringIO()
    sink = Sink(stream)
    stream.close()
    with pytest.raises(OutputError, match="cannot be written"):
        sink.write_bytes(b"x")
