"""Tokens, a clock and a small STS on loopback: enough to obtain, renew and refuse sessions."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from athena_shell.auth.registry import AuthRegistry
from athena_shell.auth.renewal import RenewingCredentials
from athena_shell.auth.sign_in import sign_in
from athena_shell.aws.client import ClientFactory, Limits, Network
from athena_shell.config.connection import CONNECTION
from athena_shell.config.endpoints import EndpointPolicy
from athena_shell.config.profile import Profile

ROLE = "arn:aws:iam::123456789012:role/analyst"


@dataclass
class FakeClock:
    """A clock that moves only when told; sleeping moves it."""

    moment: datetime = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def encoded(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class TokenMaker:
    """Makes tokens that look signed."""

    clock: FakeClock
    made: int = 0

    def __call__(
        self,
        *,
        life: float = 3600,
        algorithm: str = "RS256",
        others: Mapping[str, Any] | None = None,
        **claims: Any,
    ) -> str:
        self.made += 1
        now = int(self.clock.now().timestamp())
        payload = {
            "iss": "https://idp.example.com",
            "aud": "sts.amazonaws.com",
            "sub": "jane",
            "iat": now,
            "exp": now + int(life),
            "jti": str(self.made),
            **claims,
            **(others or {}),
        }
        header = {"alg": algorithm, "typ": "JWT"}
        return f"{encoded(header)}.{encoded(payload)}.{encoded(b'signature')}"


@pytest.fixture
def make_token(clock: FakeClock) -> TokenMaker:
    return TokenMaker(clock)


@dataclass
class FakeSts:
    """Answers AssumeRoleWithWebIdentity; ``plan`` holds what to answer instead of success.

    A plan's item is an error code, a pair of code and message, or a whole body as bytes.
    """

    clock: FakeClock
    plan: list[str | tuple[str, str] | bytes] = field(default_factory=list)
    calls: list[dict[str, str]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    seconds: int | None = None
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, form: dict[str, str], headers: Mapping[str, str]) -> tuple[int, bytes]:
        with self.lock:
            self.calls.append(form)
            self.headers.append(headers)
            item = self.plan.pop(0) if self.plan else "ok"
            number = len(self.calls)
        if isinstance(item, bytes):
            return 200, item
        if item != "ok":
            code, message = item if isinstance(item, tuple) else (item, f"STS says {item}")
            return 400, (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
                f"<Message>{message}</Message></Error></ErrorResponse>"
            ).encode()
        life = self.seconds if self.seconds is not None else int(form["DurationSeconds"])
        ends = self.clock.now() + timedelta(seconds=life)
        action = form["Action"]
        return 200, (
            f"<{action}Response><{action}Result>"
            f"<SubjectFromWebIdentityToken>jane</SubjectFromWebIdentityToken>"
            "<Audience>sts.amazonaws.com</Audience><Provider>https://idp.example.com</Provider>"
            f"<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/analyst/"
            f"{form['RoleSessionName']}</Arn><AssumedRoleId>AROA:x</AssumedRoleId>"
            "</AssumedRoleUser><Credentials>"
            f"<AccessKeyId>ASIAEXAMPLE{number:09}</AccessKeyId>"
            f"<SecretAccessKey>secret-{number}</SecretAccessKey>"
            f"<SessionToken>session-{number}</SessionToken>"
            f"<Expiration>{ends:%Y-%m-%dT%H:%M:%SZ}</Expiration>"
            f"</Credentials></{action}Result></{action}Response>"
        ).encode()


Responder = Callable[[str, str, bytes, Mapping[str, str]], tuple[int, bytes]]


@contextmanager
def serving(answer: Responder) -> Iterator[str]:
    """Serve on loopback; ``answer`` gets method, path, body and headers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def converse(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, content = answer(self.command, self.path, body, dict(self.headers))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = converse  # noqa: N815 - the library's names

        def log_message(self, *_arguments: object) -> None:
            """Stay silent."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_arguments: object) -> None:
            """Stay silent when a client goes away."""

    http = Server(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    http.server_close()
    thread.join(5)


@pytest.fixture
def sts(clock: FakeClock) -> Iterator[FakeSts]:
    fake = FakeSts(clock)

    def answer(
        _method: str, _path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return fake.answer(form, headers)

    with serving(answer) as fake.url:
        yield fake


@dataclass
class FakeWeb:
    """Answers by path, in turn; the last answer of a path stays.

    An answer is a JSON object, a pair of status and object, or bytes as they are.
    """

    plan: dict[str, list[Any]] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str], Mapping[str, str]]] = field(default_factory=list)
    url: str = ""

    def answer(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        try:
            form = {str(name): str(value) for name, value in json.loads(body).items()}
        except ValueError:
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.requests.append((method, path, form, headers))
        planned = self.plan.get(path.partition("?")[0], [(404, {"error": "not found"})])
        item = planned.pop(0) if len(planned) > 1 else planned[0]
        status, content = item if isinstance(item, tuple) else (200, item)
        return status, content if isinstance(content, bytes) else json.dumps(content).encode()


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    fake = FakeWeb()
    with serving(fake.answer) as fake.url:
        yield fake


@pytest.fixture
def clients(sts: FakeSts, web: FakeWeb) -> ClientFactory:
    others = dict.fromkeys(("sso", "sso-oidc", "athena"), web.url)
    policy = EndpointPolicy(overrides={"sts": sts.url, **others})
    return ClientFactory(Network(policy), limits=Limits(connect=2, read=5, total=10))


ProfileMaker = Callable[..., Profile]


@pytest.fixture
def make_profile() -> ProfileMaker:
    """Make a profile of an authentication type from parameters."""

    def make(kind: str = "JWT", /, **values: str) -> Profile:
        table = CONNECTION.extended(AuthRegistry().parameters_of(kind))
        basic = {"AwsRegion": "eu-central-1", "AuthenticationType": kind}
        return Profile("work", table).with_values({**basic, **values}, "config.ini")

    return make


@dataclass
class Desk:
    """Signs in with everything faked."""

    clients: ClientFactory
    clock: FakeClock
    make_profile: ProfileMaker
    said: list[str] = field(default_factory=list)

    def sign_in(
        self, kind: str, /, environment: Mapping[str, str] | None = None, **values: str
    ) -> RenewingCredentials:
        return sign_in(
            self.make_profile(kind, **values),
            registry=AuthRegistry(),
            clients=self.clients,
            clock=self.clock,
            environment=environment or {},
            say=self.said.append,
        )


@pytest.fixture
def desk(clients: ClientFactory, clock: FakeClock, make_profile: ProfileMaker) -> Desk:
    return Desk(clients, clock, make_profile)
