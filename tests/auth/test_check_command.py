"""``athena-shell --check`` as people run it: on a good profile and on three bad ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.auth.conftest import TokenMaker


def check(*arguments: str, config: str = "", directory: Path) -> tuple[int, str, str]:
    path = directory / "config.ini"
    path.write_text(config)
    path.chmod(0o600)
    done = subprocess.run(
        [sys.executable, "-m", "athena_shell", "--check", "--config", str(path), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


BASE = """\
[profile work]
AwsRegion = eu-central-1
preferred_role = arn:aws:iam::123456789012:role/analyst
role_session_name = jane
StsEndpointOverride = http://127.0.0.1:9
"""


def test_a_good_profile(tmp_path: Path) -> None:
    code, out, err = check("--local", "--json", directory=tmp_path)
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert document["ok"]
    assert {step["verdict"] for step in document["steps"]} == {"passed"}


def test_a_profile_whose_token_file_is_missing(tmp_path: Path) -> None:
    code, out, err = check(
        config=f"{BASE}web_identity_token_file = {tmp_path}/none\n", directory=tmp_path
    )
    assert code == 3
    assert err == ""
    lines = out.splitlines()
    assert lines[0] == "✓ parameters        JWT in eu-central-1"
    assert lines[1] == (
        f"✗ token source      The token file {tmp_path}/none cannot be read:"
        " No such file or directory."
    )
    assert lines[3] == "- claims            needs token source"


def test_a_profile_whose_token_is_cut(tmp_path: Path) -> None:
    code, out, _err = check(config=f"{BASE}web_identity_token = eyJhbGciOiJ\n", directory=tmp_path)
    assert code == 3
    assert "has 1 segment instead of three." in out
    assert "eyJhbGciOiJ" not in out.replace("eyJ….eyJ….…", "")


def test_a_profile_whose_endpoint_is_down(tmp_path: Path, make_token: TokenMaker) -> None:
    token = make_token(life=10**9)
    code, out, err = check(config=f"{BASE}web_identity_token = {token}\n", directory=tmp_path)
    assert code == 3
    assert (
        "✗ session           127.0.0.1:9 cannot be reached while calling sts"
        " AssumeRoleWithWebIdentity." in out
    )
    assert token not in out + err
