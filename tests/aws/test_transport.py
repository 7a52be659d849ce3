"""The transport against a server that misbehaves on the wire."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.aws.client import ClientFactory, Limits, Network
from athena_shell.aws.errors import Kind, kind_of, translate
from athena_shell.config.endpoints import EndpointPolicy
from athena_shell.core.credentials import Credentials
from athena_shell.core.errors import ConfigError, ServiceError
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from tests.aws.conftest import Answer, FakeClock, RawServer

QUICK = Limits(connect=2.0, read=2.0, total=5.0, attempts=3)


class FixedKeys:
    """Credentials without an end."""

    def current(self) -> Credentials:
        return Credentials("ASIAEXAMPLEEXAMPLE12", Secret("secret"), Secret("session"))


def factory(url: str, limits: Limits = QUICK) -> ClientFactory:
    services = ("athena", "sts", "s3", "glue")
    policy = EndpointPolicy(overrides=dict.fromkeys(services, url))
    return ClientFactory(Network(policy), limits=limits)


def athena(server: RawServer, limits: Limits = QUICK) -> Any:
    return factory(server.url, limits).client("athena", "eu-central-1", FixedKeys())


def test_a_whole_reply_arrives_parsed(server: RawServer, reply: Callable[..., Answer]) -> None:
    server.answers = [reply(b'{"QueryExecutionIds": ["q-1"]}')]
    assert athena(server).list_query_executions()["QueryExecutionIds"] == ["q-1"]
    assert b"X-Amz-Security-Token: session" in server.requests[0]


@pytest.mark.parametrize(
    "cut",
    [b"", b'{"QueryExecutionIds": ["q-', b"<html>captive portal</html>", b"[]"],
    ids=["empty", "cut JSON", "HTML", "no object"],
)
def test_a_success_without_an_object_is_repeated_with_the_same_request_token(
    server: RawServer, reply: Callable[..., Answer], cut: bytes
) -> None:
    server.answers = [reply(cut), reply(cut), reply(b'{"QueryExecutionId": "q-1"}')]
    started = athena(server).start_query_execution(QueryString="SELECT 1")
    assert started["QueryExecutionId"] == "q-1"
    bodies = {request.partition(b"\r\n\r\n")[2] for request in server.requests}
    assert len(server.requests) == 3
    assert len(bodies) == 1


def test_a_body_shorter_than_announced_is_repeated(
    server: RawServer, reply: Callable[..., Answer]
) -> None:
    def short(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}")
        connection.shutdown(socket.SHUT_RDWR)

    server.answers = [short, reply(b'{"WorkGroups": []}')]
    assert athena(server).list_work_groups()["WorkGroups"] == []


def test_a_reply_that_stays_cut_is_a_transient_service_error(
    server: RawServer, reply: Callable[..., Answer], clock: FakeClock
) -> None:
    server.answers = [reply(b"{")]
    with pytest.raises(Exception, match="cut short") as caught:
        athena(server).list_work_groups()
    error = translate(caught.value, service="athena", operation="ListWorkGroups", clock=clock)
    assert kind_of(caught.value) is Kind.CUT_REPLY
    assert isinstance(error, ServiceError)
    assert error.transient
    assert error.message == "The reply was cut short while calling athena ListWorkGroups."


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_dripping_server_is_cut_at_the_total_deadline(server: RawServer, part: str) -> None:
    ended = threading.Event()

    def drip(connection: socket.socket, _request: bytes) -> None:
        text = b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n"
        try:
            if part == "body":
                connection.sendall(text)
                text = b" " * 4000
            for number in range(len(text) * 20):
                connection.sendall(text[number % 10 : number % 10 + 1])
                if ended.wait(0.05):
                    return
        except OSError:
            ended.set()

    server.answers = [drip]
    with pytest.raises(ServiceError) as caught:
        athena(server, Limits(read=2.0, total=0.4)).list_work_groups()
    ended.set()
    assert caught.value.message == "127.0.0.1 gave no whole answer within 0.4 s."
    assert caught.value.transient
    assert kind_of(caught.value) is Kind.DEADLINE
    assert len(server.requests) == 1


def test_a_silent_server_runs_into_the_read_timeout(server: RawServer) -> None:
    hold = threading.Event()

    def say_nothing(_connection: socket.socket, _request: bytes) -> None:
        hold.wait(5)

    server.answers = [say_nothing]
    with pytest.raises(Exception, match="timeout") as caught:
        athena(server, Limits(read=0.2, total=5.0, attempts=1)).list_work_groups()
    hold.set()
    assert kind_of(caught.value) is Kind.UNREACHABLE


def test_a_reset_connection_is_repeated(server: RawServer, reply: Callable[..., Answer]) -> None:
    def reset(connection: socket.socket, _request: bytes) -> None:
        connection.shutdown(socket.SHUT_RDWR)

    server.answers = [reset, reply(b'{"WorkGroups": []}')]
    athena(server).list_work_groups()
    assert len(server.requests) == 2


def test_a_redirect_is_not_followed(server: RawServer, reply: Callable[..., Answer]) -> None:
    server.answers = [reply(b"", "307 Temporary Redirect", "Location: http://127.0.0.1:1/\r\n")]
    with pytest.raises(Exception, match="307"):
        athena(server).list_work_groups()
    assert len(server.requests) == 1


def test_nothing_is_sent_to_a_host_off_the_policy() -> None:
    clients = ClientFactory(Network(EndpointPolicy(overrides={"sts": "https://sts.example.com"})))
    sts = clients.client("sts", "eu-central-1")
    sts.meta.events.register_first(
        "before-send", lambda request, **_: setattr(request, "url", "https://evil.example.com/")
    )
    with pytest.raises(ConfigError, match=r"evil\.example\.com was not sent"):
        sts.assume_role_with_web_identity(
            RoleArn="arn:aws:iam::123456789012:role/x",
            RoleSessionName="name",
            WebIdentityToken="token",
        )


def test_nothing_ambient_is_read(
    server: RawServer,
    reply: Callable[..., Answer],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
) -> None:
    shared = tmp_path / "config"
    shared.write_text("[default]\nregion = xx\nendpoint_url = http://127.0.0.1:1\n")
    for name, value in {
        "AWS_CONFIG_FILE": str(shared),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_ATHENA": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "AKIAAMBIENTAMBIENT00",
        "AWS_SECRET_ACCESS_KEY": "ambient",
        "AWS_CA_BUNDLE": "/nowhere.pem",
        "AWS_MAX_ATTEMPTS": "9",
        "AWS_PROFILE": "missing",
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "AWS_DATA_PATH": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    server.answers = [reply(b'{"WorkGroups": []}')]
    athena(server).list_work_groups()
    assert b"AMBIENT" not in server.requests[0]
    assert b"Credential=ASIAEXAMPLEEXAMPLE12/" in server.requests[0]


def test_an_unsigned_call_carries_no_keys_of_the_environment(
    server: RawServer, reply: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAAMBIENTAMBIENT00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ambient")
    server.answers = [
        reply(
            b"<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult/>"
            b"</AssumeRoleWithWebIdentityResponse>"
        )
    ]
    factory(server.url).client("sts", "eu-central-1").assume_role_with_web_identity(
        RoleArn="arn:aws:iam::123456789012:role/x",
        RoleSessionName="name",
        WebIdentityToken="token",
    )
    assert b"Authorization" not in server.requests[0]


def test_the_libraries_debug_records_reach_no_handler(
    server: RawServer, reply: Callable[..., Answer], caplog: pytest.LogCaptureFixture
) -> None:
    server.answers = [reply(b'{"WorkGroups": []}')]
    with caplog.at_level(logging.DEBUG):
        athena(server).list_work_groups()
    assert {record.name for record in caplog.records} <= {"athena_shell.aws.transport"}
    (line,) = caplog.messages
    assert line.startswith(f"POST 127.0.0.1:{server.port} -> 200 in ")


def test_a_client_is_made_once_and_shared(server: RawServer) -> None:
    clients, keys = factory(server.url), FixedKeys()
    made = {id(clients.client("athena", "eu-central-1", keys)) for _ in range(3)}
    assert len(made) == 1
    assert clients.client("athena", "us-east-1", keys) is not clients.client(
        "athena", "eu-central-1", keys
    )


def test_a_region_that_is_none_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError) as caught:
        ClientFactory(Network(EndpointPolicy())).client("athena", "eu west!")
    assert caught.value.message == "'eu west!' is not the name of an AWS region."


def test_clock_skew_is_measured_from_the_replys_date(
    server: RawServer, reply: Callable[..., Answer], clock: FakeClock
) -> None:
    theirs = datetime(2026, 11, 23, 12, 20, 30, tzinfo=UTC)
    server.answers = [
        reply(
            b'{"__type": "InvalidSignatureException", "message": "Signature expired: 1 is now"}',
            "400 Bad Request",
            f"Date: {theirs:%a, %d %b %Y %H:%M:%S} GMT\r\n",
        )
    ]
    with pytest.raises(Exception, match="Signature expired") as caught:
        athena(server).list_work_groups()
    error = translate(caught.value, service="athena", clock=clock)
    assert error.message == (
        "This machine's clock is 20 min 30 s behind AWS's."
        " AWS refuses such requests (InvalidSignatureException)."
    )
    clock.moment = theirs + timedelta(minutes=7)
    assert "7 min 0 s ahead of" in translate(caught.value, service="athena", clock=clock).message
