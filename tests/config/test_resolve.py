from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from athena_shell.config.auth_parameters import AuthParameters
from athena_shell.config.ini import load
from athena_shell.config.layers import Layer
from athena_shell.config.report import as_json, as_table
from athena_shell.config.resolve import Request, Resolved, resolve
from athena_shell.core.errors import ConfigError
from athena_shell.core.session import Session

Write = Callable[..., Path]
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ"


def layer(**values: str) -> Layer:
    return Layer(values, {name: f"flag --{name}" for name in values})


@pytest.fixture
def resolved(write: Write, auth: AuthParameters) -> Callable[..., Resolved]:
    def resolved(
        text: str,
        *,
        request: Request | None = None,
        environment: Mapping[str, str] | None = None,
        mode: int = 0o600,
    ) -> Resolved:
        configuration = load(write(text, mode))
        return resolve(configuration, request or Request(), environment or {}, auth)

    return resolved


Resolving = Callable[..., Resolved]


def test_flag_beats_environment_beats_profile_beats_default(resolved: Resolving) -> None:
    text = "[profile a]\nawsregion = eu-west-1\nWORKGROUP = file\n"
    environment = {"ATHENA_SHELL_WORKGROUP": "variable", "AWS_DEFAULT_REGION": "us-west-2"}
    by_file = resolved(text).profile
    by_variable = resolved(text, environment=environment).profile
    flags = Request(parameters=layer(Workgroup="flag"))
    by_flag = resolved(text, environment=environment, request=flags).profile
    found = [
        (p.get("Workgroup"), p.origin("Workgroup").rpartition("/")[2])
        for p in (by_file, by_variable, by_flag)
    ]
    assert found == [
        ("file", "config.ini:3 [profile a]"),
        ("variable", "environment ATHENA_SHELL_WORKGROUP"),
        ("flag", "flag --Workgroup"),
    ]
    assert (by_flag.get("Schema"), by_flag.origin("Schema")) == ("default", "default")
    assert by_variable.get("AwsRegion") == "eu-west-1"


def test_a_fallback_variable_serves_when_the_profile_is_silent(resolved: Resolving) -> None:
    profile = resolved("[profile a]\n", environment={"AWS_DEFAULT_REGION": "us-west-2"}).profile
    assert profile.get("AwsRegion") == "us-west-2"
    assert profile.origin("AwsRegion") == "environment AWS_DEFAULT_REGION"


def test_an_empty_value_counts_as_absent(resolved: Resolving) -> None:
    profile = resolved("[profile a]\nAwsRegion = us-east-1\nduration =\n").profile
    assert (profile.get("duration"), profile.is_set("duration")) == ("900", False)


def test_the_session_starts_where_the_profile_says(resolved: Resolving) -> None:
    text = (
        "[profile a]\nRegion = eu-west-1\nDatabase = sales\nCatalog = lake\nWorkgroup = w\n"
        "S3OutputLocation = s3://bucket/x/\nproduction = yes\n"
    )
    assert resolved(text).session == Session(
        profile="a",
        region="eu-west-1",
        catalog="lake",
        database="sales",
        workgroup="w",
        output_location="s3://bucket/x/",
        production=True,
    )


