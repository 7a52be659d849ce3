"""The one way a request leaves the machine: host policy, proxy, total deadline, whole replies."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit, urlunsplit

import urllib3
from botocore import exceptions as aws
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from urllib3 import exceptions as http

from athena_shell.aws.deadline import Watch, connection_manager, watched
from athena_shell.core.errors import ServiceError

if TYPE_CHECKING:
    from athena_shell.aws.client import Limits, Network
    from athena_shell.aws.proxies import Proxy

_log = logging.getLogger(__name__)
_JSON_CALL: Final = "X-Amz-Target"
_HTTP_OK: Final = 200


class CutReply(aws.HTTPClientError):  # type: ignore[misc]  # botocore carries no types
    """A reply that is not whole; botocore repeats the call as it does after a lost connection."""

    fmt = "The reply from {endpoint_url} was cut short: {error}"


class _Call(threading.local):
    """When the call that this thread makes must be over, with all its repetitions."""

    def __init__(self) -> None:
        self.ends = 0.0


_call = _Call()


class Transport:
    """Sends botocore's prepared requests.

    It asks the policy about every single URL, so that neither a redirect nor a region found in a
    reply can take a secret elsewhere. Redirects are not followed. A reply shorter than announced
    is an error, and so is a whole call that takes longer than its total deadline.

    Args:
        network: where requests may go, through which proxy, trusting whom.
        limits: time-outs in seconds.
    """

    def __init__(self, network: Network, limits: Limits) -> None:
        self._network = network
        self._limits = limits
        self._managers: dict[Proxy | None, urllib3.PoolManager] = {}
        self._lock = threading.Lock()

    def begin(self, **_event: Any) -> None:
        """Start the total deadline of one call with all its repetitions (``before-call``)."""
        _call.ends = time.monotonic() + self._limits.total

    def send(self, service: str, request: AWSPreparedRequest, **_event: Any) -> AWSResponse:
        """Send one request to a service and return its reply (``before-send``).

        Raises:
            ConfigError: the policy forbids the host.
            ServiceError: the call took longer than its total deadline.
            botocore.exceptions.HTTPClientError: the network failed; botocore repeats the call.
        """
        self._network.policy.check(service, request.url)
        started = time.monotonic()
        with self._in_time(request.url) as watch, _translated(request.url):
            raw = self._open(service, request)
            reply = AWSResponse(request.url, raw.status, raw.headers, raw)
            if not request.stream_output:
                content = reply.content
                if watch.expired:
                    raise http.TimeoutError("the total deadline passed")
                check_whole(
                    urlsplit(request.url).netloc, _kind(service, request), raw.status, content
                )
        _log.debug(
            "%s %s -> %d in %.3f s",
            request.method,
            urlsplit(request.url).netloc.rpartition("@")[2],
            raw.status,
            time.monotonic() - started,
        )
        return reply

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            for manager in self._managers.values():
                manager.clear()

    @contextmanager
    def _in_time(self, url: str) -> Iterator[Watch]:
        now = time.monotonic()
        if not now < _call.ends <= now + self._limits.total:
            raise self._late(url)
        with watched(_call.ends - now) as watch:
            try:
                yield watch
            except Exception as error:
                if watch.expired:
                    raise self._late(url) from error
                raise

    def _late(self, url: str) -> ServiceError:
        return ServiceError(
            f"{urlsplit(url).hostname} gave no whole answer within {self._limits.total:g} s.",
            "Check the network or the proxy, then repeat the command.",
            code="DeadlineExceeded",
            transient=True,
        )

    def _open(self, service: str, request: AWSPreparedRequest) -> urllib3.BaseHTTPResponse:
        target = urlsplit(request.url)
        proxy = self._network.proxies.choose(service, request.url)
        pool = self._manager(proxy).connection_from_url(request.url)
        headers = {
            name: value.decode("latin-1") if isinstance(value, bytes) else value
            for name, value in request.headers.items()
            if name.lower() != "expect"  # the whole body follows at once
        }
        return pool.urlopen(
            request.method,
            urlunsplit(("", "", target.path or "/", target.query, "")),
            body=request.body,
            headers=headers,
            redirect=False,
            retries=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
            chunked=headers.get("Transfer-Encoding", "").lower() == "chunked",
        )

    def _manager(self, proxy: Proxy | None) -> urllib3.PoolManager:
        with self._lock:
            if proxy not in self._managers:
                self._managers[proxy] = connection_manager(self._network, self._limits, proxy)
            return self._managers[proxy]


def _kind(service: str, request: AWSPreparedRequest) -> str:
    if _JSON_CALL in request.headers:
        return "json"
    return "query" if service == "sts" else "rest"


def check_whole(host: str, kind: str, status: int, content: bytes) -> None:
    """Raise CutReply when a call's success has not the body that its protocol demands.

    botocore takes a cut JSON body for an empty success: a page of results without rows.

    Args:
        host: for the message.
        kind: ``json``, ``query`` or another protocol, which is not checked here.
        status: the HTTP status.
        content: the whole body.
    """
    if status != _HTTP_OK or kind not in {"json", "query"}:
        return
    if kind == "query":
        whole = content.rstrip().endswith(b"Response>")
    else:
        try:
            whole = isinstance(json.loads(content), dict)
        except ValueError:
            whole = False
    if not whole:
        raise CutReply(endpoint_url=host, error=f"{len(content)} bytes of no {kind} answer")


def check_parsed(**event: Any) -> None:
    """Do as ``check_whole`` for a reply that did not come through this transport."""
    reply = cast("dict[str, Any]", event["response_dict"])
    service = event["operation_model"].service_model
    if not event["operation_model"].has_streaming_output:
        check_whole(
            service.endpoint_prefix,
            service.resolved_protocol,
            reply["status_code"],
            reply["body"],
        )


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Turn urllib3's errors into those that botocore's retry rules know."""
    host = urlsplit(url).netloc
    try:
        yield
    except http.ProxyError as error:
        raise aws.ProxyConnectionError(proxy_url="the proxy", error=error) from error
    except (http.HTTPError, OSError) as error:
        for kinds, translation in _TRANSLATIONS:
            if isinstance(error, kinds):
                raise translation(endpoint_url=host, error=error) from error
        raise aws.HTTPClientError(error=error) from error


# In order: the first class that fits is taken.
_TRANSLATIONS: Final[tuple[tuple[tuple[type[Exception], ...], Callable[..., Exception]], ...]] = (
    ((http.SSLError, ssl.SSLError), aws.SSLError),
    (
        (http.NewConnectionError, http.NameResolutionError, socket.gaierror),
        aws.EndpointConnectionError,
    ),
    ((http.ConnectTimeoutError,), aws.ConnectTimeoutError),
    ((http.TimeoutError,), aws.ReadTimeoutError),
    ((http.IncompleteRead,), CutReply),
    ((http.ProtocolError,), aws.ConnectionClosedError),
)
