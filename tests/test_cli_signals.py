"""A script that is interrupted stops its query and says so by its exit code."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

DEADLINE = 60.0


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_stops_the_query(number: signal.Signals, code: int) -> None:
    text = "SELECT 1; SELECT /* local: run 50s */ 2; SELECT 3"
    process = subprocess.Popen(
        [sys.executable, "-m", "athena_shell", "--local", "--format", "csv", "-c", text],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in range(2)] == ['"_col0"\n', '"1"\n']
    time.sleep(0.5)  # the second statement is under way by then, or is about to be
    process.send_signal(number)
    out, err = process.communicate(timeout=DEADLINE)
    assert (process.returncode, out) == (code, "")
    assert "Traceback" not in err
    assert "interrupt" in err.lower() or "stopped" in err.lower()
