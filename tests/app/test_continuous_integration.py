"""The examples for GitHub and pre-commit, run as the help page has them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import junitparser
import pytest
import yaml

from athena_shell.auth.registry import AuthRegistry
from athena_shell.config.ini import load
from athena_shell.config.resolve import Request, resolve
from tests.app.conftest import Aws

PAGE = resources.files("athena_shell.help").joinpath("scripts.md").read_text(encoding="utf-8")
WORKFLOW, HOOKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
[PROFILE] = re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)
[TRUST] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


@dataclass
class GitHub:
    """Gives tokens as GitHub's runner does, to whoever knows the job's own secret."""

    url: str
    audiences: list[str]

    @property
    def environment(self) -> dict[str, str]:
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": self.url,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "the-jobs-own",
        }


@pytest.fixture
def github(aws: Aws) -> Iterator[GitHub]:
    audiences: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            audiences.extend(parse_qs(urlsplit(self.path).query)["audience"])
            known = self.headers["Authorization"] == "Bearer the-jobs-own"
            self.send_response(200 if known else 403)
            self.end_headers()
            token = aws.served.token_file.read_text().strip()
            self.wfile.write(json.dumps({"value": token if known else ""}).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield GitHub(f"http://127.0.0.1:{server.server_port}/token?api-version=2.0", audiences)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def repository(tmp_path: Path, aws: Aws) -> Path:
    """A repository with the page's profile, led to the endpoint of the tests."""
    there = dict(re.findall(r"^(\w+) = (.*)$", aws.served.profile, re.MULTILINE))
    written = dict(re.findall(r"^(\w+) = (.*)$", PROFILE, re.MULTILINE))
    kept = {"AuthenticationType", "role_session_name", "web_identity_token_source"}
    keys = {name: value for name, value in there.items() if name not in {*kept, "Workgroup"}}
    del keys["web_identity_token_file"]
    keys |= {name: written[name] for name in kept} | {"Schema": "sampledb"}
    root = tmp_path / "repository"
    (root / ".github").mkdir(parents=True)
    lines = "".join(f"{name} = {value}\n" for name, value in keys.items())
    (root / ".github" / "athena.ini").write_text(f"[profile ci]\n{lines}")
    return root


def shell(line: str, where: Path, extra: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    programs = str(Path(sys.executable).parent)
    return subprocess.run(
        ["bash", "-ec", line],
        capture_output=True,
        text=True,
        check=False,
        cwd=where,
        timeout=100,
        env={**os.environ, **extra, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
    )


def test_the_profile_and_the_policy_are_what_the_words_around_them_say(tmp_path: Path) -> None:
    path = tmp_path / "athena.ini"
    path.write_text(PROFILE)
    profile = resolve(load(path), Request("ci"), {}, AuthRegistry()).profile
    assert profile.warnings == ()
    [statement] = json.loads(TRUST)["Statement"]
    audience = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:aud"]
    assert audience == profile.get("token_audience")
    account = profile.get("preferred_role").split(":")[4]
    assert statement["Principal"]["Federated"].split(":")[4] == account


def test_the_workflow_runs_its_tests_and_leaves_its_reports(
    repository: Path, github: GitHub, tmp_path: Path
) -> None:
    workflow: dict[Any, Any] = yaml.safe_load(WORKFLOW)
    assert workflow["permissions"] == {"id-token": "write", "contents": "read"}
    job = workflow["jobs"]["tests"]
    [line] = [step["run"] for step in job["steps"] if "athena-shell -p" in step.get("run", "")]
    upload = job["steps"][-1]
    assert (upload["if"], upload["with"]["path"]) == ("always()", "athena.xml")
    (repository / "tests").mkdir()
    (repository / "tests" / "a.sql").write_text(
        "-- @name orders\n\\assert (SELECT count(*) FROM orders) > 1000\n"
    )
    (repository / "tests" / "b.sql").write_text("SELECT 1 AS one;\nSELECT nope FROM orders;\n")
    summary = tmp_path / "summary.md"
    extra = {**job["env"], **github.environment, "GITHUB_STEP_SUMMARY": str(summary), "CI": "true"}
    done = shell(line, repository, extra)
    assert done.returncode == 1, done.stderr
    assert "tests/b.sql:2:8: COLUMN_NOT_FOUND" in done.stderr
    assert github.audiences == ["sts.amazonaws.com"]
    [suite] = junitparser.JUnitXml.fromfile(str(repository / "athena.xml"))
    assert [(case.classname, bool(case.result)) for case in suite] == [
        ("tests/a.sql", False),
        ("tests/b.sql", False),
        ("tests/b.sql", True),
    ]
    assert summary.read_text(encoding="utf-8").count("| ✅ |") == 2
    refused = shell(line, repository, job["env"])
    assert refused.returncode == 3
    assert "Give the job the permission `id-token: write`." in refused.stderr


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("SELECT status FROM orders;\nCREATE TABLE made AS SELECT 1 AS n;\n", 0, "Passed"),
        ("SELECT statsu FROM orders;\n", 1, "given.sql:1:8: COLUMN_NOT_FOUND"),
        ("SELECT :'day';\n", 2, "given.sql:1:8: the variable day is not set"),
        ("SELECT 'never closed;\n", 2, "given.sql:1:8: The ' here is never closed."),
        ("SELECT 1;\n\\frob\n", 2, "given.sql:2:1: There is no command \\frob."),
        ("-- @nope\nSELECT 1;\n", 2, "given.sql:1:4: “@nope” is no directive."),
    ],
)
def test_the_hook_passes_what_is_right_and_tells_what_is_wrong(
    repository: Path, github: GitHub, text: str, code: int, told: str
) -> None:
    (repository / ".pre-commit-config.yaml").write_text(HOOKS)
    (repository / "given.sql").write_text(text)
    (repository / "other.txt").write_text("SELECT nothing")
    extra = {
        **github.environment,
        "ATHENA_SHELL_CONFIG": ".github/athena.ini",
        "GIT_AUTHOR_NAME": "me",
        "GIT_AUTHOR_EMAIL": "me@here",
        "GIT_COMMITTER_NAME": "me",
        "GIT_COMMITTER_EMAIL": "me@here",
    }
    begin = "git init -q . && git add -A && pre-commit install >/dev/null && git commit -q -m first"
    done = shell(begin, repository, extra)
    assert told in done.stdout + done.stderr
    assert (done.returncode == 0) == (code == 0)
    if code:
        assert f"exit code: {code}" in done.stdout + done.stderr
    assert "other.txt" not in done.stdout + done.stderr
