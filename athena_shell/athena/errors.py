"""Athena's error codes to our errors, with the next step for the user.

Codes: StartQueryExecution models InternalServerException, InvalidRequestException (with
AthenaErrorCode) and TooManyRequestsException (with Reason); catalog calls model MetadataException
(botocore's service model of Athena, API version 2017-05-18).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from athena_shell.core.errors import AthenaShellError, QueryFailed, ServiceError

CONCURRENT_LIMIT: Final = "CONCURRENT_QUERY_LIMIT_EXCEEDED"
"""The reason of a TooManyRequestsException that a place in the queue cures."""

_HINTS: Final = (
    (
        re.compile(
            r"no output location|output ?location.*(not|missing)|provide.*output", re.IGNORECASE
        ),
        "Set S3OutputLocation in the profile (or --output-location), or a place in the workgroup.",
    ),
    (
        re.compile(r"unable to verify/create output bucket|output bucket", re.IGNORECASE),
        "Check that the result bucket exists in this region and that the role may write to it.",
    ),
    (
        re.compile(r"work ?group .*(not found|does not exist|is not found)", re.IGNORECASE),
        r"Check Workgroup and AwsRegion in the profile; \workgroups lists what there is.",
    ),
    (
        re.compile(r"work ?group .*disabled", re.IGNORECASE),
        r"The workgroup is switched off; choose another with \workgroup NAME.",
    ),
    (
        re.compile(r"lake ?formation", re.IGNORECASE),
        "The role lacks a Lake Formation permission on this table; ask its data steward.",
    ),
    (
        re.compile(r"(idempoten|client ?request ?token).*(match|differ|mismatch)", re.IGNORECASE),
        "The request token was used with other parameters; run the statement again.",
    ),
    (
        re.compile(r"signing region|different region|PermanentRedirect", re.IGNORECASE),
        "The resource is in another region; check AwsRegion in the profile.",
    ),
    (
        re.compile(r"query ?execution .*not found|invalid query ?execution ?id", re.IGNORECASE),
        (
            r"\queries lists this shell's ids, \queries workgroup all;"
            " Athena knows an id for 45 days, in its own account and region."
        ),
    ),
    (
        re.compile(r"(schema|database) .*(does not exist|not found)", re.IGNORECASE),
        r"\databases lists what there is; \use NAME changes to it.",
    ),
)

_OF_A_QUERY: Final = re.compile(
    r"athena:(?P<action>\w*Query(?:Execution|Results|RuntimeStatistics))\b.*"
    r":workgroup/(?P<workgroup>[\w.-]+)"
)


def hint_for(message: str) -> str:
    """Return the next step that fits a message of Athena's, or an empty text."""
    return next((hint for pattern, hint in _HINTS if pattern.search(message)), "")


def refine(error: AthenaShellError, cause: BaseException) -> AthenaShellError:
    """Return Athena's own meaning of a translated error, or the error as it is.

    Args:
        error: what ``aws.errors.translate`` made of it.
        cause: the exception of the AWS library.
    """
    response = getattr(cause, "response", None)
    if not isinstance(response, Mapping):
        return error
    details = response.get("Error")
    code = str(details.get("Code", "")) if isinstance(details, Mapping) else ""
    message = str(details.get("Message", "")) if isinstance(details, Mapping) else ""
    if code == "TooManyRequestsException":
        return _throttled(message, response)
    if code == "InvalidRequestException":
        return QueryFailed(
            message or "Athena refuses the request without saying why.",
            hint_for(message),
            code=str(response.get("AthenaErrorCode", "") or code),
        )
    if code in {"MetadataException", "ResourceNotFoundException"}:
        return ServiceError(
            message or "The catalog refuses the request.", hint_for(message), code=code
        )
    if code == "AccessDeniedException" and (denied := _OF_A_QUERY.search(message)):
        error.hint = (
            f"The query is one of workgroup {denied['workgroup']}, where the role lacks"
            rf" athena:{denied['action']}. \queries lists this shell's own."
        )
    if not error.hint and (hint := hint_for(message)):
        error.hint = hint
    return error


def _throttled(message: str, response: Mapping[str, Any]) -> ServiceError:
    reason = str(response.get("Reason", ""))
    if reason == CONCURRENT_LIMIT:
        return ServiceError(
            message or "Too many queries are running or queued in this account.",
            "The statement waits here until there is room.",
            code=CONCURRENT_LIMIT,
            transient=True,
        )
    return ServiceError(
        message or "Athena asks for fewer calls.",
        "The call is repeated after a pause.",
        code="TooManyRequestsException",
        transient=True,
    )
