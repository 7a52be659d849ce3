"""What the program says about itself is what its tables hold."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from athena_shell.auth.registry import AuthRegistry
from athena_shell.commands.built_in import built_in_commands
from athena_shell.commands.topics import topic_names
from athena_shell.config import settings as setting_table
from athena_shell.config.ambient import variables
from athena_shell.config.connection import CONNECTION
from athena_shell.config.exit_codes import EXIT_CODES
from athena_shell.config.flags import EVERY_FLAG, FLAGS
from athena_shell.config.options import Mode, Options
from athena_shell.config.paths import Paths
from athena_shell.core.errors import ConfigError
from athena_shell.output.registry import FormatterRegistry
from athena_shell.script.about import about

PARAMETERS = (*CONNECTION, *AuthRegistry().all_parameters())


def text(mode: Mode, shell: str = "") -> str:
    return about(Options(mode=mode, completion=shell), AuthRegistry().all_parameters())


SHAPE: dict[str, Any] = {
    "name": str,
    "version": str,
    "flags": {
        "names": list,
        "value": str,
        "kind": str,
        "optional": bool,
        "repeats": bool,
        "group": str,
        "summary": str,
    },
    "commands": {
        "name": str,
        "aliases": list,
        "usage": str,
        "summary": str,
        "subject": str,
        "arguments": list,
        "example": str,
        "ends_statement": bool,
        "scripts": bool,
        "restricted_scripts": bool,
    },
    "settings": {
        "name": str,
        "aliases": list,
        "default": str,
        "choices": list,
        "unit": str,
        "summary": str,
    },
    "formats": {
        "name": str,
        "aliases": list,
        "extensions": list,
        "binary": bool,
        "summary": str,
    },
    "parameters": {
        "name": str,
        "aliases": list,
        "default": str,
        "required": bool,
        "secret": bool,
        "environment": list,
        "fallback": list,
        "summary": str,
    },
    "environment": dict,
    "topics": dict,
    "exit_codes": dict,
}
"""What --spec promises: programs are written against it."""


def test_the_specification_holds_every_table() -> None:
    document = json.loads(text(Mode.SPEC))
    assert [flag["names"] for flag in document["flags"]] == [list(f.names) for f in EVERY_FLAG]
    assert [c["name"] for c in document["commands"]] == [c.name for c in built_in_commands()]
    assert [s["name"] for s in document["settings"]] == list(setting_table.names())
    assert [f["name"] for f in document["formats"]] == list(FormatterRegistry().names())
    assert [p["name"] for p in document["parameters"]] == [each.name for each in PARAMETERS]
    assert document["exit_codes"] == {str(code): meaning for code, meaning in EXIT_CODES}
    assert document["environment"] == dict(variables(PARAMETERS))
    assert list(document["topics"]) == list(topic_names())
    secret = {p["name"] for p in document["parameters"] if p["secret"]}
    assert "web_identity_token" in secret
    choices = {s["name"]: s["choices"] for s in document["settings"]}
    assert (choices["timing"], choices["format"][:2]) == (["on", "off"], ["table", "vertical"])


def test_the_specification_has_the_promised_shape() -> None:
    document = json.loads(text(Mode.SPEC))
    assert list(document) == list(SHAPE)
    for name, shape in SHAPE.items():
        if isinstance(shape, type):
            assert isinstance(document[name], shape), name
            continue
        for each in document[name]:
            assert {key: type(value) for key, value in each.items()} == shape, name
            assert list(each) == list(shape), name
            texts = [value for value in each.values() if isinstance(value, list)]
            assert all(isinstance(word, str) for words in texts for word in words)


@pytest.mark.parametrize("flag", ["--spec", "--man", "--completion=bash"])
def test_what_it_says_of_itself_is_the_same_each_time_and_tells_nothing_of_the_user(
    flag: str, tmp_path: Path
) -> None:
    config = tmp_path / "c.ini"
    config.touch(0o600)
    config.write_text("[profile mine]\nAwsRegion = eu-north-1\nPWD = word-of-mine\n")
    said = {
        subprocess.run(
            [sys.executable, "-m", "athena_shell", "--config", str(config), flag],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "AWS_SECRET_ACCESS_KEY": "word-of-mine"},
        ).stdout
        for seed in ("1", "2")
    }
    [page] = said
    assert "of-mine" not in page
    assert str(tmp_path) not in page


def rendered(page: str, width: int) -> str:
    """Return the page as ``man`` shows it."""
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-P-c", f"-rLL={width}n"],
        input=page,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return re.sub(".\x08", "", done.stdout)


def test_the_manual_page_names_all_there_is() -> None:
    page = text(Mode.MAN)
    assert page.isascii()
    paths = Paths.of({"HOME": "~"}, "linux")
    plain = page.replace("\\-", "-").replace("\\e", "\\")
    names = [
        *(flag.usage for flag in EVERY_FLAG),
        *(command.usage for command in built_in_commands()),
        *(f"\\{alias}" for command in built_in_commands() for alias in command.aliases),
        *(f"{each.name} = {each.default_text}" for each in setting_table.descriptions()),
        *(", ".join((each.name, *each.aliases)) for each in FormatterRegistry().built_in()),
        *(each.name for each in PARAMETERS),
        *(f"{code}" for code, _ in EXIT_CODES),
        *(name for name, _ in variables(PARAMETERS)),
        *topic_names(),
        *(str(getattr(paths, field.name)) for field in fields(paths)),
    ]
    terms = set(re.findall(r"(?:\.TP\n\\fB)(.*?)\\fR", plain)) | set(re.split(r"[\s,;]+", plain))
    assert [name for name in names if name not in terms and ascii_of(name) not in terms] == []


def ascii_of(name: str) -> str:
    return "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in name)


@pytest.mark.skipif(shutil.which("groff") is None, reason="the check installs it")
def test_the_manual_page_can_be_read_at_any_width() -> None:
    page = text(Mode.MAN)
    wide = rendered(page, 80)
    assert max(map(len, wide.splitlines())) <= 80
    for item in (
        ("-f, --file FILE", "Run this script; - is standard input"),
        (r"\tables [PATTERN]", r"List the tables of the database; also \dt, \dt+, \tables+"),
        ("NO_COLOR", "Anything: no colours, unless the setting color says always"),
    ):
        assert "\n       {}\n              {}\n".format(*item) in wide
    assert "…" in rendered(page, 120)


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
