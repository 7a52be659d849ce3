"""Requests through a real proxy to a real TLS server whose authority nobody else knows."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
import trustme

from athena_shell.auth.fixed_keys import FixedKeys
from athena_shell.aws.client import ClientFactory, Limits, Network
from athena_shell.aws.errors import translate
from athena_shell.config.connection import CONNECTION
from athena_shell.config.profile import Profile
from athena_shell.core.credentials import Credentials
from athena_shell.core.errors import AthenaShellError, ServiceError
from athena_shell.core.secret import Secret

REGION: Final = "eu-central-1"
HOSTS: Final = {
    "sts": f"sts.{REGION}.amazonaws.com",
    "athena": f"athena.{REGION}.amazonaws.com",
    "s3": f"s3.{REGION}.amazonaws.com",
}
CALLS: Final[dict[str, Callable[[Any], Any]]] = {
    "sts": lambda client: client.get_caller_identity(),
    "athena": lambda client: client.list_work_groups(),
    "s3": lambda client: client.list_buckets(),
}
ANSWERS: Final = {
    "sts": b"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>a</Arn>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>",
    "athena": b'{"WorkGroups": []}',
    "s3": b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>",
}
QUICK: Final = Limits(connect=1.0, read=0.3, total=5.0, attempts=1)


def head_of(connection: socket.socket) -> bytes:
    """Read a whole request, since closing with bytes unread would lose the reply."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    return head


@dataclass
class Listener:
    """Serves each connection on a thread of its own."""

    serve: Callable[[socket.socket], None]
    _socket: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _held: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        self._begin(self._accept)

    def _begin(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self._held.append(connection)
                self._begin(lambda held=connection: self._serve(held))  # type: ignore[misc] # bound now

    def _serve(self, connection: socket.socket) -> None:
        with closing(connection), suppress(OSError):
            self.serve(connection)

    def close(self) -> None:
        for each in (self._socket, *self._held):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(10)


@pytest.fixture
def listen() -> Iterator[Callable[[Callable[[socket.socket], None]], Listener]]:
    """Return what starts a server on a free port of this machine."""
    started: list[Listener] = []

    def begin(serve: Callable[[socket.socket], None]) -> Listener:
        listener = Listener(serve)
        listener.start()
        started.append(listener)
        return listener

    yield begin
    for listener in started:
        listener.close()


Listen = Callable[[Callable[[socket.socket], None]], Listener]


@dataclass
class Aws:
    """A TLS server that answers for AWS's hosts, and for this machine's name."""

    authority: trustme.CA
    heads: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        names = (*HOSTS.values(), "localhost")
        self.authority.issue_cert(*names).configure_cert(self._context)

    def serve(self, connection: socket.socket) -> None:
        with self._context.wrap_socket(connection, server_side=True) as secure:
            head = head_of(secure)
            self.heads.append(head)
            service = next((name for name in ANSWERS if f"/{name}/aws4".encode() in head), "sts")
            body = ANSWERS[service]
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


@dataclass
class TestProxy:
    """Tunnels every CONNECT to one server, whatever host it names; may want a log-in."""

    __test__ = False

    target: int
    login: str = ""
    connects: list[str] = field(default_factory=list)

    def serve(self, connection: socket.socket) -> None:
        head = head_of(connection).decode()
        self.connects.append(head.split("\r\n", 1)[0])
        wanted = base64.b64encode(self.login.encode()).decode()
        if self.login and f"proxy-authorization: Basic {wanted}".lower() not in head.lower():
            connection.sendall(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
            )
            return
        with socket.create_connection(("127.0.0.1", self.target)) as onward:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pump, args=(onward, connection), daemon=True)
            back.start()
            pump(connection, onward)
            back.join(10)


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certificates(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def client(
    service: str, certificates: str, environment: dict[str, str] | None = None, /, **values: str
) -> Any:
    profile = Profile("work", CONNECTION).with_values(
        {"TrustedCerts": certificates, "UseProxyForIdP": "1", **values}, "config.ini"
    )
    keys = FixedKeys(Credentials("AKIA", Secret("secret")))
    factory = ClientFactory(Network.of(profile, environment or {}), limits=QUICK)
    return factory.client(service, REGION, keys)


def failure(service: str, made: Any) -> AthenaShellError:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - what botocore raises is translated
        CALLS[service](made)
    return translate(caught.value, service=service, region=REGION)


@pytest.mark.parametrize("service", HOSTS)
@pytest.mark.parametrize("way", ["profile", "variable"])
@pytest.mark.parametrize("login", ["", "me:p@ss:word"])
def test_every_service_goes_through_the_proxy(
    listen: Listen, authority: trustme.CA, certificates: str, service: str, way: str, login: str
) -> None:
    aws = Aws(authority)
    proxy = TestProxy(listen(aws.serve).port, login)
    port = listen(proxy.serve).port
    user, _, password = login.partition(":")
    if way == "profile":
        values = {"UseProxy": "1", "ProxyHost": "127.0.0.1", "ProxyPort": str(port)}
        made = client(service, certificates, None, ProxyUID=user, ProxyPWD=password, **values)
    else:
        quoted = "me:p%40ss%3Aword@" if login else ""
        made = client(service, certificates, {"HTTPS_PROXY": f"http://{quoted}127.0.0.1:{port}"})
    CALLS[service](made)
    assert [line.split()[:2] for line in proxy.connects] == [["CONNECT", f"{HOSTS[service]}:443"]]
    (head,) = aws.heads
    # The proxy's log-in is the proxy's alone.
    assert b"proxy-authorization" not in head.lower()


def test_a_host_of_no_proxy_is_not_asked_of_the_proxy(listen: Listen, certificates: str) -> None:
    proxy = TestProxy(1)
    port = listen(proxy.serve).port
    made = client(
        "athena",
        certificates,
        {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "NO_PROXY": ".invalid"},
        EndpointOverride="athena.corp.invalid",
    )
    assert "cannot be reached" in failure("athena", made).message
    assert proxy.connects == []


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("athena", "EndpointOverride"),
        ("sts", "StsEndpointOverride"),
        ("s3", "S3EndpointOverride"),
    ],
)
@pytest.mark.parametrize("scheme", ["", "https://"])
def test_an_endpoint_of_the_profile_s_own_is_reached_over_tls(
    listen: Listen, authority: trustme.CA, certificates: str, service: str, name: str, scheme: str
) -> None:
    aws = Aws(authority)
    port = listen(aws.serve).port
    made = client(service, certificates, None, **{name: f"{scheme}localhost:{port}"})
    CALLS[service](made)
    assert f"host: localhost:{port}" in aws.heads[0].decode().lower()


