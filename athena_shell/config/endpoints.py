"""The endpoint policy: which URL a service is reached at, which hosts may see a byte of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.config.profile import Profile

AWS_SUFFIXES: Final = (
    "amazonaws.com",
    "api.aws",
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    "amazonaws.eu",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
)
"""DNS suffixes of AWS's partitions, classic and dual-stack (botocore ``data/partitions.json``)."""

OVERRIDES: Final = {
    "athena": "EndpointOverride",
    "sts": "StsEndpointOverride",
    "s3": "S3EndpointOverride",
    "sso": "SSOEndpointOverride",
    "sso-oidc": "SSOOIDCEndpointOverride",
    "sso-admin": "SSOAdminEndpointOverride",
    "glue": "GlueEndpointOverride",
}
"""The profile parameter that overrides each service's endpoint."""

_FIRST_LABELS: Final = {
    "sso": ("portal.sso",),
    "sso-oidc": ("oidc",),
    "sso-admin": ("sso",),
}
_PORTS: Final = {"https": 443, "http": 80}
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE)
_LOCATED: Final = r"(?:\.dualstack)?(?:\.[a-z]{2,}(?:-[a-z0-9]+)+)?\."


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` is this machine by its literal name, without asking a resolver."""
    import ipaddress

    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def normalized_url(text: str) -> str:
    """Return an endpoint as ``scheme://host[:port][/path]``, the scheme ``https`` when missing.

    Raises ValueError saying what would be right; the text itself is not repeated, as it may hold a
    password.
    """
    value = text.strip()
    if "://" not in value:
        value = f"https://{value}"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValueError("an https URL or a host name") from None
    _refuse_oddities(parts, value)
    host = (parts.hostname or "").rstrip(".")
    if not _is_host(host):
        raise ValueError("an https URL or a host name, in ASCII")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("an https URL: http is allowed to this machine only (localhost)")
    shown = f"[{host}]" if ":" in host else host
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "") + path


def _refuse_oddities(parts: SplitResult, value: str) -> None:
    if parts.scheme not in _PORTS:
        raise ValueError("an https URL")
    if "@" in parts.netloc:
        raise ValueError("a URL without a user name or a password in it")
    if parts.query or parts.fragment or "?" in value or "#" in value:
        raise ValueError("a URL without a query or a fragment")
    if re.search(r"[\s\\\x00-\x1f\x7f%]", value):
        raise ValueError("a URL without blanks, backslashes or escapes")


def _is_host(host: str) -> bool:
    import ipaddress

    if _HOST.fullmatch(host):
        return True
    try:
        return ipaddress.ip_address(host).version == 6  # noqa: PLR2004 - the version's own name
    except ValueError:
        return False


@dataclass(frozen=True)
class EndpointPolicy:
    """Pure decisions about endpoints; it opens no connection.

    Without arguments it allows AWS's own hosts and nothing else.

    Args:
        overrides: service name (as boto3 spells it) to URL, as the profile names them.
        ignored: names of the ambient endpoint variables that are set and were not obeyed.
    """

    overrides: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    @classmethod
    def of(cls, profile: Profile, environment: Mapping[str, str]) -> EndpointPolicy:
        """Build the policy of a profile; raises ConfigError for an ambient URL that is refused."""
        overrides = {s: profile.get(name) for s, name in OVERRIDES.items() if profile.get(name)}
        ambient = tuple(
            sorted(
                name
                for name, value in environment.items()
                if value and (name == "AWS_ENDPOINT_URL" or name.startswith("AWS_ENDPOINT_URL_"))
            )
        )
        if profile.flag("UseEnvironmentEndpoints"):
            overrides = {**_ambient_overrides(environment), **overrides}
            ambient = ()
        return cls(overrides, ambient)

    def url(self, service: str) -> str | None:
        """Return the URL to give to the service's client, ``None`` for AWS's own choice."""
        return self.overrides.get(service)

    def check(self, service: str, url: str) -> None:
        """Refuse a request to a host off the policy; called before a byte is sent.

        Args:
            service: boto3's name of the service.
            url: the request's URL, also that of a redirect to another region.

        Raises ConfigError naming the host and the parameter that would allow it.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            raise ConfigError("A request without a readable URL was not sent.") from None
        host = _host_of(url)
        clean = "@" not in parts.netloc and not re.search(r"[\s\\\x00-\x1f\x7f]", url)
        if clean and self._allows(service, parts.scheme, host, port):
            return
        key = OVERRIDES.get(service, "EndpointOverride")
        raise ConfigError(
            f"A request to {parts.scheme}://{host or '?'} was not sent: "
            "the host is not on the endpoint policy.",
            f"If this host is meant, name it in the profile: {key} = https://{host or 'host'}",
        )

    def _allows(self, service: str, scheme: str, host: str, port: int) -> bool:
        override = self.overrides.get(service)
        if override is None:
            return scheme == "https" and port == _PORTS["https"] and is_aws_host(service, host)
        named = urlsplit(override)
        expected = (named.hostname or "").lower()
        if (scheme, port) != (named.scheme, named.port or _PORTS[named.scheme]):
            return False
        # A bucket may stand in front of the S3 host (virtual-hosted addressing).
        return host == expected or (service == "s3" and host.endswith("." + expected))


def _host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def _ambient_overrides(environment: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for service in OVERRIDES:
        specific = "AWS_ENDPOINT_URL_" + service.upper().replace("-", "_")
        for name in (specific, "AWS_ENDPOINT_URL"):
            if environment.get(name):
                found.setdefault(service, _ambient(name, environment[name]))
    return found


def _ambient(name: str, value: str) -> str:
    try:
        return normalized_url(value)
    except ValueError as error:
        raise ConfigError(
            f"The environment variable {name} is not an endpoint that may be used.",
            f"It must be {error}.",
        ) from None


def is_aws_host(service: str, host: str) -> bool:
    """Tell whether ``host`` is one that AWS itself serves ``service`` at.

    Only the service's own names count: much below the AWS suffixes (machines, load balancers,
    buckets) belongs to customers.
    """
    name = host.rstrip(".").lower()
    suffix = next((s for s in AWS_SUFFIXES if name.endswith("." + s)), "")
    if not suffix:
        return False
    tail = re.escape(suffix)
    if service == "s3":
        bucket = r"(?:[a-z0-9][a-z0-9.-]*\.)?"
        return (
            re.fullmatch(bucket + r"s3(?:-fips|-[a-z0-9-]+)?" + _LOCATED + tail, name) is not None
        )
    first = "|".join(re.escape(label) for label in _FIRST_LABELS.get(service, (service,)))
    return re.fullmatch(rf"(?:{first})(?:-fips)?{_LOCATED}{tail}", name) is not None
