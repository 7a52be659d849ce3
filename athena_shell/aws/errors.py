"""botocore's exceptions to our errors, by the service's error code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any, Final

from athena_shell.aws.proxies import refusal_of
from athena_shell.core.errors import AthenaShellError, AuthError, ServiceError
from athena_shell.core.ports import Clock
from athena_shell.core.records import dataclass
from athena_shell.core.redact import redact


class Kind(Enum):
    """What an error of a service call means for the caller."""

    EXPIRED = "the session's keys are past their end: renew once, then repeat"
    INVALID_KEYS = "the keys are unknown or damaged: renew once, then repeat"
    CLOCK_SKEW = "the clocks disagree: renewing does not help"
    DENIED = "the role may not do this"
    THROTTLED = "too many calls: repeat later"
    TRANSIENT = "the service had a fault: repeat"
    CUT_REPLY = "the reply was not whole: repeat"
    UNREACHABLE = "no connection: repeat later"
    DEADLINE = "no whole answer in time: repeat"
    WRONG_REGION = "the region does not exist, is off or is another one"
    INSECURE = "the server's certificate was refused"
    OTHER = "the service's own answer"


_REPEATABLE: Final = frozenset(
    {Kind.THROTTLED, Kind.TRANSIENT, Kind.CUT_REPLY, Kind.UNREACHABLE, Kind.DEADLINE}
)

# Sources: Athena and STS CommonErrors, S3 ErrorResponses, and the skew list of aws-sdk-js-v3.
_KIND_OF_CODE: Final[dict[str, Kind]] = {
    **dict.fromkeys(
        ("ExpiredTokenException", "ExpiredToken", "TokenRefreshRequired"), Kind.EXPIRED
    ),
    **dict.fromkeys(
        (
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidToken",
            "InvalidAccessKeyId",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
        ),
        Kind.INVALID_KEYS,
    ),
    **dict.fromkeys(
        ("RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired"), Kind.CLOCK_SKEW
    ),
    **dict.fromkeys(
        ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"),
        Kind.DENIED,
    ),
    **dict.fromkeys(
        (
            "TooManyRequestsException",
            "ThrottlingException",
            "Throttling",
            "ThrottledException",
            "RequestThrottled",
            "RequestThrottledException",
            "RequestLimitExceeded",
            "SlowDown",
            "BandwidthLimitExceeded",
            "LimitExceededException",
        ),
        Kind.THROTTLED,
    ),
    **dict.fromkeys(
        (
            "InternalServerException",
            "InternalServerError",
            "InternalError",
            "InternalFailure",
            "InternalServiceException",
            "ServiceUnavailable",
            "ServiceUnavailableException",
            "RequestTimeout",
            "RequestTimeoutException",
            "500",
            "502",
            "503",
            "504",
        ),
        Kind.TRANSIENT,
    ),
    **dict.fromkeys(
        (
            "PermanentRedirect",
            "TemporaryRedirect",
            "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException",
            "RegionDisabled",
            "RegionDisabledException",
            "301",
            "307",
        ),
        Kind.WRONG_REGION,
    ),
}
_SIGNATURE_CODES: Final = ("InvalidSignatureException", "SignatureDoesNotMatch")
_SKEW_WORDS: Final = ("signature expired", "not yet current", "signature not yet")
_CUT: Final = frozenset(
    {
        "CutReply",
        "IncompleteRead",
        "IncompleteReadError",
        "ResponseParserError",
        "ResponseStreamingError",
    }
)
_NOTABLE_SKEW: Final = timedelta(minutes=4)
_SERVER_FAULT: Final = 500


def code_of(error: BaseException) -> str:
    """Return the service's error code, such as ``ExpiredTokenException``, or an empty string."""
    code = _body(error).get("Code", "")
    return str(code).rpartition("#")[2]


def message_of(error: BaseException) -> str:
    """Return the service's own words, secrets cut out."""
    return redact(str(_body(error).get("Message", "")))


def skew_of(error: BaseException, clock: Clock | None) -> timedelta | None:
    """Return how far this machine's clock is ahead of the reply's Date; ``None`` if unknown."""
    if clock is None:
        return None
    headers = _response(error).get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        theirs: datetime = parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    if theirs.tzinfo is None:
        return None
    return clock.now() - theirs


