"""Tokens, sessions and signatures: who gets in, and with which words others are refused."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import jwt
import pytest
from botocore.exceptions import ClientError

from athena_shell.local.clock import ManualClock
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.issuer import Issuer


def refusal(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def assume(plain_client: Any, local: LocalEndpoint, **change: Any) -> Any:
    asked = {
        "RoleArn": local.role_arn,
        "RoleSessionName": "tester",
        "WebIdentityToken": change.pop("WebIdentityToken", None) or local.token(),
    }
    return plain_client("sts").assume_role_with_web_identity(**{**asked, **change})


def test_a_good_token_gives_a_session_that_says_who_it_is(
    plain_client: Any, client: Any, local: LocalEndpoint
) -> None:
    granted = assume(plain_client, local, DurationSeconds=900)
    assert granted["SubjectFromWebIdentityToken"] == "demo-user"
    assert granted["Audience"] == "sts.amazonaws.com"
    assert granted["Provider"] == local.issuer.url
    assert granted["AssumedRoleUser"]["Arn"].endswith("assumed-role/AthenaShellDemo/tester")
    assert granted["Credentials"]["AccessKeyId"].startswith("ASIA")
    left = granted["Credentials"]["Expiration"].timestamp() - time.time()
    assert 890 < left <= 900
    identity = client("sts").get_caller_identity()
    assert identity["Arn"].endswith("assumed-role/AthenaShellDemo/tester")


def test_the_key_set_verifies_the_tokens(local: LocalEndpoint) -> None:
    key = jwt.PyJWK(local.issuer.key_set()["keys"][0])
    claims = jwt.decode(local.token(), key, algorithms=["RS256"], audience="sts.amazonaws.com")
    assert claims["iss"] == local.issuer.url


def forged(local: LocalEndpoint) -> str:
    stranger = Issuer(local.endpoint.clock)
    return stranger.token()


def without_algorithm(local: LocalEndpoint) -> str:
    _, payload, _ = local.token().split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=")
    return f"{header.decode()}.{payload}."


@pytest.mark.parametrize(
    ("token", "code", "words"),
    [
        ("no.dots", "InvalidIdentityToken", "not a valid JWT"),
        ("a.b.c.d.e", "InvalidIdentityToken", "not a valid JWT"),
        ("eé.b.c", "InvalidIdentityToken", "not a valid JWT"),
        ("x" * 20001, "ValidationError", "less than or equal to 20000"),
        (forged, "InvalidIdentityToken", "signature"),
        (without_algorithm, "InvalidIdentityToken", "algorithm"),
        (
            lambda local: Issuer(local.endpoint.clock, "https://other.example").token(),
            "InvalidIdentityToken",
            "No OpenIDConnect provider found in your account for https://other.example",
        ),
        (lambda local: local.issuer.token(aud="x"), "InvalidIdentityToken", "audience"),
        (lambda local: local.issuer.token(azp="x"), "InvalidIdentityToken", "audience"),
        (lambda local: local.issuer.token(exp=None), "InvalidIdentityToken", "required claim"),
        (
            lambda local: local.issuer.token(lifetime=timedelta(seconds=-301)),
            "ExpiredTokenException",
            "Token expired",
        ),
        (
            lambda local: local.issuer.token(iat=int(time.time()) + 4000),
            "InvalidIdentityToken",
            "future",
        ),
    ],
)
def test_a_bad_token_is_refused(
    plain_client: Any, local: LocalEndpoint, token: Any, code: str, words: str
) -> None:
    given = token if isinstance(token, str) else token(local)
    with pytest.raises(ClientError, match=words) as error:
        assume(plain_client, local, WebIdentityToken=given)
    assert refusal(error) == (code, 400)
    assert local.endpoint.sessions.issued == 0


def test_a_token_is_good_until_five_minutes_past_its_end(
    plain_client: Any, local: LocalEndpoint, clock: Any
) -> None:
    token = local.token()
    clock.advance(3600 + 290)
    assert assume(plain_client, local, WebIdentityToken=token)
    clock.advance(11)
    with pytest.raises(ClientError) as error:
        assume(plain_client, local, WebIdentityToken=token)
    assert refusal(error) == ("ExpiredTokenException", 400)


@pytest.mark.parametrize(
    ("change", "code", "status"),
    [
        ({"RoleArn": "arn:aws:IAM::123456789012:id/user1"}, "ValidationError", 400),
        ({"RoleArn": "arn:aws:iam::123456789012:role/Unknown"}, "AccessDenied", 403),
        ({"RoleArn": "arn:aws:iam::123456789012:role/AthenaShellOther"}, "AccessDenied", 403),
        ({"RoleSessionName": "with blank"}, "ValidationError", 400),
        ({"RoleSessionName": "x" * 65}, "ValidationError", 400),
        ({"DurationSeconds": 43201}, "ValidationError", 400),
        ({"DurationSeconds": 7200}, "ValidationError", 400),
    ],
)
def test_a_bad_request_for_a_role_is_refused(
    plain_client: Any, local: LocalEndpoint, change: dict[str, Any], code: str, status: int
) -> None:
    with pytest.raises(ClientError) as error:
        assume(plain_client, local, **change)
    assert refusal(error) == (code, status)


def test_a_long_session_needs_a_role_that_allows_it(
    plain_client: Any, local: LocalEndpoint
) -> None:
    long = local.role_arn.replace("Demo", "Long")
    assert assume(plain_client, local, RoleArn=long, DurationSeconds=43200)


def test_a_session_expires_by_the_clock(client: Any, clock: Any) -> None:
    clock.advance(3590)
    assert client("athena").list_data_catalogs()
    clock.advance(11)
    calls: tuple[tuple[Callable[[], Any], str], ...] = (
        (lambda: client("athena").list_data_catalogs(), "ExpiredTokenException"),
        (lambda: client("glue").get_databases(), "ExpiredTokenException"),
        (lambda: client("s3").list_objects_v2(Bucket="athena-local-data"), "ExpiredToken"),
        (lambda: client("sts").get_caller_identity(), "ExpiredToken"),
        (lambda: client("s3").head_object(Bucket="athena-local-data", Key="x"), "400"),
    )
    for call, code in calls:
        with pytest.raises(ClientError) as error:
            call()
        assert error.value.response["Error"]["Code"] == code


def test_sessions_expire_when_a_test_says_so(client: Any, local: LocalEndpoint) -> None:
    made = client("athena")
    assert made.list_data_catalogs()
    local.endpoint.sessions.expire_all()
    with pytest.raises(ClientError) as error:
        made.list_data_catalogs()
    assert refusal(error) == ("ExpiredTokenException", 400)


def test_the_expired_token_comes_back_in_the_reply_of_s3(client: Any, local: LocalEndpoint) -> None:
    local.endpoint.sessions.expire_all()
    made = client("s3")
    with pytest.raises(ClientError) as error:
        made.get_object(Bucket="athena-local-data", Key="x")
    token = made._request_signer._credentials.token
    assert error.value.response["Error"]["Token-0"] == token


@pytest.mark.parametrize(
    ("service", "call", "codes"),
    [
        (
            "athena",
            lambda c: c.list_data_catalogs(),
            ("UnrecognizedClientException", "InvalidSignatureException"),
        ),
        ("glue", lambda c: c.get_databases(), ("UnrecognizedClientException",) * 2),
        ("s3", lambda c: c.list_buckets(), ("InvalidAccessKeyId", "SignatureDoesNotMatch")),
        ("sts", lambda c: c.get_caller_identity(), ("InvalidClientTokenId",) * 2),
    ],
)
def test_unknown_keys_and_wrong_secrets_are_refused(
    plain_client: Any, local: LocalEndpoint, service: str, call: Any, codes: tuple[str, str]
) -> None:
    user = local.endpoint.sessions.add_user()
    keys = {"aws_access_key_id": user.access_key, "aws_secret_access_key": user.secret_key}
    assert call(plain_client(service, **keys))
    with pytest.raises(ClientError) as error:
        call(plain_client(service, **{**keys, "aws_access_key_id": "AKIAUNKNOWN"}))
    assert refusal(error)[0] == codes[0]
    with pytest.raises(ClientError) as error:
        call(plain_client(service, **{**keys, "aws_secret_access_key": "wrong"}))
    assert refusal(error)[0] in {codes[1], "InvalidSignatureException", "SignatureDoesNotMatch"}


def test_a_session_without_its_token_is_refused(plain_client: Any, local: LocalEndpoint) -> None:
    granted = assume(plain_client, local)["Credentials"]
    keys = {
        "aws_access_key_id": granted["AccessKeyId"],
        "aws_secret_access_key": granted["SecretAccessKey"],
    }
    for service, code in (("athena", "UnrecognizedClientException"), ("s3", "InvalidToken")):
        made = plain_client(service, **keys)
        with pytest.raises(ClientError) as error:
            made.list_buckets() if service == "s3" else made.list_data_catalogs()
        assert refusal(error) == (code, 400)


def test_unsigned_requests_are_refused(plain_client: Any) -> None:
    from botocore import UNSIGNED
    from botocore.config import Config

    unsigned = Config(signature_version=UNSIGNED)
    with pytest.raises(ClientError) as error:
        plain_client("athena", config=unsigned).list_data_catalogs()
    assert refusal(error) == ("MissingAuthenticationTokenException", 403)
    with pytest.raises(ClientError) as error:
        plain_client("s3", config=unsigned).list_buckets()
    assert refusal(error) == ("AccessDenied", 403)


@pytest.mark.parametrize(
    ("hours", "words"), [(1, "Signature expired"), (-1, "Signature not yet current")]
)
def test_a_skewed_clock_is_named(tmp_path: Path, engine: Any, hours: int, words: str) -> None:
    class Skewed(ManualClock):
        def now(self) -> Any:
            from datetime import UTC, datetime

            return datetime.fromtimestamp(time.time(), UTC) + timedelta(hours=hours)

    local = LocalEndpoint.over(engine, tmp_path / "lake", clock=Skewed())
    user = local.endpoint.sessions.add_user()
    session = botocore.session.Session()
    local.attach(session)
    keys = {"aws_access_key_id": user.access_key, "aws_secret_access_key": user.secret_key}
    made = boto3.Session(botocore_session=session, region_name="us-east-1", **keys)
    with pytest.raises(ClientError, match=words) as error:
        made.client("athena").list_data_catalogs()
    assert refusal(error)[0] == "InvalidSignatureException"
    with pytest.raises(ClientError) as error:
        made.client("s3").list_buckets()
    assert refusal(error) == ("RequestTimeTooSkewed", 403)
    local.close()


def test_a_web_identity_profile_of_botocore_works_unchanged(
    tmp_path: Path, local: LocalEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tmp_path / "token"
    token.write_text(local.token())
    config = tmp_path / "config"
    config.write_text(
        f"[profile p]\nrole_arn = {local.role_arn}\nweb_identity_token_file = {token}\n"
        "region = us-east-1\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    session = botocore.session.Session(profile="p")
    local.attach(session)
    made = boto3.Session(botocore_session=session)
    assert made.client("athena").list_data_catalogs()["DataCatalogsSummary"]
