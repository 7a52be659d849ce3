"""The loopback-socket way to the endpoint, for other programs and other processes."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, Self

from athena_shell.local.wire import Reply

if TYPE_CHECKING:
    from athena_shell.local.endpoint import Endpoint

LOOPBACK: Final = "127.0.0.1"
_NO_LINGER: Final = struct.pack("ii", 1, 0)
_LARGEST_BODY: Final = 1 << 30
_IDLE_SECONDS: Final = 60.0


class _Server(ThreadingHTTPServer):
    # Worker threads are joined at the end: the SQL engine complains about threads that outlive it.
    daemon_threads = False
    block_on_close = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, endpoint: Endpoint) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.endpoint = endpoint
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def hang_up(self) -> None:
        """End the connections that wait for another request; replies under way are finished."""
        with self._lock:
            for connection in self._open:
                # The peer may have gone already.
                with _forgiven():
                    connection.shutdown(socket.SHUT_RD)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away are no news."""


@contextmanager
def _forgiven() -> Iterator[None]:
    try:
        yield
    except OSError:
        return


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def finish(self) -> None:
        self.server.closed(self.connection)
        with _forgiven():
            super().finish()

    def _answer(self) -> None:
        body = self._body()
        if body is None:
            self.close_connection = True
            return
        url = f"http://{self.headers.get('host', LOOPBACK)}{self.path}"
        reply = self.server.endpoint.handle(self.command, url, dict(self.headers.items()), body)
        self._deliver(reply)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the base class's names

    def _body(self) -> bytes | None:
        """Return the request's body; ``None`` when it is too large or ends early."""
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            return b"".join(self._chunks())
        text = self.headers.get("content-length", "0")
        length = int(text) if text.isdigit() else -1
        if not 0 <= length <= _LARGEST_BODY:
            self.send_error(413)
            return None
        body = self.rfile.read(length)
        return body if len(body) == length else None

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _deliver(self, reply: Reply) -> None:
        delivery = reply.delivery
        if self.server.endpoint.pause(delivery.delay) or delivery.lost or delivery.reset:
            self.close_connection = True
            if delivery.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                self.connection.close()
            return
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in reply.pieces():
            self.wfile.write(piece)
            if delivery.drip and self.server.endpoint.pause(delivery.drip):
                break
        if delivery.cut is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Log nothing: a request line could hold what is nobody's business."""


class LoopbackServer:
    """The endpoint on a socket of this machine, served by threads.

    Args:
        endpoint: answers requests.
        port: the port to listen on, 0 for any that is free.

    Raises:
        OSError: the port is taken.
    """

    def __init__(self, endpoint: Endpoint, port: int = 0) -> None:
        self._server = _Server(port, endpoint)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="athena-local-server"
        )
        self._endpoint = endpoint
        self._thread.start()

    @property
    def url(self) -> str:
        """Where clients reach it."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening, let running requests end, join every thread, close the endpoint."""
        self._server.shutdown()
        self._thread.join()
        self._endpoint.close()
        self._server.hang_up()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
