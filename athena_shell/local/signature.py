"""Signature version 4, checked by signing again with the keys the session has."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from athena_shell.local.clock import Clock
from athena_shell.local.identity import Caller, Sessions
from athena_shell.local.wire import ApiError, Request

_AUTHORIZATION: Final = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=(?P<key>[^/,\s]+)/(?P<date>\d{8})/(?P<region>[^/,\s]+)/"
    r"(?P<service>[^/,\s]+)/aws4_request,\s*SignedHeaders=(?P<headers>[^,\s]+),\s*"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class _Codes:
    """The codes a service has for the same refusals."""

    missing: str
    unknown_key: str
    signature: str
    expired: str
    token: str
    skewed: str


_JSON: Final = _Codes(
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "ExpiredTokenException",
    "UnrecognizedClientException",
    "InvalidSignatureException",
)
_QUERY: Final = _Codes(
    "MissingAuthenticationToken",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
)
_S3: Final = _Codes(
    "AccessDenied",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "InvalidToken",
    "RequestTimeTooSkewed",
)
_CODES: Final = {"athena": _JSON, "glue": _JSON, "sts": _QUERY, "s3": _S3}


class SignatureCheck:
    """Finds out who signed a request, or refuses it with the service's own code.

    Args:
        sessions: the keys that are known.
        clock: judges the request's date.
        skew: how far the request's date may be off; ``None`` leaves it unjudged, for clocks that
            only the endpoint has.
    """

    def __init__(self, sessions: Sessions, clock: Clock, skew: timedelta | None) -> None:
        self._sessions = sessions
        self._clock = clock
        self._skew = skew

    def caller(self, service: str, request: Request) -> Caller:
        """Return whose signature the request carries; raises ApiError."""
        codes = _CODES[service]
        match = _AUTHORIZATION.match(request.headers.get("authorization", ""))
        if match is None:
            raise ApiError(codes.missing, "Request is missing Authentication Token", 403)
        if match["service"] != service:
            raise ApiError(
                codes.signature,
                f"Credential should be scoped to correct service: '{service}'.",
                403,
            )
        caller = self._sessions.find(match["key"])
        denied = 403 if service in {"s3", "sts"} else 400
        if caller is None:
            raise ApiError(
                codes.unknown_key,
                "The security token included in the request is invalid."
                if service != "s3"
                else "The AWS Access Key Id you provided does not exist in our records.",
                denied,
            )
        self._check_date(request, codes, denied)
        self._check_token(service, request, caller, codes)
        expected = _sign(request, match, caller)
        if not hmac.compare_digest(expected, match["signature"]) or not _body_matches(request):
            raise ApiError(
                codes.signature,
                "The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method.",
                denied,
            )
        return caller

    def _check_token(self, service: str, request: Request, caller: Caller, codes: _Codes) -> None:
        sent = request.headers.get("x-amz-security-token", "")
        if not hmac.compare_digest(sent.encode(), caller.session_token.encode()):
            raise ApiError(
                codes.token,
                "The security token included in the request is invalid.",
                403 if service == "sts" else 400,
            )
        if not self._sessions.is_live(caller):
            # S3 repeats the token in its reply, which is why clients must scrub error bodies.
            raise ApiError(
                codes.expired,
                "The provided token has expired."
                if service == "s3"
                else "The security token included in the request is expired",
                403 if service == "sts" else 400,
                {"Token-0": sent} if service == "s3" else None,
            )

    def _check_date(self, request: Request, codes: _Codes, status: int) -> None:
        if self._skew is None:
            return
        stamp = request.headers.get("x-amz-date", "")
        try:
            sent = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
        except ValueError:
            raise ApiError(codes.signature, f"Date '{stamp}' is not valid.", status) from None
        now = self._clock.now()
        if abs(now - sent) <= self._skew:
            return
        if codes is _S3:
            message = "The difference between the request time and the current time is too large."
            status = 403
        elif sent < now:
            limit = (now - self._skew).strftime(_STAMP)
            message = f"Signature expired: {stamp} is now earlier than {limit} ({now:{_STAMP}} - "
            message += f"{int(self._skew.total_seconds() // 60)} min.)"
        else:
            limit = (now + self._skew).strftime(_STAMP)
            message = f"Signature not yet current: {stamp} is still later than {limit}"
        raise ApiError(codes.skewed, message, status)


def _sign(request: Request, match: re.Match[str], caller: Caller) -> str:
    from botocore.auth import S3SigV4Auth, SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.compat import HTTPHeaders
    from botocore.credentials import Credentials

    signed = match["headers"].split(";")
    host = request.headers.get("host") or urlsplit(request.url).netloc
    headers = {name: request.headers.get(name, "") for name in signed if name != "host"}
    if "x-amz-content-sha256" in request.headers:
        headers["x-amz-content-sha256"] = request.headers["x-amz-content-sha256"]
    parts = urlsplit(request.url)
    again = AWSRequest(
        method=request.method,
        url=parts._replace(netloc=host).geturl(),
        headers={**headers, "host": host},
        data=request.body,
    )
    again.context["timestamp"] = request.headers.get("x-amz-date", "")

    class Signer(S3SigV4Auth if match["service"] == "s3" else SigV4Auth):  # type: ignore[misc] # the base is chosen by the service
        """Signs exactly the headers that the request says were signed."""

        def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
            return HTTPHeaders.from_pairs(
                [(name, request.headers.get(name, "")) for name in signed]
            )

    keys = Credentials(caller.access_key, caller.secret_key, caller.session_token or None)
    signer = Signer(keys, match["service"], match["region"])
    to_sign = signer.string_to_sign(again, signer.canonical_request(again))
    return str(signer.signature(to_sign, again))


def _body_matches(request: Request) -> bool:
    """Whether a body is what its hash header says; unsigned and chunked bodies have no hash."""
    sent = request.headers.get("x-amz-content-sha256", "")
    return not _HASH.fullmatch(sent) or hashlib.sha256(request.body).hexdigest() == sent


def decoded_body(request: Request) -> bytes:
    """Return the body without ``aws-chunked`` framing, as awscli and recent SDKs send it."""
    if "aws-chunked" not in request.headers.get("content-encoding", ""):
        return request.body
    try:
        return b"".join(_chunks(request.body))
    except ValueError as error:
        raise ApiError("IncompleteBody", "The chunks of the body do not add up") from error


def _chunks(body: bytes) -> Iterator[bytes]:
    position = 0
    while True:
        end = body.index(b"\r\n", position)
        size = int(body[position:end].split(b";")[0], 16)
        if not size:
            return
        yield body[end + 2 : end + 2 + size]
        position = end + 2 + size + 2