@pytest.mark.parametrize("why", ["another authority", "another name"])
def test_a_certificate_that_is_not_trusted_is_a_clear_error(
    listen: Listen, authority: trustme.CA, certificates: str, why: str
) -> None:
    aws = Aws(trustme.CA() if why == "another authority" else authority)
    host = "localhost" if why == "another authority" else "127.0.0.1"
    made = client("sts", certificates, StsEndpointOverride=f"{host}:{listen(aws.serve).port}")
    error = failure("sts", made)
    assert error.message == "The server's certificate was refused while calling sts."
    assert "set TrustedCerts to its certificate file" in error.hint
    assert aws.heads == []


def answering(text: bytes) -> Callable[[socket.socket], None]:
    def serve(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(text)

    return serve


def silent(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


HTML: Final = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 13\r\n\r\n<html></html>"
LOG_IN: Final = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("serve", "message", "hint"),
    [
        (answering(LOG_IN), "The proxy wants another log-in (407)", "ProxyUID and ProxyPWD"),
        (answering(HTML), "The proxy refuses the connection (403)", "NonProxyHost"),
        (answering(b"<html>log in</html>\n"), "cannot be reached", "the proxy"),
        (answering(b""), "cannot be reached", "the proxy"),
        (silent, "gave no answer", "the proxy"),
    ],
    ids=["407", "403 with a page", "a page", "hangs up", "never answers"],
)
def test_a_proxy_that_does_not_serve(
    listen: Listen,
    certificates: str,
    serve: Callable[[socket.socket], None],
    message: str,
    hint: str,
) -> None:
    port = listen(serve).port
    made = client("athena", certificates, {"HTTPS_PROXY": f"http://me:s3cret@127.0.0.1:{port}"})
    error = failure("athena", made)
    assert isinstance(error, ServiceError)
    assert message in error.message
    assert hint in error.hint
    assert "s3cret" not in error.message + error.hint
    # What waiting does not help is not waited for.
    assert error.transient == ("(40" not in message)


@pytest.mark.parametrize(
    ("serve", "message"),
    [
        (answering(LOG_IN), "The proxy wants another log-in (407) to idp.example.com."),
        (answering(HTML), "The proxy refuses the connection (403) to idp.example.com."),
    ],
)
def test_an_identity_provider_behind_a_proxy_that_refuses(
    listen: Listen, serve: Callable[[socket.socket], None], message: str
) -> None:
    profile = Profile("work", CONNECTION)
    environment = {"HTTPS_PROXY": f"http://127.0.0.1:{listen(serve).port}"}
    web = ClientFactory(Network.of(profile, environment), limits=QUICK).web()
    with pytest.raises(ServiceError) as caught:
        web.get("https://idp.example.com/token")
    assert caught.value.message == message


def test_an_identity_provider_whose_certificate_is_not_trusted(listen: Listen) -> None:
    aws = Aws(trustme.CA())
    web = ClientFactory(Network.of(Profile("work", CONNECTION), {}), limits=QUICK).web()
    with pytest.raises(ServiceError, match="The certificate of localhost was refused"):
        web.get(f"https://localhost:{listen(aws.serve).port}/token")
    assert aws.heads == []


def dripping(connection: socket.socket) -> None:
    head_of(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    with suppress(OSError):
        while True:
            connection.sendall(b" ")
            threading.Event().wait(0.05)


PAGE: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n<!doctype html><html>log in</>"


@pytest.mark.parametrize(
    ("serve", "message"),
    [
        (answering(PAGE), "127.0.0.1 answered with an HTML page (HTTP 200)."),
        (dripping, "127.0.0.1 gave no whole answer in time ("),
        (silent, "127.0.0.1 gave no whole answer in time (ReadTimeoutError)."),
        (answering(b""), "127.0.0.1 cannot be reached (ProtocolError)."),
    ],
    ids=["a page", "slowly", "never", "hangs up"],
)
def test_an_identity_provider_that_does_not_answer(
    listen: Listen, serve: Callable[[socket.socket], None], message: str
) -> None:
    limits = Limits(connect=1.0, read=0.3, total=0.6, attempts=1)
    web = ClientFactory(Network.of(Profile("work", CONNECTION), {}), limits=limits).web()
    with pytest.raises(ServiceError) as caught:
        web.post(f"http://127.0.0.1:{listen(serve).port}/token", {"client_secret": "s3cret"})
    assert caught.value.message.startswith(message)
    assert "s3cret" not in caught.value.message + caught.value.hint
