"""``--init`` where the answers come from a pipe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_questions_are_talk_and_the_trial_is_data(tmp_path: Path) -> None:
    answers = ["work", "eu-west-1", "", "", "", "", "", "jane", "paste", "no token"]
    done = subprocess.run(
        [sys.executable, "-m", "athena_shell", "--init"],
        input="".join(f"{answer}\n" for answer in answers),
        capture_output=True,
        text=True,
        check=False,
        env={
            "HOME": str(tmp_path),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "LC_ALL": "C.UTF-8",
        },
    )
    config = tmp_path / ".config" / "athena-shell" / "config.ini"
    assert done.returncode == 3
    assert done.stdout.splitlines()[0] == "✓ parameters        JWT in eu-west-1"
    asked = (
        "Name of the profile [default]",
        "AWS region, such as us-east-1",
        "Workgroup [primary]",
        "Where results go, s3://… (empty: the workgroup says it)",
        "Database to start in [default]",
        "Log in by: token, profile, environment [token]",
        "ARN of the role to assume (empty: AWS_ROLE_ARN, or what the token says)",
        "Session name in CloudTrail",
        "The token comes from a: file, command, variable, paste [file]",
        "Token",
    )
    assert done.stderr == (
        f"This writes a profile into {config}\n"
        "An empty answer takes what is in brackets; Ctrl-C leaves all as it was.\n"
        + "".join(f"{question}: " for question in asked)
        + "Written. Trying it:\n"
        f"Change it in {config} and try it again:\n  athena-shell --check --profile work\n"
    )
