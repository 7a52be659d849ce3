"""``--init``: a first profile, made by asking."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from athena_shell.config.connection import CONNECTION
from athena_shell.config.ini import load
from athena_shell.config.parameters import Parameter, ParameterTable
from athena_shell.config.profile import checked
from athena_shell.core.errors import ConfigError

_NAME: Final = re.compile(r"[\w.@+-]{1,64}")
_ANSWER: Final = "answer"
_SOURCES: Final = {
    "file": ("web_identity_token_file", "Path of the file that holds the token"),
    "command": ("web_identity_token_process", "Command that prints the token"),
    "variable": ("web_identity_token_env", "Name of the variable that holds the token"),
    "paste": ("web_identity_token", "Token"),
}


@dataclass(frozen=True)
class Person:
    """Who answers.

    Args:
        ask: shows a question and returns the line typed; raises EOFError at the end of input.
        ask_secret: the same without showing what is typed.
        tell: shows a line.
    """

    ask: Callable[[str], str]
    ask_secret: Callable[[str], str]
    tell: Callable[[str], None]


def write_first_profile(path: Path, person: Person, auth: ParameterTable) -> str:
    """Ask for a profile, write it into the configuration file and return its name.

    The file is created readable by its owner only; a profile that exists is never changed.
    Raises ConfigError when the file cannot be used or the person gives up.

    Args:
        path: the configuration file.
        person: who answers.
        auth: the parameters of the JWT type.
    """
    known = load(path).profiles
    person.tell(f"This writes a profile into {path}. An empty answer takes what is in brackets.")
    try:
        name = _profile_name(person, known)
        values = _values(person, CONNECTION.extended(auth))
    except EOFError:
        person.tell("")  # the question's line is still open
        raise ConfigError("Nothing was written: the input ended.", "Start --init again.") from None
    except KeyboardInterrupt:
        person.tell("\nNothing was written.")
        raise
    lines = [f"[profile {name}]", *(f"{key} = {value}" for key, value in values.items())]
    _append(path, "\n".join(lines) + "\n")
    person.tell(f"Written. Open the shell with: athena-shell --profile {name}")
    return name


def _profile_name(person: Person, taken: Collection[str]) -> str:
    suggestion = "default" if "default" not in taken else ""
    while True:
        name = person.ask(_question("Name of the profile", suggestion)).strip() or suggestion
        if name in taken:
            person.tell(f"There is a profile {name} already; choose another name.")
        elif _NAME.fullmatch(name):
            return name
        else:
            person.tell("A name has up to 64 letters, digits and any of . _ - + @")


def _values(person: Person, table: ParameterTable) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, question, suggestion in (
        ("AwsRegion", "AWS region, such as us-east-1", ""),
        ("Workgroup", "Workgroup", "primary"),
        ("S3OutputLocation", "Where results go, s3://… (empty: the workgroup says it)", ""),
        ("Schema", "Database to start in", "default"),
        ("preferred_role", "ARN of the role to assume (empty: from the token or AWS_ROLE_ARN)", ""),
        ("role_session_name", "Session name in CloudTrail (empty: AWS_ROLE_SESSION_NAME)", ""),
    ):
        _ask_value(person, table, (name, question, suggestion), values)
    while (source := _source(person)) not in _SOURCES:
        person.tell(f"Choose one of {', '.join(_SOURCES)}.")
    name, question = _SOURCES[source]
    values["AuthenticationType"] = "JWT"
    _ask_value(person, table, (name, question, ""), values)
    return values


def _source(person: Person) -> str:
    question = f"Where does the token come from: {', '.join(_SOURCES)}"
    return person.ask(_question(question, "file")).strip().lower() or "file"


def _ask_value(
    person: Person,
    table: ParameterTable,
    wanted: tuple[str, str, str],
    values: dict[str, str],
) -> None:
    name, question, suggestion = wanted
    parameter = table.find(name) or Parameter(name, question)
    needed = parameter.required or name.startswith("web_identity_token")
    while True:
        ask = person.ask_secret if parameter.secret else person.ask
        text = ask(_question(question, suggestion)).strip() or suggestion
        wrong = _wrong(parameter, text, needed=needed)
        if wrong:
            person.tell(wrong)
            continue
        if text and text != parameter.default:
            values[parameter.name] = text
        return


def _wrong(parameter: Parameter, text: str, *, needed: bool) -> str:
    """Say what is wrong with an answer; nothing when it will do."""
    if not text:
        return "An answer is needed." if needed else ""
    try:
        checked(parameter, text, _ANSWER)
    except ConfigError as error:
        return f"{error.message.removeprefix(f'{_ANSWER}: ')} {error.hint}"
    return ""


def _question(text: str, suggestion: str) -> str:
    return f"{text} [{suggestion}]: " if suggestion else f"{text}: "


def _append(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "a+", encoding="utf-8") as stream:
            os.fchmod(descriptor, 0o600)
            size = os.fstat(descriptor).st_size
            stream.write(f"\n{text}" if size else text)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}.", "Name another file with --config."
        ) from error
