"""One S3 object read in ranges, whole or not at all.

Each range is a request of its own that names the object's ETag (``If-Match``), so a lost
connection costs one range, an idle reader holds no connection, and an object that was replaced
meanwhile is an error (412) rather than a mixture of two.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar
from urllib.parse import urlsplit

from athena_shell.athena.ahead import Ahead
from athena_shell.athena.parse import incomplete
from athena_shell.athena.patience import Patience
from athena_shell.core.errors import ResultError, ServiceError
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.athena.calls import Caller

T = TypeVar("T")

_GROWTH: Final = 2
_PIECE: Final = 1 << 18
_GROWN: Final = 4  # times as long are the pieces
_QUICK_PIECES: Final = 32  # behind so many of them, when a cut would cost little of what has come
_REPLACED: Final = frozenset({"PreconditionFailed", "412"})
_MISSING: Final = frozenset({"NoSuchKey", "NoSuchBucket", "404"})
_BEYOND: Final = frozenset({"InvalidRange", "416"})


@dataclass
class Span:
    """A part of an object on its way: what lies before ``at`` has come; ``end`` may shrink."""

    at: int
    end: int


@dataclass(frozen=True)
class Head:
    """What a first range told about an object.

    Args:
        size: of the whole object, in bytes.
        etag: names this very content.
        client_encrypted: whether only a client with the key can read it.
    """

    size: int
    etag: str
    client_encrypted: bool = False


class S3Object:
    """An object of a bucket.

    Args:
        caller: makes the requests.
        url: ``s3://bucket/key``.
        patience: for how long a range is asked for again.
        owner: the account that must own the bucket, or an empty text.
    """

    first_range: ClassVar[int] = 1 << 20
    longest_range: ClassVar[int] = 4 << 20

    def __init__(self, caller: Caller, url: str, patience: Patience, owner: str = "") -> None:
        parts = urlsplit(url, allow_fragments=False)
        if parts.scheme != "s3" or not parts.netloc or not parts.path.strip("/"):
            raise ResultError(f"{url!r} is no address of an S3 object.")
        key = url.removeprefix(f"s3://{parts.netloc}/")
        self.url = url
        self._caller = caller
        self._patience = patience
        self._request: dict[str, Any] = {"Bucket": parts.netloc, "Key": key}
        if owner:
            self._request["ExpectedBucketOwner"] = owner

    def open(self, patience: Patience | None = None) -> tuple[Head, bytes]:
        """Return what the object is and its first range.

        Raises:
            ServiceError: it cannot be read; the code tells denied from unreachable.
            ResultError: there is no such object.
        """
        return (patience or self._patience).repeat(lambda: self._first(self.first_range))

    def range(self, head: Head, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` up to but not including ``end``.

        Raises:
            ResultError: the object was replaced, cut or deleted since its head was read.
            ServiceError: it stayed unreachable.
        """
        return self._patience.repeat(lambda: self._part(head, (start, end), _whole, len))

    def copy(self, head: Head, span: Span, write: Callable[[int, bytes], None]) -> None:
        """Hand the bytes of a span on in small pieces, each with its offset.

        After a fault the reading goes on where it stopped, with new patience. Raises as ``range``,
        and what ``write`` raises.
        """

        def take(body: Any) -> int:
            longer_from = span.at + _QUICK_PIECES * _PIECE
            length = _PIECE
            while span.at < span.end and (piece := body.read(length)):
                piece = piece[: span.end - span.at]
                write(span.at, piece)
                span.at += len(piece)
                if span.at >= longer_from:
                    length = _GROWN * _PIECE
            return span.at

        def go_on() -> None:
            start, end = span.at, span.end
            try:
                self._part(head, (start, end), take, lambda at: at - start + max(0, end - span.end))
            except ServiceError as error:
                if not error.transient or span.at == start:
                    raise

        while span.at < span.end:
            self._patience.repeat(go_on)

    def blocks(self, head: Head, first: bytes, workers: int = 1) -> Iterator[bytes]:
        """Yield the whole object in order, the next ranges on their way while one is used.

        Args:
            head: from ``open``.
            first: from ``open`` too.
            workers: ranges on their way at once.
        """
        yield first
        ahead: deque[Ahead[bytes]] = deque()
        for start, end in self.ranges(len(first), head.size):
            ahead.append(Ahead(partial(self.range, head, start, end)))
            if len(ahead) > workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def ranges(self, start: int, size: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges from ``start`` on, growing to the longest."""
        length = max(self.first_range, start)
        while start < size:
            length = min(length * _GROWTH, self.longest_range)
            end = min(start + length, size)
            yield start, end
            start = end

    def _first(self, size: int) -> tuple[Head, bytes]:
        try:
            reply, body = self._get(_whole, Range=f"bytes=0-{size - 1}")
        except ServiceError as error:
            if error.code in _BEYOND:  # an empty object has no first byte
                reply, body = self._get(_whole)
            else:
                raise self._explained(error) from error
        total = _total(reply, len(body))
        if len(body) != min(size, total):
            raise incomplete("GetObject", "all of its bytes")
        metadata = reply.get("Metadata") or {}
        return Head(total, str(reply.get("ETag", "")), "x-amz-iv" in metadata), body

    def _part(
        self, head: Head, part: tuple[int, int], take: Callable[[Any], T], count: Callable[[T], int]
    ) -> T:
        start, end = part
        match = {"IfMatch": head.etag} if head.etag else {}
        wanted = f"bytes={start}-{end - 1}"

        def check(reply: dict[str, Any]) -> None:
            if _total(reply, head.size) != head.size:
                raise self._replaced()
            if not str(reply.get("ContentRange", "")).startswith(f"bytes {start}-"):
                raise incomplete("GetObject", "the range that was asked for")

        try:
            _, taken = self._get(take, check, Range=wanted, **match)
        except ServiceError as error:
            raise self._explained(error) from error
        if count(taken) < end - start:
            raise incomplete("GetObject", "all of its bytes")
        return taken

    def _get(
        self,
        take: Callable[[Any], T],
        check: Callable[[dict[str, Any]], None] = lambda _: None,
        **parameters: Any,
    ) -> tuple[dict[str, Any], T]:
        def step(client: Any) -> tuple[dict[str, Any], T]:
            reply = client.get_object(**self._request, **parameters)
            with reply["Body"] as body:
                check(reply)
                return reply, take(body)

        result: tuple[dict[str, Any], T] = self._caller.attempt("s3", "GetObject", step)
        return result

    def _explained(self, error: ServiceError) -> ServiceError | ResultError:
        if error.code in _REPLACED or error.code in _BEYOND:
            return self._replaced()
        if error.code in _MISSING:
            return ResultError(
                f"The result object {self.url} is not there.",
                "It was deleted, or the bucket's rules removed it; run the statement again.",
                code=error.code,
            )
        return error

    def _replaced(self) -> ResultError:
        return ResultError(
            f"The result object {self.url} was replaced while it was read.",
            r"Read the result again from its start with \result and the query id.",
            code="PreconditionFailed",
        )


def _whole(body: Any) -> bytes:
    data: bytes = body.read()
    return data


def _total(reply: dict[str, Any], default: int) -> int:
    """Return the whole object's size from ``Content-Range: bytes 0-9/100``."""
    total = str(reply.get("ContentRange", "")).rpartition("/")[2]
    return int(total) if total.isdigit() else default
