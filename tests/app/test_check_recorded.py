"""``--check`` as it was recorded on a good profile and on three bad ones."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import pytest

from athena_shell.cli import main
from athena_shell.commands.topics import read_topic

if TYPE_CHECKING:
    from tests.app.conftest import Aws

GOLDEN = Path(__file__).parents[1] / "golden" / "check"
# What differs from run to run, and what stands for it in the record.
MASKS = (
    (r"/\S+/config\.ini:\d+", "config.ini:27"),
    (r"/\S+/demo-token", "/run/athena/token"),
    (r"/\S+/no-such-token", "/run/athena/no-such-token"),
    (r"…\S{4}, \d+ characters", "…c3Vy, 812 characters"),
    (r"\d+ (h|min) \d+ (min|s) left", "15 min 0 s left"),
)
PROFILES = {
    "good": {},
    "no-token": {"web_identity_token_file": "no-such-token"},
    "wrong-role": {"preferred_role": "arn:aws:iam::123456789012:role/Nobody"},
    "wrong-workgroup": {"Workgroup": "analysts", "S3OutputLocation": "s3://no-such-bucket/"},
}


@pytest.fixture
def config(aws: Aws, tmp_path: Path) -> Path:
    """Write all four profiles; return the configuration's path."""
    lines = aws.served.profile.splitlines()[1:]
    good = dict(line.split(" = ", 1) for line in [*lines, "Schema = sampledb"])
    path = tmp_path / "config.ini"
    with path.open("w", encoding="utf-8") as stream:
        for name, changes in PROFILES.items():
            stream.write(f"[profile {name}]\n")
            values = {**good, **changes}
            token = tmp_path / values["web_identity_token_file"]
            values["web_identity_token_file"] = str(token)
            stream.writelines(f"{key} = {value}\n" for key, value in values.items())
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("ending", ["txt", "json"])
@pytest.mark.parametrize("profile", PROFILES)
def test_the_walk_is_as_recorded(
    config: Path, capsys: pytest.CaptureFixture[str], profile: str, ending: str
) -> None:
    form = ["--json"] if ending == "json" else []
    code = main(["--config", str(config), "--check", "-p", profile, *form])
    out, talk = capsys.readouterr()
    for pattern, text in MASKS:
        out = re.sub(pattern, text, out)
    assert (code, talk) == (0 if profile == "good" else 3, "")
    assert out == (GOLDEN / f"{profile}.{ending}").read_text(encoding="utf-8")


@pytest.mark.parametrize("profile", ["good", "no-token", "wrong-workgroup"])
def test_the_help_shows_what_was_recorded(profile: str) -> None:
    recorded = (GOLDEN / f"{profile}.txt").read_text(encoding="utf-8")
    assert indent(recorded, "    ") in (read_topic("auth") or "")
