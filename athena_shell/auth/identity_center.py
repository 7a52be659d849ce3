"""The BrowserSSOOIDC type: a log-in at IAM Identity Center by its device authorisation."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from athena_shell.auth.device_poll import DEFAULT_INTERVAL, Pending, poll, printable
from athena_shell.aws.errors import Kind, code_of, kind_of, translate
from athena_shell.aws.web import check_url
from athena_shell.core.credentials import Credentials, Identity
from athena_shell.core.errors import AthenaShellError, AuthError, ConfigError, LoginRequired
from athena_shell.core.ports import Clock, CredentialProvider
from athena_shell.core.records import dataclass
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from athena_shell.auth.surroundings import Surroundings
    from athena_shell.aws.client import ClientFactory
    from athena_shell.config.profile import Profile

_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_MARGIN: Final = timedelta(seconds=60)
_REQUIRED: Final = (
    "sso_oidc_start_url",
    "sso_oidc_region",
    "sso_oidc_account_id",
    "sso_oidc_role_name",
)


@dataclass(frozen=True)
class Place:
    """Which role of which account to take, and where to log in for it."""

    start_url: str
    region: str
    account: str
    role: str
    scopes: tuple[str, ...]
    seconds: float


@dataclass
class IdentityCenter:
    """Obtains a role's keys with the access token of a log-in, which lasts for hours.

    Args:
        place: where to log in, for which role.
        clients: makes the unsigned clients.
        clock: the time.
        say: shows a person where to log in.
    """

    place: Place
    clients: ClientFactory
    clock: Clock
    say: Callable[[str], None]
    _access: Secret | None = None
    _refresh: Secret | None = None
    _client: tuple[str, Secret] | None = None
    _ends: datetime | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def description(self) -> str:
        """Name the portal and the role."""
        return f"IAM Identity Center role {self.place.role} in {self.place.account}"

    def obtain(self) -> Credentials:
        """Return the role's keys; LoginRequired when a person must log in first."""
        with self._lock:
            token = self._access_token()
            try:
                reply = self.clients.client("sso", self.place.region).get_role_credentials(
                    roleName=self.place.role,
                    accountId=self.place.account,
                    accessToken=token.reveal(),
                )
            except Exception as error:
                raise self._explained(error, "sso", "GetRoleCredentials") from error
        return _credentials(reply, self.place, self.description)

    def forget(self) -> None:
        """Forget the log-in."""
        with self._lock:
            self._access = self._refresh = self._client = self._ends = None

    def log_in(self) -> None:
        """Show the address and the code, and wait until the person has logged in there."""
        oidc = self.clients.client("sso-oidc", self.place.region)
        try:
            registered = oidc.register_client(
                clientName="athena-shell", clientType="public", scopes=list(self.place.scopes)
            )
            client = {
                "clientId": registered["clientId"],
                "clientSecret": registered["clientSecret"],
            }
            device = oidc.start_device_authorization(**client, startUrl=self.place.start_url)
        except Exception as error:
            raise self._explained(error, "sso-oidc", "StartDeviceAuthorization") from error
        address = device.get("verificationUriComplete") or device["verificationUri"]
        check_url(address, "The log-in address of IAM Identity Center")
        self.say(
            f"To log in, open {printable(address)} and confirm the code"
            f" {printable(device['userCode'])}"
        )
        answer = poll(
            lambda: self._ask({**client, "grantType": _GRANT, "deviceCode": device["deviceCode"]}),
            interval=float(device.get("interval") or DEFAULT_INTERVAL),
            seconds=min(float(device.get("expiresIn") or self.place.seconds), self.place.seconds),
            clock=self.clock,
        )
        with self._lock:
            self._client = (client["clientId"], Secret(client["clientSecret"]))
            self._accept(answer)

    def _access_token(self) -> Secret:
        valid = self._ends is not None and self.clock.now() < self._ends - _MARGIN
        if self._access is not None and valid:
            return self._access
        if self._refresh is not None and self._client is not None:
            number, secret = self._client
            answer = self._ask(
                {
                    "clientId": number,
                    "clientSecret": secret.reveal(),
                    "grantType": "refresh_token",
                    "refreshToken": self._refresh.reveal(),
                }
            )
            return self._accept(answer)
        raise LoginRequired("A log-in at IAM Identity Center is needed.", r"Log in with \login.")

    def _ask(self, request: dict[str, str]) -> dict[str, Any]:
        oidc = self.clients.client("sso-oidc", self.place.region)
        try:
            answer: dict[str, Any] = oidc.create_token(**request)
        except Exception as error:
            code = code_of(error)
            if code in {"AuthorizationPendingException", "SlowDownException"}:
                raise Pending(slow_down=code == "SlowDownException") from error
            raise self._explained(error, "sso-oidc", "CreateToken") from error
        return answer

    def _accept(self, answer: dict[str, Any]) -> Secret:
        if not answer.get("accessToken"):
            raise AuthError("IAM Identity Center answered without an access token.")
        self._access = Secret(answer["accessToken"], self.description)
        self._ends = self.clock.now() + timedelta(seconds=answer.get("expiresIn", 0))
        if answer.get("refreshToken"):
            self._refresh = Secret(answer["refreshToken"], self.description)
        return self._access

    def _explained(self, error: Exception, service: str, operation: str) -> AthenaShellError:
        code = code_of(error)
        if code in {"UnauthorizedException", "InvalidGrantException"}:
            self.forget()
            return LoginRequired(
                "The log-in at IAM Identity Center has ended.", r"Log in with \login.", code=code
            )
        if code == "ExpiredTokenException":
            return AuthError(
                "Nobody logged in before the code's time was over.",
                r"Start again with \login.",
                code=code,
            )
        if code in {"ResourceNotFoundException", "ForbiddenException"} or (
            service == "sso" and kind_of(error) is Kind.DENIED
        ):
            return AuthError(
                f"There is no role {self.place.role} for you in account {self.place.account}.",
                "Check sso_oidc_account_id and sso_oidc_role_name.",
                code=code,
            )
        return translate(
            error,
            service=service,
            operation=operation,
            clock=self.clock,
            region=self.place.region,
        )


