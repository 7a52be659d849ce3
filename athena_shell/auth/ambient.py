"""The types that use what the machine already has: AWS profiles, the default chain, instance roles.

Only these types look at the AWS configuration files, the AWS variables or a metadata server, and
only because the profile says so by name.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from athena_shell.auth.fixed_keys import FixedKeys
from athena_shell.aws.errors import translate
from athena_shell.aws.web import METADATA_HOSTS
from athena_shell.config.endpoints import is_loopback
from athena_shell.core.credentials import Credentials
from athena_shell.core.environment import without_own_secrets
from athena_shell.core.errors import AthenaShellError, AuthError, ConfigError
from athena_shell.core.ports import CredentialProvider
from athena_shell.core.records import dataclass
from athena_shell.core.secret import Secret

if TYPE_CHECKING:
    from athena_shell.auth.surroundings import Surroundings
    from athena_shell.aws.client import ClientFactory
    from athena_shell.config.profile import Profile

# botocore's name of each provider of its chain.
_ENVIRONMENT: Final = "env"
_CONTAINER: Final = "container-role"
_INSTANCE: Final = "iam-role"
# What speaks for an AWS profile by its name: never the machine's own role behind its back.
_PROFILE_METHODS: Final = frozenset(
    {
        "assume-role",
        "assume-role-with-web-identity",
        "sso",
        "login",
        "shared-credentials-file",
        "custom-process",
        "config-file",
    }
)
_SOURCES: Final = {
    "Ec2InstanceMetadata": _INSTANCE,
    "EcsContainer": _CONTAINER,
    "Environment": _ENVIRONMENT,
}


@dataclass(frozen=True)
class AmbientProvider:
    """Asks botocore's credential chain, or the named part of it, afresh at each renewal.

    Args:
        description: what it is, for people.
        clients: makes the clients that the chain needs, under the endpoint policy.
        region: the region of those clients.
        profile: the AWS profile's name, or an empty string.
        methods: the parts of the chain that may answer; empty for all.
        environment: to refuse an odd metadata endpoint.
    """

    description: str
    clients: ClientFactory
    region: str
    environment: Mapping[str, str]
    profile: str = ""
    methods: frozenset[str] = frozenset()

    def obtain(self) -> Credentials:
        """Return the chain's keys.

        Raises:
            AuthError: no part of the chain has any, or one failed.
        """
        from botocore import exceptions as aws

        _check_metadata_endpoint(self.environment)
        try:
            found = self._found()
            frozen = None if found is None else found.get_frozen_credentials()
        except AthenaShellError:
            raise
        except aws.ProfileNotFound as error:
            raise ConfigError(
                f"There is no AWS profile {self.profile!r}.",
                "Set AWSProfile to a profile of ~/.aws/config (or AWS_CONFIG_FILE).",
            ) from error
        except (aws.UnauthorizedSSOTokenError, aws.SSOTokenLoadError, aws.TokenRetrievalError) as e:
            raise AuthError(
                f"The AWS profile {self.profile or 'default'!r} needs a new single sign-on.",
                f"Run: aws sso login --profile {self.profile or 'default'}",
            ) from e
        except aws.BotoCoreError as error:
            raise AuthError(f"{self.description}: {error}", "Check the AWS profile.") from error
        except aws.ClientError as error:
            raise translate(error, service="sts", region=self.region) from error
        if frozen is None:
            raise AuthError(
                f"{self.description} yields no credentials.",
                "Other sources are not tried, as the profile names this one.",
            )
        token = None if frozen.token is None else Secret(frozen.token, self.description)
        # Only keys that refresh have it; a contract test keeps watch over the name.
        expires = getattr(found, "_expiry_time", None)
        return Credentials(
            frozen.access_key,
            Secret(frozen.secret_key, self.description),
            token,
            expires,
            origin=self.description,
        )

    def _found(self) -> Any:
        from botocore.credentials import CredentialResolver, create_credential_resolver

        session = _ambient_session(self.clients, self.region, self.profile)
        chain = create_credential_resolver(session, region_name=self.region)
        providers = [p for p in chain.providers if not self.methods or p.METHOD in self.methods]
        for provider in providers:
            if hasattr(provider, "_prompter"):
                provider._prompter = _refuse_to_prompt  # noqa: SLF001 - it has no other seam
            _keep_secrets_from_commands(provider, self.environment)
        if self.profile:
            session.get_scoped_config()  # raises ProfileNotFound
        return CredentialResolver(providers).load_credentials()


def _keep_secrets_from_commands(provider: Any, environment: Mapping[str, str]) -> None:
    """Start the commands of ``credential_process`` without this program's own secrets.

    A profile that another one names as its source has its command started by the builder.
    """
    popen = partial(subprocess.Popen, env=without_own_secrets(environment))
    if hasattr(provider, "_popen"):
        provider._popen = popen  # noqa: SLF001 - it has no other seam
    builder = getattr(provider, "_profile_provider_builder", None)
    if builder is None:
        return
    make = builder._create_process_provider  # noqa: SLF001 - as above

    def made(name: str) -> Any:
        inner = make(name)
        inner._popen = popen  # noqa: SLF001 - as above
        return inner

    builder._create_process_provider = made  # noqa: SLF001 - as above


def _refuse_to_prompt(_question: str) -> str:
    raise AuthError(
        "The AWS profile's role asks for an MFA code, which a renewal cannot.",
        "Sign in with a tool that asks for it and fills a profile (such as aws-vault, or aws sts"
        " get-session-token), and set AWSProfile to that one; or use credential_process.",
    )


def _ambient_session(clients: ClientFactory, region: str, profile: str) -> Any:
    import botocore.session

    from athena_shell.aws.bare import silence_libraries

    class Session(botocore.session.Session):  # type: ignore[misc]  # botocore carries no types
        """Reads what botocore reads; its own calls go through our clients."""

        def create_client(
            self, service_name: str, region_name: str | None = None, **how: Any
        ) -> Any:
            access, secret = how.get("aws_access_key_id"), how.get("aws_secret_access_key")
            if not access or not secret:
                return clients.client(service_name, region_name or region)
            token = how.get("aws_session_token")
            keys = Credentials(access, Secret(secret), Secret(token) if token else None)
            return clients.client(service_name, region_name or region, FixedKeys(keys), keep=False)

    silence_libraries()
    return Session(profile=profile or None)


def _check_metadata_endpoint(environment: Mapping[str, str]) -> None:
    name = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
    host = (urlsplit(environment.get(name, "")).hostname or "").lower()
    if environment.get(name) and not is_loopback(host) and host not in METADATA_HOSTS:
        raise ConfigError(
            f"{name} names {host!r}, which is no metadata server.",
            "Unset it; keys are not asked for elsewhere.",
        )


def check_profile(profile: Profile) -> None:
    """Refuse a profile that names no AWS profile; raises ConfigError."""
    if not profile.get("AWSProfile") and not profile.get("credential_source"):
        raise ConfigError(
            f"Profile {profile.name}: AWSProfile is missing.",
            "Set AWSProfile to the name of a profile of ~/.aws/config, or credential_source.",
        )


def build_profile(surroundings: Surroundings) -> CredentialProvider:
    """Make the provider of IAM Profile; raises ConfigError."""
    profile = surroundings.profile
    check_profile(profile)
    source, name = profile.get("credential_source"), profile.get("AWSProfile")
    if source and not name:
        return _provider(surroundings, f"credential_source {source}", frozenset({_SOURCES[source]}))
    return _provider(surroundings, f"AWS profile {name}", _PROFILE_METHODS, name)


def build_default(surroundings: Surroundings) -> CredentialProvider:
    """Make the provider of Default Credentials."""
    return _provider(surroundings, "the AWS default chain", frozenset())


def build_instance(surroundings: Surroundings) -> CredentialProvider:
    """Make the provider of Instance Profile."""
    return _provider(surroundings, "the instance's role", frozenset({_INSTANCE}))


def _provider(
    surroundings: Surroundings, description: str, methods: frozenset[str], profile: str = ""
) -> AmbientProvider:
    return AmbientProvider(
        description,
        surroundings.clients,
        surroundings.profile.get("AwsRegion"),
        surroundings.environment,
        profile,
        methods,
    )
