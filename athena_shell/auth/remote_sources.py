"""Token sources that ask a platform for a token: CI, cloud metadata, client credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from athena_shell.auth.device_poll import Pending
from athena_shell.auth.oidc import OidcProvider
from athena_shell.auth.tokens import checked_token
from athena_shell.aws.web import METADATA_HOSTS, check_url
from athena_shell.config.endpoints import is_loopback
from athena_shell.core.credentials import Token
from athena_shell.core.errors import AuthError, ConfigError
from athena_shell.core.ports import Clock, TokenSource
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.auth.surroundings import Surroundings
    from athena_shell.aws.web import Web

_OK: Final = 200
_GITHUB_SUFFIXES: Final = (".githubusercontent.com", ".github.com", ".ghe.com")


def _required(body: Mapping[str, Any], name: str, who: str) -> str:
    text = body.get(name)
    if not isinstance(text, str) or not text:
        raise AuthError(f"{who} answered without a {name}.", "Check the platform's set-up.")
    return text


@dataclass(frozen=True)
class GitHubSource:
    """GitHub Actions' own tokens, asked for afresh: each lasts about five minutes."""

    web: Web
    environment: Mapping[str, str]
    audience: str
    host: str
    clock: Clock
    description: str = "GitHub Actions"
    renewable: bool = True

    def obtain(self) -> Token:
        """Return a new token; raises AuthError outside a job that may have one."""
        url = self.environment.get("ACTIONS_ID_TOKEN_REQUEST_URL", "")
        bearer = self.environment.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "")
        if not url or not bearer:
            raise AuthError(
                "GitHub Actions offers no token here: ACTIONS_ID_TOKEN_REQUEST_URL or"
                " ACTIONS_ID_TOKEN_REQUEST_TOKEN is not set.",
                "Give the job the permission `id-token: write`.",
            )
        check_url(url, "ACTIONS_ID_TOKEN_REQUEST_URL")
        host = (urlsplit(url).hostname or "").lower()
        known = host.endswith(_GITHUB_SUFFIXES) or is_loopback(host) or host == self.host.lower()
        if not known:
            raise ConfigError(
                f"ACTIONS_ID_TOKEN_REQUEST_URL names {host}, which is not GitHub's.",
                f"For an enterprise server, name it in the profile: github_host = {host}",
            )
        joint = "&" if "?" in url else "?"
        answer = self.web.get(
            f"{url}{joint}audience={quote(self.audience, safe='')}",
            {"Authorization": f"Bearer {bearer}"},
        )
        if answer.status != _OK:
            raise AuthError(
                f"GitHub Actions refused a token (HTTP {answer.status}).",
                "Check the job's permission `id-token: write`.",
            )
        text = _required(answer.body, "value", self.description)
        return checked_token(text, self.description, self.clock.now())


@dataclass(frozen=True)
class GoogleSource:
    """The identity token of a Google Cloud machine's service account."""

    web: Web
    environment: Mapping[str, str]
    audience: str
    clock: Clock
    description: str = "Google Cloud metadata server"
    renewable: bool = True

    def obtain(self) -> Token:
        """Return a new token; raises AuthError where there is no such machine."""
        host = self.environment.get("GCE_METADATA_HOST", "") or "metadata.google.internal"
        url = (
            f"http://{host}/computeMetadata/v1/instance/service-accounts/default/identity"
            f"?audience={quote(self.audience, safe='')}&format=full"
        )
        check_url(url, "GCE_METADATA_HOST", metadata=True)
        status, text = self.web.get_text(url, {"Metadata-Flavor": "Google"})
        if status != _OK:
            raise AuthError(
                f"The Google Cloud metadata server refused a token (HTTP {status}).",
                "The machine must have a service account.",
            )
        return checked_token(text.strip(), self.description, self.clock.now())


