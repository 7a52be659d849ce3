"""Secrets of known value go through the program; afterwards they are nowhere they should not be."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

SIGNATURE = "Q0FOQVJZLXNpZ25hdHVyZQ"
SECRET_KEY = "CanaryCanaryCanary0123456789SecretKeySec"
SESSION = "IQoJb3JpZ2luCANARYsessionCANARYsession"
ACCESS_KEY = "ASIACANARYCANARY0001"
CANARIES = (SIGNATURE, SECRET_KEY, SESSION, ACCESS_KEY)


def token() -> str:
    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    payload: dict[str, object] = {
        "iss": "https://idp.example.com",
        "aud": "sts.amazonaws.com",
        "sub": "jane",
        "exp": int(time.time()) + 3600,
    }
    return f"{part({'alg': 'RS256'})}.{part(payload)}.{SIGNATURE}"


class Services(BaseHTTPRequestHandler):
    """STS hands out canary keys; the other services' refusals repeat them."""

    codes = ("ExpiredTokenException", "InvalidRequestException")
    refusals = 0
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if b"AssumeRoleWithWebIdentity" in body:
            status, answer = 200, self.keys()
        else:
            code = self.codes[Services.refusals % len(self.codes)]
            Services.refusals += 1
            fault = {"__type": code, "message": f"bad {SESSION} {ACCESS_KEY} {SECRET_KEY}"}
            status, answer = 400, json.dumps({**fault, "Token-0": SESSION})
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer.encode())

    def keys(self) -> str:
        action = "AssumeRoleWithWebIdentity"
        return (
            f"<{action}Response><{action}Result><Credentials><AccessKeyId>{ACCESS_KEY}"
            f"</AccessKeyId><SecretAccessKey>{SECRET_KEY}</SecretAccessKey>"
            f"<SessionToken>{SESSION}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
            f"</Credentials></{action}Result></{action}Response>"
        )

    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""


@pytest.fixture
def services() -> Iterator[str]:
    http = ThreadingHTTPServer(("127.0.0.1", 0), Services)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    http.server_close()
    thread.join(5)


@pytest.mark.parametrize("arguments", [("--check",), ("--show-config",), ("-c", "SELECT 1")])
def test_no_canary_is_on_the_screen_or_in_a_file(
    services: str, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    config = tmp_path / "config.ini"
    config.write_text(
        "[profile work]\nAwsRegion = eu-central-1\nrole_session_name = jane\n"
        "preferred_role = arn:aws:iam::123456789012:role/analyst\n"
        f"web_identity_token = {token()}\nsession_cache = memory\n"
        f"StsEndpointOverride = {services}\nEndpointOverride = {services}\n"
        f"S3EndpointOverride = {services}\n"
    )
    config.chmod(0o600)
    done = subprocess.run(
        [sys.executable, "-m", "athena_shell", "--debug", "--config", str(config), *arguments],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        env={**os.environ, "HOME": str(tmp_path / "home")},
    )
    shown = done.stdout + done.stderr
    assert [canary for canary in CANARIES if canary in shown] == []
    for path in tmp_path.rglob("*"):
        if path.is_file() and path != config:
            text = path.read_text(errors="replace")
            assert [canary for canary in CANARIES if canary in text] == []
    if arguments != ("--show-config",):
        # The secrets did go through: STS was asked, and the session was used.
        assert done.returncode in {1, 3}
        assert "bad [redacted] [redacted] [redacted]" in shown
