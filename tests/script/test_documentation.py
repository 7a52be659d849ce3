"""Every SQL example of the topic *scripts* is split and understood by the real parts."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.config.arguments import parse
from athena_shell.config.options import ScriptOptions

if TYPE_CHECKING:
    Script = Any  # the class lives in conftest.py, which has no importable name

PAGE = resources.files("athena_shell.help").joinpath("scripts.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
LINES = re.findall(r"athena-shell (-[^|\n`]*?)(?: [>|].*)?$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_run(script: Script, text: str) -> None:
    script.options = ScriptOptions(variables={"weekly": "off"})
    script.answer("SELECT max(day) AS day FROM orders", ("2026-01-31",), columns=("day",))
    for line in re.findall(r"\\assert (.*)", text):
        sent = line if line.startswith("SELECT") else f"SELECT ({line})"
        script.answer(sent, ("true",))
    ran = script.run(text.replace("…", "1"))
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("line", LINES)
def test_command_lines_are_understood(line: str) -> None:
    parse([word.strip("'\"") for word in re.findall(r"'[^']*'|\"[^\"]*\"|\S+", line)])
