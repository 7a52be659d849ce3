"""Another package's plugins: built and installed as people would, then named in a profile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.auth.conftest import FakeSts, TokenMaker

SAMPLE = Path(__file__).parent / "sample_plugin"
ROLE = "arn:aws:iam::123456789012:role/analyst"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the sample into a directory of its own; nothing is downloaded."""
    target = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--no-index", "--disable-pip-version-check"),
            *("--target", str(target), str(SAMPLE)),
        ],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target


def run(site: Path, directory: Path, config: str, *arguments: str) -> tuple[int, str, str]:
    path = directory / "config.ini"
    path.write_text(config)
    path.chmod(0o600)
    done = subprocess.run(
        [sys.executable, "-m", "athena_shell", "--config", str(path), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{Path.cwd()}"},
    )
    return done.returncode, done.stdout, done.stderr


def verdicts(out: str) -> dict[str, str]:
    return {step["name"]: step["verdict"] for step in json.loads(out)["steps"]}


def test_an_installed_token_source_serves_the_jwt_type(
    installed: Path, tmp_path: Path, sts: FakeSts, make_token: TokenMaker
) -> None:
    token = make_token(life=10**9)
    (tmp_path / "1.jwt").write_text(token)
    config = (
        f"[profile work]\nAwsRegion = eu-central-1\npreferred_role = {ROLE}\n"
        f"role_session_name = jane\nweb_identity_token_source = vault\n"
        f"vault_directory = {tmp_path}\nStsEndpointOverride = {sts.url}\n"
        f"EndpointOverride = {sts.url}\nS3EndpointOverride = {sts.url}\n"
    )
    sts.seconds = 10**9
    _code, out, err = run(installed, tmp_path, config, "--check", "--json")
    assert err == ""
    assert verdicts(out)["token source"] == "passed"
    assert verdicts(out)["session"] == "passed"
    assert sts.calls[0]["WebIdentityToken"] == token


def test_an_installed_type_is_named_like_a_built_in_one(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("AKIAIOSFODNN7EXAMPLE\nsecret\n")
    config = (
        "[profile work]\nAwsRegion = eu-central-1\nAuthenticationType = vault-keys\n"
        f"vault_keys = {tmp_path}/keys\nStsEndpointOverride = http://127.0.0.1:9\n"
        "EndpointOverride = http://127.0.0.1:9\nS3EndpointOverride = http://127.0.0.1:9\n"
    )
    code, out, _err = run(installed, tmp_path, config, "--check", "--json")
    assert code == 3  # there is no AWS behind these endpoints
    assert verdicts(out)["session"] == "passed"
    assert verdicts(out)["caller identity"] == "failed"


def test_a_broken_plugin_is_an_error_for_who_names_it(installed: Path, tmp_path: Path) -> None:
    config = "[profile work]\nAwsRegion = eu-central-1\nAuthenticationType = broken\n"
    code, out, err = run(installed, tmp_path, config, "--check")
    assert (code, out) == (2, "")
    assert "The plugin broken (vault_tokens.nowhere:PLUGIN) cannot be loaded" in err
    assert "Traceback" not in err


def test_without_the_package_its_type_is_unknown(tmp_path: Path) -> None:
    config = "[profile work]\nAwsRegion = eu-central-1\nAuthenticationType = Vault Keys\n"
    code, _out, err = run(tmp_path, tmp_path, config, "--check")
    assert code == 2
    assert "AuthenticationType 'Vault Keys' is unknown." in err
