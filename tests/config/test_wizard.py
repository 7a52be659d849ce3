from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from athena_shell.auth.registry import AuthRegistry
from athena_shell.config.ini import load
from athena_shell.config.resolve import Request, resolve
from athena_shell.config.wizard import Person, write_first_profile
from athena_shell.core.errors import ConfigError

AUTH = AuthRegistry().parameters_of
ROLE = "arn:aws:iam::123456789012:role/analyst"


class Typist:
    """Answers from a list; secrets are asked for in their own way."""

    def __init__(self, *answers: str) -> None:
        self._answers: Iterator[str] = iter(answers)
        self.secrets = 0
        self.said: list[str] = []

    def _next(self, question: str) -> str:
        self.said.append(question)
        try:
            return next(self._answers)
        except StopIteration:
            raise EOFError from None

    def _secret(self, question: str) -> str:
        self.secrets += 1
        return self._next(question)

    @property
    def person(self) -> Person:
        return Person(self._next, self._secret, self.said.append)


def test_a_first_profile_that_resolves(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.ini"
    answers = [
        "work",
        "eu-west-1",
        "",
        "s3://b-b/x/",
        "sales",
        "",
        ROLE,
        "jane",
        "command",
        "login -q",
    ]
    assert write_first_profile(path, Typist(*answers).person, AUTH, {}) == "work"
    assert path.read_text() == (
        "[profile work]\nAwsRegion = eu-west-1\nS3OutputLocation = s3://b-b/x/\nSchema = sales\n"
        f"AuthenticationType = JWT\npreferred_role = {ROLE}\nrole_session_name = jane\n"
        "web_identity_token_process = login -q\n"
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert resolve(load(path), Request("work"), {}, AuthRegistry()).profile.get("Schema") == "sales"


def test_wrong_answers_are_asked_again_with_what_would_be_right(tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    path.write_text("[profile default]\n")
    typist = Typist(
        "default", "a b", "mine", "", "Frankfurt", "eu-west-1", "", "", "", "tok", "", "", "jane",
        "telepathy", "paste", "eyJh.e30.c2ln",
    )  # fmt: skip
    write_first_profile(path, typist.person, AUTH, {})
    talk = "\n".join(typist.said)
    assert "There is a profile default already" in talk
    assert "A name has up to 64" in talk
    assert "An answer is needed." in talk
    assert "\nAwsRegion cannot be “Frankfurt”. It must be a region such as us-east-1." in talk
    assert "Choose one of file, command, variable, paste." in talk
    assert typist.secrets == 1
    assert list(load(path).profiles) == ["default", "mine"]


def test_a_token_file_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.ini"
    monkeypatch.chdir(tmp_path)
    for name, file in (("one", "token.jwt"), ("two", "~/token.jwt")):
        typist = Typist(name, "eu-west-1", "", "", "", "", "", "jane", "file", file)
        write_first_profile(path, typist.person, AUTH, {})
    written = [line for line in path.read_text().split("\n") if "token_file" in line]
    assert written == [
        f"web_identity_token_file = {tmp_path / 'token.jwt'}",
        "web_identity_token_file = ~/token.jwt",
    ]


@pytest.mark.parametrize("command", ['"/my tools/login"', "'/my tools/login'", '"a b" "c d"'])
def test_a_quoted_command_is_read_back_as_it_was_typed(command: str, tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    typist = Typist("one", "eu-west-1", "", "", "", "", "", "jane", "command", command)
    write_first_profile(path, typist.person, AUTH, {})
    profile = resolve(load(path), Request("one"), {}, AuthRegistry()).profile
    assert profile.get("web_identity_token_process") == command


def test_giving_up_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    with pytest.raises(ConfigError, match="Nothing was written"):
        write_first_profile(path, Typist("work", "eu-west-1").person, AUTH, {})
    assert not path.exists()


def test_ctrl_c_says_that_nothing_was_written(tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    said: list[str] = []

    def interrupted(_question: str) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_first_profile(path, Person(interrupted, interrupted, said.append), AUTH, {})
    assert said[-1] == "\nNothing was written."
    assert not path.exists()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    answers = ["work", "eu-west-1", "", "", "", "", "", "jane", "file", "/run/token"]
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError):
        write_first_profile(tmp_path / "file" / "c.ini", Typist(*answers).person, AUTH, {})


def test_credentials_of_the_machine_need_no_token(tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    environment = {"AWS_REGION": "eu-west-1", "AWS_PROFILE": "work"}
    write_first_profile(path, Typist("one", "", "", "", "", "p", "").person, AUTH, environment)
    write_first_profile(path, Typist("two", "", "", "", "", "env").person, AUTH, environment)
    assert path.read_text() == (
        "[profile one]\nAwsRegion = eu-west-1\nAuthenticationType = IAM Profile\n"
        "AWSProfile = work\n\n"
        "[profile two]\nAwsRegion = eu-west-1\nAuthenticationType = Default Credentials\n"
    )


def test_variables_that_redirect_services_are_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "USER": "jane"}
    typist = Typist("", "eu-west-1", "", "", "", "", "", "", "file", "/run/token", "yes")
    write_first_profile(path, typist.person, AUTH, environment)
    assert "AWS_ENDPOINT_URL set: send requests there: no, yes [no]: " in typist.said
    assert "Session name in CloudTrail [jane]: " in typist.said
    assert path.read_text().endswith(
        "role_session_name = jane\nweb_identity_token_file = /run/token\n"
        "UseEnvironmentEndpoints = true\n"
    )


def test_a_place_that_cannot_be_written_is_told_before_the_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write anywhere
    typist = Typist()
    with pytest.raises(ConfigError) as caught:
        write_first_profile(tmp_path / "new" / "c.ini", typist.person, AUTH, {})
    assert caught.value.message.endswith("c.ini cannot be written: Permission denied.")
    assert typist.said == []
