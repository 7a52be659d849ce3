"""What travels between a transport and the endpoint: requests, replies, refusals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import parse_qsl, unquote, urlsplit

_PIECE: Final = 65536


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names are lower case, ``path`` keeps its escapes."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path as sent, at least ``/``."""
        return urlsplit(self.url).path or "/"

    @property
    def key_path(self) -> str:
        """The path with its escapes resolved."""
        return unquote(self.path)

    @property
    def query(self) -> dict[str, str]:
        """The query's names and values; a bare name has an empty value."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def host(self) -> str:
        """The host asked for, without a port."""
        named = self.headers.get("host") or urlsplit(self.url).netloc
        return named.rpartition("@")[2].partition(":")[0].lower()


class FileSlice:
    """A part of a file, read as it is sent; the file may be replaced meanwhile.

    Args:
        path: the file, opened at once.
        start: first byte.
        length: number of bytes.
    """

    def __init__(self, path: Path, start: int, length: int) -> None:
        self._stream: BinaryIO = path.open("rb")
        self._stream.seek(start)
        self._left = length
        self.length = length

    def __len__(self) -> int:
        return self.length

    def read(self, amount: int = -1) -> bytes:
        """Return up to ``amount`` bytes, everything left when negative."""
        wanted = self._left if amount < 0 else min(amount, self._left)
        if not wanted:
            return b""
        data = self._stream.read(wanted)
        self._left -= len(data)
        if not self._left:
            self.close()
        return data

    def close(self) -> None:
        """Let go of the file; nothing can be read afterwards."""
        self._left = 0
        self._stream.close()

    def __del__(self) -> None:
        self._stream.close()


@dataclass(frozen=True)
class Delivery:
    """How a transport hands a reply over; ordinary unless a fault says otherwise.

    Args:
        lost: the connection closes before the first byte of the reply.
        reset: the connection is reset before the first byte of the reply.
        cut: the connection closes after that many bytes of the body.
        delay: seconds before the first byte.
        drip: seconds between single bytes of the body.
    """

    lost: bool = False
    reset: bool = False
    cut: int | None = None
    delay: float = 0.0
    drip: float = 0.0


@dataclass(frozen=True)
class Reply:
    """One HTTP reply; ``Content-Length`` is the whole body's, also when delivery cuts it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | FileSlice = b""
    delivery: Delivery = field(default_factory=Delivery)

    def pieces(self) -> Iterator[bytes]:
        """Yield the body as delivered: cut where a fault cuts it, single bytes when dripping."""
        left = len(self.body) if self.delivery.cut is None else self.delivery.cut
        size = 1 if self.delivery.drip else _PIECE
        if isinstance(self.body, bytes):
            for start in range(0, min(left, len(self.body)), size):
                yield self.body[start : min(start + size, left)]
            return
        while left > 0:
            piece = self.body.read(min(size, left))
            if not piece:
                return
            left -= len(piece)
            yield piece


class ApiError(Exception):
    """A refusal with the service's own code.

    Args:
        code: such as ``InvalidRequestException``.
        message: what the service says.
        status: the HTTP status.
        fields: further members of the modelled exception, such as ``AthenaErrorCode``.
    """

    def __init__(
        self, code: str, message: str, status: int = 400, fields: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.fields = dict(fields or {})
