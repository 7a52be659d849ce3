"""The token service: exchanges verified web identity tokens for role sessions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from athena_shell.local.clock import Clock
from athena_shell.local.constraints import report, service_model, violations
from athena_shell.local.defaults import ACCOUNT, AUDIENCE, ROLE
from athena_shell.local.identity import Caller, Sessions
from athena_shell.local.issuer import Issuer
from athena_shell.local.wire import ApiError

if TYPE_CHECKING:
    from jwt.types import Options

_NAMESPACE: Final = "https://sts.amazonaws.com/doc/2011-06-15/"
_ROLE_ARN: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_GRACE_SECONDS: Final = 300
_DEFAULT_SECONDS: Final = 3600
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
_SEGMENTS: Final = 3
_SIGNATURE_ONLY: Final[Options] = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
}
"""Dates and audience are judged here, by the injected clock and the role."""


@dataclass(frozen=True)
class Role:
    """A role and its trust policy.

    Args:
        arn: the role's name.
        longest: seconds a session may live, 3600 to 43200.
        audience: the ``aud`` claim it trusts.
        subject: the ``sub`` claim it trusts, empty for any.
    """

    arn: str = ROLE
    longest: int = _DEFAULT_SECONDS
    audience: str = AUDIENCE
    subject: str = ""


DEMONSTRATION: Final = (
    Role(),
    Role(f"arn:aws:iam::{ACCOUNT}:role/AthenaShellLong", longest=43200),
    Role(f"arn:aws:iam::{ACCOUNT}:role/AthenaShellOther", subject="somebody-else"),
)
"""The roles a fresh endpoint has: the usual one, one for long sessions, one for somebody else."""


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidIdentityToken", message)


class TokenService:
    """STS: AssumeRoleWithWebIdentity and GetCallerIdentity.

    Args:
        clock: judges ``exp`` and dates sessions.
        sessions: where sessions are kept.
        issuers: the identity providers the account knows.
        roles: the roles the account has.
    """

    def __init__(
        self,
        clock: Clock,
        sessions: Sessions,
        issuers: Iterable[Issuer],
        roles: Iterable[Role] = DEMONSTRATION,
    ) -> None:
        self._clock = clock
        self._sessions = sessions
        self._issuers = {issuer.url: issuer for issuer in issuers}
        self._roles = {role.arn: role for role in roles}

    def add_issuer(self, issuer: Issuer) -> None:
        """Let the account know another identity provider."""
        self._issuers[issuer.url] = issuer

    def assume_role_with_web_identity(self, form: Mapping[str, str]) -> str:
        """Return the XML reply of AssumeRoleWithWebIdentity; raises ApiError.

        Args:
            form: the request's parameters.
        """
        asked = _asked(form)
        role = self._role(asked["RoleArn"])
        seconds = asked.get("DurationSeconds", _DEFAULT_SECONDS)
        claims = self._verified(asked["WebIdentityToken"])
        if claims["audience"] != role.audience:
            raise _invalid("Incorrect token audience")
        if role.subject and claims.get("sub") != role.subject:
            raise _denied()
        if seconds > role.longest:
            raise ApiError(
                "ValidationError",
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            )
        caller = self._sessions.issue(role.arn, asked["RoleSessionName"], seconds)
        return _envelope(
            "AssumeRoleWithWebIdentity",
            {
                "SubjectFromWebIdentityToken": str(claims.get("sub", "")),
                "Audience": claims["audience"],
                "Provider": str(claims["iss"]),
                "AssumedRoleUser": {"Arn": caller.arn, "AssumedRoleId": caller.user_id},
                "Credentials": {
                    "AccessKeyId": caller.access_key,
                    "SecretAccessKey": caller.secret_key,
                    "SessionToken": caller.session_token,
                    "Expiration": f"{caller.expires:%Y-%m-%dT%H:%M:%SZ}",
                },
            },
        )

    def get_caller_identity(self, caller: Caller) -> str:
        """Return the XML reply of GetCallerIdentity."""
        return _envelope(
            "GetCallerIdentity",
            {"Arn": caller.arn, "UserId": caller.user_id, "Account": ACCOUNT},
        )

    def _role(self, arn: str) -> Role:
        if not _ROLE_ARN.fullmatch(arn):
            raise ApiError("ValidationError", f"{arn} is invalid")
        role = self._roles.get(arn)
        if role is None:
            raise _denied()
        return role

    def _verified(self, token: str) -> dict[str, Any]:
        """Return the claims of a token whose signature, issuer and dates are good."""
        import jwt

        if token.count(".") != _SEGMENTS - 1:
            raise _invalid(
                "The ID Token provided is not a valid JWT. "
                "(You may see this error if you sent an Access Token)"
            )
        try:
            header = jwt.get_unverified_header(token)
            unverified = jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError as error:
            raise _invalid("The ID Token provided is not a valid JWT.") from error
        issuer = self._issuers.get(str(unverified.get("iss", "")))
        if issuer is None:
            raise _invalid(
                "No OpenIDConnect provider found in your account for "
                f"{unverified.get('iss', 'a token without issuer')}"
            )
        if header.get("alg") not in _ALGORITHMS:
            raise _invalid("The ID Token provided is not signed with a supported algorithm")
        try:
            key = issuer.verification_key(str(header.get("kid", "")))
            claims: dict[str, Any] = jwt.decode(
                token, key, algorithms=list(_ALGORITHMS), options=_SIGNATURE_ONLY
            )
        except KeyError as error:
            raise _invalid("Couldn't retrieve verification key from your identity provider") from (
                error
            )
        except jwt.InvalidTokenError as error:
            raise _invalid("The token's signature is not valid") from error
        self._check_dates(claims)
        return {**claims, "audience": _audience(claims)}

    def _check_dates(self, claims: Mapping[str, Any]) -> None:
        expires, issued = claims.get("exp"), claims.get("iat")
        if not isinstance(expires, int) or not isinstance(issued, int):
            raise _invalid("Missing a required claim: exp and iat must be integers")
        now = int(self._clock.now().timestamp())
        if now >= expires + _GRACE_SECONDS:
            raise ApiError(
                "ExpiredTokenException",
                f"Token expired: current date/time {now} must be before the expiration date/time "
                f"{expires}",
            )
        if issued > now + _GRACE_SECONDS:
            raise _invalid("The token was issued in the future")


def _denied() -> ApiError:
    return ApiError(
        "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", status=403
    )


def _audience(claims: Mapping[str, Any]) -> str:
    """Return what STS takes as audience: ``azp`` when it is there, else ``aud``."""
    if claims.get("azp"):
        return str(claims["azp"])
    audience = claims.get("aud", "")
    return str(audience[0]) if isinstance(audience, list) and audience else str(audience)


def _asked(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters as the model types them; raises ApiError for what breaks a rule."""
    shape = service_model("sts").operation_model("AssumeRoleWithWebIdentity").input_shape
    asked: dict[str, Any] = {}
    for name, value in form.items():
        member = shape.members.get(name)
        if member is None or not value:
            continue
        try:
            asked[name] = int(value) if member.type_name == "integer" else value
        except ValueError:
            raise ApiError("MalformedInput", f"{name} is not a number") from None
    if found := list(violations(shape, asked)):
        raise ApiError("ValidationError", report(found))
    return asked


def _xml(content: Mapping[str, Any]) -> str:
    return "".join(
        f"<{name}>{_xml(value) if isinstance(value, Mapping) else escape(value)}</{name}>"
        for name, value in content.items()
    )


def _envelope(operation: str, result: Mapping[str, Any]) -> str:
    content = {
        f"{operation}Result": result,
        "ResponseMetadata": {"RequestId": str(uuid4())},
    }
    return f'<{operation}Response xmlns="{_NAMESPACE}">{_xml(content)}</{operation}Response>'


def error_document(error: ApiError) -> str:
    """Return the XML of a refusal."""
    kind = "Sender" if error.status < 500 else "Receiver"  # noqa: PLR2004 - HTTP's own border
    content = {
        "Error": {"Type": kind, "Code": error.code, "Message": error.message},
        "RequestId": str(uuid4()),
    }
    return f'<ErrorResponse xmlns="{_NAMESPACE}">{_xml(content)}</ErrorResponse>'
