"""The connection parameters: those that belong to no authentication type.

Names and defaults follow the Athena ODBC 2.x documentation (main connection parameters, advanced
options, endpoint overrides, proxy options); ``jdbc`` gives the JDBC 3.x name of the same thing.
"""

from __future__ import annotations

from typing import Final

from athena_shell.config.checks import boolean, integer, one_of, pattern
from athena_shell.config.parameters import Parameter, ParameterTable

_REGION: Final = pattern(r"[a-z]{2,}(-[a-z0-9]+){1,4}-\d{1,2}", "a region such as us-east-1")
_LOCATION: Final = pattern(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?", "s3://bucket/path/")
_NAME: Final = pattern(r"[^\x00-\x1f\x7f]{1,256}", "up to 256 characters, no control characters")
_WORKGROUP: Final = pattern(
    r"[a-zA-Z0-9._-]{1,128}", "up to 128 letters, digits, dots, hyphens and underscores"
)
_ACCOUNT: Final = pattern(r"\d{12}", "an account id of 12 digits")
_ARN: Final = pattern(r"arn:aws[a-z-]*:kms:.+|[A-Za-z0-9:/_-]{1,256}", "a KMS key ARN or key id")


def _url(text: str) -> str:
    from athena_shell.config.endpoints import normalized_url

    return normalized_url(text)


def _endpoint(name: str, summary: str, jdbc: str = "") -> Parameter:
    return Parameter(name, summary, check=_url, jdbc=jdbc, example="host[:port]")


CONNECTION: Final = ParameterTable(
    (
        Parameter(
            "AwsRegion",
            "The AWS region whose Athena runs the queries",
            aliases=("region_name",),
            required=True,
            check=_REGION,
            environment=("ATHENA_SHELL_REGION", "AWS_REGION"),
            fallback=("AWS_DEFAULT_REGION",),
            jdbc="Region",
            example="us-east-1",
        ),
        Parameter(
            "AuthenticationType",
            "How the session's credentials are obtained",
            aliases=("AWSCredentialsProviderClass", "auth"),
            default="JWT",
            environment=("ATHENA_SHELL_AUTHENTICATION_TYPE",),
            jdbc="CredentialsProvider",
            example="JWT",
        ),
        Parameter(
            "Catalog",
            "The data catalog that is current at start",
            default="AwsDataCatalog",
            check=_NAME,
            environment=("ATHENA_SHELL_CATALOG",),
            jdbc="Catalog",
        ),
        Parameter(
            "Schema",
            "The database that is current at start",
            default="default",
            check=_NAME,
            environment=("ATHENA_SHELL_DATABASE",),
            jdbc="Database",
            example="sales",
        ),
        Parameter(
            "Workgroup",
            "The workgroup that queries run in",
            default="primary",
            check=_WORKGROUP,
            environment=("ATHENA_SHELL_WORKGROUP",),
            jdbc="WorkGroup",
        ),
        Parameter(
            "S3OutputLocation",
            "Where Athena writes results; empty leaves the choice to the workgroup",
            check=_LOCATION,
            environment=("ATHENA_SHELL_OUTPUT_LOCATION",),
            jdbc="OutputLocation",
            example="s3://bucket/path/",
        ),
        Parameter(
            "S3OutputEncOption",
            "How Athena encrypts results",
            default="NOT_SET",
            check=one_of("NOT_SET", "SSE_S3", "SSE_KMS", "CSE_KMS"),
            jdbc="EncryptionOption",
        ),
        Parameter(
            "S3OutputEncKMSKey",
            "The KMS key for SSE_KMS and CSE_KMS",
            check=_ARN,
            jdbc="KmsKey",
        ),
        Parameter(
            "ExpectedBucketOwner",
            "The account id that must own the bucket of results",
            check=_ACCOUNT,
            jdbc="ExpectedBucketOwner",
            example="111122223333",
        ),
        Parameter(
            "AclOption",
            "BUCKET_OWNER_FULL_CONTROL gives result objects to the bucket's owner",
            check=one_of("", "BUCKET_OWNER_FULL_CONTROL"),
            jdbc="AclOption",
        ),
        Parameter(
            "EnableResultReuse",
            "Whether Athena may answer from an earlier result of the same text",
            default="false",
            check=boolean,
            jdbc="EnableResultReuseByAge",
        ),
        Parameter(
            "ReusedResultMaxAgeInMinutes",
            "How old a reused result may be",
            default="60",
            check=integer(1, 10080),
            jdbc="MaxResultReuseAgeInMinutes",
        ),
        _endpoint("EndpointOverride", "The Athena endpoint", "AthenaEndpoint"),
        _endpoint("StsEndpointOverride", "The STS endpoint", "StsEndpoint"),
        _endpoint("S3EndpointOverride", "The S3 endpoint", "S3Endpoint"),
        _endpoint("SSOEndpointOverride", "The IAM Identity Center portal", "SsoEndpoint"),
        _endpoint("SSOOIDCEndpointOverride", "The IAM Identity Center login", "SsoOidcEndpoint"),
        _endpoint("SSOAdminEndpointOverride", "The IAM Identity Center", "SsoAdminEndpoint"),
        _endpoint("GlueEndpointOverride", "The Glue endpoint"),
        Parameter(
            "UseEnvironmentEndpoints",
            "Whether AWS_ENDPOINT_URL and its kind may redirect services",
            default="false",
            check=boolean,
        ),
        Parameter("UseProxy", "Whether to use a proxy", default="false", check=boolean),
        Parameter("ProxyHost", "The proxy's host", jdbc="ProxyHost", example="proxy.example.com"),
        Parameter("ProxyPort", "The proxy's port", check=integer(1, 65535), jdbc="ProxyPort"),
        Parameter("ProxyUID", "The user name for the proxy", jdbc="ProxyUsername"),
        Parameter("ProxyPWD", "The password for the proxy", secret=True, jdbc="ProxyPassword"),
        Parameter(
            "NonProxyHost",
            "Hosts reached without the proxy, separated by commas",
            jdbc="ProxyExemptHosts",
        ),
        Parameter(
            "UseProxyForIdP",
            "Whether the proxy is used for the identity provider and STS too",
            default="false",
            check=boolean,
            jdbc="ProxyEnabledForIdP",
        ),
        Parameter("TrustedCerts", "A file of certificate authorities", example="/etc/ca.pem"),
        Parameter(
            "connection_string",
            "An ODBC connection string or a JDBC URL that gives the other parameters",
            secret=True,
        ),
        Parameter(
            "production",
            "Whether the prompt warns and writes are asked about",
            default="false",
            check=boolean,
        ),
        Parameter("Description", "A line about the profile, for people"),
    )
)
"""Every parameter that no authentication type owns."""
