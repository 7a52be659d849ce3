from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.auth.registry import AuthRegistry
from athena_shell.auth.renewal import RenewingCredentials
from athena_shell.auth.sign_in import sign_in
from athena_shell.aws.client import ClientFactory, Limits, Network
from athena_shell.config.endpoints import EndpointPolicy
from athena_shell.core.errors import (
    AthenaShellError,
    AuthError,
    ConfigError,
    ExitCode,
    LoginRequired,
    ServiceError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.auth.conftest import FakeClock, FakeSts, ProfileMaker, TokenMaker

ROLE = "arn:aws:iam::123456789012:role/analyst"


@pytest.fixture
def start(
    clients: ClientFactory, clock: FakeClock, make_profile: ProfileMaker
) -> Callable[..., RenewingCredentials]:
    """Sign in with a JWT profile of these parameters."""

    def signed_in(environment: dict[str, str] | None = None, **values: str) -> RenewingCredentials:
        usual = {"preferred_role": ROLE, "role_session_name": "jane.doe"}
        given = {name: text for name, text in {**usual, **values}.items() if text}
        return sign_in(
            make_profile(**given),
            registry=AuthRegistry(),
            clients=clients,
            clock=clock,
            environment=environment or {},
        )

    return signed_in


def token_file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "token"
    path.write_text(text)
    path.chmod(0o600)
    return str(path)


def test_a_token_becomes_a_session(
    start: Callable[..., RenewingCredentials], sts: FakeSts, make_token: TokenMaker
) -> None:
    token = make_token()
    keys = start(web_identity_token=token).current()
    assert sts.calls == [
        {
            "Action": "AssumeRoleWithWebIdentity",
            "Version": "2011-06-15",
            "RoleArn": ROLE,
            "RoleSessionName": "jane.doe",
            "WebIdentityToken": token,
            "DurationSeconds": "900",
        }
    ]
    assert "Authorization" not in sts.headers[0]
    assert keys.access_key == "ASIAEXAMPLE000000001"
    assert keys.identity.role == "arn:aws:sts::123456789012:assumed-role/analyst/jane.doe"
    assert (keys.identity.subject, keys.identity.audience) == ("jane", "sts.amazonaws.com")
    assert keys.identity.account == "123456789012"
    assert keys.origin == "JWT from config.ini"
    assert "secret-1" not in repr(keys)


def test_signing_in_uses_no_network(
    start: Callable[..., RenewingCredentials], sts: FakeSts, make_token: TokenMaker
) -> None:
    credentials = start(web_identity_token=make_token())
    assert credentials.status() is None
    assert sts.calls == []


def test_the_role_may_come_from_the_tokens_cognito_claim(
    start: Callable[..., RenewingCredentials], sts: FakeSts, make_token: TokenMaker
) -> None:
    token = make_token(others={"cognito:roles": [ROLE]})
    start(preferred_role="", web_identity_token=token).current()
    assert sts.calls[0]["RoleArn"] == ROLE


def test_without_a_role_nothing_is_sent(
    start: Callable[..., RenewingCredentials], sts: FakeSts, make_token: TokenMaker
) -> None:
    with pytest.raises(ConfigError, match="No role is named"):
        start(preferred_role="", web_identity_token=make_token()).current()
    assert sts.calls == []


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("preferred_role", "arn:aws:IAM::123456789012:id/user1", "the sample of the driver's page"),
        ("role_session_name", "x", "2 to 64 letters"),
        ("role_session_name", "jane doe", "2 to 64 letters"),
        ("role_session_name", "j" * 65, "2 to 64 letters"),
        ("role_session_name", "jäne", "2 to 64 letters"),
        ("duration", "899", "a whole number from 900 to 43200"),
        ("duration", "43201", "a whole number from 900 to 43200"),
        ("duration", "15m", "a whole number from 900 to 43200"),
    ],
)
def test_a_bad_parameter_is_refused_with_what_would_be_right(
    start: Callable[..., RenewingCredentials], name: str, value: str, hint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        start(**{name: value})
    assert name in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_missing_session_name_is_named(
    start: Callable[..., RenewingCredentials], make_token: TokenMaker
) -> None:
    with pytest.raises(ConfigError, match="role_session_name is missing"):
        start(role_session_name="", web_identity_token=make_token())


def test_a_profile_without_a_token_source_lists_them(
    start: Callable[..., RenewingCredentials],
) -> None:
    with pytest.raises(ConfigError) as caught:
        start()
    assert caught.value.message == ("Profile work says nothing about where its token comes from.")
    assert "web_identity_token_file" in caught.value.hint


def test_two_token_sources_are_one_too_many(
    start: Callable[..., RenewingCredentials], make_token: TokenMaker
) -> None:
    with pytest.raises(ConfigError, match="several token sources: web_identity_token, web_id"):
        start(web_identity_token=make_token(), web_identity_token_file="/t")


@pytest.mark.parametrize("bad", ["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_a_malformed_token_is_not_sent(
    start: Callable[..., RenewingCredentials], sts: FakeSts, bad: str
) -> None:
    with pytest.raises(AuthError) as caught:
        start(web_identity_token=bad).current()
    assert sts.calls == []
    assert caught.value.exit_code is ExitCode.CONNECTION


CODES = [
    ("InvalidIdentityToken", AuthError, "STS does not accept the token (issuer https://idp.exam"),
    ("IDPCommunicationError", ServiceError, "could not reach the identity provider https://idp"),
    ("MalformedPolicyDocument", ConfigError, "refused the session policy or the token's session"),
    ("PackedPolicyTooLarge", ConfigError, "refused the session policy or the token's session"),
    ("RegionDisabledException", ConfigError, "STS is switched off in region eu-central-1"),
    ("RegionDisabled", ConfigError, "STS is switched off in region eu-central-1"),
    ("AccessDenied", AuthError, f"The role {ROLE} (from config.ini) may not be assumed"),
    ("ValidationError", ConfigError, "STS found the request invalid: STS says ValidationError"),
    ("IDPRejectedClaim", AuthError, "The identity provider rejected the token"),
    ("ExpiredTokenException", AuthError, "the token has expired or is too old; it was issued at"),
    ("ExpiredToken", AuthError, "the token has expired or is too old; it was issued at"),
]


@pytest.mark.parametrize(("code", "kind", "message"), CODES, ids=[code[0] for code in CODES])
def test_every_code_of_sts_has_its_own_explanation(
    start: Callable[..., RenewingCredentials],
    sts: FakeSts,
    make_token: TokenMaker,
    code: str,
    kind: type[AthenaShellError],
    message: str,
) -> None:
    token = make_token()
    sts.plan = [code] * 9
    with pytest.raises(kind) as caught:
        start(web_identity_token=token).current()
    assert message in caught.value.message
    assert caught.value.hint
    assert caught.value.code == code
    assert token not in f"{caught.value.message}{caught.value.hint}"


def test_a_duration_above_the_roles_maximum_is_explained(
    start: Callable[..., RenewingCredentials], sts: FakeSts, make_token: TokenMaker
) -> None:
    text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    sts.plan = [("ValidationError", text)]
    with pytest.raises(ConfigError) as caught:
        start(web_identity_token=make_token(), duration="43200").current()
    assert caught.value.message == f"A session of 43200 s is longer than the role {ROLE} allows."
    assert len(sts.calls) == 1


def test_an_invalid_identity_token_is_tried_again_twice_as_it_may_be_transient(
    start: Callable[..., RenewingCredentials],
    sts: FakeSts,
    make_token: TokenMaker,
    clock: FakeClock,
) -> None:
    sts.plan = ["InvalidIdentityToken", "InvalidIdentityToken"]
    start(web_identity_token=make_token()).current()
    assert len(sts.calls) == 3
    assert clock.slept == [0.5, 1.5]
    sts.plan = ["InvalidIdentityToken"] * 9
    with pytest.raises(AuthError):
        start(web_identity_token=make_token()).current()
    assert len(sts.calls) == 6


def test_an_unreachable_provider_is_tried_again_by_the_library(
    start: Callable[..., RenewingCredentials], sts: FakeSts, make_token: TokenMaker
) -> None:
    sts.plan = ["IDPCommunicationError", "IDPCommunicationError"]
    start(web_identity_token=make_token()).current()
    assert len(sts.calls) == 3


@pytest.mark.parametrize("code", ["ExpiredTokenException", "ExpiredToken", "IDPRejectedClaim"])
def test_a_token_that_sts_calls_too_old_is_replaced_by_the_next_of_its_source_once(
    start: Callable[..., RenewingCredentials],
    sts: FakeSts,
    make_token: TokenMaker,
    tmp_path: Path,
    clock: FakeClock,
    code: str,
) -> None:
    old, new = make_token(), make_token()
    path = token_file(tmp_path, old)
    credentials = start(web_identity_token_file=path)
    pause = clock.sleep

    def rotate(seconds: float) -> None:
        pause(seconds)
        token_file(tmp_path, new)

    clock.sleep = rotate  # type: ignore[method-assign]  # the file changes during the pause
    sts.plan = [code]
    credentials.current()
    assert [call["WebIdentityToken"] for call in sts.calls] == [old, new]


def test_a_source_that_goes_on_yielding_the_refused_token_needs_a_person(
    start: Callable[..., RenewingCredentials],
    sts: FakeSts,
    make_token: TokenMaker,
    tmp_path: Path,
) -> None:
    path = token_file(tmp_path, make_token())
    sts.plan = ["ExpiredTokenException"] * 9
    with pytest.raises(LoginRequired) as caught:
        start(web_identity_token_file=path).current()
    assert f"file {path} still yields the refused token" in caught.value.hint
    assert len(sts.calls) == 1


def test_a_literal_token_that_sts_calls_too_old_needs_a_person(
    start: Callable[..., RenewingCredentials], sts: FakeSts, make_token: TokenMaker
) -> None:
    sts.plan = ["ExpiredTokenException"]
    credentials = start(web_identity_token=make_token())
    with pytest.raises(LoginRequired):
        credentials.current()
    assert len(sts.calls) == 1
    new = make_token()
    credentials.replace_token(new)
    assert sts.calls[-1]["WebIdentityToken"] == new
    assert credentials.current().origin == r"JWT from \login"


def test_a_persons_token_that_sts_refuses_is_forgotten_again(
    start: Callable[..., RenewingCredentials], sts: FakeSts, make_token: TokenMaker
) -> None:
    first = make_token()
    credentials = start(web_identity_token=first)
    sts.plan = ["AccessDenied"]
    with pytest.raises(AuthError, match="may not be assumed"):
        credentials.replace_token(make_token())
    credentials.current()
    assert sts.calls[-1]["WebIdentityToken"] == first


def test_a_fresh_token_is_fetched_for_each_renewal(
    start: Callable[..., RenewingCredentials],
    sts: FakeSts,
    make_token: TokenMaker,
    tmp_path: Path,
    clock: FakeClock,
) -> None:
    path = token_file(tmp_path, make_token(life=400))
    credentials = start(web_identity_token_file=path)
    for _ in range(5):
        credentials.current()
        clock.pass_time(880)
        token_file(tmp_path, make_token(life=400))
    assert len({call["WebIdentityToken"] for call in sts.calls}) == 5


KEYS_MISSING = (
    b"<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult>"
    b"<Credentials><AccessKeyId>ASIAEXAMPLE000000001</AccessKeyId></Credentials>"
    b"</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>Sign in to the Wi-Fi</body></html>", KEYS_MISSING],
    ids=["empty", "captive portal", "keys missing"],
)
def test_a_reply_without_a_whole_set_of_keys_is_a_transient_fault(
    start: Callable[..., RenewingCredentials], sts: FakeSts, make_token: TokenMaker, body: bytes
) -> None:
    sts.plan = [body] * 9
    with pytest.raises(ServiceError) as caught:
        start(web_identity_token=make_token()).current()
    assert caught.value.transient


def test_an_endpoint_that_is_down_is_named(
    make_profile: ProfileMaker, make_token: TokenMaker, clock: FakeClock
) -> None:
    policy = EndpointPolicy(overrides={"sts": "http://127.0.0.1:9"})
    credentials = sign_in(
        make_profile(
            preferred_role=ROLE, role_session_name="jane.doe", web_identity_token=make_token()
        ),
        registry=AuthRegistry(),
        clients=ClientFactory(Network(policy), limits=Limits(connect=1, read=1, total=3)),
        clock=clock,
        environment={},
    )
    with pytest.raises(ServiceError) as caught:
        credentials.current()
    assert caught.value.message == (
        "127.0.0.1:9 cannot be reached while calling sts AssumeRoleWithWebIdentity."
    )
    assert caught.value.exit_code is ExitCode.CONNECTION
