"""What a user gets wrong: one message with the next step, the right exit code, no traceback."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.conftest import PROGRAM, Aws, Ended, Run

STATEMENT = ("--format", "csv", "-c", "SELECT 1")


def with_line(config: Path, key: str, line: str) -> Path:
    """Return a configuration whose line for ``key`` is another one."""
    text = re.sub(rf"(?m)^{key} = .*$", lambda _: line, config.read_text(encoding="utf-8"))
    changed = config.with_name("changed.ini")
    changed.write_text(text, encoding="utf-8")
    changed.chmod(0o600)
    return changed


def with_token(config: Path, token: str) -> Path:
    """Return a configuration whose token file holds another token."""
    file = config.with_name("token")
    file.write_text(token, encoding="utf-8")
    file.chmod(0o600)
    return with_line(config, "web_identity_token_file", f"web_identity_token_file = {file}")


def test_no_configuration(run: Run) -> None:
    path = Path(os.environ["HOME"]) / ".config" / "athena-shell" / "config.ini"
    assert run(*STATEMENT) == Ended(
        2,
        "",
        f"There is no configuration file {path}.\n"
        "athena-shell --init writes one by asking; athena-shell --local needs none.\n",
    )


def test_configuration_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    assert run("--config", str(tmp_path), *STATEMENT) == Ended(
        2,
        "",
        f"{tmp_path} is not a file.\n--config and ATHENA_SHELL_CONFIG name an INI file.\n",
    )


def test_wrong_profile_name(run: Run, config: Path) -> None:
    assert run("--config", str(config), "-p", "lokal", *STATEMENT) == Ended(
        2,
        "",
        f"There is no profile “lokal” in {config}.\nDid you mean local? Known profiles: local.\n",
    )


def test_missing_role(run: Run, config: Path) -> None:
    changed = with_line(config, "preferred_role", "")
    assert run("--config", str(changed), *STATEMENT) == Ended(
        2,
        "",
        "No role is named: preferred_role and AWS_ROLE_ARN are not set, and the token has neither"
        " cognito:preferred_role nor a single entry in cognito:roles.\n"
        "Add to the profile: preferred_role = arn:aws:iam::123456789012:role/NAME\n",
    )


def test_the_sample_role_of_the_drivers_page(run: Run, config: Path) -> None:
    sample = "arn:aws:IAM::123456789012:id/user1"
    changed = with_line(config, "preferred_role", f"preferred_role = {sample}")
    assert run("--config", str(changed), *STATEMENT) == Ended(
        2,
        "",
        f"{changed}:5 [profile local]: preferred_role cannot be “{sample}”.\n"
        "It must be an IAM role's ARN, arn:aws:iam::123456789012:role/NAME; the sample of the"
        " driver's page (…:id/user1) is not a role.\n",
    )


def test_malformed_token(run: Run, config: Path) -> None:
    changed = with_token(config, "not a token")
    assert run("--config", str(changed), *STATEMENT) == Ended(
        3,
        "",
        f"The token from file {changed.with_name('token')} has characters that no JSON web token"
        " has.\nCopy it again, whole and without quotes, blanks or line breaks.\n",
    )


def test_expired_token(run: Run, config: Path, aws: Aws) -> None:
    changed = with_token(config, aws.local.issuer.token(lifetime=timedelta(hours=-1)))
    ended = run("--config", str(changed), *STATEMENT)
    assert (ended.code, ended.out) == (3, "")
    assert re.fullmatch(
        rf"The token from file {re.escape(str(changed.with_name('token')))} expired at"
        r" \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\.\n"
        r"Get a new one from the identity provider\. If it is new, check this machine's clock\.\n",
        ended.talk,
    )


def test_refused_token(run: Run, config: Path, aws: Aws) -> None:
    changed = with_token(config, aws.local.issuer.token(iss="https://other.example"))
    assert run("--config", str(changed), *STATEMENT) == Ended(
        3,
        "",
        "STS does not accept the token (issuer https://other.example, audience sts.amazonaws.com,"
        " subject demo-user): No OpenIDConnect provider found in your account for"
        " https://other.example\n"
        "In account 123456789012, IAM must have an OIDC provider for exactly this issuer with this"
        " audience; the issuer's keys must be public and at most 100.\n",
    )


def test_endpoint_that_is_down(run: Run, config: Path) -> None:
    changed = with_line(config, "StsEndpointOverride", "StsEndpointOverride = http://127.0.0.1:9")
    assert run("--config", str(changed), *STATEMENT) == Ended(
        3,
        "",
        "127.0.0.1:9 cannot be reached while calling sts AssumeRoleWithWebIdentity.\n"
        "Check the network, the proxy, and that AwsRegion 'us-east-1' is spelled right.\n",
    )


def test_wrong_region(run: Run, config: Path) -> None:
    assert run("--config", str(config), "--region", "mars-1", *STATEMENT) == Ended(
        2,
        "",
        "flag --region: AwsRegion cannot be “mars-1”.\nIt must be a region such as us-east-1.\n",
    )


def test_unknown_database(run: Run, config: Path) -> None:
    ended = run("--config", str(config), "-c", "USE nowhere")
    assert ended == Ended(
        2,
        "",
        "-c:1:1: There is no database nowhere in catalog AwsDataCatalog.\n"
        "  \\databases lists what there is.\n",
    )


def test_syntax_error_is_marked_in_the_line(run: Run, config: Path) -> None:
    ended = run(
        "--config", str(config), "--format", "csv", "-c", "SELECT 1;\nSELECT * FORM orders;"
    )
    assert (ended.code, ended.out) == (1, '"_col0"\n"1"\n')
    assert "-c:2:" in ended.talk
    assert "SELECT * FORM orders" in ended.talk
    assert "^" in ended.talk
    assert "Traceback" not in ended.talk


def test_script_that_is_not_there(run: Run, config: Path, tmp_path: Path) -> None:
    assert run("--config", str(config), "no.sql") == Ended(
        2,
        "",
        "The script no.sql cannot be read: No such file or directory.\n"
        f"Check the name; the working directory is {tmp_path / 'work'}.\n",
    )


def test_script_in_latin_1(run: Run, config: Path, tmp_path: Path) -> None:
    script = tmp_path / "latin.sql"
    script.write_bytes(b"SELECT 1;\nSELECT 'caf\xe9';\n")
    assert run("--config", str(config), str(script)) == Ended(
        2,
        "",
        f"{script}:2:12: The script is not UTF-8: it holds the byte 0xE9.\n"
        f"If it is Latin-1: iconv -f LATIN1 -t UTF-8 {script}\n",
    )


def test_output_directory_that_is_missing(run: Run, config: Path, tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "a.csv"
    assert run("--config", str(config), *STATEMENT, "-o", str(target)) == Ended(
        6,
        "",
        f"{target} cannot be written: No such file or directory.\nMake the directory first.\n",
    )


def test_full_disk_under_standard_output(config: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "--config", str(config), *STATEMENT],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 6
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def test_reader_that_leaves_early(config: Path) -> None:
    many = "SELECT a.order_id FROM orders a"
    program = subprocess.Popen(
        [*PROGRAM, "--config", str(config), "--format", "csv", "-c", many],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    assert program.stderr is not None
    assert program.stdout.readline() == b'"order_id"\n'
    program.stdout.close()
    talk = program.stderr.read()
    program.stderr.close()
    assert program.wait(60) != 0
    assert b"Traceback" not in talk


@pytest.mark.parametrize(
    "environment", [{"TERM": "dumb"}, {"TERM": ""}, {"COLUMNS": "20"}, {"LC_ALL": "C"}]
)
def test_poor_surroundings_without_a_terminal(
    run: Run, config: Path, environment: dict[str, str]
) -> None:
    ended = run(
        "--config", str(config), "--format", "csv", stdin="SELECT 'é' AS e;\n", extra=environment
    )
    assert (ended.code, ended.out) == (0, '"e"\n"é"\n')
    assert "\x1b" not in ended.talk


def test_no_home(run: Run, config: Path) -> None:
    ended = run("--config", str(config), *STATEMENT, extra={"HOME": "/nonexistent"})
    assert (ended.code, ended.out) == (0, '"_col0"\n"1"\n')
