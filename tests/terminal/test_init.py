"""A first profile, made by answering and tried against a served endpoint."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.serve import served

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.terminal.conftest import User

pytestmark = [pytest.mark.terminal, pytest.mark.timeout(120)]


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def test_a_first_profile_is_written_and_tried(user: User, tmp_path: Path) -> None:
    endpoint = LocalEndpoint.open(tmp_path / "endpoint", clock=RealClock(), samples=False)
    with served(endpoint, tmp_path / "served") as there:
        user.run("--init", prompt="[default]:", AWS_ENDPOINT_URL=there.url, USER="jane")
        for answer, question in (
            ("", "us-east-1:"),
            (there.region, "[primary]:"),
            ("", "says it):"),
            (there.output_location, "start in [default]:"),
            ("", "environment [token]:"),
            ("", "ARN of the role"),
            (there.role_arn, "CloudTrail [jane]:"),
            ("", "paste [file]:"),
            ("", "holds the token:"),
            (str(there.token_file), "yes [no]:"),
        ):
            user.line(answer, see=question)
        shown = user.line("yes", see="Open the shell with: athena-shell --profile default")
    assert user.leave() == 0
    assert shown.count("✓") == 9
    assert "✗" not in shown


def test_questions_are_broken_between_words(sit_down: Callable[..., User]) -> None:
    user = sit_down("pty", 40, 30)
    user.run("--init", prompt="[default]:")
    user.line("work", see="us-east-1:")
    user.line("eu-west-1", see="[primary]:")
    shown = user.line("", see="says it):")
    assert "Where results go, s3://… (empty: the\nworkgroup says it):" in shown
    assert "An empty answer takes what is in\nbrackets; Ctrl-C leaves all as it was." in shown


def test_ctrl_c_in_the_middle_leaves_nothing(user: User) -> None:
    user.run("--init", prompt="[default]:")
    user.line("work", see="us-east-1:")
    user.line("eu-west-1", see="[primary]:")
    user.press("C-c")
    user.see("Nothing was written.")
    assert user.leave() == 130
    assert not (user.home / ".config").exists()


def test_ctrl_c_during_the_trial_says_what_is_there(user: User) -> None:
    user.run("--init", prompt="[default]:", USER="jane")
    for answer, question in (
        ("slow", "us-east-1:"),
        ("eu-west-1", "[primary]:"),
        ("", "says it):"),
        ("", "start in [default]:"),
        ("", "environment [token]:"),
        ("", "ARN of the role"),
        ("arn:aws:iam::123456789012:role/analyst", "CloudTrail [jane]:"),
        ("", "paste [file]:"),
        ("command", "prints the token:"),
    ):
        user.line(answer, see=question)
    user.line("sleep 600", see="JWT in eu-west-1")
    user.press("C-c")
    user.see("The profile is written. Try it with:\n  athena-shell --check --profile slow")
    assert user.leave() == 130
