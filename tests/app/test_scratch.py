"""The directory of an embedded endpoint goes with its program, at the latest with another one."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from athena_shell.app.scratch import Scratch

KILLED = """
import os, signal, sys
from pathlib import Path
from athena_shell.app.scratch import Scratch
folder = Scratch(Path(sys.argv[1])).path
(folder / "results").mkdir()
(folder / "results" / "a.csv").write_text("n")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_closed_one_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    scratch = Scratch(folder)
    assert scratch.path.stat().st_mode & 0o777 == 0o700
    scratch.close()
    assert list(folder.iterdir()) == []


def test_what_a_killed_program_leaves_goes_with_the_next_one(tmp_path: Path) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    (folder / "athena-shell-unknown").mkdir()
    living, own = Scratch(folder), Scratch(folder)
    (folder / "athena-shell-link").symlink_to(living.path)
    ran = subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False)
    assert ran.returncode == -signal.SIGKILL
    assert len(list(folder.iterdir())) == 5

    own.close()

    assert {path.name for path in folder.iterdir()} == {
        "athena-shell-unknown",
        "athena-shell-link",
        living.path.name,
    }
    assert living.path.is_dir()
    (folder / "athena-shell-link").unlink()
    living.close()