@dataclass(frozen=True)
class AzureSource:
    """The token of an Azure machine's or app's managed identity."""

    web: Web
    environment: Mapping[str, str]
    audience: str
    client_id: str
    clock: Clock
    description: str = "Azure managed identity"
    renewable: bool = True

    def obtain(self) -> Token:
        """Return a new token; raises AuthError where there is no managed identity."""
        endpoint = self.environment.get("IDENTITY_ENDPOINT", "")
        if endpoint:
            check_url(endpoint, "IDENTITY_ENDPOINT", metadata=True)
            host = (urlsplit(endpoint).hostname or "").lower()
            if not is_loopback(host) and host not in METADATA_HOSTS:
                raise ConfigError(f"IDENTITY_ENDPOINT names {host}, not this machine.")
            headers = {"X-IDENTITY-HEADER": self.environment.get("IDENTITY_HEADER", "")}
            version = "2019-08-01"
        else:
            endpoint = "http://169.254.169.254/metadata/identity/oauth2/token"
            headers, version = {"Metadata": "true"}, "2018-02-01"
        url = f"{endpoint}?api-version={version}&resource={quote(self.audience, safe='')}"
        if self.client_id:
            url += f"&client_id={quote(self.client_id, safe='')}"
        answer = self.web.get(url, headers)
        if answer.status != _OK:
            raise AuthError(
                f"The Azure metadata server refused a token (HTTP {answer.status}).",
                "token_audience must be the application id URI that IAM's OIDC provider expects,"
                " such as api://….",
            )
        text = _required(answer.body, "access_token", self.description)
        return checked_token(text, self.description, self.clock.now())


@dataclass(frozen=True)
class ClientCredentialsSource:
    """The client's own token (RFC 6749, section 4.4), usable when it is a signed JWT."""

    provider: OidcProvider
    scope: str
    audience: str
    clock: Clock
    renewable: bool = True

    @property
    def description(self) -> str:
        """Name the provider."""
        return f"client credentials at {self.provider.name}"

    def obtain(self) -> Token:
        """Return a new token; raises AuthError when it is opaque."""
        form = {"grant_type": "client_credentials"}
        if self.scope:
            form["scope"] = self.scope
        if self.audience:
            form["audience"] = self.audience
        try:
            answer = self.provider.request_token(form)
        except Pending as error:
            raise AuthError(f"{self.provider.name} gave an answer that makes no sense.") from error
        text = _required(answer, "access_token", self.description)
        return checked_token(text, self.description, self.clock.now())


def github(surroundings: Surroundings) -> TokenSource:
    """Make the source; raises ConfigError."""
    return GitHubSource(
        surroundings.clients.web(),
        surroundings.environment,
        surroundings.profile.get("token_audience"),
        surroundings.profile.get("github_host"),
        surroundings.clock,
    )


def google(surroundings: Surroundings) -> TokenSource:
    """Make the source; raises ConfigError."""
    return GoogleSource(
        surroundings.clients.web(),
        surroundings.environment,
        surroundings.profile.get("token_audience"),
        surroundings.clock,
    )


def azure(surroundings: Surroundings) -> TokenSource:
    """Make the source; raises ConfigError."""
    return AzureSource(
        surroundings.clients.web(),
        surroundings.environment,
        surroundings.profile.get("token_audience"),
        surroundings.profile.get("azure_client_id"),
        surroundings.clock,
    )


def client_credentials(surroundings: Surroundings) -> TokenSource:
    """Make the source; raises ConfigError."""
    profile = surroundings.profile
    provider = OidcProvider.of(profile, surroundings.clients.web())
    if provider.client_secret is None:
        raise ConfigError(
            f"Profile {profile.name}: oidc_client_secret is missing.",
            "The client credentials grant needs it.",
        )
    scope = profile.get("oidc_scope") if profile.is_set("oidc_scope") else ""
    return ClientCredentialsSource(
        provider, scope, profile.get("oidc_audience"), surroundings.clock
    )
