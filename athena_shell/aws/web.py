"""JSON over HTTP with identity providers and metadata servers, as careful as the AWS calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from athena_shell.aws.proxies import refusal_of
from athena_shell.config.endpoints import is_loopback
from athena_shell.core.errors import ConfigError, ServiceError
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    import urllib3

    from athena_shell.aws.client import Limits, Network

_LARGEST_ANSWER: Final = 1024 * 1024
_PIECE: Final = 64 * 1024
_SERVICE: Final = "identity-provider"
# The clouds' metadata servers speak plain http on a link-local address.
METADATA_HOSTS: Final = frozenset({"169.254.169.254", "metadata.google.internal", "fd00:ec2::254"})


@dataclass(frozen=True)
class Answer:
    """A server's answer: its HTTP status and its JSON object."""

    status: int
    body: Mapping[str, Any]


def check_url(url: str, what: str, *, metadata: bool = False) -> None:
    """Refuse a URL that a secret must not be sent to.

    Args:
        url: the URL.
        what: what names it, for the message.
        metadata: whether a cloud's metadata server, which speaks plain http, will do.

    Raises:
        ConfigError: it is neither https, nor http to this machine, or has user information.
    """
    try:
        parts = urlsplit(url)
        host, _port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise ConfigError(f"{what} is not a URL.", "It must be an https URL.") from None
    plain = is_loopback(host) or (metadata and host in METADATA_HOSTS)
    if not host or "@" in parts.netloc or not (parts.scheme == "https" or plain):
        raise ConfigError(
            f"{what} is not a URL that a secret may be sent to.",
            "It must be an https URL without a user name; http is for this machine only.",
        )


class Web:
    """Sends requests; redirects are not followed and every exchange has a total deadline.

    Args:
        network: through which proxy, trusting whom.
        limits: time-outs in seconds.
    """

    def __init__(self, network: Network, limits: Limits) -> None:
        self._network = network
        self._limits = limits

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a GET; raises ServiceError."""
        return _answer(url, *self._send("GET", url, headers or {}))

    def get_text(self, url: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Return the status and plain text that a GET yields; raises ServiceError."""
        status, content = self._send("GET", url, headers or {})
        return status, content.decode("utf-8", "replace")

    def post(self, url: str, form: Mapping[str, str]) -> Answer:
        """Return the answer to a form; raises ServiceError."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return _answer(url, *self._send("POST", url, headers, urlencode(form)))

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None = None
    ) -> tuple[int, bytes]:
        from urllib3 import exceptions as http

        from athena_shell.aws.deadline import connection_manager, watched

        proxy = self._network.proxies.choose(_SERVICE, url)
        manager = connection_manager(self._network, self._limits, proxy)
        with watched(self._limits.total) as watch:
            try:
                reply = manager.request(
                    method,
                    url,
                    body=body,
                    headers={"Accept": "application/json", **headers},
                    redirect=False,
                    retries=False,
                    preload_content=False,
                )
                return reply.status, _content(reply)
            except (http.HTTPError, OSError) as error:
                raise _failure(url, error, late=watch.expired) from error
            finally:
                manager.clear()


def _content(reply: urllib3.BaseHTTPResponse) -> bytes:
    content = bytearray()
    for piece in reply.stream(_PIECE):
        content += piece
        if len(content) > _LARGEST_ANSWER:
            raise ServiceError(
                f"The server wrote more than {_LARGEST_ANSWER} bytes.", "Check the URL."
            )
    return bytes(content)


def _answer(url: str, status: int, content: bytes) -> Answer:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        kind = "an HTML page" if b"<html" in content[:2000].lower() else "no JSON object"
        raise ServiceError(
            f"{urlsplit(url).hostname} answered with {kind} (HTTP {status}).",
            "Check the URL; a proxy or a login page may be in the way.",
        )
    return Answer(status, body)


def _failure(url: str, error: Exception, *, late: bool) -> ServiceError:
    host = urlsplit(url).hostname
    refused = refusal_of(error)
    if refused is not None:
        return ServiceError(f"{refused[0]} to {host}.", refused[1])
    if type(error).__name__ == "SSLError":
        return ServiceError(
            f"The certificate of {host} was refused.",
            "Behind a proxy that opens TLS, set TrustedCerts to its certificate file; checks are"
            " never turned off.",
        )
    slow = late or type(error).__name__ in {"ReadTimeoutError", "ConnectTimeoutError"}
    return ServiceError(
        f"{host} {'gave no whole answer in time' if slow else 'cannot be reached'}"
        f" ({type(error).__name__}).",
        "Check the URL, the network and the proxy.",
        transient=True,
    )
