"""The JWT type: a JSON web token exchanged for a role session by STS."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from athena_shell.auth.capabilities import LogsIn
from athena_shell.auth.claims import Claims, read_claims
from athena_shell.auth.role import Role, resolve_role
from athena_shell.auth.session_cache import SessionCache
from athena_shell.auth.sts_errors import NEEDS_NEW_TOKEN, TRANSIENT, Refusal, explain
from athena_shell.auth.tokens import ReplaceableToken
from athena_shell.aws.errors import code_of, message_of, translate
from athena_shell.config.paths import Paths
from athena_shell.core.credentials import Credentials, Identity, Token
from athena_shell.core.errors import AthenaShellError, ConfigError, LoginRequired, ServiceError
from athena_shell.core.ports import Clock, CredentialProvider
from athena_shell.core.records import dataclass
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from athena_shell.auth.surroundings import Surroundings
    from athena_shell.aws.client import ClientFactory
    from athena_shell.config.profile import Profile

# InvalidIdentityToken also stands for STS failing to fetch the provider's keys for a moment.
_DOUBT_PAUSES: Final = (0.5, 1.5)
_ROTATION_PAUSE: Final = 1.0


class TokenRefused(Exception):
    """STS wants another token; ``error`` is what to say when there is none."""

    def __init__(self, error: AthenaShellError) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass(frozen=True)
class Exchange:
    """One unsigned AssumeRoleWithWebIdentity call with its explanations.

    Args:
        clients: makes the unsigned STS client.
        clock: to pause and to measure skew.
        region: whose STS is called.
        session_name: the role session's name.
        duration: the session's length in seconds.
    """

    clients: ClientFactory
    clock: Clock
    region: str
    session_name: str
    duration: int

    def parts(self, claims: Claims, role: Role) -> tuple[str, ...]:
        """Return everything that tells one session from another; the token is not among it."""
        return (
            "JWT",
            self.region,
            self.clients.endpoint("sts"),
            role.arn,
            self.session_name,
            str(self.duration),
            claims.issuer,
            claims.subject,
            *claims.audience,
            claims.authorized_party,
        )

    def run(self, token: Token, claims: Claims, role: Role) -> Credentials:
        """Return the role session's keys.

        Raises:
            TokenRefused: only another token helps.
            AthenaShellError: STS refused or could not be reached.
        """
        for pause in (*_DOUBT_PAUSES, None):
            try:
                return self._once(token, claims, role)
            except AthenaShellError as error:
                if error.code in NEEDS_NEW_TOKEN:
                    raise TokenRefused(error) from error
                if error.code not in TRANSIENT or pause is None:
                    raise
                self.clock.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, token: Token, claims: Claims, role: Role) -> Credentials:
        sts = self.clients.client("sts", self.region)
        try:
            reply = sts.assume_role_with_web_identity(
                RoleArn=role.arn,
                RoleSessionName=self.session_name,
                WebIdentityToken=token.secret.reveal(),
                DurationSeconds=self.duration,
            )
        except AthenaShellError:
            raise
        except Exception as error:
            raise self._explained(error, claims, role) from error
        return credentials_of(reply, token, claims, role)

    def _explained(self, error: Exception, claims: Claims, role: Role) -> AthenaShellError:
        refusal = Refusal(
            code_of(error), message_of(error), claims, role, self.region, self.duration
        )
        return explain(refusal) or translate(
            error,
            service="sts",
            operation="AssumeRoleWithWebIdentity",
            clock=self.clock,
            region=self.region,
        )


def credentials_of(reply: dict[str, Any], token: Token, claims: Claims, role: Role) -> Credentials:
    """Return the keys of an STS reply; ServiceError when it has not all of them."""
    keys = reply.get("Credentials", {})
    missing = {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"} - set(keys)
    if missing:
        raise ServiceError(
            "STS answered without a whole set of keys.", "Repeat the command.", transient=True
        )
    return Credentials(
        access_key=keys["AccessKeyId"],
        secret_key=Secret(keys["SecretAccessKey"], "STS"),
        session_token=Secret(keys["SessionToken"], "STS"),
        expires=keys["Expiration"],
        origin=f"JWT from {token.origin}",
        identity=Identity(
            role=reply.get("AssumedRoleUser", {}).get("Arn", "") or role.arn,
            subject=reply.get("SubjectFromWebIdentityToken", "") or claims.subject,
            audience=reply.get("Audience", "") or claims.effective_audience,
            issuer=reply.get("Provider", "") or claims.issuer,
            account=role.account,
        ),
    )


@dataclass
class JwtProvider:
    """Obtains a role session with a fresh token at each renewal."""

    source: ReplaceableToken
    exchange: Exchange
    preferred_role: str = ""
    role_origin: str = ""
    cache: SessionCache | None = None
    _started: bool = False

    @property
    def description(self) -> str:
        """Say where the token comes from."""
        return f"JWT from {self.source.description}"

    def replace_token(self, text: str) -> None:
        """Use this token from now on; AuthError when it cannot be one."""
        self.source.replace(text)

    def discard_token(self) -> None:
        """Forget the token that ``replace_token`` gave."""
        self.source.discard()

    @property
    def can_log_in(self) -> bool:
        """Whether a person can log in where the source sends them."""
        return isinstance(self.source.source, LogsIn)

    def log_in(self) -> None:
        """Let a person log in where the source sends them."""
        self.source.log_in()

    def forget(self) -> None:
        """Forget every secret that the source and the cache keep."""
        self.source.forget()
        if self.cache is not None:
            self.cache.clear()

    def obtain(self) -> Credentials:
        """Exchange a token; when STS calls it too old, exchange the source's next one instead."""
        token = self.source.obtain()
        try:
            return self._exchange(token)
        except TokenRefused as refused:
            token = self._another(token, refused.error)
        try:
            return self._exchange(token)
        except TokenRefused as refused:
            raise refused.error from refused

    def _exchange(self, token: Token) -> Credentials:
        claims = read_claims(token.secret.reveal(), token.origin)
        role = resolve_role(self.preferred_role, self.role_origin, claims)
        parts = self.exchange.parts(claims, role)
        # Only the first session may come from the cache: later calls mean that it was not enough.
        first, self._started = not self._started, True
        kept = self.cache.load(parts) if first and self.cache is not None else None
        if kept is not None:
            return kept
        session = self.exchange.run(token, claims, role)
        if self.cache is not None:
            self.cache.save(parts, session)
        return session

    def _another(self, refused: Token, error: AthenaShellError) -> Token:
        if not self.source.renewable:
            raise LoginRequired(error.message, error.hint, code=error.code) from error
        self.source.discard()
        token = self.source.obtain()
        if token.secret == refused.secret:
            # Whatever rotates the token may be about to.
            self.exchange.clock.sleep(_ROTATION_PAUSE)
            token = self.source.obtain()
        if token.secret == refused.secret:
            raise LoginRequired(
                error.message,
                f"The {self.source.description} still yields the refused token. Renew it there,"
                r" or give one with \login.",
                code=error.code,
            ) from error
        return token


def check(profile: Profile) -> None:
    """Refuse a profile without a session name; raises ConfigError."""
    if not profile.get("role_session_name"):
        raise ConfigError(
            f"Profile {profile.name}: role_session_name is missing.",
            "Add role_session_name = your.name (2 to 64 letters, digits and _ + = , . @ -), or set"
            " AWS_ROLE_SESSION_NAME.",
        )


def build(surroundings: Surroundings) -> CredentialProvider:
    """Make the provider; raises ConfigError."""
    profile, clock = surroundings.profile, surroundings.clock
    check(profile)
    source = surroundings.sources.choose(profile).build(surroundings)
    exchange = Exchange(
        surroundings.clients,
        clock,
        profile.get("AwsRegion"),
        profile.get("role_session_name"),
        profile.number("duration"),
    )
    return JwtProvider(
        ReplaceableToken(source, clock),
        exchange,
        profile.get("preferred_role"),
        profile.origin("preferred_role"),
        _cache(surroundings),
    )


def _cache(surroundings: Surroundings) -> SessionCache | None:
    if surroundings.profile.get("session_cache") != "disk":
        return None
    paths = Paths.of(surroundings.environment, sys.platform)
    return SessionCache(paths.sessions, surroundings.clock)
