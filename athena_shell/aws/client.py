"""botocore clients: bare of anything ambient, limited in time, made once per service."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from athena_shell import __version__
from athena_shell.aws.proxies import Proxies
from athena_shell.config.endpoints import EndpointPolicy
from athena_shell.core.credentials import Credentials
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    import botocore.loaders
    import botocore.session

    from athena_shell.aws.transport import Transport
    from athena_shell.aws.web import Web
    from athena_shell.config.profile import Profile

_POOL_SIZE: Final = 16


class CredentialSource(Protocol):
    """What signs requests: asked anew at each signature, from any thread."""

    def current(self) -> Credentials:
        """Return credentials that are valid now."""


@dataclass(frozen=True)
class Network:
    """How requests travel.

    Args:
        policy: where they may go.
        proxies: through which proxy.
        trusted_certs: a file of certificate authorities; empty for the built-in ones.
    """

    policy: EndpointPolicy
    proxies: Proxies = field(default_factory=Proxies)
    trusted_certs: str = ""

    @classmethod
    def of(cls, profile: Profile, environment: Mapping[str, str]) -> Network:
        """Read a profile; raises ConfigError for an endpoint, proxy or file that is no good."""
        named = profile.get("TrustedCerts") or environment.get("AWS_CA_BUNDLE", "")
        certificates = str(Path(named).expanduser()) if named else ""
        if certificates and not Path(certificates).is_file():
            raise ConfigError(
                f"The certificate file {certificates!r} does not exist.",
                "Set TrustedCerts (or AWS_CA_BUNDLE) to a PEM file, or leave it out.",
            )
        return cls(
            EndpointPolicy.of(profile, environment),
            Proxies.of(profile, environment),
            certificates,
        )


@dataclass(frozen=True)
class Limits:
    """Time-outs in seconds and the number of attempts of one call.

    Args:
        connect: for one connection.
        read: between two pieces of a reply.
        total: for a whole call with its repetitions; not for reading a streamed body.
        attempts: how often botocore sends a request at most, the first time included.
    """

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0
    attempts: int = 3


class ClientFactory:
    """Makes and keeps the botocore clients of one profile.

    Clients are made on first use, so that the AWS library is not imported before, and they are
    shared by all threads.

    Args:
        network: where requests may go and how.
        limits: time-outs and attempts.
        attach: hooks another transport on a botocore session, such as the embedded endpoint's.
    """

    def __init__(
        self,
        network: Network,
        *,
        limits: Limits | None = None,
        attach: Callable[[botocore.session.Session], None] | None = None,
    ) -> None:
        self.network = network
        self.limits = limits or Limits()
        self._attach = attach
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str, int], tuple[Any, CredentialSource | None]] = {}
        self._loader: botocore.loaders.Loader | None = None
        self._transport: Transport | None = None

    def client(
        self,
        service: str,
        region: str,
        credentials: CredentialSource | None = None,
        *,
        keep: bool = True,
    ) -> Any:
        """Return the client of a service, such as ``athena``; without credentials it is unsigned.

        Args:
            service: the service's name in botocore.
            region: the region's name.
            credentials: what signs its requests.
            keep: whether the next call with the same arguments gets the same client.

        Raises:
            ConfigError: the region is not one, or the profile's endpoint is against the policy.
        """
        if not keep:
            with self._lock:
                return self._new_client(service, region, credentials)
        key = (service, region, id(credentials))
        with self._lock:
            if key not in self._clients:
                self._clients[key] = (self._new_client(service, region, credentials), credentials)
            return self._clients[key][0]

    def endpoint(self, service: str) -> str:
        """Return the profile's own endpoint of a service, or an empty string for AWS's."""
        return self.network.policy.url(service) or ""

    def web(self) -> Web:
        """Return what speaks JSON with identity providers, through the same proxy."""
        from athena_shell.aws.web import Web

        return Web(self.network, self.limits)

    def preload(self) -> None:
        """Import the AWS library now, on the calling thread; makes the first client quicker."""
        from athena_shell.aws import bare, transport  # noqa: F401  # imported for the effect

    def close(self) -> None:
        """Close idle connections and forget the clients."""
        with self._lock:
            self._clients.clear()
            if self._transport is not None:
                self._transport.close()

    def _new_client(self, service: str, region: str, credentials: CredentialSource | None) -> Any:
        from botocore import UNSIGNED
        from botocore.config import Config
        from botocore.exceptions import InvalidRegionError

        from athena_shell.aws.bare import bare_session
        from athena_shell.aws.signing import SigningCredentials

        endpoint = self.network.policy.url(service)
        session = bare_session(
            None if credentials is None else SigningCredentials(credentials), self._models()
        )
        self._hook(session, service)
        config = Config(
            region_name=region,
            connect_timeout=self.limits.connect,
            read_timeout=self.limits.read,
            retries={"mode": "standard", "total_max_attempts": self.limits.attempts},
            proxies={},
            max_pool_connections=_POOL_SIZE,
            user_agent_extra=f"athena-shell/{__version__}",
            ignore_configured_endpoint_urls=True,
            # A host of the profile's own rarely answers for bucket.host.
            s3={"addressing_style": "path" if endpoint is not None else "auto"},
            **({"signature_version": UNSIGNED} if credentials is None else {}),
        )
        try:
            return session.create_client(
                service, region_name=region, endpoint_url=endpoint, verify=True, config=config
            )
        except InvalidRegionError as error:
            raise ConfigError(
                f"{region!r} is not the name of an AWS region.",
                "Set AwsRegion in the profile, such as AwsRegion = eu-central-1.",
            ) from error

    def _models(self) -> botocore.loaders.Loader:
        from athena_shell.aws.bare import shared_loader

        if self._loader is None:
            self._loader = shared_loader()
        return self._loader

    def _hook(self, session: botocore.session.Session, service: str) -> None:
        from athena_shell.aws.transport import Transport, check_parsed

        if self._attach is not None:
            self._attach(session)
            session.register("before-parse", check_parsed)
            return
        if self._transport is None:
            self._transport = Transport(self.network, self.limits)
        session.register("before-call", self._transport.begin)
        session.register("before-send", partial(self._transport.send, service))
