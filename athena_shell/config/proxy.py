"""The proxy policy: which requests go through which proxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from athena_shell.core.errors import ConfigError

if TYPE_CHECKING:
    from athena_shell.config.profile import Profile


@dataclass(frozen=True)
class ProxyPolicy:
    """Pure decisions about proxies.

    Args:
        url: the proxy with its scheme; may hold a password, so it is never shown.
        exempt: hosts and domain suffixes reached directly; ``*`` exempts every host.
        for_identity: whether token exchange and identity providers go through it too.
    """

    url: str = field(default="", repr=False)
    exempt: tuple[str, ...] = ()
    for_identity: bool = True

    @classmethod
    def of(cls, profile: Profile, environment: Mapping[str, str]) -> ProxyPolicy:
        """Build the policy: the profile's proxy, else the environment's usual variables.

        Raises ConfigError when the profile wants a proxy and names none, or a useless one.
        """
        if profile.flag("UseProxy"):
            return _of_profile(profile)
        url = _variable(environment, "HTTPS_PROXY") or _variable(environment, "ALL_PROXY")
        if not url:
            return cls()
        value = url if "://" in url else f"http://{url}"
        _require_proxy(value, "The environment variable HTTPS_PROXY")
        return cls(value, _hosts(_variable(environment, "NO_PROXY")))

    def proxy(self, host: str, *, identity: bool = False) -> str | None:
        """Return the proxy URL for a host, ``None`` for a direct connection."""
        name = host.lower().rstrip(".")
        if not self.url or (identity and not self.for_identity):
            return None
        for item in self.exempt:
            suffix = item.lstrip("*").lstrip(".")
            if item == "*" or (suffix and (name == suffix or name.endswith("." + suffix))):
                return None
        return self.url


def _of_profile(profile: Profile) -> ProxyPolicy:
    host = profile.get("ProxyHost")
    if not host:
        raise ConfigError(
            f"Profile {profile.name} says UseProxy without a ProxyHost.",
            "Add ProxyHost = proxy.example.com and ProxyPort = 8080, or UseProxy = 0.",
        )
    scheme, separator, rest = host.partition("://")
    base = f"{scheme}://" if separator else "http://"
    address = (rest if separator else host).rstrip("/")
    user, password = profile.get("ProxyUID"), profile.secret("ProxyPWD")
    account = quote(user, safe="") if user else ""
    if user and password:
        account += ":" + quote(password.reveal(), safe="")
    port = profile.get("ProxyPort")
    url = base + (f"{account}@" if account else "") + address + (f":{port}" if port else "")
    _require_proxy(url, f"{profile.origin('ProxyHost')}: ProxyHost")
    return ProxyPolicy(url, _hosts(profile.get("NonProxyHost")), profile.flag("UseProxyForIdP"))


def _require_proxy(url: str, subject: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ConfigError(
            f"{subject} does not name an HTTP proxy.",
            "It must be http://host:port; SOCKS is not supported.",
        )


def _variable(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name.lower(), "") or environment.get(name, "")


def _hosts(text: str) -> tuple[str, ...]:
    parts = (part.strip().lower() for part in text.replace("|", ",").split(","))
    return tuple(part for part in parts if part)
