"""A small HTTP server on loopback whose every reply a test writes itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

Answer = Callable[[socket.socket, bytes], None]


@dataclass
class RawServer:
    """Answers each request with the next of ``answers``; the last one stays."""

    answers: list[Answer] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with connection:
            try:
                while request := _read_request(connection):
                    number = len(self.requests)
                    self.requests.append(request)
                    self.answers[min(number, len(self.answers) - 1)](connection, request)
            except OSError:
                return


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def server() -> Iterator[RawServer]:
    listener = socket.create_server(("127.0.0.1", 0))
    raw = RawServer(port=listener.getsockname()[1])
    thread = threading.Thread(target=raw.serve, args=(listener,), daemon=True)
    thread.start()
    yield raw
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def whole(body: bytes, status: str = "200 OK", headers: str = "") -> Answer:
    """Answer with a whole reply."""

    def answer(connection: socket.socket, _request: bytes) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        connection.sendall(head.encode() + body)

    return answer


@pytest.fixture
def reply() -> Callable[..., Answer]:
    """Make an answer: a body, with a status line's text and header lines if need be."""
    return whole


@dataclass
class FakeClock:
    """A clock that moves only when told."""

    moment: datetime = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