@pytest.mark.parametrize(
    ("text", "request_", "environment", "name"),
    [
        ("[profile only]\n", Request(), {}, "only"),
        ("[profile x]\n[profile default]\n", Request(), {}, "default"),
        ("[profile x]\n[profile y]\n", Request(), {"ATHENA_SHELL_PROFILE": "y"}, "y"),
        ("[profile x]\n[profile y]\n", Request("x"), {"ATHENA_SHELL_PROFILE": "y"}, "x"),
    ],
)
def test_which_profile(
    resolved: Resolving, text: str, request_: Request, environment: dict[str, str], name: str
) -> None:
    region = {"AWS_REGION": "us-east-1"}
    found = resolved(text, request=request_, environment=environment | region)
    assert found.profile.name == name


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "[profile a]\nAwsRegoin = us-east-1\n",
            "{path}:2 [profile a]: the key “AwsRegoin” is unknown.",
            "Did you mean AwsRegion?",
        ),
        (
            "[profile a]\nAwsRegion = Frankfurt\n",
            "{path}:2 [profile a]: AwsRegion cannot be “Frankfurt”.",
            "It must be a region such as us-east-1.",
        ),
        (
            "[profile a]\nAwsRegion = us-east-1\nduration = 60\n",
            "{path}:3 [profile a]: duration cannot be “60”.",
            "It must be a whole number from 900 to 43200. Without it, 900 is used.",
        ),
        (
            "[profile a]\nAwsRegion = us-east-1\nduration = 900 ; short\n",
            "{path}:3 [profile a]: duration cannot be “900 ; short”.",
            (
                "It must be a whole number from 900 to 43200. Without it, 900 is used."
                " A comment stands on a line of its own."
            ),
        ),
        (
            "[profile a]\nAwsRegion = us-east-1\nSchema = x\nDatabase = y\n",
            (
                "{path}:4 [profile a]: Database means Schema, which is already given"
                " ({path}:3 [profile a])."
            ),
            "Keep one of them.",
        ),
        (
            "[profile a]\nWorkgroup = w\n",
            "Profile a has no AwsRegion: the AWS region whose Athena runs the queries.",
            "Add “AwsRegion = us-east-1” to [profile a] of {path}.",
        ),
        (
            "[profile a]\nAuthenticationType = Kerberos\n",
            "AuthenticationType Kerberos is unknown.",
            "",
        ),
        (
            "[profile a]\nVerifySSL = 0\n",
            (
                "{path}:2 [profile a]: VerifySSL would turn certificate checks off, which is never"
                " done."
            ),
            "To trust a private authority, name its file: TrustedCerts = /path/ca.pem",
        ),
        (
            "[profile a]\nAwsRegion = us-east-1\n[settings]\nfromat = csv\n",
            "{path}:4 [settings]: the key “fromat” is unknown.",
            "Did you mean format?",
        ),
        (
            "[profile a]\nAwsRegion = us-east-1\n[settings]\ntiming = maybe\n",
            "{path}:4 [settings]: timing cannot be “maybe”.",
            "It must be on or off.",
        ),
        (
            "[profile a]\n[profile b]\n",
            "{path} does not say which profile to use.",
            "Name one with --profile: a, b.",
        ),
        (
            "",
            "{path} does not say which profile to use.",
            "athena-shell --init writes one by asking; athena-shell --local needs none.",
        ),
    ],
)
def test_what_is_wrong_names_file_section_key_and_what_would_be_right(
    resolved: Resolving, tmp_path: Path, text: str, message: str, hint: str
) -> None:
    path = str(tmp_path / "config.ini")
    with pytest.raises(ConfigError) as caught:
        resolved(text)
    assert caught.value.message == message.replace("{path}", path)
    assert caught.value.hint == hint.replace("{path}", path)


def test_a_rejected_secret_is_not_repeated(resolved: Resolving) -> None:
    request = Request(parameters=layer(AwsRegion="us-east-1", ProxyPWD="x"))
    profile = resolved("[profile a]\n", request=request).profile
    assert "canary" not in repr(profile.with_values({"ProxyPWD": "canary"}, "test"))
    with pytest.raises(ValueError, match="ProxyPWD is secret"):
        profile.get("ProxyPWD")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666])
@pytest.mark.parametrize("key", ["web_identity_token", "JwtWebIdentityToken", "connection_string"])
def test_a_literal_secret_in_a_shared_file_is_refused(
    resolved: Resolving, tmp_path: Path, mode: int, key: str
) -> None:
    text = f"[profile a]\nAwsRegion = us-east-1\n[profile b]\n{key} = {TOKEN}\n"
    with pytest.raises(ConfigError) as caught:
        resolved(text, request=Request("a"), mode=mode)
    assert caught.value.hint == f"Run: chmod 600 {tmp_path / 'config.ini'}"
    assert TOKEN not in caught.value.message


