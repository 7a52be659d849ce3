"""Scripts that come in unusual ways: pipes with a name, slow writers, files that are none."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest

from tests.app.conftest import PROGRAM, Run

ONE, TWO = '"a"\n"1"\n', '"b"\n"2"\n'


@pytest.fixture
def flags(config: Path) -> tuple[str, ...]:
    return ("--config", str(config), "--format", "csv", "-q")


def test_a_pipe_with_a_name_is_a_script(flags: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.sql"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("SELECT 1 AS a;\nSELECT 2 AS b",))
    writer.start()
    ended = run(*flags, str(pipe))
    writer.join()
    assert (ended.code, ended.out, ended.talk) == (0, ONE + TWO, "")


def test_what_a_shell_substitutes_is_a_script(flags: tuple[str, ...]) -> None:
    line = '"$@" <(echo "SELECT 1 AS a;") <(printf "SELECT 2 AS b")'
    done = subprocess.run(
        ["bash", "-c", line, "bash", *PROGRAM, *flags],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, ONE + TWO, "")


@pytest.mark.parametrize("names", [("-",), ()])
def test_a_slow_writer_sees_each_result_before_the_next_statement(
    flags: tuple[str, ...], names: tuple[str, ...]
) -> None:
    with subprocess.Popen(
        [*PROGRAM, *flags, *names],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write("SELECT 1 AS a;\nSELECT 2\n")
        assert process.stdout.readline() + process.stdout.readline() == ONE
        process.stdin.write(" AS b")
        process.stdin.close()
        assert process.stdout.read() == TWO
        assert process.stderr.read() == ""
    assert process.returncode == 0


@pytest.mark.parametrize("data", ["", "\n \n", "-- only\n/* comments\n */\n", "\ufeff", ";;\n"])
def test_nothing_to_run_is_no_mistake(
    flags: tuple[str, ...], run: Run, tmp_path: Path, data: str
) -> None:
    path = tmp_path / "r.sql"
    path.write_text(data, encoding="utf-8")
    for arguments in ((str(path),), ("-",)):
        ended = run(*flags, *arguments, stdin=data)
        assert (ended.code, ended.out, ended.talk) == (0, "", "")


def test_line_ends_and_a_mark_of_byte_order_are_no_text(
    flags: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "r.sql"
    path.write_bytes(
        b"\xef\xbb\xbf-- @name one\r\nSELECT\r\n  1 AS a;\r\n\\set b 2\r\nSELECT :'b' AS b"
    )
    ended = run(*flags, str(path), "-o", "{name}.csv")
    assert (ended.code, ended.out, ended.talk) == (0, "", "")
    work = tmp_path / "work"
    assert {each.name: each.read_text() for each in work.iterdir()} == {
        "one.csv": ONE,
        "2.csv": TWO,
    }


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (
            "SELECT 1;\n SELECT 'é'".encode("latin-1"),
            ":2:10: ",
            (
                "The script is not UTF-8: it holds the byte 0xE9.\n"
                "If it is Latin-1: iconv -f LATIN1 -t UTF-8 {}\n"
            ),
        ),
        (
            "SELECT 1".encode("utf-16"),
            ":1:1: ",
            "The script is UTF-16, not UTF-8.\niconv -f UTF-16 -t UTF-8 {}\n",
        ),
        (
            b"SELECT 1;\n\nSELECT \0;",
            ":3:1: ",
            "The script holds a NUL byte, so it is no text.\nName an .sql file in UTF-8.\n",
        ),
        (
            b"SELECT 1;\nSELECT 'x",
            ":2:8: ",
            (
                "The ' here is never closed.\n  SELECT 'x\n         ^\n"
                "  All that stands behind it would belong to it; close it. Nothing was run.\n"
            ),
        ),
    ],
)
def test_one_file_that_is_no_script_keeps_all_from_running(
    flags: tuple[str, ...], run: Run, tmp_path: Path, data: bytes, place: str, message: str
) -> None:
    path = tmp_path / "r.sql"
    path.write_bytes(data)
    ended = run(*flags, "-c", "SELECT 1 AS a", str(path))
    assert (ended.code, ended.out) == (2, "")
    assert ended.talk == f"{path}{place}{message.format(path)}"


def test_a_missing_file_and_a_folder_keep_all_from_running(
    flags: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    good = tmp_path / "good.sql"
    good.write_text("SELECT 1 AS a;")
    missing = run(*flags, str(good), "none.sql", str(good))
    assert (missing.code, missing.out) == (2, "")
    assert missing.talk == (
        "The script none.sql cannot be read: No such file or directory.\n"
        f"Check the name; the working directory is {tmp_path / 'work'}.\n"
    )
    folder = run(*flags, str(good), str(tmp_path))
    assert (folder.code, folder.out) == (2, "")
    assert folder.talk == (
        f"The script {tmp_path} cannot be read: Is a directory.\nName a file in it.\n"
    )


def test_a_statement_is_as_long_as_athena_takes_it(
    flags: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    frame = "SELECT length('') AS a"
    path = tmp_path / "r.sql"

    def statement(size: int) -> str:
        return frame.replace("''", f"'{'x' * (size - len(frame))}'")

    path.write_text(f"{statement(262_144)};\n")
    fits = run(*flags, str(path))
    assert (fits.code, fits.out, fits.talk) == (0, '"a"\n"262122"\n', "")
    path.write_text(f"{statement(262_145)};\n")
    large = run(*flags, str(path))
    assert (large.code, large.out) == (1, "")
    assert large.talk == (
        f"{path}:1:1: The statement has 262,145 bytes; Athena takes at most 262,144.\n"
        "  Split it, or move long lists of values into a table.\n"
    )
