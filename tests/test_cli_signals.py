"""A script that is interrupted stops its query and says so by its exit code."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

DEADLINE = 60.0


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_stops_the_query(number: signal.Signals, code: int) -> None:
    text = "SELECT 1; SELECT /* local: run 50s */ 2; SELECT 3"
    process = subprocess.Popen(
        [sys.executable, "-m", "athena_shell", "--local", "--verbose", "-c", text],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "run 50s" in line:
            break
    process.send_signal(number)
    out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == code
    assert "SELECT 3" not in out + err
    assert "Traceback" not in err
