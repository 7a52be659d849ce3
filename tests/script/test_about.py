"""What the program says about itself is what its tables hold."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from athena_shell.auth.registry import AuthRegistry
from athena_shell.commands.built_in import built_in_commands
from athena_shell.config import settings as setting_table
from athena_shell.config.flags import EXIT_CODES, FLAGS
from athena_shell.config.options import Mode, Options
from athena_shell.core.errors import ConfigError
from athena_shell.script.about import about


def text(mode: Mode, shell: str = "") -> str:
    return about(Options(mode=mode, completion=shell), AuthRegistry().all_parameters())


def test_the_specification_holds_every_table() -> None:
    document = json.loads(text(Mode.SPEC))
    assert [flag["names"] for flag in document["flags"]] == [list(f.names) for f in FLAGS]
    assert [c["name"] for c in document["commands"]] == [c.name for c in built_in_commands()]
    assert [s["name"] for s in document["settings"]] == list(setting_table.names())
    assert document["exit_codes"] == {str(code): meaning for code, meaning in EXIT_CODES}
    assert {"csv", "jsonl", "table"} <= {f["name"] for f in document["formats"]}
    secret = {p["name"] for p in document["parameters"] if p["secret"]}
    assert "web_identity_token" in secret


def test_the_manual_page_names_every_flag_in_plain_roff() -> None:
    page = text(Mode.MAN)
    assert page.isascii()
    assert [flag.long for flag in FLAGS if flag.long not in page.replace("\\-", "-")] == []
    groff = shutil.which("groff")
    if groff is not None:
        done = subprocess.run(
            [groff, "-man", "-Tutf8", "-ww"], input=page, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""


def complete(words: list[str], directory: Path, **environment: str) -> list[str]:
    """Ask bash what it would offer for the last word."""
    script = directory / "completion.bash"
    script.write_text(text(Mode.COMPLETION, "bash"))
    line = (
        f"source {script}; COMP_WORDS=({' '.join(repr(w) for w in words)});"
        f"COMP_LINE='{' '.join(words)}'; COMP_POINT=${{#COMP_LINE}}; COMP_CWORD={len(words) - 1};"
        f"_athena_shell athena-shell '{words[-1]}'; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        text=True,
        check=True,
        cwd=directory,
        env={"PATH": "/usr/bin:/bin", **environment},
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_flags_choices_and_profiles(tmp_path: Path) -> None:
    config = tmp_path / "c.ini"
    config.write_text("[profile work]\n[ profile nightly ]\n[settings]\n")
    assert complete(["athena-shell", "--form"], tmp_path) == ["--format"]
    assert "--version" in complete(["athena-shell", "--v"], tmp_path)
    assert complete(["athena-shell", "--format", "json"], tmp_path) == ["json", "jsonl"]
    assert complete(["athena-shell", "--on-error", "c"], tmp_path) == ["continue"]
    found = complete(["athena-shell", "-p", ""], tmp_path, ATHENA_SHELL_CONFIG=str(config))
    assert found == ["work", "nightly"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_knows_every_flag(shell: str) -> None:
    script = text(Mode.COMPLETION, shell)
    for flag in FLAGS:
        name = f"-l {flag.long[2:]}" if shell == "fish" else flag.long
        assert name in script


def test_an_unknown_shell_names_the_known_ones() -> None:
    with pytest.raises(ConfigError) as caught:
        text(Mode.COMPLETION, "tcsh")
    assert caught.value.hint == "Choose one of bash, zsh, fish."