def kind_of(error: BaseException) -> Kind:
    """Say what the error means; the code decides, never the HTTP status or the class."""
    code = code_of(error)
    if code:
        return _kind_of_reply(code, error)
    return _kind_of_failure(error)


def _kind_of_reply(code: str, error: BaseException) -> Kind:
    words = str(_body(error).get("Message", "")).lower()
    if code in _SIGNATURE_CODES:
        if any(word in words for word in _SKEW_WORDS):
            return Kind.CLOCK_SKEW
        if "scoped to a valid region" in words:
            return Kind.WRONG_REGION
        return Kind.INVALID_KEYS
    known = _KIND_OF_CODE.get(code)
    if known is not None:
        return known
    status = _response(error).get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    # An unknown code of a failing server, such as a proxy's page: worth repeating.
    return Kind.TRANSIENT if status >= _SERVER_FAULT else Kind.OTHER


def _kind_of_failure(error: BaseException) -> Kind:
    from botocore import exceptions as aws

    if isinstance(error, ServiceError) and error.code == "DeadlineExceeded":
        return Kind.DEADLINE
    # By name: some live in modules that need not be loaded here.
    if _CUT & {cls.__name__ for cls in type(error).__mro__}:
        return Kind.CUT_REPLY
    if isinstance(error, aws.SSLError):
        return Kind.INSECURE
    if isinstance(error, aws.HTTPClientError | aws.ConnectionError | OSError):
        return Kind.UNREACHABLE
    return Kind.OTHER


def translate(
    error: BaseException,
    *,
    service: str,
    operation: str = "",
    clock: Clock | None = None,
    region: str = "",
) -> AthenaShellError:
    """Return our error for one of the AWS library's.

    An error that is ours already is returned as it is: signing may have raised it. The new error's
    ``code`` is the service's, or the name of the library's class when no reply came.

    Args:
        error: what the call raised.
        service: the service called, such as ``athena``.
        operation: the call, such as ``StartQueryExecution``.
        clock: to measure how far this machine's clock is off.
        region: the region that was called, for the hints.
    """
    if isinstance(error, AthenaShellError):
        return error
    scrub(error)
    doing = f"calling {service} {operation}".rstrip()
    return _TRANSLATIONS.get(kind_of(error), _other)(_Case(error, doing, clock, region))


def is_expired(error: AthenaShellError) -> bool:
    """Say whether the session's keys were refused: renew once, then repeat the call once."""
    return _KIND_OF_CODE.get(error.code) in {Kind.EXPIRED, Kind.INVALID_KEYS}


def scrub(error: BaseException) -> None:
    """Cut the session token out of the reply that the exception holds.

    S3's ``ExpiredToken`` body repeats it in full as ``Token-0``.
    """
    body = _body(error)
    for name in [name for name in body if name.startswith("Token-") or name == "Token"]:
        body[name] = "[redacted]"


@dataclass(frozen=True)
class _Case:
    error: BaseException
    doing: str
    clock: Clock | None
    region: str

    @property
    def code(self) -> str:
        return code_of(self.error) or type(self.error).__name__

    @property
    def words(self) -> str:
        return message_of(self.error)


def describe_skew(skew: timedelta | None) -> str:
    """Return a sentence such as ``This machine's clock is 12 min 30 s behind AWS's.``."""
    if skew is None:
        return "This machine's clock and AWS's disagree."
    seconds = round(abs(skew.total_seconds()))
    minutes, rest = divmod(seconds, 60)
    amount = f"{minutes} min {rest} s" if minutes else f"{rest} s"
    direction = "ahead of" if skew > timedelta() else "behind"
    return f"This machine's clock is {amount} {direction} AWS's."


def _expired(case: _Case) -> AthenaShellError:
    return AuthError(
        f"The session's keys had expired while {case.doing}.",
        r"Renew the session with \login, then repeat the command.",
        code=case.code,
    )


def _invalid_keys(case: _Case) -> AthenaShellError:
    return AuthError(
        f"AWS does not know the session's keys ({case.code}) while {case.doing}.",
        "Check that access key, secret key and session token belong together, and that the region's"
        " partition (AWS, China, GovCloud) is the keys' own.",
        code=case.code,
    )


