"""The shipped example is read by the real parser against the real authentication types."""

from __future__ import annotations

from pathlib import Path

import pytest

from athena_shell.auth.registry import AuthRegistry
from athena_shell.config.ini import load
from athena_shell.config.resolve import Request, resolve
from athena_shell.config.settings import Settings

EXAMPLE = Path(__file__).parents[2] / "config.example.ini"


@pytest.mark.parametrize(
    ("name", "source"),
    [("work", "web_identity_token_process"), ("nightly", "web_identity_token_file")],
)
def test_each_profile_of_the_example_resolves(name: str, source: str) -> None:
    resolved = resolve(load(EXAMPLE), Request(name), {}, AuthRegistry())
    assert resolved.profile.warnings == ()
    assert resolved.profile.get("AuthenticationType") == "JWT"
    assert resolved.profile.is_set(source)


def test_the_commented_profile_is_good_too(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    begin = text.index("# [profile pasted]")
    end = text.index("[settings]")
    pasted = "\n".join(line.removeprefix("# ") for line in text[begin:end].splitlines())
    path = tmp_path / "config.ini"
    path.touch(0o600)
    path.write_text(pasted, encoding="utf-8")
    profile = resolve(load(path), Request(), {}, AuthRegistry()).profile
    secret = profile.secret("web_identity_token")
    assert secret is not None
    assert secret.reveal() == "eyJ…"


def test_the_example_settings_are_the_defaults() -> None:
    resolved = resolve(load(EXAMPLE), Request("work"), {}, AuthRegistry())
    assert resolved.settings == Settings()
