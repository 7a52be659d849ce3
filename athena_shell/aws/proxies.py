"""Which proxy a request goes through; pure decisions from the profile or the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from athena_shell.config.endpoints import is_loopback
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from athena_shell.config.profile import Profile

# The driver sends these through the proxy only with UseProxyForIdP, which names JWT too
# (ODBC 2.x "Common authentication parameters").
_IDENTITY_SERVICES: Final = frozenset({"sts", "sso", "sso-oidc", "identity-provider"})
# http.client's words for a CONNECT that was not answered with 200.
_REFUSED: Final = re.compile(r"Tunnel connection failed: (\d{3})")
_LOG_IN_FIRST: Final = 407
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Proxy:
    """A proxy's URL without user information, and the log-in it asks for."""

    url: str
    username: str = ""
    password: Secret | None = None


@dataclass(frozen=True)
class Proxies:
    """The proxies in force.

    Args:
        proxy: for every https request, or ``None``.
        direct: comma list of hosts that are reached without it, as ``NO_PROXY`` is written.
        identity: whether STS and the other identity services go through it as well.
    """

    proxy: Proxy | None = None
    direct: str = ""
    identity: bool = True

    @classmethod
    def of(cls, profile: Profile, environment: Mapping[str, str]) -> Proxies:
        """Read the profile's proxy (``UseProxy``); without one, the usual variables.

        Raises:
            ConfigError: the proxy has no usable host, port or scheme.
        """
        if profile.flag("UseProxy"):
            return cls(
                _profile_proxy(profile),
                profile.get("NonProxyHost").replace("|", ","),
                identity=profile.flag("UseProxyForIdP"),
            )
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            if environment.get(name):
                direct = environment.get("NO_PROXY") or environment.get("no_proxy") or ""
                return cls(_parsed(environment[name], name), direct)
        return cls()

    def choose(self, service: str, url: str) -> Proxy | None:
        """Return the proxy for a request to the service, or ``None`` for a direct one.

        This machine itself is always reached directly, and plain http goes nowhere else.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        if self.proxy is None or parts.scheme != "https" or is_loopback(host):
            return None
        if service in _IDENTITY_SERVICES and not self.identity:
            return None
        if any(_covers(entry, host, parts.port) for entry in self.direct.split(",")):
            return None
        return self.proxy


def refusal_of(error: BaseException | None) -> tuple[str, str] | None:
    """Return what a proxy refused and what to do, ``None`` when it did not answer at all.

    Args:
        error: the failure of a connection through a proxy.
    """
    found = _REFUSED.search(str(error))
    if found is None:
        return None
    if int(found[1]) == _LOG_IN_FIRST:
        return (
            "The proxy wants another log-in (407)",
            "Set ProxyUID and ProxyPWD, or put them into HTTPS_PROXY (http://user:password@host).",
        )
    return (
        f"The proxy refuses the connection ({found[1]})",
        "Ask for this host to be allowed, or name it in NonProxyHost (or NO_PROXY).",
    )


def _covers(entry: str, host: str, port: int | None) -> bool:
    """Say whether a ``NO_PROXY`` entry such as ``*``, ``.corp``, ``*.corp`` or ``h:80`` matches."""
    name, _, wanted = entry.strip().lower().partition(":")
    if wanted and wanted != str(port or 443):
        return False
    name = name.removeprefix("*.").lstrip(".")
    return bool(name) and (name in {"*", host} or host.endswith(f".{name}"))


def _profile_proxy(profile: Profile) -> Proxy:
    host = profile.get("ProxyHost")
    if not host:
        raise ConfigError(
            f"Profile {profile.name}: UseProxy is on, but ProxyHost is missing.",
            "Set ProxyHost and ProxyPort, or UseProxy = 0.",
        )
    proxy = _parsed(host, "ProxyHost", profile.get("ProxyPort"))
    username = profile.get("ProxyUID") or proxy.username
    return Proxy(proxy.url, username, profile.secret("ProxyPWD") or proxy.password)


def _parsed(text: str, origin: str, port: str = "") -> Proxy:
    url = text.strip() if "://" in text else f"http://{text.strip()}"
    try:
        parts = urlsplit(url)
        number = port or parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise _no_proxy(origin) from None
    host = parts.hostname or ""
    if not host or not host.isascii() or parts.scheme not in _PORTS:
        raise _no_proxy(origin)
    shown = f"[{host}]" if ":" in host else host
    password = Secret(unquote(parts.password), origin) if parts.password else None
    return Proxy(f"{parts.scheme}://{shown}:{number}", unquote(parts.username or ""), password)


def _no_proxy(origin: str) -> ConfigError:
    return ConfigError(
        f"{origin} is not a proxy's address.",
        "It must look like http://proxy.example.com:8080; SOCKS is not supported.",
    )