def _credentials(reply: dict[str, Any], place: Place, origin: str) -> Credentials:
    keys = reply.get("roleCredentials", {})
    if not {"accessKeyId", "secretAccessKey", "sessionToken", "expiration"} <= set(keys):
        raise AuthError("IAM Identity Center answered without a whole set of keys.")
    return Credentials(
        keys["accessKeyId"],
        Secret(keys["secretAccessKey"], origin),
        Secret(keys["sessionToken"], origin),
        datetime.fromtimestamp(keys["expiration"] / 1000, UTC),
        origin=origin,
        identity=Identity(role=place.role, account=place.account),
    )


def check(profile: Profile) -> None:
    """Refuse a profile that lacks what this type needs; raises ConfigError."""
    missing = [name for name in _REQUIRED if not profile.get(name)]
    if missing:
        raise ConfigError(
            f"Profile {profile.name}: {', '.join(missing)} missing.",
            "BrowserSSOOIDC needs the portal's start URL and region, the account and the role.",
        )
    check_url(profile.get("sso_oidc_start_url"), "sso_oidc_start_url")


def build(surroundings: Surroundings) -> CredentialProvider:
    """Make the provider; raises ConfigError."""
    profile = surroundings.profile
    check(profile)
    place = Place(
        profile.get("sso_oidc_start_url"),
        profile.get("sso_oidc_region"),
        profile.get("sso_oidc_account_id"),
        profile.get("sso_oidc_role_name"),
        tuple(scope for scope in profile.get("sso_oidc_scopes").replace(",", " ").split()),
        float(profile.number("sso_oidc_timeout")),
    )
    return IdentityCenter(place, surroundings.clients, surroundings.clock, surroundings.say)
