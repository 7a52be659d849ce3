"""The authentication types that come with the program, as a table; their work is imported later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from athena_shell.auth.plugin import AuthPlugin
from athena_shell.auth.shapes import check_role_arn, check_session_name, check_workgroup_arn
from athena_shell.config.checks import boolean, integer, one_of, pattern
from athena_shell.config.parameters import Parameter
from athena_shell.core.deferred import deferred

_SESSION_NAME: Final = Parameter(
    "role_session_name",
    "The session's name, as CloudTrail shows it (required)",
    check=check_session_name,
    fallback=("AWS_ROLE_SESSION_NAME",),
    jdbc="JwtRoleSessionName",
    example="jane.doe",
)

BUILT_IN: Final = (
    AuthPlugin(
        name="JWT",
        summary="A JSON web token exchanged for a role session (AssumeRoleWithWebIdentity)",
        parameters=(
            Parameter(
                "preferred_role",
                "The IAM role to assume; without it AWS_ROLE_ARN, then the token's Cognito claims",
                aliases=("role_arn",),
                check=check_role_arn,
                fallback=("AWS_ROLE_ARN",),
                jdbc="JwtRoleArn",
                example="arn:aws:iam::123456789012:role/analyst",
            ),
            Parameter(
                "duration",
                "How many seconds a role session lasts before it is renewed",
                default="900",
                # STS API reference, DurationSeconds.
                check=integer(900, 43_200),
                jdbc="RoleSessionDuration",
                jdbc_default="3600",
            ),
            _SESSION_NAME,
            Parameter(
                "session_cache",
                "Where role sessions are kept: memory, or disk for the next start",
                default="memory",
                check=one_of("memory", "disk"),
            ),
        ),
        build=deferred("auth.jwt:build"),
        check=deferred("auth.jwt:check"),
        takes_token=True,
    ),
    AuthPlugin(
        name="IAM Credentials",
        summary="An access key id and a secret access key, written in the profile",
        parameters=(
            Parameter(
                "UID",
                "The access key id",
                check=pattern(r"\w{16,128}", "an access key id: AKIA and 16 letters or digits"),
                jdbc="User",
            ),
            Parameter("PWD", "The secret access key", secret=True, jdbc="Password"),
            Parameter("SessionToken", "The session token of temporary keys", secret=True),
        ),
        build=deferred("auth.fixed_keys:build"),
        check=deferred("auth.fixed_keys:check"),
        aliases=("IAMCredentials", "StaticCredentials"),
    ),
    AuthPlugin(
        name="IAM Profile",
        summary="A profile of the AWS configuration files, with whatever it says",
        parameters=(
            Parameter(
                "AWSProfile", "The name of the AWS profile", jdbc="ProfileName", example="work"
            ),
            Parameter(
                "credential_source",
                "Instead of a profile: where the machine's own role is asked for",
                check=one_of("Ec2InstanceMetadata", "EcsContainer", "Environment"),
            ),
        ),
        build=deferred("auth.ambient:build_profile"),
        check=deferred("auth.ambient:check_profile"),
        aliases=("ProfileCredentials",),
    ),
    AuthPlugin(
        name="Default Credentials",
        summary="The AWS default chain: variables, profiles, container, instance",
        parameters=(),
        build=deferred("auth.ambient:build_default"),
        aliases=("DefaultChain", "DefaultCredentialsProviderChain"),
    ),
    AuthPlugin(
        name="Instance Profile",
        summary="The role of the EC2 instance, from its metadata server",
        parameters=(),
        build=deferred("auth.ambient:build_instance"),
        aliases=("InstanceProfileCredentials",),
    ),
    AuthPlugin(
        name="External Credentials",
        summary="A command that prints keys as the AWS CLI's credential_process does",
        parameters=(
            Parameter("ExecutablePath", "The program's path", example="/usr/local/bin/keys"),
            Parameter("ArgumentList", "Its arguments, quoted as in a shell"),
        ),
        build=deferred("auth.external:build"),
        check=deferred("auth.external:check"),
    ),
    AuthPlugin(
        name="BrowserSSOOIDC",
        summary="A log-in at IAM Identity Center, with any browser",
        parameters=(
            Parameter(
                "sso_oidc_start_url", "The portal's URL", example="https://d-1.awsapps.com/start"
            ),
            Parameter(
                "sso_oidc_region",
                "The portal's region",
                check=pattern(r"[a-z]{2,}(-[a-z0-9]+){1,4}-\d{1,2}", "a region such as us-east-1"),
            ),
            Parameter(
                "sso_oidc_account_id",
                "The account",
                check=pattern(r"\d{12}", "an account's 12 digits"),
            ),
            Parameter("sso_oidc_role_name", "The permission set's name"),
            Parameter("sso_oidc_scopes", "What to ask for", default="sso:account:access"),
            Parameter(
                "sso_oidc_timeout",
                "How many seconds a person has to log in",
                default="120",
                check=integer(10, 1800),
            ),
            Parameter(
                "listen_port", "Accepted as the driver has it; the device log-in listens on no port"
            ),
            Parameter(
                "sso_oidc_cache",
                "Accepted as the driver has it; the log-in is kept in memory only",
                check=boolean,
            ),
        ),
        build=deferred("auth.identity_center:build"),
        check=deferred("auth.identity_center:check"),
    ),
    AuthPlugin(
        name="JWT_TIP",
        summary="Trusted identity propagation, experimental: Athena knows the token's person",
        parameters=(
            Parameter("WorkGroupArn", "The workgroup's ARN", check=check_workgroup_arn),
            Parameter("ApplicationRoleArn", "The role that a token may take", check=check_role_arn),
            Parameter("AccessRoleArn", "The role of the session", check=check_role_arn),
            Parameter(
                "CustomerIdcApplicationArn",
                "The Identity Center application, when the workgroup's tag does not name it",
                check=pattern(r"arn:aws[a-z-]*:sso::\d{12}:application/.+", "an application's ARN"),
            ),
            Parameter(
                "duration",
                "How many seconds a session lasts; chained roles allow one hour",
                default="3600",
                check=integer(900, 43_200),
                jdbc="RoleSessionDuration",
            ),
            _SESSION_NAME,
            Parameter(
                "JwtTipFileCache",
                "Accepted as the driver has it; sessions are kept in memory",
                check=boolean,
            ),
        ),
        build=deferred("auth.trusted_identity:build"),
        check=deferred("auth.trusted_identity:check"),
        takes_token=True,
        experimental=True,
    ),
)
"""The types in the order that help lists them."""

_ADVICE: Final = (
    "Use AuthenticationType = JWT with web_identity_token_file or web_identity_token_process, or"
    " AuthenticationType = IAM Profile with a profile that your login tool fills."
)
REFUSED: Final[Mapping[str, str]] = dict.fromkeys(
    (
        "ADFS",
        "AzureAD",
        "BrowserAzureAD",
        "BrowserSAML",
        "BrowserOidcTip",
        "Okta",
        "Ping",
        "SageMakerBrowserIdc",
        "SageMakerIam",
    ),
    _ADVICE,
)
"""The driver's types that need a browser or a vendor's login form, with what to use instead."""
