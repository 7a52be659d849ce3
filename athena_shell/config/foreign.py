"""Parameters of the ODBC and JDBC drivers that mean nothing to this program, or must not be obeyed.

The names are those of the drivers' documentation (ODBC 2.x: main connection parameters, advanced,
logging and common authentication parameters; JDBC 3.x: basic and advanced parameters).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from athena_shell.core.errors import ConfigError

_WITHOUT_EFFECT: Final = frozenset(
    name.lower()
    for name in (
        "AclOption",
        "ApplicationName",
        "ComplexTypeColumnLength",
        "ConnectionTest",
        "ConnectionTimeout",
        "Driver",
        "EnableS3Fetcher",
        "ExpectedBucketOwner",
        "FetchSize",
        "LakeFormationEndpoint",
        "LakeFormationEndpointOverride",
        "LakeformationEnabled",
        "AthenaStreamingEndpoint",
        "StreamingEndpointOverride",
        "SageMakerEndpointOverride",
        "LogLevel",
        "LogPath",
        "MaxPollDuration",
        "MetadataRetrievalMethod",
        "NetworkTimeoutMillis",
        "NumRetries",
        "QueryExecutionPollingIntervalMultiplier",
        "QueryExternalCatalogs",
        "RequestTimeout",
        "RowsToFetchPerBlock",
        "S3ResultBlockSize",
        "StringColumnLength",
        "UseAwsLogger",
        "UseMultipleS3Threads",
        "UseQueryToListTables",
        "UseResultsetStreaming",
        "UseSingleCatalogAndSchema",
        "UseWCharForStringTypes",
    )
)
_CERTIFICATES: Final = {"verifyssl": False, "ssl_insecure": True}
_ON: Final = frozenset({"1", "true", "yes", "on"})


def is_without_effect(name: str, value: str, origin: str) -> bool:
    """Tell whether a name is a driver's that has no effect here.

    Raises ConfigError when it would turn certificate checks off.
    """
    key = name.strip().lower()
    if key in _CERTIFICATES:
        if (value.strip().lower() in _ON) is _CERTIFICATES[key]:
            raise ConfigError(
                f"{origin}: {name} would turn certificate checks off, which is never done.",
                "To trust a private authority, name its file: TrustedCerts = /path/ca.pem",
            )
        return True
    return key in _WITHOUT_EFFECT


def effect_warning(names: Iterable[str]) -> tuple[str, ...]:
    """Return one warning that names every parameter without effect; none for none."""
    given = ", ".join(sorted(names, key=str.lower))
    return (f"These parameters have no effect here: {given}.",) if given else ()
