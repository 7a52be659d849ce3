"""The token sources that come with the program, as a table; their work is imported later."""

from __future__ import annotations

from typing import Final

from athena_shell.auth.plugin import TokenSourcePlugin
from athena_shell.config.checks import integer, one_of, pattern
from athena_shell.config.parameters import Parameter
from athena_shell.core.deferred import deferred

SOURCE_PARAMETER: Final = Parameter(
    "web_identity_token_source",
    "Where tokens come from, when no other parameter says it: the name of a token source",
    example="github",
)

_AUDIENCE: Final = Parameter(
    "token_audience", "The audience to ask the platform for", default="sts.amazonaws.com"
)

_PROVIDER: Final = (
    Parameter("oidc_issuer", "The identity provider's issuer URL", example="https://idp.corp"),
    Parameter("oidc_client_id", "The client's id at the identity provider"),
    Parameter("oidc_client_secret", "The client's secret, where it has one", secret=True),
    Parameter("oidc_scope", "The scopes to ask for", default="openid"),
    Parameter("oidc_audience", "The audience to ask for, where the provider wants one"),
    Parameter("oidc_token_endpoint", "The token endpoint, when it is not on the issuer's host"),
    Parameter("oidc_device_endpoint", "The device endpoint, when it is not on the issuer's host"),
)

BUILT_IN: Final = (
    TokenSourcePlugin(
        name="literal",
        summary="A token written in the profile; it cannot renew itself",
        parameters=(
            Parameter(
                "web_identity_token",
                "The token itself; better use a file or a command, which can renew it",
                secret=True,
                jdbc="JwtWebIdentityToken",
            ),
        ),
        build=deferred("auth.token_sources:literal"),
        chosen_by="web_identity_token",
    ),
    TokenSourcePlugin(
        name="file",
        summary="A file, read afresh at each renewal",
        parameters=(
            Parameter(
                "web_identity_token_file",
                "A file that holds the token and is rewritten by whatever renews it",
                fallback=("AWS_WEB_IDENTITY_TOKEN_FILE",),
                example="/run/secrets/token",
            ),
        ),
        build=deferred("auth.token_sources:file"),
        chosen_by="web_identity_token_file",
    ),
    TokenSourcePlugin(
        name="environment",
        summary="An environment variable, as it was when the program started",
        parameters=(
            Parameter(
                "web_identity_token_env",
                "The name of an environment variable that holds the token",
                check=pattern(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable"),
                example="MY_TOKEN",
            ),
        ),
        build=deferred("auth.token_sources:environment"),
        chosen_by="web_identity_token_env",
    ),
    TokenSourcePlugin(
        name="command",
        summary="A command that prints a token, run at each renewal without a shell",
        parameters=(
            Parameter(
                "web_identity_token_process",
                "A command whose one line of output is the token",
                example="/usr/local/bin/get-token --audience sts.amazonaws.com",
            ),
            Parameter(
                "web_identity_token_process_timeout",
                "How many seconds the command may take",
                default="60",
                check=integer(1, 600),
            ),
        ),
        build=deferred("auth.token_sources:command"),
        chosen_by="web_identity_token_process",
    ),
    TokenSourcePlugin(
        name="device",
        summary="A log-in with any browser at an OpenID Connect provider (device grant)",
        parameters=(
            *_PROVIDER,
            Parameter(
                "oidc_refresh_store",
                "Where the refresh token is kept: memory, or the system's keyring",
                default="memory",
                check=one_of("memory", "keyring"),
            ),
        ),
        build=deferred("auth.device_source:build"),
    ),
    TokenSourcePlugin(
        name="github",
        summary="GitHub Actions, in a job with the permission id-token: write",
        parameters=(
            _AUDIENCE,
            Parameter("github_host", "The host of a GitHub enterprise server's tokens"),
        ),
        build=deferred("auth.remote_sources:github"),
    ),
    TokenSourcePlugin(
        name="client_credentials",
        summary="A client's own token from an OpenID Connect provider",
        parameters=_PROVIDER,
        build=deferred("auth.remote_sources:client_credentials"),
    ),
    TokenSourcePlugin(
        name="gcp",
        summary="The service account of a Google Cloud machine",
        parameters=(_AUDIENCE,),
        build=deferred("auth.remote_sources:google"),
    ),
    TokenSourcePlugin(
        name="azure",
        summary="The managed identity of an Azure machine or app",
        parameters=(
            _AUDIENCE,
            Parameter("azure_client_id", "The client id of a user-assigned identity"),
        ),
        build=deferred("auth.remote_sources:azure"),
    ),
)
"""The sources in the order that help lists them."""
