"""The JWT_TIP type, experimental: a token carried on to Athena as an Identity Center user.

The order of the calls follows the JDBC driver's documentation and is an inference: web identity for
the application role, the workgroup's tag, a token exchange, then a role with the identity context.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from athena_shell.auth.claims import raw_claim, read_claims
from athena_shell.auth.fixed_keys import FixedKeys
from athena_shell.auth.jwt import (
    Exchange,
    TokenRefused,
    credentials_of,
)
from athena_shell.auth.role import Role
from athena_shell.auth.tokens import ReplaceableToken
from athena_shell.aws.errors import translate
from athena_shell.core.credentials import Credentials, Token
from athena_shell.core.errors import AuthError, ConfigError, LoginRequired
from athena_shell.core.ports import Clock, CredentialProvider
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.auth.surroundings import Surroundings
    from athena_shell.aws.client import ClientFactory
    from athena_shell.config.profile import Profile

_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_TAG: Final = "AthenaDriverOidcAppArn"
_CONTEXT_PROVIDER: Final = "arn:aws:iam::aws:contextProvider/IdentityCenter"
_LONGEST_CHAINED: Final = 3600


@dataclass
class TrustedIdentityProvider:
    """Obtains a session that carries a person's identity.

    Args:
        source: yields tokens; each serves one exchange, as providers may forbid reuse.
        exchange: the web identity call.
        clients: makes the clients of the later steps.
        clock: the time.
        application_role: the role of the web identity call.
        access_role: the role of the session; the application role when empty.
        workgroup: the workgroup's ARN, whose tag names the application.
        application: the Identity Center application's ARN; empty to read the tag.
    """

    source: ReplaceableToken
    exchange: Exchange
    clients: ClientFactory
    clock: Clock
    application_role: str
    access_role: str
    workgroup: str
    application: str

    @property
    def description(self) -> str:
        """Say where the token comes from."""
        return f"JWT_TIP from {self.source.description}"

    def replace_token(self, text: str) -> None:
        """Use this token from now on; AuthError when it cannot be one."""
        self.source.replace(text)

    def discard_token(self) -> None:
        """Forget the token that ``replace_token`` gave."""
        self.source.discard()

    def forget(self) -> None:
        """Forget every secret that the source keeps."""
        self.source.forget()

    def obtain(self) -> Credentials:
        """Walk the four steps with one token."""
        token = self.source.obtain()
        claims = read_claims(token.secret.reveal(), token.origin)
        role = Role(self.application_role, "ApplicationRoleArn")
        try:
            first = self.exchange.run(token, claims, role)
        except TokenRefused as refused:
            error = refused.error
            raise LoginRequired(error.message, error.hint, code=error.code) from error
        context = self._identity_context(token, FixedKeys(first))
        reply = self._called(
            "sts",
            "AssumeRole",
            FixedKeys(first),
            RoleArn=self.access_role or self.application_role,
            RoleSessionName=self.exchange.session_name,
            DurationSeconds=min(self.exchange.duration, _LONGEST_CHAINED),
            ProvidedContexts=[{"ProviderArn": _CONTEXT_PROVIDER, "ContextAssertion": context}],
        )
        session = credentials_of(reply, token, claims, role)
        identity = replace(session.identity, subject=first.identity.subject)
        return replace(session, origin=self.description, identity=identity)

    def _identity_context(self, token: Token, keys: FixedKeys) -> str:
        application = self.application or self._tagged_application(keys)
        reply = self._called(
            "sso-oidc",
            "CreateTokenWithIAM",
            keys,
            clientId=application,
            grantType=_GRANT,
            assertion=token.secret.reveal(),
        )
        context = raw_claim(reply.get("idToken", ""), "sts:identity_context")
        if not context:
            raise AuthError(
                "IAM Identity Center answered without an identity context.",
                "The application must allow the scope sts:identity_context.",
            )
        return context

    def _tagged_application(self, keys: FixedKeys) -> str:
        reply = self._called("athena", "ListTagsForResource", keys, ResourceARN=self.workgroup)
        for tag in reply.get("Tags", ()):
            if tag.get("Key") == _TAG:
                return str(tag.get("Value", ""))
        raise ConfigError(
            f"The workgroup {self.workgroup} has no tag {_TAG}.",
            "Set CustomerIdcApplicationArn to the Identity Center application's ARN.",
        )

    def _called(
        self, service: str, operation: str, keys: FixedKeys, **parameters: Any
    ) -> dict[str, Any]:
        from botocore import xform_name

        region = self.exchange.region
        client = self.clients.client(service, region, keys, keep=False)
        try:
            reply: dict[str, Any] = getattr(client, xform_name(operation))(**parameters)
        except Exception as error:
            raise translate(
                error, service=service, operation=operation, clock=self.clock, region=region
            ) from error
        return reply


def check(profile: Profile) -> None:
    """Refuse a profile that lacks what this type needs; raises ConfigError."""
    missing = [
        name
        for name in ("WorkGroupArn", "ApplicationRoleArn", "role_session_name")
        if not profile.get(name)
    ]
    if missing:
        raise ConfigError(
            f"Profile {profile.name}: {', '.join(missing)} missing.",
            "JWT_TIP needs WorkGroupArn, ApplicationRoleArn and role_session_name.",
        )


def build(surroundings: Surroundings) -> CredentialProvider:
    """Make the provider; raises ConfigError."""
    profile, clock = surroundings.profile, surroundings.clock
    check(profile)
    source = surroundings.sources.choose(profile).build(surroundings)
    return TrustedIdentityProvider(
        ReplaceableToken(source, clock),
        Exchange(
            surroundings.clients,
            clock,
            profile.get("AwsRegion"),
            profile.get("role_session_name"),
            profile.number("duration"),
        ),
        surroundings.clients,
        clock,
        profile.get("ApplicationRoleArn"),
        profile.get("AccessRoleArn"),
        profile.get("WorkGroupArn"),
        profile.get("CustomerIdcApplicationArn"),
    )
