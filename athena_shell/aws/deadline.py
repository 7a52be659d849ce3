"""A total deadline for one HTTP exchange: kept even while a server drips its answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import urllib3
import urllib3.connection
import urllib3.connectionpool
from botocore.httpsession import get_cert_path

if TYPE_CHECKING:
    from athena_shell.aws.client import Limits, Network
    from athena_shell.aws.proxies import Proxy

_POOL_SIZE: Final = 16


class Watch:
    """Cuts a connection when the time is over; ``expired`` tells that it did."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._connection: urllib3.connection.HTTPConnection | None = None
        self._timer = threading.Timer(max(0.0, seconds), self._cut)
        self._timer.daemon = True

    def start(self) -> None:
        """Start the time."""
        self._timer.start()

    def stop(self) -> None:
        """Stop the time."""
        self._timer.cancel()

    def hold(self, connection: urllib3.connection.HTTPConnection) -> None:
        """Watch this connection from now on."""
        self._connection = connection
        if self.expired:
            self._cut()

    def _cut(self) -> None:
        self.expired = True
        plug = getattr(self._connection, "sock", None)
        if isinstance(plug, socket.socket):
            with suppress(OSError):
                # The plain shutdown, beneath TLS: the reading thread owns the TLS object.
                socket.socket.shutdown(plug, socket.SHUT_RDWR)


class _Exchange(threading.local):
    """The watch over what this thread is sending."""

    def __init__(self) -> None:
        self.watch: Watch | None = None


_exchange = _Exchange()


@contextmanager
def watched(seconds: float) -> Iterator[Watch]:
    """Cut this thread's connection when the time is over.

    The reader then sees the stream end early; ``expired`` tells why.
    """
    watch = _exchange.watch = Watch(seconds)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()
        _exchange.watch = None


def _hold(connection: urllib3.connection.HTTPConnection) -> None:
    if _exchange.watch is not None:
        _exchange.watch.hold(connection)


class _Connection(urllib3.connection.HTTPConnection):
    def connect(self) -> None:
        _hold(self)
        super().connect()
        _hold(self)

    def request(self, *arguments: Any, **options: Any) -> None:
        _hold(self)
        super().request(*arguments, **options)


class _TLSConnection(urllib3.connection.HTTPSConnection):
    def connect(self) -> None:
        _hold(self)
        super().connect()
        _hold(self)

    def request(self, *arguments: Any, **options: Any) -> None:
        _hold(self)
        super().request(*arguments, **options)


class _Pool(urllib3.connectionpool.HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(urllib3.connectionpool.HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


def connection_manager(
    network: Network, limits: Limits, proxy: Proxy | None
) -> urllib3.PoolManager:
    """Return a manager whose connections can be watched; certificates are always checked."""
    options: dict[str, Any] = {
        "timeout": urllib3.Timeout(connect=limits.connect, read=limits.read),
        "maxsize": _POOL_SIZE,
        "cert_reqs": "CERT_REQUIRED",
        "ca_certs": network.trusted_certs or get_cert_path(verify=True),
    }
    if proxy is None:
        manager = urllib3.PoolManager(**options)
    else:
        if proxy.username:
            password = proxy.password.reveal() if proxy.password else ""
            options["proxy_headers"] = urllib3.make_headers(
                proxy_basic_auth=f"{proxy.username}:{password}"
            )
        manager = urllib3.ProxyManager(proxy.url, **options)
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}
    return manager
