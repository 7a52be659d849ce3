from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.config.auth_parameters import AuthParameters
from athena_shell.config.bring import connection_of
from athena_shell.config.connection_string import Pair, format_jdbc, format_odbc, parse
from athena_shell.config.ini import Configuration
from athena_shell.config.options import Options
from athena_shell.config.report import as_jdbc, as_odbc, as_profile
from athena_shell.config.request import request_of
from athena_shell.config.resolve import Resolved, resolve
from athena_shell.core.errors import ConfigError

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ"
ODBC = (
    "Driver=Amazon Athena ODBC (x64);awsregion=us-east-1; SCHEMA = sales ;AuthenticationType=JWT;"
    f"preferred_role=arn:aws:iam::123456789012:role/a;duration=1200;web_identity_token={TOKEN};"
    "role_session_name={jane;doe};LogLevel=0;"
)
JDBC = (
    "jdbc:athena://Region=us-east-1;CredentialsProvider=JWT;Database=sales;"
    f"JwtWebIdentityToken={TOKEN};JwtRoleArn=arn:aws:iam::123456789012:role/a;"
    "ProxyHost=http://proxy;ProxyPort=8080;ProxyExemptHosts=a.com|b.com;ApplicationName=x"
)

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,20}", fullmatch=True)
pairs = st.lists(
    st.builds(Pair, names, st.text(max_size=30)), max_size=6, unique_by=lambda p: p.name.lower()
)


@given(pairs)
def test_odbc_reads_back_what_it_writes(written: list[Pair]) -> None:
    assert parse(format_odbc(written)) == tuple(written)


@given(pairs)
def test_jdbc_reads_back_what_it_writes(written: list[Pair]) -> None:
    try:
        url = format_jdbc(written)
    except ConfigError as error:
        assert "cannot hold the value" in error.message  # noqa: PT017 - both outcomes are right
        return
    assert parse(url) == tuple(written)


