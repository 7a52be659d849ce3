"""The program where there is next to nothing: no HOME, no TERM, no terminal, closed streams."""

from __future__ import annotations

import subprocess
import sys

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
