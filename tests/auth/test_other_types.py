"""The authentication types beside JWT."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.auth.external import parse_keys
from athena_shell.core.errors import AthenaShellError, AuthError, ConfigError, LoginRequired

if TYPE_CHECKING:
    from tests.auth.conftest import Desk, FakeSts, FakeWeb, TokenMaker

ROLE = "arn:aws:iam::123456789012:role/analyst"


def test_iam_credentials_are_taken_as_they_are(desk: Desk) -> None:
    keys = desk.sign_in("IAM Credentials", UID="AKIAIOSFODNN7EXAMPLE", PWD="s3cret").current()
    assert keys.access_key == "AKIAIOSFODNN7EXAMPLE"
    assert keys.secret_key.reveal() == "s3cret"
    assert keys.session_token is None
    assert keys.expires is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"UID": "AKIAIOSFODNN7EXAMPLE"}, "Profile work: PWD is missing."),
        ({"PWD": "x"}, "Profile work: UID is missing."),
        ({"UID": "ASIAIOSFODNN7EXAMPLE", "PWD": "x"}, "Profile work: SessionToken is missing."),
    ],
)
def test_iam_credentials_name_what_is_missing(
    desk: Desk, values: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        desk.sign_in("IAM Credentials", None, **values)
    assert caught.value.message == message


@pytest.fixture
def aws_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    config = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return config


def test_an_aws_profile_with_keys(desk: Desk, aws_files: Path) -> None:
    aws_files.write_text(
        "[profile p]\naws_access_key_id = AKIAFROMFILEFROMFILE\naws_secret_access_key = s\n"
    )
    keys = desk.sign_in("IAM Profile", AWSProfile="p").current()
    assert keys.access_key == "AKIAFROMFILEFROMFILE"
    assert keys.origin == "AWS profile p"


def test_an_aws_profile_with_a_role_goes_through_our_own_sts_client(
    desk: Desk, aws_files: Path, sts: FakeSts
) -> None:
    aws_files.write_text(
        "[profile base]\naws_access_key_id = AKIAFROMFILEFROMFILE\naws_secret_access_key = s\n"
        f"[profile p]\nrole_arn = {ROLE}\nsource_profile = base\n"
        "endpoint_url = http://127.0.0.1:1\n"
    )
    # botocore's own refreshable keys judge expiry by the machine's clock.
    desk.clock.moment = datetime.now(UTC)
    sts.seconds = 3600
    keys = desk.sign_in("IAM Profile", AWSProfile="p").current()
    assert keys.access_key == "ASIAEXAMPLE000000001"
    assert keys.expires is not None
    assert keys.expires - desk.clock.now() > timedelta(minutes=55)
    assert sts.calls[0]["RoleArn"] == ROLE


def test_an_aws_profile_with_a_process_is_asked_at_each_renewal(
    desk: Desk, aws_files: Path, tmp_path: Path
) -> None:
    ends = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    script = tmp_path / "p.py"
    script.write_text(
        "import json; print(json.dumps({'Version': 1, 'AccessKeyId': 'ASIAPROCESSPROCESS00',"
        f" 'SecretAccessKey': 's', 'SessionToken': 't', 'Expiration': {ends!r}}}))"
    )
    aws_files.write_text(f"[profile p]\ncredential_process = {sys.executable} {script}\n")
    desk.clock.moment = datetime.now(UTC)
    credentials = desk.sign_in("IAM Profile", AWSProfile="p")
    assert credentials.current().access_key == "ASIAPROCESSPROCESS00"
    assert credentials.current().expires is not None


@pytest.mark.parametrize("chained", [False, True], ids=["itself", "as a source"])
def test_a_process_of_an_aws_profile_does_not_see_this_program_s_secrets(
    desk: Desk,
    aws_files: Path,
    tmp_path: Path,
    chained: bool,  # noqa: FBT001 - a table's column
) -> None:
    seen = tmp_path / "seen.json"
    script = tmp_path / "p.py"
    script.write_text(
        "import json, os\n"
        f"json.dump(dict(os.environ), open({str(seen)!r}, 'w'))\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': 'AKIAPROCESSPROCESS00',"
        " 'SecretAccessKey': 's'}))"
    )
    aws_files.write_text(
        f"[profile base]\ncredential_process = {sys.executable} {script}\n"
        f"[profile p]\nrole_arn = {ROLE}\nsource_profile = base\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "ATHENA_SHELL_CONNECTION_STRING": "PWD=canary",
        "ATHENA_SHELL_WEB_IDENTITY_TOKEN": "canary",
        "AWS_SECRET_ACCESS_KEY": "what it may start from",
    }
    desk.clock.moment = datetime.now(UTC)
    keys = desk.sign_in("IAM Profile", environment, AWSProfile="p" if chained else "base")
    # The test's STS knows no AssumeRole; the command ran before it was asked.
    with suppress(AthenaShellError):
        keys.current()
    told = json.loads(seen.read_text())
    assert {name: told.get(name) for name in environment} == {
        "PATH": os.environ["PATH"],
        "ATHENA_SHELL_CONNECTION_STRING": None,
        "ATHENA_SHELL_WEB_IDENTITY_TOKEN": None,
        "AWS_SECRET_ACCESS_KEY": "what it may start from",
    }


def test_a_missing_aws_profile_is_named(desk: Desk, aws_files: Path) -> None:
    aws_files.write_text("")
    with pytest.raises(ConfigError) as caught:
        desk.sign_in("IAM Profile", AWSProfile="nobody").current()
    assert caught.value.message == "There is no AWS profile 'nobody'."


def test_an_aws_profile_never_falls_back_to_ambient_keys(
    desk: Desk, aws_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAAMBIENTAMBIENT00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    aws_files.write_text("[profile p]\nregion = eu-central-1\n")
    with pytest.raises(AuthError) as caught:
        desk.sign_in("IAM Profile", AWSProfile="p").current()
    assert caught.value.message == "AWS profile p yields no credentials."


def test_an_aws_profile_that_asks_for_a_code_is_refused_without_a_prompt(
    desk: Desk, aws_files: Path
) -> None:
    aws_files.write_text(
        "[profile base]\naws_access_key_id = AKIAFROMFILEFROMFILE\naws_secret_access_key = s\n"
        f"[profile p]\nrole_arn = {ROLE}\nsource_profile = base\n"
        "mfa_serial = arn:aws:iam::123456789012:mfa/me\n"
    )
    with pytest.raises(AuthError, match="asks for an MFA code"):
        desk.sign_in("IAM Profile", AWSProfile="p").current()


def test_an_aws_profile_whose_single_sign_on_has_ended_names_the_command(
    desk: Desk, aws_files: Path
) -> None:
    aws_files.write_text(
        "[profile p]\nsso_start_url = https://d.awsapps.com/start\nsso_region = eu-central-1\n"
        "sso_account_id = 123456789012\nsso_role_name = r\n"
    )
    with pytest.raises(AuthError) as caught:
        desk.sign_in("IAM Profile", AWSProfile="p").current()
    assert caught.value.hint == "Run: aws sso login --profile p"


def test_credential_source_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAAMBIENTAMBIENT00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    keys = desk.sign_in("IAM Profile", credential_source="environment").current()
    assert keys.access_key == "AKIAAMBIENTAMBIENT00"


def test_default_credentials_take_what_is_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAAMBIENTAMBIENT00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    assert desk.sign_in("DefaultChain").current().access_key == "AKIAAMBIENTAMBIENT00"


def test_the_instance_profile_asks_the_metadata_server(
    desk: Desk, web: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", web.url)
    roles = "/latest/meta-data/iam/security-credentials/"
    ends = datetime.now(UTC) + timedelta(hours=6)
    web.plan = {
        "/latest/api/token": [b"imds-token"],
        roles: [b"machine"],
        f"{roles}machine": [
            {
                "Code": "Success",
                "AccessKeyId": "ASIAINSTANCEINSTANCE",
                "SecretAccessKey": "s",
                "Token": "t",
                "Expiration": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
            }
        ],
    }
    desk.clock.moment = datetime.now(UTC)
    keys = desk.sign_in("Instance Profile", {}).current()
    assert keys.access_key == "ASIAINSTANCEINSTANCE"


def test_a_metadata_endpoint_elsewhere_is_refused(desk: Desk) -> None:
    environment = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://evil.example.com/"}
    with pytest.raises(ConfigError, match=r"'evil\.example\.com', which is no metadata server"):
        desk.sign_in("Instance Profile", environment).current()


def test_without_a_metadata_server_the_instance_profile_yields_nothing(desk: Desk) -> None:
    with pytest.raises(AuthError, match="the instance's role yields no credentials"):
        desk.sign_in("Instance Profile").current()


def keys_document(**changed: object) -> str:
    document: dict[str, object] = {
        "Version": 1,
        "AccessKeyId": "ASIAEXTERNALEXTERNAL",
        "SecretAccessKey": "s",
        "SessionToken": "t",
        "Expiration": "2026-11-23T13:00:00Z",
    }
    return json.dumps({**document, **changed})


def test_external_credentials_come_from_a_command(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(keys_document())
    keys = desk.sign_in(
        "External Credentials",
        {"PATH": "/usr/bin:/bin"},
        ExecutablePath="cat",
        ArgumentList=f"'{tmp_path}/keys.json'",
    ).current()
    assert keys.access_key == "ASIAEXTERNALEXTERNAL"
    assert keys.expires == datetime(2026, 11, 23, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("output", "what"),
    [
        ("<saml:Assertion/>", "is no JSON object"),
        ("[1]", "is no JSON object"),
        (keys_document(Version=2), "has not Version 1"),
        (keys_document(AccessKeyId=None), "has no AccessKeyId"),
        (keys_document(SecretAccessKey=""), "has no SecretAccessKey"),
        (keys_document(Expiration="soon"), "has an Expiration that is no ISO 8601 time"),
        (keys_document(Expiration="2026-11-23T13:00:00"), "has an Expiration without a time zone"),
        (keys_document(Expiration=5), "has an Expiration that is no ISO 8601 time"),
    ],
)
def test_other_output_of_the_command_is_told_what_is_wrong(output: str, what: str) -> None:
    with pytest.raises(AuthError) as caught:
        parse_keys(output, "here")
    assert caught.value.message == f"ExecutablePath: the command's output {what}."


CENTER = {
    "sso_oidc_start_url": "https://d-1.awsapps.com/start",
    "sso_oidc_region": "eu-central-1",
    "sso_oidc_account_id": "123456789012",
    "sso_oidc_role_name": "analyst",
}


def plan_center(web: FakeWeb, clock_ms: int) -> None:
    web.plan = {
        "/client/register": [{"clientId": "c", "clientSecret": "cs"}],
        "/device_authorization": [
            {
                "deviceCode": "d",
                "userCode": "ABCD\u001b[31m",
                "verificationUri": "https://device.sso.aws/",
                "verificationUriComplete": "https://device.sso.aws/?user_code=ABCD",
                "expiresIn": 600,
                "interval": 1,
            }
        ],
        "/token": [
            (400, {"__type": "AuthorizationPendingException", "error": "authorization_pending"}),
            (400, {"__type": "SlowDownException", "error": "slow_down"}),
            {"accessToken": "access-1", "refreshToken": "r", "expiresIn": 3600},
            {"accessToken": "access-2", "expiresIn": 3600},
        ],
        "/federation/credentials": [
            {
                "roleCredentials": {
                    "accessKeyId": "ASIACENTERCENTER0000",
                    "secretAccessKey": "s",
                    "sessionToken": "t",
                    "expiration": clock_ms,
                }
            }
        ],
    }


def test_identity_center_needs_a_login_then_renews_by_itself(desk: Desk, web: FakeWeb) -> None:
    credentials = desk.sign_in("BrowserSSOOIDC", None, **CENTER)
    plan_center(web, int((desk.clock.now().timestamp() + 3600) * 1000))
    with pytest.raises(LoginRequired):
        credentials.current()
    assert web.requests == []
    assert credentials.can_log_in
    assert credentials.login().access_key == "ASIACENTERCENTER0000"
    assert desk.said == [
        "To log in, open https://device.sso.aws/?user_code=ABCD and confirm the code ABCD?[31m"
    ]
    assert desk.clock.slept == [1, 1, 6]
    desk.clock.pass_time(3590)
    plan_center(web, int((desk.clock.now().timestamp() + 3600) * 1000))
    web.plan["/token"] = [{"accessToken": "access-2", "expiresIn": 3600}]
    credentials.current()
    assert desk.said[1:] == []
    (token,) = [r for r in web.requests if r[1] == "/token" and "refreshToken" in r[2]]
    assert token[2]["grantType"] == "refresh_token"


def test_identity_center_names_a_role_that_is_not_ours(desk: Desk, web: FakeWeb) -> None:
    credentials = desk.sign_in("BrowserSSOOIDC", None, **CENTER)
    plan_center(web, 0)
    web.plan["/token"] = [{"accessToken": "access-1", "expiresIn": 3600}]
    web.plan["/federation/credentials"] = [(403, {"__type": "ForbiddenException"})]
    with pytest.raises(AuthError) as caught:
        credentials.login()
    assert caught.value.message == "There is no role analyst for you in account 123456789012."


def test_identity_center_gives_up_when_nobody_logs_in(desk: Desk, web: FakeWeb) -> None:
    credentials = desk.sign_in("BrowserSSOOIDC", None, **CENTER)
    plan_center(web, 0)
    web.plan["/token"] = [(400, {"__type": "AuthorizationPendingException"})]
    web.plan["/device_authorization"][0]["interval"] = 30
    with pytest.raises(AuthError, match="Nobody logged in before the code's time was over"):
        credentials.login()
    assert sum(desk.clock.slept) <= 120


def test_identity_center_names_what_is_missing(desk: Desk) -> None:
    with pytest.raises(ConfigError) as caught:
        desk.sign_in("BrowserSSOOIDC", sso_oidc_region="eu-central-1")
    assert caught.value.message == (
        "Profile work: sso_oidc_start_url, sso_oidc_account_id, sso_oidc_role_name missing."
    )


def test_trusted_identity_walks_its_four_steps(
    desk: Desk, web: FakeWeb, sts: FakeSts, make_token: TokenMaker
) -> None:
    application = "arn:aws:sso::123456789012:application/ssoins-1/apl-1"
    context = make_token(others={"sts:identity_context": "the-context"})
    web.plan = {
        "/": [{"Tags": [{"Key": "AthenaDriverOidcAppArn", "Value": application}]}],
        "/token": [{"idToken": context, "tokenType": "Bearer"}],
    }
    token = make_token()
    credentials = desk.sign_in(
        "JWT_TIP",
        WorkGroupArn="arn:aws:athena:eu-central-1:123456789012:workgroup/primary",
        ApplicationRoleArn=ROLE,
        AccessRoleArn=ROLE.replace("analyst", "access"),
        role_session_name="jane",
        web_identity_token=token,
        duration="7200",
    )
    keys = credentials.current()
    first, second = sts.calls
    assert first["Action"] == "AssumeRoleWithWebIdentity"
    assert second["Action"] == "AssumeRole"
    assert second["RoleArn"] == ROLE.replace("analyst", "access")
    assert second["DurationSeconds"] == "3600"
    assert second["ProvidedContexts.member.1.ContextAssertion"] == "the-context"
    exchange = web.requests[-1][2]
    assert (exchange["clientId"], exchange["assertion"]) == (application, token)
    assert keys.origin == "JWT_TIP from config.ini"


def test_trusted_identity_without_the_workgroups_tag_names_the_parameter(
    desk: Desk, web: FakeWeb, make_token: TokenMaker
) -> None:
    web.plan = {"/": [{"Tags": []}]}
    credentials = desk.sign_in(
        "JWT_TIP",
        WorkGroupArn="arn:aws:athena:eu-central-1:123456789012:workgroup/primary",
        ApplicationRoleArn=ROLE,
        role_session_name="jane",
        web_identity_token=make_token(),
    )
    with pytest.raises(ConfigError, match="has no tag AthenaDriverOidcAppArn") as caught:
        credentials.current()
    assert "CustomerIdcApplicationArn" in caught.value.hint
