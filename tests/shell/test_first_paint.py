"""What the prompt may load before it is on the screen."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import athena_shell.shell.start
ours = ("athena_shell.", "boto", "pygments.lexers")
print(*(name for name in sys.modules if name.startswith(ours)))
"""
ALLOWED = {
    "athena_shell.core",
    "athena_shell.core.errors",
    "athena_shell.core.prompt_fields",
    "athena_shell.core.records",
    "athena_shell.shell",
    *(
        f"athena_shell.shell.{name}"
        for name in (
            "behind",
            "gone",
            "history",
            "keyboard",
            "keys",
            "labels",
            "prompt",
            "safe_input",
            "signals",
            "start",
            "theme",
            "window_title",
        )
    ),
}


def test_only_the_prompt_is_loaded_for_the_first_paint() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) <= ALLOWED
