"""The in-process way to the endpoint: requests of a botocore session never meet a socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from athena_shell.local.wire import Reply

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.session import Session

    from athena_shell.local.endpoint import Endpoint

_READ_TIMEOUT: Final = 60.0


def attach(session: Session, endpoint: Endpoint) -> None:
    """Let every client that ``session`` makes from now on, and has made, talk to ``endpoint``.

    Also the clients that botocore makes for itself, such as STS for a web identity profile. No
    request of the session leaves the process.
    """
    transport = _Transport(endpoint)
    session.register("before-call", transport.note_time_out)
    session.register("before-send", transport.send)


class _Transport:
    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._calling = threading.local()

    def note_time_out(self, context: dict[str, Any], **_: object) -> None:
        """Remember the read time-out of the client that calls on this thread."""
        config = context.get("client_config")
        self._calling.time_out = getattr(config, "read_timeout", None) or _READ_TIMEOUT

    def send(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """Answer a signed request in place of the network."""
        from botocore.awsrequest import AWSResponse, HeadersDict

        reply = self._endpoint.handle(
            request.method, request.url, _texts(request.headers), _bytes(request.body)
        )
        time_out = getattr(self._calling, "time_out", _READ_TIMEOUT)
        self._deliver_head(request, reply, time_out)
        raw = _Body(reply, self._endpoint, request.url, time_out)
        return AWSResponse(request.url, reply.status, HeadersDict(dict(reply.headers)), raw)

    def _deliver_head(self, request: AWSPreparedRequest, reply: Reply, time_out: float) -> None:
        from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

        delivery = reply.delivery
        if delivery.delay:
            self._endpoint.pause(min(delivery.delay, time_out))
            if delivery.delay >= time_out:
                raise ReadTimeoutError(endpoint_url=request.url)
        if delivery.lost or delivery.reset:
            raise ConnectionClosedError(endpoint_url=request.url)


class _Body:
    """A reply's body as botocore reads urllib3's: by ``read`` or by ``stream``."""

    def __init__(self, reply: Reply, endpoint: Endpoint, url: str, time_out: float) -> None:
        self._pieces = reply.pieces()
        self._drip = reply.delivery.drip
        self._endpoint = endpoint
        self._url = url
        self._time_out = time_out
        self._buffer = b""

    def read(self, amount: int | None = None, **_: object) -> bytes:
        """Return up to ``amount`` bytes, everything when it is not given."""
        if amount is None or amount < 0:
            data = self._buffer + b"".join(self._arriving())
            self._buffer = b""
            return data
        while len(self._buffer) < amount:
            piece = next(self._arriving(), b"")
            if not piece:
                break
            self._buffer += piece
        data, self._buffer = self._buffer[:amount], self._buffer[amount:]
        return data

    def stream(self, amount: int = 65536, **_: object) -> Iterator[bytes]:
        """Yield the body in pieces."""
        while data := self.read(amount):
            yield data

    def close(self) -> None:
        """Do nothing: the file behind a body is closed when it is read or forgotten."""

    def release_conn(self) -> None:
        """Do nothing: there is no connection."""

    def _arriving(self) -> Iterator[bytes]:
        from urllib3.exceptions import ReadTimeoutError

        for piece in self._pieces:
            if self._drip:
                self._endpoint.pause(min(self._drip, self._time_out))
                if self._drip >= self._time_out:
                    # Typed for connection pools, which do not exist here.
                    raise ReadTimeoutError(None, self._url, "Read timed out.")  # type: ignore[arg-type]
            yield piece


def _texts(headers: Any) -> dict[str, str]:
    """Return headers as text; botocore keeps some of them as bytes."""
    return {
        name: value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in headers.items()
    }


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    return bytes(body.read())
