"""``--init``: a first profile, made by asking."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from athena_shell.config.connection import CONNECTION
from athena_shell.config.ini import load, unquoted
from athena_shell.config.parameters import Parameter, ParameterTable
from athena_shell.config.profile import checked
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass

_NAME: Final = re.compile(r"[\w.@+-]{1,64}")
_ANSWER: Final = "answer"
_LOGINS: Final = {
    "token": "JWT",
    "profile": "IAM Profile",
    "environment": "Default Credentials",
}
_SOURCES: Final = {
    "file": ("web_identity_token_file", "Path of the file that holds the token"),
    "command": ("web_identity_token_process", "Command that prints the token"),
    "variable": ("web_identity_token_env", "Name of the variable that holds the token"),
    "paste": ("web_identity_token", "Token"),
}
_NEEDED: Final = frozenset(
    {"role_session_name", "AWSProfile", *(name for name, _ in _SOURCES.values())}
)


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


def write_first_profile(
    path: Path,
    person: Person,
    parameters_of: Callable[[str], Iterable[Parameter]],
    environment: Mapping[str, str],
) -> str:
    """Ask for a profile, write it into the configuration file and return its name.

    The file is created readable by its owner only; a profile that exists is never changed.
    Raises ConfigError when the file cannot be used or the person gives up.

    Args:
        path: the configuration file.
        person: who answers.
        parameters_of: gives the parameters of an authentication type.
        environment: the environment variables, for suggestions.
    """
    known = load(path).profiles
    _require_writable(path)
    person.tell(f"This writes a profile into {path}")
    person.tell("An empty answer takes what is in brackets; Ctrl-C leaves all as it was.")
    try:
        name = _profile_name(person, known)
        values = _values(person, parameters_of, environment)
    except EOFError:
        person.tell("")  # the question's line is still open
        raise ConfigError("Nothing was written: the input ended.", "Start --init again.") from None
    except KeyboardInterrupt:
        person.tell("\nNothing was written.")
        raise
    lines = [f"[profile {name}]", *(f"{key} = {_quoted(value)}" for key, value in values.items())]
    _append(path, "\n".join(lines) + "\n")
    person.tell("Written. Trying it:")
    return name


def _require_writable(path: Path) -> None:
    """Find out before the questions what would fail behind them; raises ConfigError."""
    place = next(each for each in (path, *path.parents) if each.exists())
    if not os.access(place, os.W_OK):
        raise _unwritable(path, os.strerror(errno.EACCES))


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


def _values(
    person: Person,
    parameters_of: Callable[[str], Iterable[Parameter]],
    environment: Mapping[str, str],
) -> dict[str, str]:
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION", "")
    values: dict[str, str] = {}
    for wanted in (
        ("AwsRegion", "AWS region, such as us-east-1", region),
        ("Workgroup", "Workgroup", "primary"),
        ("S3OutputLocation", "Where results go, s3://… (empty: the workgroup says it)", ""),
        ("Schema", "Database to start in", "default"),
    ):
        _ask_value(person, CONNECTION, wanted, values)
    login = _choice(person, "Log in by", tuple(_LOGINS))
    values["AuthenticationType"] = _LOGINS[login]
    table = CONNECTION.extended(parameters_of(_LOGINS[login]))
    if login == "token":
        _ask_for_token(person, table, environment, values)
    elif login == "profile":
        profile = environment.get("AWS_PROFILE") or "default"
        _ask_value(person, table, ("AWSProfile", "Profile of ~/.aws/config", profile), values)
    _ask_about_endpoints(person, environment, values)
    return values


def _ask_for_token(
    person: Person,
    table: ParameterTable,
    environment: Mapping[str, str],
    values: dict[str, str],
) -> None:
    role = "ARN of the role to assume (empty: AWS_ROLE_ARN, or what the token says)"
    _ask_value(person, table, ("preferred_role", role, ""), values)
    session = environment.get("AWS_ROLE_SESSION_NAME") or environment.get("USER", "")
    name = "Session name in CloudTrail"
    _ask_value(person, table, ("role_session_name", name, session), values)
    source = _choice(person, "The token comes from a", tuple(_SOURCES))
    _ask_value(person, table, (*_SOURCES[source], ""), values)
    if source == "file":
        # A profile is used from anywhere; ~ is expanded by whoever reads the file.
        name, _ = _SOURCES[source]
        if not values[name].startswith("~"):
            values[name] = str(Path(values[name]).absolute())


def _ask_about_endpoints(
    person: Person, environment: Mapping[str, str], values: dict[str, str]
) -> None:
    """Ask whether variables that redirect services count, which they do not by themselves."""
    names = sorted(name for name in environment if name.startswith("AWS_ENDPOINT_URL"))
    if not names:
        return
    answer = _choice(person, f"{', '.join(names)} set: send requests there", ("no", "yes"))
    if answer == "yes":
        values["UseEnvironmentEndpoints"] = "true"


def _quoted(value: str) -> str:
    """Return a value as the file keeps it whole: it loses quotes that are around all of it."""
    if unquoted(value) == value:
        return value
    quote = "'" if value[0] == '"' else '"'
    return f"{quote}{value}{quote}"


def _choice(person: Person, question: str, choices: tuple[str, ...]) -> str:
    """Ask until one of the choices is named or begun; the first is taken for an empty answer."""
    while True:
        listed = ", ".join(choices)
        answer = person.ask(_question(f"{question}: {listed}", choices[0])).strip().lower()
        found = [choice for choice in choices if choice.startswith(answer or choices[0])]
        if len(found) == 1:
            return found[0]
        person.tell(f"Choose one of {listed}.")


def _ask_value(
    person: Person,
    table: ParameterTable,
    wanted: tuple[str, str, str],
    values: dict[str, str],
) -> None:
    name, question, suggestion = wanted
    parameter = table.find(name) or Parameter(name, question)
    needed = parameter.required or name in _NEEDED
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
        raise _unwritable(path, str(error.strerror)) from error


def _unwritable(path: Path, reason: str) -> ConfigError:
    return ConfigError(f"{path} cannot be written: {reason}.", "Name another file with --config.")