@given(st.text(max_size=60) | st.text(alphabet="=;{} aD\n", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for candidate in (text, f"jdbc:athena://{text}"):
        try:
            parse(candidate)
        except ConfigError as error:
            assert error.hint  # noqa: PT017 - both outcomes are right


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=1", [("a", "1")]),
        (" A = 1 ; ; b=2;; ", [("A", "1"), ("b", "2")]),
        ("a={x;y};b={}}}", [("a", "x;y"), ("b", "}")]),
        ("a={ x };b=", [("a", " x "), ("b", "")]),
        ("a=b=c;d={e}", [("a", "b=c"), ("d", "e")]),
        ("a={x}  ;b=1", [("a", "x"), ("b", "1")]),
        ("a=x{y}z", [("a", "x{y}z")]),
        ("", []),
        ("jdbc:athena://Region=x;", [("Region", "x")]),
        ("JDBC:AWSATHENA://Region=x; Y = z ", [("Region", "x"), ("Y", "z")]),
        (
            "jdbc:awsathena://athena.us-east-1.amazonaws.com:443;AwsRegion=us-east-1",
            [("AthenaEndpoint", "athena.us-east-1.amazonaws.com:443"), ("AwsRegion", "us-east-1")],
        ),
    ],
)
def test_grammar(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(pair.name, pair.value) for pair in parse(text)] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("canary", "The ODBC connection string is malformed at the beginning."),
        ("PWD=se;canary", "The ODBC connection string is malformed behind PWD."),
        ("PWD=se;can-ary!=x", "The ODBC connection string is malformed behind PWD."),
        ("PWD={canary", "The ODBC connection string does not close the brace of PWD."),
        ("PWD={x}canary", "The ODBC connection string goes on behind the brace of PWD."),
        ("A=1;a=canary", "The ODBC connection string gives a twice."),
        ("jdbc:postgresql://canary", "The JDBC URL is for another database."),
        ("jdbc:athena://a=1;canary", "The JDBC URL is malformed behind a."),
    ],
)
def test_what_is_wrong_is_said_without_any_value(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    assert caught.value.message == message
    assert "canary" not in caught.value.hint + repr(caught.value)


def test_values_stay_out_of_repr() -> None:
    assert "canary" not in repr(parse("PWD=canary"))


@pytest.fixture
def brought(tmp_path: Path, auth: AuthParameters) -> Callable[..., Resolved]:
    def brought(
        options: Options, environment: Mapping[str, str] | None = None, stdin: str = ""
    ) -> Resolved:
        variables = {"HOME": str(tmp_path), "ODBCSYSINI": str(tmp_path / "etc")}
        variables |= environment or {}
        connection = connection_of(options, variables, io.StringIO(stdin))
        request = request_of(options, connection=connection)
        return resolve(Configuration(tmp_path / "none.ini"), request, variables, auth)

    return brought


Bringing = Callable[..., Resolved]


def test_an_odbc_string_from_the_environment(brought: Bringing) -> None:
    resolved = brought(Options(), {"ATHENA_SHELL_CONNECTION_STRING": ODBC})
    profile = resolved.profile
    assert (profile.name, profile.get("Schema"), profile.get("duration")) == (
        "connection",
        "sales",
        "1200",
    )
    assert profile.get("role_session_name") == "jane;doe"
    assert profile.origin("duration") == "environment ATHENA_SHELL_CONNECTION_STRING"
    assert profile.warnings == ("These parameters have no effect here: Driver, LogLevel.",)


def test_a_jdbc_url_from_standard_input(brought: Bringing) -> None:
    profile = brought(Options(connection_string_file="-"), stdin=JDBC).profile
    token = profile.secret("web_identity_token")
    assert token is not None
    assert token.reveal() == TOKEN
    assert (profile.get("duration"), profile.origin("duration")) == (
        "3600",
        "default of JDBC, connection string -",
    )
    assert (profile.flag("UseProxy"), profile.get("NonProxyHost")) == (True, "a.com,b.com")
    assert profile.warnings == ("These parameters have no effect here: ApplicationName.",)


def test_flags_and_variables_beat_the_string(brought: Bringing, tmp_path: Path) -> None:
    path = tmp_path / "string"
    path.write_text(ODBC)
    options = Options(connection_string_file=str(path), parameters={"Schema": "mine"})
    profile = brought(options, {"ATHENA_SHELL_WORKGROUP": "w"}).profile
    assert (profile.get("Schema"), profile.get("Workgroup")) == ("mine", "w")


def test_the_command_line_takes_a_string_without_secrets_only(brought: Bringing) -> None:
    fine = brought(Options(connection_string="AwsRegion=us-east-1;Schema=sales")).profile
    assert fine.get("Schema") == "sales"
    with pytest.raises(ConfigError) as caught:
        brought(Options(connection_string=ODBC))
    assert caught.value.message == (
        "flag --connection-string: web_identity_token is secret, and other users can read"
        " command lines."
    )
    assert "--connection-string-file" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("AwsRegion=x y", "flag --connection-string: AwsRegion cannot be “x y”."),
        (
            "AwsRegion=us-east-1;Schema=a;Database=b",
            "flag --connection-string: Database means Schema, which is already given (flag",
        ),
        (
            "AwsRegion=us-east-1;ProxyPWD=a;canary=b",
            "flag --connection-string: what follows ProxyPWD is no known parameter.",
        ),
        ("SSL_Insecure=1", "flag --connection-string: SSL_Insecure would turn certificate checks"),
        ("x", "flag --connection-string: The ODBC connection string is malformed"),
    ],
)  # fmt: skip
def test_bad_strings(brought: Bringing, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        brought(Options(connection_string=text))
    assert caught.value.message.startswith(message)
    assert "canary" not in caught.value.message


def test_one_way_at_a_time_and_readable_files(brought: Bringing, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--connection-string and --dsn are given at once"):
        brought(Options(connection_string="a=b", dsn="x"))
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        brought(Options(connection_string_file=str(tmp_path / "none")))
    with pytest.raises(ConfigError, match="is empty"):
        brought(Options(connection_string_file="-"))


def test_a_data_source_of_the_user_then_of_the_system(brought: Bringing, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    system = tmp_path / "etc" / "odbc.ini"
    system.write_text("[Athena]\nAwsRegion=eu-west-1\n[Other]\nAwsRegion=us-west-2\n")
    user = tmp_path / ".odbc.ini"
    user.touch(0o644)
    user.write_text(
        "[ODBC Data Sources]\nAthena=Amazon Athena\n[ODBC]\nTrace=0\n"
        f"; mine\n[athena]\nDriver=/opt/lib.so\nAwsRegion = us-east-1\nweb_identity_token={TOKEN}\n"
    )
    profile = brought(Options(dsn="Athena")).profile
    assert profile.get("AwsRegion") == "us-east-1"
    assert profile.origin("AwsRegion") == f"{user} [Athena]"
    assert profile.warnings == (
        "These parameters have no effect here: Driver.",
        f"{user} holds a secret and others can read it; run: chmod 600 {user}",
    )
    assert brought(Options(dsn="other")).profile.get("AwsRegion") == "us-west-2"
    elsewhere = tmp_path / "mine.ini"
    elsewhere.write_text("[X]\nAwsRegion=ca-central-1\n")
    named = brought(Options(dsn="X"), {"ODBCINI": str(elsewhere)}).profile
    assert named.get("AwsRegion") == "ca-central-1"
    with pytest.raises(ConfigError) as caught:
        brought(Options(dsn="Athina"))
    assert caught.value.message == f"There is no data source “Athina” in {user}, {system}."
    assert caught.value.hint.startswith("Did you mean Athena? Known: athena, Athena, Other.")


def test_a_string_that_names_a_data_source_overrides_it(brought: Bringing, tmp_path: Path) -> None:
    (tmp_path / ".odbc.ini").write_text("[base]\nAwsRegion=us-east-1\nSchema=a\nCatalog=c\n")
    profile = brought(Options(connection_string="DSN=base;schema=b")).profile
    assert (profile.get("Schema"), profile.get("Catalog")) == ("b", "c")


def test_a_profile_may_hold_a_connection_string(tmp_path: Path, auth: AuthParameters) -> None:
    from athena_shell.config.ini import load

    path = tmp_path / "config.ini"
    path.touch(0o600)
    path.write_text(f"[profile a]\nconnection_string = {ODBC}\nSchema = mine\n")
    profile = resolve(load(path), request_of(Options()), {}, auth).profile
    assert (profile.get("Schema"), profile.get("duration")) == ("mine", "1200")
    assert profile.origin("duration") == f"{path}:2 [profile a] connection_string"


def test_the_result_prints_as_profile_odbc_and_jdbc_masked(brought: Bringing) -> None:
    resolved = brought(Options(), {"ATHENA_SHELL_CONNECTION_STRING": ODBC})
    texts = [as_profile(resolved), as_odbc(resolved)]
    assert not any(TOKEN in text for text in texts)
    assert texts[0].splitlines()[:4] == [
        "[profile connection]",
        "AwsRegion = us-east-1",
        "AuthenticationType = JWT",
        "Schema = sales",
    ]
    assert texts[1] == (
        "AwsRegion=us-east-1;AuthenticationType=JWT;Schema=sales;"
        "preferred_role=arn:aws:iam::123456789012:role/a;duration=1200;"
        f"web_identity_token=…{TOKEN[-4:]};role_session_name={{jane;doe}};\n"
    )


def test_a_jdbc_url_writes_out_what_the_drivers_default_differently(brought: Bringing) -> None:
    odbc = "AwsRegion=us-east-1;Schema=sales;ProxyHost=p;UseProxy=1"
    resolved = brought(Options(connection_string=odbc))
    assert as_jdbc(resolved) == (
        "jdbc:athena://Region=us-east-1;Database=sales;ProxyHost=p;duration=900;\n"
    )
    held = brought(Options(), {"ATHENA_SHELL_CONNECTION_STRING": ODBC})
    with pytest.raises(ConfigError, match="cannot hold the value of JwtRoleSessionName"):
        as_jdbc(held)
