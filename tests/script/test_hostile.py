"""Hundreds of hostile scripts: no program is started, nothing is written, no profile is left."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.config.options import ScriptOptions, Source
from tests.script.deeds import SPAWNS

if TYPE_CHECKING:
    Script = Any  # the class lives in conftest.py, which has no importable name

COMMANDS = (
    r"\! touch hacked",
    r"\!touch hacked",
    r"\shell touch hacked",
    r"\edit",
    r"\edit hacked",
    r"\e hacked",
    r"\profile other",
    r"\output hacked",
    r"\o hacked",
    r"\o |touch hacked",
    r"\once hacked",
    r"\once |touch hacked",
    r"SELECT 1 \g hacked",
    r"SELECT 1 \g |touch hacked",
    r"SELECT 1 \gexec",
    r"SELECT 1 \watch 1 2",
    r"\i ../secret.sql",
    r"\ir ../secret.sql",
    r"\i /etc/passwd",
    r"\i ~/.aws/credentials",
    r"\read link.sql",
    r"\echo `touch hacked`",
    r"\set x `touch hacked`",
    r"\set pager 'touch hacked'",
    r"\set editor 'touch hacked'",
)
WRAPPERS: tuple[Callable[[str], str], ...] = (
    lambda line: line + "\n",
    lambda line: f"SELECT 0;\n{line}\n",
    lambda line: f"\\if true\n{line}\n\\endif\n",
    lambda line: f"SELECT 0; {line}\n",
    lambda line: "\t  " + line.replace(" ", "\t", 1) + "\r\n",
    lambda line: f"\ufeff-- x\n{line.upper()}\n",
    lambda line: f"\\set c '{line[1:]}'\n\\:c\n:c;\n:'c';\n",
    lambda line: "/* x */" + line + " ;;\n\\set on_error continue\n" + line + "\n",
)
NEWER = (
    r"\local SELECT * FROM read_text('../secret.sql')",
    r"\local COPY (SELECT 1) TO 'hacked.csv'",
    r"SELECT 1 \local COPY _ TO 'hacked.parquet'",
    r"\local INSTALL httpfs",
    r"\copy orders to hacked.csv",
    r"\copy orders to program 'touch hacked'",
    r"\copy orders from program 'touch hacked'",
    r"\export hacked.csv",
    r"SELECT 1 \export hacked.parquet --force",
    r"SELECT 1 \export |touch",
    r"\n hacked",
    r"\ns hacked SELECT 1",
    r"\nd hacked",
    r"\snippet hacked",
    r"\g |touch hacked",
    r"SELECT 1 \gx |touch hacked",
    r"SELECT 1 \gx hacked",
    r"SELECT 1 \chart bar",
    r"\fmt hacked.sql",
    r"SELECT 1 \fmt ../secret.sql",
    r"\i ~root/secret.sql",
    r"\i //127.0.0.1/share/secret.sql",
    r"\i \\127.0.0.1\share\secret.sql",
    r"\i file:///etc/passwd",
    r"\ir sub/../../secret.sql",
    r"\ir link.sql",
    r"\i /dev/stdin",
    r"\i /proc/self/environ",
    r"\w hacked",
    r"\cd ..",
    r"\settings edit",
    r"\login",
    r"\check",
    r"\set log_file hacked",
    r"SELECT 1 \gset PATH",
)
SCRIPTS = [wrap(line) for line, wrap in product(COMMANDS, WRAPPERS)]
NEWER_SCRIPTS = [wrap(line) for line, wrap in product(NEWER, (WRAPPERS[0], WRAPPERS[3]))]


def test_there_are_two_hundred() -> None:
    assert len(SCRIPTS) == len(set(SCRIPTS)) == 200


@pytest.mark.parametrize("text", SCRIPTS + NEWER_SCRIPTS)
def test_hostile(script: Script, deeds: list[str], text: str) -> None:
    outside = script.directory.parent
    path = script.directory / "s.sql"
    deeds_before = len(deeds)
    (outside / "secret.sql").write_text("SELECT 'secret'")
    (script.directory / "link.sql").symlink_to(outside / "secret.sql")
    path.write_text(text, encoding="utf-8")
    del deeds[deeds_before:]
    ran = script.run(Source(str(path)))
    state = str(outside / "state")
    forbidden = [deed for deed in deeds if state not in deed]
    assert forbidden == []
    assert "secret" not in "".join(ran.texts)
    assert all("root:" not in sent for sent in ran.texts)
    assert not any("hacked" in found.name for found in outside.rglob("*"))


def test_the_guard_sees_what_an_unrestricted_script_does(script: Script, deeds: list[str]) -> None:
    script.options = ScriptOptions(unrestricted=True)
    script.run("SELECT 1 \\g seen.csv\n")
    assert any("open" in deed and str(Path(script.directory)) in deed for deed in deeds)


def test_no_flag_lets_a_script_start_programs(script: Script, deeds: list[str]) -> None:
    script.options = ScriptOptions(unrestricted=True)
    ran = script.run("\\! touch hacked\n")
    assert ran.code == 2
    assert ran.err.startswith("-c:1:1: This command works in the interactive shell only.\n")
    assert [deed for deed in deeds if deed in SPAWNS] == []


def test_a_plain_end_command_is_no_writing(script: Script) -> None:
    ran = script.run("SELECT 1 \\g\nSELECT 2;\n")
    assert (ran.code, ran.texts) == (0, ["SELECT 1", "SELECT 2"])
