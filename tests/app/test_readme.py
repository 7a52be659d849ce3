"""README keeps to what is there: every help topic, and commands that the program knows."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_help_topic_is_listed_once() -> None:
    topics = sorted(path.name for path in Path(str(files("athena_shell.help"))).glob("*.md"))
    assert sorted(re.findall(r"\]\(athena_shell/help/([\w-]+\.md)\)", README)) == topics


def test_the_check_runs_its_test_command() -> None:
    lines = README.splitlines()
    marker = lines.index("<!-- test command -->")
    assert lines[marker + 1] == "```sh"
    assert lines[marker + 2].endswith("-m pytest -n 2")
    assert "<!-- test command -->" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