def test_a_shared_file_without_secrets_and_a_private_one_with_are_fine(
    resolved: Resolving,
) -> None:
    resolved("[profile a]\nAwsRegion = us-east-1\n", mode=0o644)
    private = f"[profile a]\nAwsRegion = us-east-1\nweb_identity_token = {TOKEN}\n"
    secret = resolved(private, mode=0o400).profile.secret("web_identity_token")
    assert secret is not None
    assert secret.reveal() == TOKEN
    assert secret.origin.endswith("config.ini:3 [profile a]")


def test_parameters_without_effect_make_one_warning(resolved: Resolving) -> None:
    text = "[profile a]\nAwsRegion = us-east-1\nUseWCharForStringTypes = 1\nLogLevel = 0\n"
    assert resolved(text).profile.warnings == (
        "These parameters have no effect here: LogLevel, UseWCharForStringTypes.",
    )


def test_settings_come_from_file_profile_environment_and_flags(resolved: Resolving) -> None:
    text = "[settings]\nformat = csv\nnull = -\n[profile a]\nAwsRegion=us-east-1\nformat = json\n"
    in_profile = resolved(text)
    in_environment = resolved(text, environment={"ATHENA_SHELL_FORMAT": "tsv"})
    in_flag = resolved(
        text,
        environment={"ATHENA_SHELL_FORMAT": "tsv"},
        request=Request(settings=layer(format="jsonl")),
    )
    found = [r.settings.format for r in (in_profile, in_environment, in_flag)]
    assert found == ["json", "tsv", "jsonl"]
    assert in_flag.settings.null == "-"
    assert in_flag.setting_origins["format"] == "flag --format"
    own = [r.own_settings for r in (in_profile, in_environment, in_flag)]
    assert own == [{"format"}, frozenset(), frozenset()]


def test_the_drivers_names_reach_the_settings(resolved: Resolving) -> None:
    text = (
        "[profile a]\nAwsRegion = us-east-1\nMaxQueryExecutionPollingInterval = 5000\n"
        "ResultFetcher = GetQueryResults\nEnableResultReuse = 1\n"
    )
    found = resolved(text)
    settings = found.settings
    assert (settings.max_poll_interval, settings.result_reader, settings.reuse) == (5000, "api", 60)
    assert found.own_settings == {"max_poll_interval", "result_reader", "reuse"}


def test_a_synthetic_profile_stands_alone(resolved: Resolving) -> None:
    made = Layer({"AwsRegion": "us-east-1", "Schema": "sample"}, origin="flag --local")
    request = Request(synthetic=made, parameters=layer(Schema="mine"))
    found = resolved("[profile a]\n[profile b]\n", request=request, environment={
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/other",
        "AWS_REGION": "eu-west-1",
        "ATHENA_SHELL_FORMAT": "csv",
    })  # fmt: skip
    profile = found.profile
    assert (profile.name, profile.get("AwsRegion"), profile.get("Schema")) == (
        "local",
        "us-east-1",
        "mine",
    )
    assert not profile.is_set("preferred_role")
    assert found.settings.format == "csv"


def test_the_report_masks_secrets_and_names_origins(resolved: Resolving, tmp_path: Path) -> None:
    text = f"[profile a]\nAwsRegion = us-east-1\nweb_identity_token = {TOKEN}\n"
    found = resolved(text)
    table, document = as_table(found), as_json(found)
    assert TOKEN not in table + document
    assert f"…{TOKEN[-4:]}" in table
    assert f"# {tmp_path / 'config.ini'}:2 [profile a]" in table
    assert '"AwsRegion": {' in document