def _clock_skew(case: _Case) -> AthenaShellError:
    skew = skew_of(case.error, case.clock)
    if case.code == "RequestExpired" and skew is not None and abs(skew) < _NOTABLE_SKEW:
        # aws-vault#394: the same code also stands for stale keys.
        return _expired(case)
    return AuthError(
        f"{describe_skew(skew)} AWS refuses such requests ({case.code}).",
        "Set the clock (for example with `sudo timedatectl set-ntp true`); renewing does not help.",
        code=case.code,
    )


def _denied(case: _Case) -> AthenaShellError:
    return ServiceError(
        f"Access was denied while {case.doing}: {case.words or case.code}",
        "Ask for the permission named above; `athena-shell --check` shows which steps the role may"
        " do.",
        code=case.code,
    )


def _throttled(case: _Case) -> AthenaShellError:
    return ServiceError(
        f"AWS throttled the calls while {case.doing} ({case.code}).",
        "Wait a little, then repeat; other programs may be using the same account's quota.",
        code=case.code,
        transient=True,
    )


def _transient(case: _Case) -> AthenaShellError:
    return ServiceError(
        f"AWS had an internal fault while {case.doing} ({case.code}).",
        "Repeat the command.",
        code=case.code,
        transient=True,
    )


def _cut_reply(case: _Case) -> AthenaShellError:
    return ServiceError(
        f"The reply was cut short while {case.doing}.",
        "Repeat the command; if it stays so, a proxy may be cutting replies.",
        code=case.code,
        transient=True,
    )


def _unreachable(case: _Case) -> AthenaShellError:
    where = str(getattr(case.error, "kwargs", {}).get("endpoint_url", "")) or "The service"
    proxy = case.code == "ProxyConnectionError"
    refused = refusal_of(case.error.__cause__) if proxy else None
    if refused is not None:
        return ServiceError(f"{refused[0]} while {case.doing}.", refused[1], code=case.code)
    region = f" {case.region!r}" if case.region else ""
    silent = case.code == "ReadTimeoutError"
    return ServiceError(
        f"{'The proxy' if proxy else where} {'gave no answer' if silent else 'cannot be reached'}"
        f" while {case.doing}.",
        "Check UseProxy, ProxyHost and ProxyPort (or HTTPS_PROXY)."
        if proxy
        else f"Check the network, the proxy, and that AwsRegion{region} is spelled right.",
        code=case.code,
        transient=True,
    )


def _wrong_region(case: _Case) -> AthenaShellError:
    return ServiceError(
        f"The region{' ' + repr(case.region) if case.region else ''} is not the right one, or is"
        f" not enabled, while {case.doing}: {case.words or case.code}",
        "Set AwsRegion in the profile to the region of the workgroup and of its result bucket.",
        code=case.code,
    )


def _insecure(case: _Case) -> AthenaShellError:
    return ServiceError(
        f"The server's certificate was refused while {case.doing}.",
        "Behind a proxy that opens TLS, set TrustedCerts to its certificate file; checks are never"
        " turned off.",
        code=case.code,
    )


def _other(case: _Case) -> AthenaShellError:
    words = case.words or redact(str(case.error))
    return ServiceError(f"{words} ({case.code}, while {case.doing})", code=case.code)


_TRANSLATIONS: Final[dict[Kind, Callable[[_Case], AthenaShellError]]] = {
    Kind.EXPIRED: _expired,
    Kind.INVALID_KEYS: _invalid_keys,
    Kind.CLOCK_SKEW: _clock_skew,
    Kind.DENIED: _denied,
    Kind.THROTTLED: _throttled,
    Kind.TRANSIENT: _transient,
    Kind.CUT_REPLY: _cut_reply,
    Kind.UNREACHABLE: _unreachable,
    Kind.WRONG_REGION: _wrong_region,
    Kind.INSECURE: _insecure,
}


def repeatable(kind: Kind) -> bool:
    """Say whether the same call may succeed later."""
    return kind in _REPEATABLE


def _response(error: BaseException) -> dict[str, Any]:
    response = getattr(error, "response", None)
    return response if isinstance(response, dict) else {}


def _body(error: BaseException) -> dict[str, Any]:
    body = _response(error).get("Error", {})
    return body if isinstance(body, dict) else {}
