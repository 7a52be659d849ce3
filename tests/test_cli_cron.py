"""The program where there is next to nothing: no HOME, no TERM, no terminal, closed streams."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = f'"{sys.executable}" -m athena_shell --local'
QUERY = "-c \"SELECT 'é' AS n\" --format csv"


def bash(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=100,
        cwd="/",
        env=environment,
        encoding="utf-8",
    )


def test_an_empty_environment_is_enough() -> None:
    done = bash(f"{PROGRAM} {QUERY}")
    assert (done.returncode, done.stdout) == (0, '"n"\n"é"\n')
    assert "1 row" in done.stderr


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_data_is_utf_8_whatever_the_locale(locale: str) -> None:
    done = bash(f"{PROGRAM} {QUERY} -q", LC_ALL=locale, PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stdout, done.stderr) == (0, '"n"\n"é"\n', "")


def test_a_home_that_cannot_be_written_is_no_obstacle() -> None:
    done = bash(f"{PROGRAM} {QUERY} -q", HOME="/proc/nowhere", TERM="dumb")
    assert (done.returncode, done.stdout) == (0, '"n"\n"é"\n')


def test_a_closed_standard_output_is_never_success() -> None:
    done = bash(f"{PROGRAM} {QUERY} -q >&-")
    assert done.returncode == 6
    assert "Traceback" not in done.stderr


def test_a_closed_standard_error_and_input_change_nothing() -> None:
    done = bash(f"{PROGRAM} {QUERY} 2>&- <&-")
    assert (done.returncode, done.stdout) == (0, '"n"\n"é"\n')


def test_a_full_disk_is_never_success() -> None:
    done = bash(f"{PROGRAM} {QUERY} -q > /dev/full")
    assert done.returncode == 6
    assert "No space left on device" in done.stderr


def test_reports_go_where_the_standard_streams_go_and_empty_nothing(tmp_path: Path) -> None:
    log, out = tmp_path / "log", tmp_path / "out.csv"
    log.write_text("of yesterday\n")
    done = bash(
        f"{PROGRAM} {QUERY} --stats /dev/stderr >{out} 2>>{log};"
        f"{PROGRAM} {QUERY} -q --stats /dev/stdout >>{out}"
    )
    assert done.returncode == 0
    told = log.read_text().splitlines()
    assert (told[0], told[1][:2], told[2][:5]) == ("of yesterday", "1 ", '{"num')
    assert [line[:4] for line in out.read_text().splitlines()] == [
        '"n"',
        '"é"',
        '"n"',
        '"é"',
        '{"nu',
    ]


@pytest.mark.parametrize("name", ["/dev/stdout", ">(cat)"])
def test_a_result_goes_into_a_pipe_that_has_a_name(name: str) -> None:
    done = bash(f"{PROGRAM} {QUERY} -q -o {name} | cat")
    assert (done.stdout, done.stderr) == ('"n"\n"é"\n', "")
