"""The program's own ``--serve``, used by another process the way its profiles say."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import boto3
import pytest

PROGRAM = [sys.executable, "-m", "athena_shell"]

COUNT = "SELECT count(*) AS n FROM sampledb.orders"


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}


@pytest.fixture
def serving() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*PROGRAM, "--serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        yield process
        if process.poll() is None:
            process.kill()


def announced(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("sts ="):
            lines.append(process.stdout.readline())
            return "".join(lines)
    raise AssertionError(process.stderr.read() if process.stderr else "no word")


def test_the_profiles_it_prints_lead_to_it(
    serving: subprocess.Popen[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = announced(serving)
    own, _, aws = text.partition("For boto3")
    config = tmp_path / "config.ini"
    config.write_text(own[own.index("[profile local]") :])
    answer = subprocess.run(
        [*PROGRAM, "--config", str(config), "-p", "local", "--format", "csv", "-c", COUNT],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert [cell.strip('"') for cell in answer.stdout.split()] == ["n", "40000"]
    aws_config = tmp_path / "aws"
    aws_config.write_text(aws[aws.index("[profile") :])
    monkeypatch.setenv("AWS_CONFIG_FILE", str(aws_config))
    with closing(boto3.Session(profile_name="athena-local").client("athena")) as athena:
        assert athena.list_data_catalogs()["DataCatalogsSummary"]
    token = Path(re.findall("web_identity_token_file = (.*)", own)[0])
    assert token.is_file()
    serving.send_signal(signal.SIGINT)
    _, errors = serving.communicate(timeout=30)
    assert (serving.returncode, errors) == (0, "")
    assert not token.parent.exists()


def test_a_taken_port_is_said(serving: subprocess.Popen[str]) -> None:
    port = re.findall(r"127\.0\.0\.1:(\d+)", announced(serving))[0]
    second = subprocess.run(
        [*PROGRAM, "--serve", port],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=False,
    )
    assert (second.returncode, second.stdout) == (2, "")
    assert f"cannot be served on port {port}" in second.stderr
    serving.send_signal(signal.SIGTERM)
    _, errors = serving.communicate(timeout=30)
    assert (serving.returncode, errors) == (0, "")
