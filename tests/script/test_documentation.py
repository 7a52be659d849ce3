"""Every SQL example of the topic *scripts* is split and understood by the real parts."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.config.arguments import parse
from athena_shell.config.options import ScriptOptions
from athena_shell.core.model import QueryState
from athena_shell.script.record import (
    ASSERTION,
    CANCELLED,
    COMMAND,
    FAILED,
    RUNNING,
    SCRIPT,
    SKIPPED,
    SUCCEEDED,
)
from athena_shell.sql.statement import StatementKind

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


def test_the_fields_of_the_figures_are_those_in_the_page(script: Script) -> None:
    stats = script.directory / "s.jsonl"
    script.options = ScriptOptions(stats=str(stats))
    script.run("SELECT 1")
    table = PAGE[PAGE.index("| Field |") :]
    told = re.findall(r"^\| `(\w+)` \|", table[: table.index("\n\n")], re.MULTILINE)
    assert told == list(json.loads(stats.read_text()))


def test_every_kind_and_state_stands_in_the_page() -> None:
    cells = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE))
    kinds = {*StatementKind, ASSERTION, COMMAND, SCRIPT}
    assert set(re.findall(r"`(\w+)`", cells["kind"])) == kinds
    states = {SUCCEEDED, FAILED, CANCELLED, RUNNING, SKIPPED}
    assert set(re.findall(r"`(\w+)`", cells["state"])) == states
    assert states - {SKIPPED} <= set(QueryState)
