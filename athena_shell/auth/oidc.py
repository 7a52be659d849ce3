"""An OpenID Connect provider: its endpoints and its answers to token requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from athena_shell.auth.device_poll import Pending, printable
from athena_shell.aws.web import check_url
from athena_shell.core.errors import AuthError, ConfigError, LoginRequired, ServiceError
from athena_shell.core.records import dataclass
from athena_shell.core.redact import redact
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from athena_shell.aws.web import Web
    from athena_shell.config.profile import Profile

_SERVER_FAULT: Final = 500
_OK: Final = 200


@dataclass
class OidcProvider:
    """One client's view of an identity provider.

    The endpoints come from the issuer's own configuration document, and must be on the issuer's
    host: a client's secret or a refresh token goes nowhere that the profile does not name.

    Args:
        web: sends requests.
        issuer: the issuer URL; may be empty when the profile names the endpoints.
        client_id: the client's id.
        client_secret: its secret or ``None``.
        named: endpoints that the profile names, by the document's key.
    """

    web: Web
    issuer: str
    client_id: str
    client_secret: Secret | None
    named: Mapping[str, str]
    _document: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, profile: Profile, web: Web) -> OidcProvider:
        """Read the profile; raises ConfigError."""
        named = {
            "token_endpoint": profile.get("oidc_token_endpoint"),
            "device_authorization_endpoint": profile.get("oidc_device_endpoint"),
        }
        issuer = profile.get("oidc_issuer").rstrip("/")
        for url, what in (
            (issuer, "oidc_issuer"),
            (named["token_endpoint"], "oidc_token_endpoint"),
            (named["device_authorization_endpoint"], "oidc_device_endpoint"),
        ):
            if url:
                check_url(url, what)
        if not issuer and not named["token_endpoint"]:
            raise ConfigError(
                f"Profile {profile.name}: oidc_issuer is missing.",
                "Add oidc_issuer = https://the.identity.provider",
            )
        if not profile.get("oidc_client_id"):
            raise ConfigError(
                f"Profile {profile.name}: oidc_client_id is missing.",
                "Add the id under which this client is registered at the identity provider.",
            )
        return cls(
            web,
            issuer,
            profile.get("oidc_client_id"),
            profile.secret("oidc_client_secret"),
            {name: url for name, url in named.items() if url},
        )

    @property
    def name(self) -> str:
        """The provider's host, for people."""
        return urlsplit(self.issuer or self.named["token_endpoint"]).hostname or ""

    def endpoint(self, name: str) -> str:
        """Return an endpoint by its key in the configuration document.

        Raises:
            ConfigError: the provider has none, or it is on a host that the profile does not name.
            ServiceError: the document could not be fetched.
        """
        if name in self.named:
            return self.named[name]
        url = self._configuration().get(name)
        parameter = {"token_endpoint": "oidc_token_endpoint"}.get(name, "oidc_device_endpoint")
        if not isinstance(url, str) or not url:
            raise ConfigError(
                f"{self.name} has no {name.replace('_', ' ')}.",
                f"Set {parameter}, or choose another token source.",
            )
        check_url(url, f"The {name} of {self.name}")
        if urlsplit(url).netloc != urlsplit(self.issuer).netloc:
            raise ConfigError(
                f"The {name} of {self.name} is on another host, {urlsplit(url).hostname}.",
                f"If that is right, name it in the profile: {parameter} = {printable(url)}",
            )
        return url

    def request_token(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        """Ask the token endpoint.

        Raises:
            Pending: the person has not finished yet.
            LoginRequired: the grant is no longer valid.
            AuthError: the provider refuses.
            ServiceError: it could not be reached.
        """
        answer = self.web.post(self.endpoint("token_endpoint"), {**form, **self._client()})
        if answer.status == _OK and "error" not in answer.body:
            return answer.body
        raise self._refusal(answer.status, answer.body)

    def request_device_code(self, scope: str, audience: str) -> Mapping[str, Any]:
        """Ask for a device code; raises AuthError or ServiceError."""
        form = {"client_id": self.client_id, "scope": scope}
        if audience:
            form["audience"] = audience
        answer = self.web.post(self.endpoint("device_authorization_endpoint"), form)
        if answer.status != _OK or "error" in answer.body:
            raise self._refusal(answer.status, answer.body)
        missing = {"device_code", "user_code", "verification_uri"} - set(answer.body)
        if missing:
            raise AuthError(
                f"{self.name} answered without {', '.join(sorted(missing))}.",
                "Check oidc_device_endpoint.",
            )
        return answer.body

    def _client(self) -> dict[str, str]:
        secret = self.client_secret
        return {
            "client_id": self.client_id,
            **({"client_secret": secret.reveal()} if secret else {}),
        }

    def _configuration(self) -> Mapping[str, Any]:
        if self._document is None:
            answer = self.web.get(f"{self.issuer}/.well-known/openid-configuration")
            if answer.status != _OK:
                raise ServiceError(
                    f"{self.name} has no configuration document (HTTP {answer.status}).",
                    "Check oidc_issuer.",
                )
            self._document = answer.body
        return self._document

    def _refusal(self, status: int, body: Mapping[str, Any]) -> Exception:
        code = printable(str(body.get("error", f"HTTP {status}")))
        words = printable(redact(str(body.get("error_description", ""))))
        said = f"{code}: {words}" if words else code
        if code in {"authorization_pending", "slow_down"}:
            return Pending(slow_down=code == "slow_down")
        if code == "invalid_grant":
            return LoginRequired(
                f"{self.name} no longer accepts the log-in ({said}).",
                r"Log in again with \login.",
                code=code,
            )
        if code == "expired_token":
            return AuthError(
                "Nobody logged in before the code's time was over.",
                r"Start again with \login.",
                code=code,
            )
        if code == "access_denied":
            return AuthError("The log-in was refused.", r"Start again with \login.", code=code)
        if status >= _SERVER_FAULT:
            return ServiceError(f"{self.name} had a fault ({said}).", "Try again.", transient=True)
        return AuthError(
            f"{self.name} refused the request ({said}).",
            "Check oidc_client_id, oidc_client_secret and oidc_scope.",
            code=code,
        )
