from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import botocore.exceptions
import pytest
from botocore.exceptions import ClientError

from athena_shell.aws.errors import (
    Kind,
    code_of,
    is_expired,
    kind_of,
    repeatable,
    translate,
)
from athena_shell.core.errors import AthenaShellError, AuthError, LoginRequired, ServiceError

if TYPE_CHECKING:
    from tests.aws.conftest import FakeClock


def refusal(
    code: str, message: str = "words", status: int = 400, more: dict[str, str] | None = None
) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": code, "Message": message, **(more or {})},
            "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}},
        },
        "GetQueryResults",
    )


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("ExpiredTokenException", "", Kind.EXPIRED),
        ("ExpiredToken", "", Kind.EXPIRED),
        ("TokenRefreshRequired", "", Kind.EXPIRED),
        ("UnrecognizedClientException", "", Kind.INVALID_KEYS),
        ("InvalidClientTokenId", "", Kind.INVALID_KEYS),
        ("InvalidToken", "", Kind.INVALID_KEYS),
        ("InvalidAccessKeyId", "", Kind.INVALID_KEYS),
        ("SignatureDoesNotMatch", "check your key", Kind.INVALID_KEYS),
        ("RequestTimeTooSkewed", "", Kind.CLOCK_SKEW),
        ("RequestExpired", "", Kind.CLOCK_SKEW),
        ("RequestInTheFuture", "", Kind.CLOCK_SKEW),
        ("InvalidSignatureException", "Signature expired: x", Kind.CLOCK_SKEW),
        ("SignatureDoesNotMatch", "Signature not yet current: x", Kind.CLOCK_SKEW),
        ("InvalidSignatureException", "scoped to a valid region", Kind.WRONG_REGION),
        ("AccessDeniedException", "", Kind.DENIED),
        ("AccessDenied", "", Kind.DENIED),
        ("TooManyRequestsException", "", Kind.THROTTLED),
        ("ThrottlingException", "", Kind.THROTTLED),
        ("SlowDown", "", Kind.THROTTLED),
        ("InternalServerException", "", Kind.TRANSIENT),
        ("PermanentRedirect", "", Kind.WRONG_REGION),
        ("InvalidRequestException", "", Kind.OTHER),
        ("com.amazonaws#ExpiredTokenException", "", Kind.EXPIRED),
    ],
)
def test_the_code_decides(code: str, message: str, kind: Kind) -> None:
    assert kind_of(refusal(code, message)) is kind


@pytest.mark.parametrize("status", [400, 403, 500])
def test_the_status_decides_nothing_for_a_known_code(status: int) -> None:
    assert kind_of(refusal("ExpiredTokenException", status=status)) is Kind.EXPIRED


def test_an_unknown_code_of_a_failing_server_is_worth_repeating() -> None:
    assert kind_of(refusal("Weird", status=502)) is Kind.TRANSIENT


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(k, k.value.endswith(("repeat", "repeat later"))) for k in Kind if "keys" not in k.value],
)
def test_what_may_be_repeated(kind: Kind, expected: bool) -> None:  # noqa: FBT001 - a table's column
    assert repeatable(kind) is expected


def test_an_expired_session_is_told_apart_after_translation() -> None:
    expired = translate(refusal("ExpiredTokenException"), service="athena")
    assert isinstance(expired, AuthError)
    assert is_expired(expired)
    assert is_expired(translate(refusal("InvalidClientTokenId"), service="athena"))
    for code in ("AccessDeniedException", "RequestTimeTooSkewed", "TooManyRequestsException"):
        assert not is_expired(translate(refusal(code), service="athena"))


def test_our_own_errors_pass_through_unchanged() -> None:
    error = LoginRequired("a token, please")
    assert translate(error, service="athena") is error


def test_the_session_token_in_an_expired_reply_is_scrubbed() -> None:
    error = refusal("ExpiredToken", "The provided token has expired.", more={"Token-0": "CANARY"})
    translated = translate(error, service="s3")
    assert "CANARY" not in repr(error.response)
    assert "CANARY" not in repr(vars(translated))


def test_a_secret_in_the_services_words_is_cut_out() -> None:
    error = translate(refusal("Odd", "bad eyJhbGciOiJSUzI1NiJ9.abc.def"), service="athena")
    assert error.message == "bad [redacted] (Odd, while calling athena)"


def test_denied_names_the_call_and_keeps_the_services_words() -> None:
    error = translate(
        refusal("AccessDeniedException", "x is not authorized to perform: athena:GetWorkGroup"),
        service="athena",
        operation="GetWorkGroup",
    )
    assert error.message == (
        "Access was denied while calling athena GetWorkGroup:"
        " x is not authorized to perform: athena:GetWorkGroup"
    )
    assert error.code == "AccessDeniedException"


def test_request_expired_without_skew_is_an_expired_session(clock: FakeClock) -> None:
    error = refusal("RequestExpired")
    date = f"{clock.now():%a, %d %b %Y %H:%M:%S} GMT"
    error.response["ResponseMetadata"]["HTTPHeaders"] = {"date": date}
    assert "had expired" in translate(error, service="athena", clock=clock).message


@pytest.mark.parametrize(
    "cls",
    [
        cls
        for _name, cls in inspect.getmembers(botocore.exceptions, inspect.isclass)
        if issubclass(cls, botocore.exceptions.BotoCoreError)
        and cls.__module__ == "botocore.exceptions"
    ],
    ids=lambda cls: str(cls.__name__),
)
def test_every_exception_of_the_library_becomes_one_of_ours(cls: type[Exception]) -> None:
    names = ("error", "endpoint_url", "proxy_url", "name", "report")
    try:
        error = cls(**dict.fromkeys(names, "x"))  # most formats take some of these
    except (KeyError, TypeError):
        error = cls.__new__(cls)
        Exception.__init__(error, "words")
    translated = translate(error, service="athena", operation="GetQueryResults")
    assert isinstance(translated, AthenaShellError)
    assert translated.code == cls.__name__
    assert translated.message


@pytest.mark.parametrize("error", [ConnectionResetError("reset"), TimeoutError(), OSError(5, "x")])
def test_plain_socket_errors_are_transient(error: OSError) -> None:
    translated = translate(error, service="athena")
    assert isinstance(translated, ServiceError)
    assert translated.transient


def test_the_code_of_an_exception_without_a_reply_is_empty() -> None:
    assert code_of(ValueError("x")) == ""
